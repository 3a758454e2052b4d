/**
 * Warming (spec/console.md 5.5): what is not ready, what it waits for, how long still, and what to do; what became ready
 * last; and the last fifteen minutes as a picture. It works before the proxy serves: that is when it is needed most.
 */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { WarmingView } from "../../src/admin/contract/warming.ts";
import { keyOf, WarmingModel } from "../model/warming.ts";
import type { PageProps } from "../page_entry.ts";
import { useConsole } from "../part/context.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Empty, Loading } from "../part/empty.tsx";
import { FigureText } from "../part/figure.tsx";
import { LevelIcon } from "../part/icon.tsx";
import { Panel } from "../part/panel.tsx";
import { StartSteps } from "../part/start_steps.tsx";
import { ChangeLink, WarmingRow } from "../part/warming_row.tsx";
import { WarmingTimeline } from "../part/warming_timeline.tsx";
import { clock, moment } from "../text/ages.ts";
import { joined, numbers } from "../text/units.ts";
import { subjectText, swapVersions } from "../text/warming_words.ts";

/** Envoy's endpoints that say the same. */
const PATHS = ["/init_dump", "/clusters?format=json&include_warming", "/api/v1/warming"] as const;

/** More rows than this begin folded. */
const MAX_UNFOLDED = 6;

/** The page. */
export function Page({ steps }: PageProps): JSX.Element {
  const { feed, router } = useConsole();
  const model = feed.model("warming", () => new WarmingModel());
  const view = model.view.value;
  const target = steps.length === 0 ? "" : `${steps[0]}/${steps[1] ?? ""}`;
  const hasTarget = view !== null && view.items.some((item) => keyOf(item) === target);
  const arrivals = router.arrivals.value;
  useEffect(() => {
    if (hasTarget) document.getElementById(`warming-${target}`)?.scrollIntoView({ block: "center" });
  }, [target, hasTarget, arrivals]);
  return (
    <div class="warming">
      <header class="page-head">
        <h1 tabIndex={-1}>Warming</h1>
        {view !== null && <p class="page-sub">{headline(view)}</p>}
        <div class="page-tools">
          <CopyCurl paths={PATHS} />
        </div>
      </header>
      {view !== null && <StartSteps server={view.server} />}
      <div class="warming-board">
        <Panel id="waiting" title="Not ready now" count={view === null ? undefined : String(view.total)}>
          {view === null ? <Loading rows={4} /> : <Rows view={view} target={target} />}
        </Panel>
        <div class="warming-side">
          {view !== null && view.refused.length > 0 && <Refused view={view} />}
          <Panel id="swaps" title="Last swaps">
            {view === null ? <Loading rows={3} /> : <Swaps view={view} />}
          </Panel>
        </div>
      </div>
      <WarmingTimeline view={view} />
    </div>
  );
}

function headline({ total }: WarmingView): string {
  if (total === 0) return "Everything that is configured serves";
  return total === 1 ? "1 thing is not ready" : `${total} things are not ready`;
}

function Rows({ view, target }: { view: WarmingView; target: string }): JSX.Element {
  const { items, total } = view;
  if (items.length === 0) return <Empty title={nothingText(view)} />;
  return (
    <>
      <ul class="warming-rows">
        {items.map((item) => (
          <WarmingRow
            key={keyOf(item)}
            item={item}
            items={items}
            isFolded={items.length > MAX_UNFOLDED && keyOf(item) !== target}
            isTarget={keyOf(item) === target}
          />
        ))}
      </ul>
      {total > items.length && <p class="more">{total - items.length} more, younger than these</p>}
    </>
  );
}

/** Appendix E. */
function nothingText({ swaps: [last] }: WarmingView): string {
  if (last === undefined) return "Nothing is warming. Nothing has become ready yet.";
  const took = joined(numbers.duration(last.warmed_ms));
  return `Nothing is warming. Last: ${subjectText(last)}, ${took}, ${clock(last.at_ms)}.`;
}

function Refused({ view }: { view: WarmingView }): JSX.Element {
  return (
    <Panel id="refused" title="Refused updates" count={String(view.refused.length)}>
      <ul class="events">
        {view.refused.map((item) => (
          <li class="event is-warn" key={keyOf(item)}>
            <LevelIcon level="warn" />
            <span class="event-text">
              <b>{subjectText(item)}</b> The update was refused, what was there before is in force.
              <span class="reason">{item.text}</span>
            </span>
            {item.at_ms !== null && <time class="event-time" title={moment(item.at_ms)}>{clock(item.at_ms)}</time>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Swaps({ view }: { view: WarmingView }): JSX.Element {
  if (view.swaps.length === 0) return <Empty title="Nothing has swapped yet" />;
  return (
    <div class="scroll swaps" tabIndex={0} role="region" aria-label="Last swaps">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Version</th>
            <th scope="col" class="number">Warmed in</th>
            <th scope="col" class="number">At</th>
          </tr>
        </thead>
        <tbody>
          {view.swaps.map((swap) => (
            <tr key={swap.id}>
              <th scope="row">
                <span class="aside">{subjectText({ ...swap, name: "" })}</span> <span class="name">{swap.name}</span>
              </th>
              <td>
                <ChangeLink of={swap} hasBefore={swap.from !== ""}>{swapVersions(swap)}</ChangeLink>
              </td>
              <td class="number">
                <FigureText figure={numbers.duration(swap.warmed_ms)} source="/api/v1/warming: swaps" />
              </td>
              <td class="number" title={moment(swap.at_ms)}>{clock(swap.at_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
