/** One cluster's page: what it is and how it is, and tabs for the rest. */

import type { JSX } from "preact";
import type { ClusterView } from "../../src/admin/contract/clusters.ts";
import { pathOf } from "../router.ts";
import { rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { BreakersTab } from "./cluster_breakers.tsx";
import { EventsTab, UsesTab } from "./cluster_events.tsx";
import { HostsTab } from "./cluster_hosts.tsx";
import { LbTab } from "./cluster_lb.tsx";
import { TrafficTab } from "./cluster_traffic.tsx";
import { ClusterFlags, ClusterHealth, HostsBar, PANIC_MEANING } from "./cluster_words.tsx";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { CopyCurl } from "./copy_curl.tsx";
import { Empty, Loading } from "./empty.tsx";
import { FigureText } from "./figure.tsx";
import { Tabs } from "./tabs.tsx";
import { usePolled } from "./use_polled.ts";

const TABS: Readonly<Record<string, { title: string; Tab: (props: { view: ClusterView }) => JSX.Element }>> = {
  hosts: { title: "Hosts", Tab: HostsTab },
  traffic: { title: "Traffic", Tab: TrafficTab },
  breakers: { title: "Circuit breakers", Tab: BreakersTab },
  lb: { title: "Load balancing", Tab: LbTab },
  events: { title: "Events", Tab: EventsTab },
  uses: { title: "Used by", Tab: UsesTab },
};

/** `tab` is a step of the path; an unknown one is the first. */
export function ClusterDetail({ name, tab }: { name: string; tab: string }): JSX.Element {
  const { pages } = useConsole();
  const { data: view, error } = usePolled<ClusterView>(`/clusters/${encodeURIComponent(name)}`);
  const current = Object.hasOwn(TABS, tab) ? tab : "hosts";
  const { Tab } = TABS[current]!;
  const item = view?.item;
  const tabs = Object.entries(TABS).map(([step, { title }]) => ({
    href: pathOf("clusters", name, ...step === "hosts" ? [] : [step]),
    title,
    count: step === "hosts" ? item?.hosts_total : undefined,
    level: step === "hosts" ? item?.level : undefined,
  }));
  if (pages.some(({ step }) => step === "config")) {
    tabs.push({ href: pathOf("config", "clusters", name), title: "Config", count: undefined, level: undefined });
  }
  return (
    <div class="clusters-page">
      <header class="page-head">
        <a href={pathOf("clusters")}>Clusters</a>
        <h1 tabIndex={-1}>{name}</h1>
        <CopyButton text={name} hint="Copy its name" />
        <div class="panel-tools">
          <CopyCurl
            paths={[
              `/clusters?format=json&filter=${encodeURIComponent(`^${escaped(name)}$`)}`,
              `/api/v1/clusters/${encodeURIComponent(name)}`,
            ]}
          />
        </div>
      </header>
      {item !== undefined && (
        <p class="cluster-line words">
          <ClusterHealth item={item} />
          <HostsBar item={item} />
          <ClusterFlags item={item} />
          <span class="aside">
            {item.type} · {item.lb_policy} · {item.source === "static" ? "static" : `CDS version ${item.version_info}`}
          </span>
          <span>
            <FigureText figure={rate(item.rps)} source={SOURCES.clusterRate} />
          </span>
          <span>
            errors <FigureText figure={numbers.percent(item.error_ratio)} source={SOURCES.clusterErrors} />
          </span>
          <span>
            p99 <FigureText figure={numbers.duration(item.p99)} source={SOURCES.clusterLatency} />
          </span>
        </p>
      )}
      {item?.is_panicking && <p class="note is-warn">Panic: {PANIC_MEANING}.</p>}
      <Tabs
        label={`Of ${name}`}
        tabs={tabs}
        current={pathOf("clusters", name, ...current === "hosts" ? [] : [current])}
      />
      {error !== null && view !== null && <p class="note is-warn" role="status">Not up to date: {error.message}</p>}
      {view === null
        ? error === null ? <Loading rows={6} /> : (
          <Empty title={error.message}>
            <a href={pathOf("clusters")}>All clusters</a>
          </Empty>
        )
        : <Tab view={view} />}
    </div>
  );
}

/** A name as a part of a regular expression. */
function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
