/**
 * One thing that is not ready: its phases, what it waits for and until when, what to do, and what waits behind it. Times
 * run by the server's clock.
 */

import type { JSX } from "preact";
import type { WaitItem, WarmingItem, WarmingPhase, WarmingSubject } from "../../src/admin/contract/warming.ts";
import { heldBy, keyOf, needsHint, timeLeft } from "../model/warming.ts";
import { pathOf } from "../router.ts";
import { moment, span } from "../text/ages.ts";
import { joined, numbers } from "../text/units.ts";
import { hintText, PHASE_WORDS, standingText, subjectText, supersededText, waitText } from "../text/warming_words.ts";
import { diffLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { Icon, LevelIcon } from "./icon.tsx";
import { patternOf, PhaseSwatch } from "./phase_pattern.tsx";

/** Waits that are shown at first; a cluster may have a great many hosts. */
const MAX_WAITS = 5;

/** `items`: all that is not ready, this one too. */
export function WarmingRow({ item, items, isFolded, isTarget }: {
  item: WarmingItem;
  items: readonly WarmingItem[];
  isFolded: boolean;
  isTarget: boolean;
}): JSX.Element {
  const { feed, router } = useConsole();
  const nowMs = feed.connection.serverNowMs(), key = keyOf(item), ageMs = nowMs - item.since_ms;
  const turned = router.query("turned").split("\n");
  const isOpen = turned.includes(key) === isFolded;
  const turn = () => {
    const others = turned.filter((one) => one !== key && one !== "");
    router.setQuery("turned", (turned.includes(key) ? others : [...others, key]).join("\n"));
  };
  const level = isEndless(item) && ageMs > 30_000 || ageMs > 60_000 ? "bad" : ageMs > 15_000 ? "warn" : "info";
  return (
    <li class={`warming-row is-${level}${isTarget ? " is-target" : ""}`} id={`warming-${key}`}>
      <div class="warming-head">
        <button type="button" class="fold" aria-expanded={isOpen} onClick={turn}>
          <Icon name="chevron" />
          <LevelIcon level={level} />
          <span>
            {item.subject !== "server" && `${subjectText({ ...item, name: "" })} `}
            <b class="name">{item.name === "" ? subjectText(item) : item.name}</b>
          </span>
        </button>
        <span class="aside">
          <ChangeLink of={item} hasBefore={item.active_version !== null}>{standingText(item)}</ChangeLink>
        </span>
        <span class="warming-age" title={`since ${moment(item.since_ms)}`}>{span(ageMs)}</span>
      </div>
      {item.phases.length > 0 && <Phases item={item} nowMs={nowMs} />}
      {isOpen && <Details item={item} items={items} nowMs={nowMs} />}
    </li>
  );
}

function isEndless({ waiting_for }: WarmingItem): boolean {
  return waiting_for.some(({ deadline_ms, kind }) => deadline_ms === null && kind !== "dns");
}

function Phases({ item, nowMs }: { item: WarmingItem; nowMs: number }): JSX.Element {
  return (
    <>
      <PhaseBar item={item} nowMs={nowMs} />
      <p class="warming-phases">
        {item.phases.map((phase) => (
          <span class="warming-phase" key={phase.id}>
            <PhaseSwatch phase={phase.id} />
            {PHASE_WORDS[phase.id]} {phaseText(phase, nowMs)}
          </span>
        ))}
        <span class="warming-deadline">{deadlineText(item, nowMs)}</span>
      </p>
    </>
  );
}

/** Its phases to scale, up to the deadline where there is one: what is free is the time left. The text below says it all. */
function PhaseBar({ item, nowMs }: { item: WarmingItem; nowMs: number }): JSX.Element {
  const leftMs = timeLeft(item, nowMs) ?? 0;
  const startMs = item.phases[0]!.since_ms, wholeMs = Math.max(1, nowMs - startMs + leftMs);
  return (
    <svg class="phase-bar" viewBox="0 0 600 8" preserveAspectRatio="none" aria-hidden="true">
      {item.phases.map(({ id, since_ms, took_ms }) => {
        const width = Math.max(2, (took_ms ?? nowMs - since_ms) / wholeMs * 600);
        const x = Math.max(0, (since_ms - startMs) / wholeMs * 600);
        return <rect key={id} x={x} width={width} height="8" fill={patternOf(id)} />;
      })}
    </svg>
  );
}

function phaseText({ since_ms, took_ms, done, total }: WarmingPhase, nowMs: number): string {
  const progress = total === undefined ? "" : `${done} of ${total}, `;
  return progress + (took_ms === undefined ? span(nowMs - since_ms) : joined(numbers.duration(Math.round(took_ms))));
}

function deadlineText(item: WarmingItem, nowMs: number): string {
  if (item.waiting_for.length === 0) return "";
  const leftMs = timeLeft(item, nowMs);
  if (leftMs !== null) return `deadline in ${span(leftMs)}`;
  return isEndless(item) ? "no timeout" : "until the resolver gives up";
}

function Details({ item, items, nowMs }: {
  item: WarmingItem;
  items: readonly WarmingItem[];
  nowMs: number;
}): JSX.Element {
  const waits = item.waiting_for, held = heldBy(item, items);
  const failed = item.phases.flatMap((phase) => phase.failed ?? []);
  // The same advice for each of many hosts is given once.
  const hints = new Set(waits.filter((wait) => needsHint(wait, nowMs)).map(hintText));
  return (
    <div class="warming-details">
      {waits.length > 0 && (
        <ul aria-label={`${subjectText(item)} waits for`}>
          {waits.slice(0, MAX_WAITS).map((wait) => (
            <Wait key={`${wait.kind} ${wait.name}`} wait={wait} nowMs={nowMs} />
          ))}
          {waits.length > MAX_WAITS && <li class="wait aside">and {waits.length - MAX_WAITS} more</li>}
        </ul>
      )}
      {failed.slice(0, MAX_WAITS).map(({ host, text }) => (
        <p class="wait" key={host}>
          answered: <span class="address">{host}</span> failed, {text}
        </p>
      ))}
      {[...hints].map((hint) => (
        <p class="hint" key={hint}>
          <b>What to do</b> {hint}
        </p>
      ))}
      {item.superseded > 0 && <p class="wait">{supersededText(item.superseded)}</p>}
      {held.length > 0 && (
        <p class="wait">
          held up by {held.map((one, at) => [at > 0 && ", ", <SubjectLink key={keyOf(one)} of={one} isWarming />])}
        </p>
      )}
      {item.blocks.length > 0 && (
        <p class="wait">
          {item.active_version === null ? "blocks" : "waited for by"} {item.blocks.map((block, at) => [
            at > 0 && ", ",
            <span key={keyOf(block)}>
              <SubjectLink of={block} isWarming={items.some((one) => keyOf(one) === keyOf(block))} />{" "}
              <span class="aside">({block.text})</span>
            </span>,
          ])}
        </p>
      )}
    </div>
  );
}

function Wait({ wait, nowMs }: { wait: WaitItem; nowMs: number }): JSX.Element {
  const { since_ms, deadline_ms, attempts, last_error, next_try_ms, kind } = wait;
  const parts = [`since ${span(nowMs - since_ms)}`];
  if (deadline_ms !== null) parts.push(`times out in ${span(deadline_ms - nowMs)}`);
  else if (kind !== "dns") parts.push("no timeout");
  if (attempts !== null && attempts > 1) parts.push(`${attempts} attempts`);
  if (next_try_ms !== null) parts.push(`next try in ${span(next_try_ms - nowMs)}`);
  return (
    <li class="wait">
      waits for {waitText(wait)} <span class="aside">{parts.join(" · ")}</span>
      {last_error !== "" && <span class="reason is-bad">{last_error}</span>}
    </li>
  );
}

/** What the Config page calls them. */
const CONFIG_TYPES: Readonly<Partial<Record<WarmingSubject, string>>> = {
  cluster: "cluster",
  listener: "listener",
  route_config: "route",
};

/** To what its newest version changed, where there is one before it. */
export function ChangeLink({ of, hasBefore, children }: {
  of: { readonly subject: WarmingSubject; readonly name: string };
  hasBefore: boolean;
  children: string;
}): JSX.Element {
  const type = CONFIG_TYPES[of.subject];
  return type === undefined || !hasBefore ? <>{children}</> : (
    <a href={diffLink(type, of.name)} title="What changed">
      {children}
    </a>
  );
}

/** Pages of subjects that have one. */
const STEPS: Readonly<Partial<Record<WarmingSubject, string>>> = {
  cluster: "clusters",
  listener: "listeners",
  route_config: "routes",
  runtime_layer: "runtime",
};

/** To its row while it warms itself, else to its page. */
function SubjectLink({ of, isWarming }: {
  of: { readonly subject: WarmingSubject; readonly name: string };
  isWarming: boolean;
}): JSX.Element {
  const { pages } = useConsole();
  const step = STEPS[of.subject];
  if (isWarming) return <a href={pathOf("warming", of.subject, of.name)}>{subjectText(of)}</a>;
  // The Overview has lists of clusters and listeners for as long as there is no page of them.
  const hasPage = step === "clusters" || step === "listeners" || pages.some((page) => page.step === step);
  return step !== undefined && hasPage
    ? <a href={pathOf(step, of.name)}>{subjectText(of)}</a>
    : <b>{subjectText(of)}</b>;
}
