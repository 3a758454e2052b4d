/**
 * The hosts of a cluster: which are out, why, and when they come back; what each gets of the requests beside what it
 * should. One host's everything is in a drawer.
 */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import type { ClusterView, HostItem } from "../../src/admin/contract/clusters.ts";
import type { Page } from "../../src/admin/contract/page.ts";
import { listQuery } from "../model/clusters.ts";
import { ago, moment, span } from "../text/ages.ts";
import { HOST_LEVEL, placeText, reasonText } from "../text/host_words.ts";
import { errorTone, rate } from "../text/rates.ts";
import { joined, numbers } from "../text/units.ts";
import { HOST_MEANINGS, HOST_WORDS, SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Drawer, useOpenItem } from "./drawer.tsx";
import { Empty, Loading } from "./empty.tsx";
import { Facts } from "./facts.tsx";
import { FigureText } from "./figure.tsx";
import { HealthWord, ShareBar } from "./health_dot.tsx";
import { Icon } from "./icon.tsx";
import { usePolled } from "./use_polled.ts";
import { type Column, VirtualTable } from "./virtual_table.tsx";

const FIRST_ROWS = 200;
const MOST_ROWS = 5000;

const COLUMNS: readonly Column<HostItem>[] = [
  {
    id: "address",
    title: "Host",
    isName: true,
    isSortable: true,
    class: "col-name",
    cell: (host) => <HostName host={host} />,
  },
  { id: "problems", title: "Health", isSortable: true, class: "col-health", cell: (host) => <HostState host={host} /> },
  {
    id: "share",
    title: "Picks",
    source: "Share of the cluster's requests of the last minute, and what weights and priorities would give",
    isSortable: true,
    class: "is-wide-only",
    cell: (host) => <Picks host={host} />,
  },
  {
    id: "weight",
    title: "Weight",
    source: "As it is in force, slow start counted in",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ weight, effective_weight: now }) =>
      now === weight ? numbers.exact(weight) : `${weight} → ${now.toFixed(1)}`,
  },
  {
    id: "rps",
    title: "Req/s",
    isSortable: true,
    class: "number",
    cell: ({ rps }) => <FigureText figure={rate(rps)} source={SOURCES.hostRequests} />,
  },
  {
    id: "errors",
    title: "Errors",
    isSortable: true,
    class: "number",
    cell: ({ error_ratio }) => (
      <span class={`is-${errorTone(error_ratio) ?? "ok"}`}>
        <FigureText figure={numbers.percent(error_ratio)} source={SOURCES.hostErrors} />
      </span>
    ),
  },
  {
    id: "total",
    title: "Requests",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ stats }) => <FigureText figure={numbers.count(stats.rq_total)} source={SOURCES.hostRequests} />,
  },
  {
    id: "active",
    title: "Active",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ stats }) => <FigureText figure={numbers.count(stats.rq_active)} source="/clusters: rq_active" />,
  },
  {
    id: "cx",
    title: "Cx",
    class: "number is-wide-only",
    cell: ({ stats }) => <FigureText figure={numbers.count(stats.cx_active)} source={SOURCES.hostConnections} />,
  },
];

