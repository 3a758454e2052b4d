/** What became of a cluster and its hosts, and who names it. */

import type { JSX } from "preact";
import type { ClusterEvent, ClusterUseItem, ClusterView } from "../../src/admin/contract/clusters.ts";
import type { Page } from "../../src/admin/contract/page.ts";
import { consolePath } from "../router.ts";
import { ago, clock, moment } from "../text/ages.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { LevelIcon } from "./icon.tsx";
import { PlainTable } from "./plain_table.tsx";
import { usePolled } from "./use_polled.ts";

/** Who names a cluster changes with the configuration only. */
const USES_EVERY_S = 30;

/** The tab of events. */
export function EventsTab({ view }: { view: ClusterView }): JSX.Element {
  const { feed } = useConsole();
  const { data, error } = usePolled<Page<ClusterEvent>>(`/clusters/${encodeURIComponent(view.item.name)}/events`);
  if (data === null) return error === null ? <Loading rows={6} /> : <Empty title={error.message} />;
  if (data.items.length === 0) {
    return (
      <Empty title="Nothing happened to it of late">
        <p>
          The last thousand ejections, changes of health and of members of all clusters are kept. No host is ejected:
          outlier detection is {view.outlier === null ? "off" : "on"} for this cluster.
        </p>
      </Empty>
    );
  }
  return (
    <ol class="events">
      {data.items.map(({ id, at_ms: atMs, level, address, text }) => (
        <li class="event" key={id}>
          <LevelIcon level={level} />
          <span class="event-text">
            {address !== "" && <span class="address">{address}</span>} {text}
          </span>
          <time class="event-time" dateTime={new Date(atMs).toISOString()} title={moment(atMs)}>
            <span class="event-ago">{ago(feed.connection.serverNowMs() - atMs)}</span> {clock(atMs)}
          </time>
        </li>
      ))}
    </ol>
  );
}

/** The tab of who names it. */
export function UsesTab({ view }: { view: ClusterView }): JSX.Element {
  const path = `/clusters/${encodeURIComponent(view.item.name)}/uses`;
  const { data, error } = usePolled<Page<ClusterUseItem>>(path, USES_EVERY_S);
  if (data === null) return error === null ? <Loading rows={4} /> : <Empty title={error.message} />;
  if (data.items.length === 0) {
    return (
      <Empty title="Nothing names this cluster">
        <p>No route, filter or other cluster has its name; a request can still reach it by a header.</p>
      </Empty>
    );
  }
  return (
    <PlainTable
      label="Used by"
      head={["Where", "Kind", "Stands in"]}
      rows={data.items.map(({ kind, owner, where, link }) => [
        where || owner,
        kind,
        link === "" ? owner : <a href={consolePath(link)} key="link">{owner}</a>,
      ])}
    />
  );
}
