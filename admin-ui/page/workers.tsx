/** Workers (spec/console.md 5.12): who carries how much, who is late, who runs which configuration; and the main thread. */

import type { JSX } from "preact";
import type { MainThreadView, WorkerItem } from "../../src/admin/contract/workers.ts";
import { SLOW_LAG_MS, WORKER_LEVEL, workersById } from "../model/workers.ts";
import { useConsole } from "../part/context.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Empty, Loading } from "../part/empty.tsx";
import { Facts } from "../part/facts.tsx";
import { FigureText } from "../part/figure.tsx";
import { HealthWord } from "../part/health_dot.tsx";
import { Panel } from "../part/panel.tsx";
import { usePolled } from "../part/use_polled.ts";
import { type Column, VirtualTable } from "../part/virtual_table.tsx";
import { span } from "../text/ages.ts";
import { rate } from "../text/rates.ts";
import { type Figure, numbers } from "../text/units.ts";
import { SOURCES, WORKER_WORDS } from "../text/words.ts";

type Show = (item: WorkerItem) => Figure;

/** A column of figures; `alarm` says which are too much. */
function figures(title: string, source: string, show: Show, isWideOnly = true, alarm?: (item: WorkerItem) => boolean) {
  return {
    id: title,
    title,
    source,
    class: `number${isWideOnly ? " is-wide-only" : ""}`,
    cell: (item: WorkerItem) => (
      <span class={alarm?.(item) ? "is-warn" : ""}>
        <FigureText figure={show(item)} source={source} />
      </span>
    ),
  };
}

function columnsAt(generation: number): Column<WorkerItem>[] {
  return [
    {
      id: "id",
      title: "Worker",
      isName: true,
      cell: ({ id, state }) => (
        <span class="words">
          <span class="name">{id}</span>
          <HealthWord level={WORKER_LEVEL[state]} word={WORKER_WORDS[state]} />
        </span>
      ),
    },
    { id: "up", title: "Up", class: "number is-wide-only", cell: ({ uptime_s }) => span(uptime_s * 1000) },
    figures(
      "Restarts",
      "Starts after the first",
      ({ restarts }) => numbers.count(restarts),
      true,
      (it) => it.restarts > 0,
    ),
    figures("Req/s", SOURCES.listenerRate, ({ rps }) => rate(rps), false),
    figures("Active rq", SOURCES.activeRequests, ({ active_rq }) => numbers.count(active_rq)),
    figures("Active cx", SOURCES.activeConnections, ({ active_cx }) => numbers.count(active_cx)),
    figures("Accepts", "Share of all connections that came to it", (it) => numbers.percent(it.accept_share), false),
    figures(
      "Lag",
      SOURCES.workerLag,
      (it) => numbers.duration(it.lag_ms),
      false,
      (it) => (it.lag_ms ?? 0) > SLOW_LAG_MS,
    ),
    figures("Heap", "Deno.memoryUsage() of its isolate", ({ heap_bytes }) => numbers.quantity(heap_bytes, "B")),
    figures(
      "Gen.",
      `Generation of the configuration it serves; the newest is ${generation}`,
      (it) => numbers.count(it.generation),
      true,
      (it) => it.generation < generation,
    ),
    figures("In force after", "From publication to its word", ({ ack_delay_ms }) => numbers.duration(ack_delay_ms)),
  ];
}

/** The page. */
export function Page(): JSX.Element {
  const { feed } = useConsole();
  const items = feed.workers.items.value, overview = feed.overview.latest.value;
  const skew = overview?.health.problems.find(({ id }) => id === "worker-skew");
  return (
    <div class="clusters-page">
      <header class="page-head">
        <h1 tabIndex={-1}>Workers</h1>
        <span class="panel-count">{items?.length}</span>
        <div class="panel-tools">
          <CopyCurl paths={["/stats?filter=^server%5C.|worker_", "/api/v1/workers", "/api/v1/workers/main"]} />
        </div>
      </header>
      {skew !== undefined && (
        <p class="note is-warn" role="status">
          {skew.text}. A connection stays with the worker that accepted it, so a few that live long, as of HTTP/2
          clients, can fill one worker while others rest. Let clients open more of them, or end old ones with{" "}
          <code>max_connection_duration</code>.
        </p>
      )}
      {items === null
        ? <Loading rows={4} />
        : items.length === 0
        ? <Empty title="No workers yet">The proxy starts one a core; the first appears here in a moment.</Empty>
        : (
          <VirtualTable
            label="Workers"
            class="workers-table"
            columns={columnsAt(overview?.generation ?? 0)}
            rows={workersById(items)}
            keyOf={({ id }) => String(id)}
            rowClass={({ state }) => `is-${WORKER_LEVEL[state]}`}
          />
        )}
      <MainThread />
    </div>
  );
}

function MainThread(): JSX.Element {
  const { data, error } = usePolled<MainThreadView>("/workers/main", 2);
  const fact = (name: string, figure: Figure, source: string) =>
    [name, <FigureText key={name} figure={figure} source={source} />] as const;
  return (
    <Panel id="main-thread" title="Main thread">
      {data === null ? error === null ? <Loading rows={4} /> : <Empty title={error.message} /> : (
        <Facts
          facts={[
            fact("Lag", numbers.duration(data.lag_ms), "How late its timers fire, the worst of the last second"),
            fact("Longest block", numbers.duration(data.longest_block_ms), "of the last five minutes"),
            fact("Admin requests", numbers.count(data.admin_rq_total), "http.admin.downstream_rq_total"),
            fact("Their time, p50", numbers.duration(data.admin_rq_p50), "http.admin.downstream_rq_time"),
            fact("Their time, p99", numbers.duration(data.admin_rq_p99), "http.admin.downstream_rq_time"),
            fact("Event streams", numbers.count(data.sse_clients), "/api/v1/events"),
            fact("Heap", numbers.quantity(data.heap_bytes, "B"), "Deno.memoryUsage() of its isolate"),
            fact("Whole process", numbers.quantity(data.rss_bytes, "B"), "resident memory"),
          ]}
        />
      )}
    </Panel>
  );
}