/** The tab. */
export function HostsTab({ view }: { view: ClusterView }): JSX.Element {
  const { router } = useConsole();
  const { name } = view.item;
  const limit = useSignal(FIRST_ROWS);
  const drawer = useOpenItem("host");
  const choice = {
    q: router.query("q"),
    problems: router.query("problems"),
    locality: router.query("locality"),
    sort: router.query("sort"),
  };
  const path = `/clusters/${encodeURIComponent(name)}/hosts`;
  const { data, error } = usePolled<Page<HostItem>>(`${path}?${listQuery(choice, limit.value)}`);
  const isFiltered = choice.q + choice.problems + choice.locality !== "";
  const open = data?.items.find(({ address }) => address === drawer.id);
  return (
    <section aria-label="Hosts">
      <div class="filters">
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Filter hosts</span>
          <input
            id="cluster-filter"
            type="search"
            placeholder="Address or host name"
            value={choice.q}
            onInput={(event) => router.setQuery("q", event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="button is-quiet"
          aria-pressed={choice.problems === "1"}
          onClick={() => router.setQuery("problems", choice.problems === "1" ? "" : "1")}
        >
          Problems only
        </button>
        <span class="aside">{detectionText(view)}</span>
      </div>
      {data === null
        ? error === null ? <Loading rows={6} /> : <Empty title="Cannot ask for the hosts">{error.message}</Empty>
        : data.items.length === 0
        ? (
          <Empty
            title={!isFiltered ? "This cluster has no hosts" : choice.q === "" ? "No host is out." : "No host matches"}
          >
            {!isFiltered && <p>Every request to it gets a 503.</p>}
          </Empty>
        )
        : (
          <VirtualTable
            label={`Hosts of ${name}`}
            class="hosts-table"
            columns={COLUMNS}
            rows={data.items}
            keyOf={({ address }) => address}
            rowClass={({ health }) => `host-row is-${HOST_LEVEL[health]}`}
            sort={choice.sort}
            onSort={(sort) => router.setQuery("sort", sort)}
            selected={drawer.id}
            onOpen={({ address }) => drawer.open(address)}
          />
        )}
      {data !== null && data.total > data.items.length && (
        <p class="more">
          {data.items.length} of {data.total} shown.{" "}
          <button type="button" class="button" onClick={() => limit.value = MOST_ROWS}>Show all</button>
        </p>
      )}
      {open !== undefined && <HostDrawer host={open} view={view} onClose={drawer.close} />}
    </section>
  );
}

/** A host in two lines: its address with its health, and why. */
export function HostLine({ host }: { host: HostItem }): JSX.Element {
  return (
    <p class="host-line">
      <HostName host={host} />
      <HostState host={host} />
    </p>
  );
}

function HostName({ host }: { host: HostItem }): JSX.Element {
  const about = [
    placeText(host.locality),
    host.priority === 0 ? "" : `priority ${host.priority}`,
    host.canary ? "canary" : "",
  ].filter((part) => part !== "").join(" · ");
  return (
    <span class="words">
      <span class="address">{host.address}</span>
      {host.hostname !== "" && <span class="aside">{host.hostname}</span>}
      {about !== "" && <span class="aside">{about}</span>}
    </span>
  );
}

function HostState({ host }: { host: HostItem }): JSX.Element {
  const { feed } = useConsole();
  const nowMs = feed.connection.serverNowMs();
  const level = HOST_LEVEL[host.health];
  const reason = reasonText(host, nowMs);
  return (
    <span>
      <span class="words">
        <HealthWord
          level={level}
          word={HOST_WORDS[host.health]}
          meaning={[HOST_MEANINGS[host.health], ...host.flags].join("\n")}
        />
        {level !== "ok" && (
          <span class="aside" title={`since ${moment(host.since_ms)}`}>for {span(nowMs - host.since_ms)}</span>
        )}
      </span>
      {reason !== "" && <span class="reason">{reason}</span>}
    </span>
  );
}

function Picks({ host: { pick_share: share, expected_share: expected } }: { host: HostItem }): JSX.Element {
  const words = `${joined(numbers.percent(share))} of the last minute's requests, expected ${
    joined(numbers.percent(expected))
  }`;
  return (
    <span class="share" title={words}>
      <ShareBar share={share ?? 0} />
      <span class="share-text">
        {joined(numbers.percent(share))}
        {expected !== null && <span class="aside">of {joined(numbers.percent(expected))}</span>}
      </span>
    </span>
  );
}

function HostDrawer({ host, view, onClose }: { host: HostItem; view: ClusterView; onClose: () => void }): JSX.Element {
  const { feed } = useConsole();
  const nowMs = feed.connection.serverNowMs();
  const { active_check: check, outlier, stats } = host;
  const threshold = view.outlier?.success_rate_threshold ?? null;
  return (
    <Drawer kind={`Host of ${view.item.name}`} title={host.address} onClose={onClose}>
      <HostState host={host} />
      <Facts
        facts={[
          ["Flags", host.flags.length === 0 ? "healthy" : host.flags.join(", ")],
          ["Host name", host.hostname || "–"],
          ["Locality", placeText(host.locality) || "–"],
          ["Priority", String(host.priority)],
          [
            "Weight",
            host.weight === host.effective_weight
              ? String(host.weight)
              : `${host.weight} configured, ${host.effective_weight.toFixed(2)} now (slow start)`,
          ],
          ["Picks", <Picks host={host} key="picks" />],
        ]}
      />
      <section>
        <h3>Health check</h3>
        {check === null
          ? <p class="aside">{view.health_checks.length === 0 ? "None is configured." : "No result yet."}</p>
          : (
            <Facts
              facts={[
                ["Result", `${check.result} (${check.consecutive} in a row)`],
                ["Took", joined(numbers.duration(check.latency_ms))],
                ["Last", ago(nowMs - check.last_ms)],
                ["Next", check.next_ms > nowMs ? `in ${span(check.next_ms - nowMs + 999)}` : "now"],
              ]}
            />
          )}
      </section>
      <section>
        <h3>Outlier detection</h3>
        {outlier === null ? <p class="aside">Off for this cluster.</p> : (
          <Facts
            facts={[
              ["Ejected", outlier.ejected ? `${outlier.kind}, for ${span(nowMs - outlier.since_ms!)}` : "no"],
              [
                "Returns",
                outlier.until_ms === null ? "–" : `in ${span(outlier.until_ms - nowMs + 999)} at the earliest`,
              ],
              ["Ejections", `${outlier.times}${outlier.kind === null ? "" : `, the last: ${outlier.kind}`}`],
              [
                "Success rate",
                outlier.success_rate === null
                  ? "too few requests"
                  : `${outlier.success_rate.toFixed(1)} %${
                    threshold === null ? "" : `, ejected below ${threshold.toFixed(1)} %`
                  }`,
              ],
            ]}
          />
        )}
      </section>
      <section>
        <h3>Stats</h3>
        <Facts facts={Object.entries(stats).map(([name, value]) => [name, numbers.exact(value)] as const)} />
      </section>
    </Drawer>
  );
}

/** Who finds out about hosts here. */
function detectionText({ health_checks: checks, outlier }: ClusterView): string {
  const asked = checks.map(({ what, interval_ms }) => `${what} every ${joined(numbers.duration(interval_ms))}`);
  const first = checks.length === 0
    ? "No active health checks are configured, so health here is only what discovery and outlier detection say."
    : `Checked by ${asked.join(" and ")}.`;
  return `${first} Outlier detection is ${outlier === null ? "off" : "on"}.`;
}
