/** One host of a cluster: its address, its health in words with the reason, its numbers. */

import type { JSX } from "preact";
import type { HostItem } from "../../src/admin/contract/clusters.ts";
import { HOST_LEVEL } from "../model/clusters.ts";
import { moment, span } from "../text/ages.ts";
import { errorTone, rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { HOST_MEANINGS, HOST_WORDS, SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { NumberCell } from "./figure.tsx";
import { HealthWord } from "./health_dot.tsx";

/** A row of the cluster table. */
export function HostRow({ host }: { host: HostItem }): JSX.Element {
  const { feed } = useConsole();
  const level = HOST_LEVEL[host.health];
  const isWell = level === "ok";
  return (
    <tr class={`host-row is-${level}`}>
      <th scope="row">
        <span class="words">
          <span class="address">{host.address}</span>
          {host.hostname !== "" && <span class="aside">{host.hostname}</span>}
          {placeOf(host) !== "" && <span class="aside">{placeOf(host)}</span>}
        </span>
        {!isWell && host.reason !== "" && <span class="reason">{host.reason}</span>}
      </th>
      <td>
        <span class="words">
          <HealthWord level={level} word={HOST_WORDS[host.health]} meaning={meaningOf(host)} />
          {!isWell && (
            <span class="aside" title={`since ${moment(host.since_ms)}`}>
              for {span(feed.connection.serverNowMs() - host.since_ms)}
            </span>
          )}
        </span>
      </td>
      <NumberCell figure={rate(host.rps)} source={SOURCES.clusterRate} />
      <NumberCell
        figure={numbers.percent(host.error_ratio)}
        source={SOURCES.hostErrors}
        tone={errorTone(host.error_ratio)}
      />
      <NumberCell figure={numbers.count(host.stats.rq_total)} source={SOURCES.hostRequests} isWideOnly />
      <NumberCell figure={numbers.count(host.stats.cx_active)} source={SOURCES.hostConnections} isWideOnly />
      <NumberCell
        figure={numbers.count(host.stats.cx_connect_fail)}
        source={SOURCES.connectFailures}
        tone={host.health === "failing" ? "bad" : undefined}
        isWideOnly
      />
    </tr>
  );
}

function meaningOf(host: HostItem): string {
  return [HOST_MEANINGS[host.health], ...host.flags].join("\n");
}

function placeOf(host: HostItem): string {
  const { region, zone, sub_zone: subZone } = host.locality;
  const place = [region, zone, subZone].filter((part) => part !== "").join("/");
  const weight = host.weight === 1 ? "" : `weight ${host.weight}`;
  const priority = host.priority === 0 ? "" : `priority ${host.priority}`;
  return [place, weight, priority, host.canary ? "canary" : ""].filter((part) => part !== "").join(" · ");
}
