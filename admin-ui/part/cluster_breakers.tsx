/**
 * Circuit breakers: how much of each limit is used, where the limit comes from, and the way to change it now. And the
 * settings of outlier detection, whose runtime keys are those of all clusters.
 */

import type { JSX } from "preact";
import type { BreakerGauge, ClusterView, OutlierSetting } from "../../src/admin/contract/clusters.ts";
import { pathOf } from "../router.ts";
import { numbers } from "../text/units.ts";
import { TrafficTable } from "./cluster_traffic.tsx";
import { StateStrip } from "./health_dot.tsx";
import { Panel } from "./panel.tsx";

const WORDS: Readonly<Record<string, string>> = {
  max_connections: "Connections",
  max_pending_requests: "Pending requests",
  max_requests: "Requests",
  max_retries: "Retries",
  max_connection_pools: "Connection pools",
};

/** From this share of a limit on it is worth a look. */
const NEAR = 0.8;

/** The tab. */
export function BreakersTab({ view }: { view: ClusterView }): JSX.Element {
  return (
    <div class="tab-board">
      {(["default", "high"] as const).map((priority) => (
        <Panel
          id={`breakers-${priority}`}
          title={`${priority === "default" ? "Default" : "High"} priority`}
          key={priority}
        >
          <BreakerGauges breakers={view.breakers.filter((breaker) => breaker.priority === priority)} />
        </Panel>
      ))}
      <Panel id="rejects" title="Rejected so far">
        <TrafficTable figures={view.rejects} label="Rejected so far" />
      </Panel>
      <OutlierPanel view={view} />
    </div>
  );
}

/** One row for each limit. */
export function BreakerGauges({ breakers, isShort }: {
  breakers: readonly BreakerGauge[];
  /** Without sources and links. */
  isShort?: boolean;
}): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Limits">
      <table class="table">
        <thead class={isShort === true ? "unseen" : undefined}>
          <tr>
            <th scope="col">Limit</th>
            <th scope="col">Used</th>
            <th scope="col" class="number">Of</th>
            {isShort !== true && <th scope="col">Source</th>}
          </tr>
        </thead>
        <tbody>
          {breakers.map((breaker) => <BreakerRow key={breaker.name} breaker={breaker} isShort={isShort === true} />)}
        </tbody>
      </table>
    </div>
  );
}

function BreakerRow({ breaker, isShort }: { breaker: BreakerGauge; isShort: boolean }): JSX.Element {
  const { name, used, max, configured, budget_percent: budget, runtime_key: key, by_runtime: isByRuntime } = breaker;
  const share = max === null ? 0 : max === 0 ? 1 : Math.min(1, used / max);
  const tone = share >= 1 && max !== 0 ? "bad" : share >= NEAR && max !== 0 ? "warn" : "ok";
  return (
    <tr>
      <th scope="row" title={name}>{WORDS[name] ?? name}</th>
      <td>
        <span class="gauge">
          <span class={`gauge-text is-${tone}`}>{numbers.exact(used)}</span>
          <StateStrip parts={[{ tone, count: share }, { tone: "idle", count: 1 - share }]} />
        </span>
      </td>
      <td class="number">{max === null ? "no limit" : numbers.exact(max)}</td>
      {!isShort && (
        <td>
          <span class="words">
            {budget !== null ? <span>a budget of {budget} % of active requests</span> : isByRuntime
              ? (
                <span>
                  runtime <code>{key}</code>
                  <span class="aside">
                    , configured: {configured === null ? "no limit" : numbers.exact(configured)}
                  </span>
                </span>
              )
              : <span class="aside">configuration</span>}
            <a href={pathOf("runtime", "key", key)} aria-label={`Change ${name}`}>change</a>
          </span>
        </td>
      )}
    </tr>
  );
}

function OutlierPanel({ view: { outlier } }: { view: ClusterView }): JSX.Element {
  if (outlier === null) {
    return (
      <Panel id="outliers" title="Outlier detection">
        <p class="note">
          Off for this cluster: it has no <code>outlier_detection</code>, so no host is ejected for its errors.
        </p>
      </Panel>
    );
  }
  return (
    <Panel id="outliers" title="Outlier detection" count={`${outlier.ejected} ejected`}>
      <p class="note">
        Success rate: {outlier.success_rate_average === null
          ? "too few requests or hosts to compare"
          : `${outlier.success_rate_average.toFixed(1)} % on average, hosts below ${
            outlier.success_rate_threshold!.toFixed(1)
          } % are ejected`}. The runtime keys below go for <b>all</b> clusters of this proxy.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Settings">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col" class="number">Value</th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>{outlier.settings.map((setting) => <SettingRow key={setting.name} setting={setting} />)}</tbody>
        </table>
      </div>
    </Panel>
  );
}

function SettingRow({ setting }: { setting: OutlierSetting }): JSX.Element {
  const { name, value, configured, runtime_key: key, by_runtime: isByRuntime } = setting;
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td class="number">{numbers.exact(value)}</td>
      <td>
        <span class="words">
          {isByRuntime
            ? <span>runtime, configured: {numbers.exact(configured)}</span>
            : <span class="aside">configuration</span>}
          <a href={pathOf("runtime", "key", key)} aria-label={`change for all clusters: ${key}`}>change for all</a>
        </span>
      </td>
    </tr>
  );
}
