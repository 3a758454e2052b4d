/** One listener's page: how it is, what a connection passes on its way in, and which worker has how many of them. */

import type { JSX } from "preact";
import type { ListenerView } from "../../src/admin/contract/listeners.ts";
import { consolePath, pathOf } from "../router.ts";
import { moment } from "../text/ages.ts";
import { rate } from "../text/rates.ts";
import { joined, numbers } from "../text/units.ts";
import { resourceLink } from "./config_links.ts";
import { CopyCurl } from "./copy_curl.tsx";
import { Empty, Loading } from "./empty.tsx";
import { Facts } from "./facts.tsx";
import { ShareBar } from "./health_dot.tsx";
import { sourceText } from "./listener_list.tsx";
import { ListenerState, TimeLeft } from "./listener_state.tsx";
import { Panel } from "./panel.tsx";
import { usePolled } from "./use_polled.ts";

/** Of the listener of this name. */
export function ListenerDetail({ name }: { name: string }): JSX.Element {
  const path = `/listeners/${encodeURIComponent(name)}`;
  const { data: view, error } = usePolled<ListenerView>(path);
  return (
    <div class="clusters-page listener-page">
      <header class="page-head">
        <a href={pathOf("listeners")}>Listeners</a>
        <h1 tabIndex={-1}>{name}</h1>
        <div class="panel-tools">
          <a class="button is-quiet" href={resourceLink("listener", name)}>Config</a>
          <CopyCurl paths={["/listeners?format=json", `/api/v1${path}`]} />
        </div>
      </header>
      {view === null
        ? error === null ? <Loading rows={6} /> : <Empty title={error.message} />
        : <Listener view={view} error={error?.message} />}
    </div>
  );
}

/** `error`: why it is not up to date. */
function Listener({ view, error }: { view: ListenerView; error: string | undefined }): JSX.Element {
  const { item, workers } = view;
  const all = workers.reduce((sum, { active_cx }) => sum + active_cx, 0);
  return (
    <>
      <p class="words">
        <ListenerState item={item} />
        <span class="aside" title={view.updated_ms === null ? "" : `since ${moment(view.updated_ms)}`}>
          {sourceText(item)}
        </span>
        <span>
          {joined(rate(item.rps))}, errors {joined(numbers.percent(item.error_ratio))}
        </span>
      </p>
      {error !== undefined && <p class="note is-warn" role="status">Not up to date: {error}</p>}
      {view.notes.map(({ kind, text, until_ms }) => (
        <p class={kind === "older" ? "note" : "note is-warn"} key={text}>
          {text} <TimeLeft untilMs={until_ms} /> {kind === "wait" && <a href={pathOf("warming")}>Warming</a>}
        </p>
      ))}
      <div class="tab-board">
        <Panel id="chain" title="What a connection passes">
          <ol class="chain">
            {view.steps.map(({ kind, text, names }, at) => (
              <li key={at}>
                <h3>{kind}</h3>
                <ul>
                  {names.map(({ text, link, note, is_bad }) => (
                    <li key={text}>
                      {link === "" ? <code>{text}</code> : <a href={consolePath(link)}>{text}</a>}{" "}
                      <span class={is_bad ? "flag is-warn" : "aside"}>{note}</span>
                    </li>
                  ))}
                </ul>
                <p class="aside">{text}</p>
              </li>
            ))}
          </ol>
        </Panel>
        <div>
          <Panel id="balance" title="Connections by worker">
            <Facts
              facts={workers.map(({ id, active_cx: active, cx_total: total }) => [
                `Worker ${id}`,
                <span key="share">
                  <ShareBar share={active / (all || 1)} /> {active} <span class="aside">of {total} so far</span>
                </span>,
              ])}
            />
          </Panel>
          {view.chains.flatMap(({ filters }) => filters).map(({ stat_prefix, timeouts, limits }) => (
            <Panel id="limits" title="Timeouts and limits" key={stat_prefix}>
              <Facts
                facts={[
                  ...Object.entries(timeouts).map(([name, ms]) =>
                    [name, ms === 0 ? "off" : joined(numbers.duration(ms))] as const
                  ),
                  ...Object.entries(limits).map(([name, limit]) =>
                    [name, limit || "none"] as const
                  ),
                ]}
              />
            </Panel>
          ))}
        </div>
      </div>
    </>
  );
}
