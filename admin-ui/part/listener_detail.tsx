/** One listener's page: how it is, what a connection passes on its way in, and which worker has how many of them. */

import type { ComponentChildren, JSX } from "preact";
import type { ListenerView, ManagerView } from "../../src/admin/contract/listeners.ts";
import { pathOf } from "../router.ts";
import { ago, moment, span } from "../text/ages.ts";
import { rate } from "../text/rates.ts";
import { joined, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { resourceLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { CopyCurl } from "./copy_curl.tsx";
import { Empty, Loading } from "./empty.tsx";
import { Facts } from "./facts.tsx";
import { FigureText } from "./figure.tsx";
import { ShareBar } from "./health_dot.tsx";
import { directionWord } from "./listener_list.tsx";
import { ListenerState } from "./listener_state.tsx";
import { Panel } from "./panel.tsx";
import { PlainTable } from "./plain_table.tsx";
import { usePolled } from "./use_polled.ts";

const DRAINS: Readonly<Record<NonNullable<ListenerView["drain_reason"]>, string>> = {
  removed: "It was removed and serves the connections it has",
  stopped: "It was stopped: it accepts nothing any more",
  operator: "An operator asked for it: connections are told to go, new ones are still taken",
  shutdown: "The process is on its way out",
};

/** Of the listener of this name. */
export function ListenerDetail({ name }: { name: string }): JSX.Element {
  const { pages } = useConsole();
  const { data: view, error } = usePolled<ListenerView>(`/listeners/${encodeURIComponent(name)}`);
  const isThere = (page: string) => pages.some(({ step }) => step === page);
  return (
    <div class="clusters-page listener-page">
      <header class="page-head">
        <a href={pathOf("listeners")}>Listeners</a>
        <h1 tabIndex={-1}>{name}</h1>
        <CopyButton text={name} hint="Copy its name" />
        <div class="panel-tools">
          {isThere("config") && <a class="button is-quiet" href={resourceLink("listener", name)}>Config</a>}
          <CopyCurl paths={["/listeners?format=json", `/api/v1/listeners/${encodeURIComponent(name)}`]} />
        </div>
      </header>
      {error !== null && view !== null && <p class="note is-warn" role="status">Not up to date: {error.message}</p>}
      {view === null
        ? error === null ? <Loading rows={6} /> : (
          <Empty title={error.message}>
            <a href={pathOf("listeners")}>All listeners</a>
          </Empty>
        )
        : <Listener view={view} hasWarming={isThere("warming")} />}
    </div>
  );
}

function Listener({ view, hasWarming }: { view: ListenerView; hasWarming: boolean }): JSX.Element {
  const { feed } = useConsole();
  const { item } = view, nowMs = feed.connection.serverNowMs();
  return (
    <>
      <p class="words">
        <ListenerState item={item} />
        <span class="aside">
          {item.source === "static" ? "static" : `LDS version ${item.version_info}`}
          {view.updated_ms !== null && (
            <span title={moment(view.updated_ms)}>, updated {ago(nowMs - view.updated_ms)}</span>
          )}
        </span>
        <FigureText figure={rate(item.rps)} source={SOURCES.listenerRate} />
        <span>
          errors <FigureText figure={numbers.percent(item.error_ratio)} source={SOURCES.errors} />
        </span>
        <span>
          <FigureText figure={numbers.count(item.active_cx)} source={SOURCES.listenerConnections} /> connections
        </span>
      </p>
      {view.drain_reason !== null && <p class="note is-warn">{DRAINS[view.drain_reason]}.</p>}
      {item.error !== null && <p class="note is-warn">{item.error}</p>}
      {view.waits.map(({ kind, name, source, since_ms, deadline_ms, last_error }) => (
        <p class="note is-warn" key={kind + name}>
          Waits for {kind} {name} from {source} since {span(nowMs - since_ms)}
          {deadline_ms !== null && `, at most ${span(deadline_ms - nowMs)} more`}
          {last_error !== "" && `: ${last_error}`} {hasWarming && <a href={pathOf("warming")}>Warming</a>}
        </p>
      ))}
      {view.older.map(({ version_info, ends_ms }) => (
        <p class="note" key={ends_ms}>
          Connections of its version {version_info} may go on for {span(ends_ms - nowMs)}.
        </p>
      ))}
      <div class="tab-board">
        <Panel id="chain" title="What a connection passes">
          <Chain view={view} />
        </Panel>
        <div>
          <Balance workers={view.workers} />
          {view.chains.flatMap(({ filters }) => filters).map((manager) => (
            <Limits manager={manager} key={manager.stat_prefix} />
          ))}
        </div>
      </div>
    </>
  );
}

function Step({ kind, title, children }: {
  kind: string;
  title: ComponentChildren;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <li class="chain-step">
      <span class="chain-kind">{kind}</span> <span class="name">{title}</span>
      {children}
    </li>
  );
}

function Chain({ view }: { view: ListenerView }): JSX.Element {
  const { item, chains } = view;
  return (
    <ol class="chain">
      <Step kind="Listener" title={item.addresses.join(", ") || "not bound"}>
        <p class="aside">
          {item.direction !== "UNSPECIFIED" && `${directionWord(item.direction)} · `}
          {view.reuse_port ? "a socket for each worker" : "one socket"} · buffers{" "}
          {joined(numbers.quantity(view.buffer_limit_bytes, "B"))}
        </p>
      </Step>
      {chains.map(({ name, match, filters }) => [
        <Step kind="Filter chain" title={name} key={name}>
          <p class="aside">{match.join(", ") || "takes every connection"}</p>
        </Step>,
        ...filters.map((manager) => <Manager manager={manager} key={manager.stat_prefix} />),
      ])}
    </ol>
  );
}

function Manager({ manager }: { manager: ManagerView }): JSX.Element {
  const { clusters, clusters_total: total } = manager;
  return (
    <>
      <Step kind="Network filter" title={manager.type}>
        <p class="aside">stat_prefix {manager.stat_prefix} · codec {manager.codec}</p>
      </Step>
      <Step kind="HTTP filters" title="">
        <ol class="chain-list">
          {manager.http_filters.map(({ name, type, disabled, overrides }) => (
            <li key={name}>
              <code title={type}>{name}</code>
              {disabled && <span class="flag" title="Off unless a route switches it on">disabled</span>}
              {overrides > 0 && (
                <span class="flag" title="typed_per_filter_config of virtual hosts and routes">
                  {overrides} overrides
                </span>
              )}
            </li>
          ))}
        </ol>
      </Step>
      <Step kind="Routes" title="">
        <ul class="chain-list">
          {manager.routes.map(({ name, source, is_there, virtual_hosts }) => (
            <li key={name}>
              <a href={pathOf("routes", ...name === "" ? [] : [name])}>{name || "(no name)"}</a>{" "}
              <span class={is_there ? "aside" : "flag is-warn"}>
                {is_there
                  ? `${source} · ${virtual_hosts} virtual host${virtual_hosts === 1 ? "" : "s"}`
                  : "not there yet: requests are answered 404"}
              </span>
            </li>
          ))}
        </ul>
      </Step>
      <Step kind="Clusters" title="">
        <ul class="chain-list">
          {clusters.map(({ name, state }) => (
            <li key={name}>
              <a href={pathOf("clusters", name)}>{name}</a>
              {state !== "active" && <span class="flag is-warn">{state}</span>}
            </li>
          ))}
          {total === 0 && <li class="aside">none named</li>}
          {total > clusters.length && <li class="aside">and {total - clusters.length} more</li>}
        </ul>
      </Step>
    </>
  );
}

function Limits({ manager }: { manager: ManagerView }): JSX.Element {
  const { timeouts, limits } = manager;
  return (
    <Panel id="limits" title="Timeouts and limits">
      <Facts
        facts={[
          ...Object.entries(timeouts).map(([name, ms]) =>
            [name, ms === 0 ? "off" : joined(numbers.duration(ms))] as const
          ),
          ...Object.entries(limits).map(([name, limit]) => [name, limit === 0 ? "none" : limit] as const),
        ]}
      />
    </Panel>
  );
}

function Balance({ workers }: { workers: ListenerView["workers"] }): JSX.Element {
  const total = workers.reduce((sum, { active_cx }) => sum + active_cx, 0);
  return (
    <Panel id="balance" title="Connections by worker">
      <PlainTable
        label="Connections by worker"
        head={["Worker", "Share", "Active", "Total"]}
        rows={workers.map(({ id, active_cx, cx_total }) => {
          const share = total > 0 ? active_cx / total : 0;
          return [
            id,
            <span class="share" key="share">
              <ShareBar share={share} />
              <span class="share-text">{Math.round(share * 100)} %</span>
            </span>,
            numbers.exact(active_cx),
            numbers.exact(cx_total),
          ];
        })}
      />
    </Panel>
  );
}
