/** What the route tester found: the path taken, what happens, and which headers change. */

import type { ComponentChildren, JSX } from "preact";
import type { RouteStep, RouteTestAction, RouteTestResult } from "../../src/admin/contract/route_trial.ts";
import { consolePath, pathOf } from "../router.ts";
import { joined, numbers } from "../text/units.ts";
import { Facts } from "./facts.tsx";
import { LevelIcon } from "./icon.tsx";
import { PlainTable } from "./plain_table.tsx";

/** Draws it. */
export function RouteVerdict({ result }: { result: RouteTestResult }): JSX.Element {
  const { action, sent } = result;
  return (
    <div class="verdict-columns">
      <section class="panel" aria-label="Path taken">
        <h2>Path taken</h2>
        <ol class="trial-steps">{result.steps.map((step, at) => <Step key={at} step={step} />)}</ol>
      </section>
      <section class="panel" aria-label="What happens">
        <h2>{HEADINGS[action.kind](action)}</h2>
        <Facts facts={actionFacts(result)} />
        {action.weights !== undefined && (
          <PlainTable
            label="Weights"
            head={["Cluster", "Share", ""]}
            rows={action.weights.map(({ name, percent, chosen }) => [
              <a href={pathOf("clusters", name)} key={name}>{name}</a>,
              joined(numbers.percent(percent / 100)),
              chosen ? "chosen" : "",
            ])}
          />
        )}
        {action.hosts !== undefined && action.hosts.length > 0 && (
          <PlainTable
            label="Hosts"
            head={["Host", "Now"]}
            rows={action.hosts.map((
              { address, eligible, why },
            ) => [address, eligible ? `takes requests (${why})` : why])}
          />
        )}
        {action.body !== undefined && <pre class="trial-body">{action.body}</pre>}
        {sent !== undefined && (
          <>
            <h3>Sent for real</h3>
            <Facts
              facts={sent.error !== "" ? [["Answer", sent.error]] : [
                ["Answer", String(sent.status)],
                ["Took", joined(numbers.duration(sent.duration_ms))],
                ["Body", joined(numbers.quantity(sent.body_bytes, "B"))],
                ...sent.headers,
              ]}
            />
          </>
        )}
      </section>
      <section class="panel" aria-label="Headers">
        <h2>Headers</h2>
        <Headers title="Of the request" changes={result.request_headers} />
        <Headers title="Of the response" changes={result.response_headers} />
      </section>
    </div>
  );
}

const KINDS: Readonly<Record<RouteStep["kind"], string>> = {
  listener: "Listener",
  filter_chain: "Filter chain",
  hcm: "HTTP connection manager",
  scope: "Scope",
  virtual_host: "Virtual host",
  route: "Route",
};

function Step({ step: { kind, name, result, index, reason, link } }: { step: RouteStep }): JSX.Element {
  const place = index === undefined ? "" : ` ${index}`;
  const title = name === "" ? "" : name;
  return (
    <li class={`is-${result}`}>
      <LevelIcon level={result === "matched" ? "ok" : "info"} />
      <div>
        <p>
          {KINDS[kind]}
          {place} {link === "" ? <b>{title}</b> : <a href={consolePath(link)}>{title}</a>}
          {result === "skipped" && <span class="quiet is-aside">passed over</span>}
        </p>
        <p class="quiet">{reason}</p>
      </div>
    </li>
  );
}

const HEADINGS: Readonly<Record<RouteTestAction["kind"], (action: RouteTestAction) => string>> = {
  cluster: ({ cluster }) => `Goes to cluster ${cluster}`,
  weighted: ({ cluster }) => `Goes to cluster ${cluster}, by weight`,
  redirect: ({ status }) => `Redirected with ${status}`,
  direct_response: ({ status }) => `Answered ${status} by the route itself`,
  non_forwarding: () => "Not forwarded",
  refused: ({ status }) => `Refused with ${status} before any route was asked`,
  none: ({ status }) => `No route: answered ${status}`,
};

function actionFacts({ action, filters, runtime, route_config: table }: RouteTestResult) {
  const facts: [string, ComponentChildren][] = [];
  const add = (name: string, value: ComponentChildren | undefined) => {
    if (value !== undefined && value !== "") facts.push([name, value]);
  };
  add("Route table", table);
  if (action.cluster_state !== undefined && action.cluster_state !== "active") {
    add("Cluster is", `${action.cluster_state}${action.status === undefined ? "" : `: answered ${action.status}`}`);
  }
  add("Location", action.location);
  add("Path becomes", action.path_rewrite);
  add("Host becomes", action.host_rewrite);
  if (action.timeout_ms !== undefined) {
    add("Timeout", action.timeout_ms === 0 ? "off" : joined(numbers.duration(action.timeout_ms)));
  }
  if (action.retry !== undefined) {
    add("Retries", `${action.retry.num_retries} on ${action.retry.conditions.join(", ")}`);
  }
  add("Copies to", action.mirrors?.map(({ cluster }) => cluster).join(", "));
  for (const { name, disabled, per_route } of filters) {
    if (disabled || per_route) add(`Filter ${name}`, disabled ? "off for this route" : "set up anew by this route");
  }
  for (const { key, effective } of runtime) {
    add("Runtime", [
      <a href={pathOf("runtime", "key", key)} key={key}>{key}</a>,
      effective === null ? " not set" : ` = ${effective}`,
    ]);
  }
  return facts;
}

function Headers({ title, changes }: { title: string; changes: RouteTestResult["request_headers"] }): JSX.Element {
  if (changes.length === 0) return <p class="quiet">{title}: none changes</p>;
  return (
    <PlainTable
      label={title}
      head={[title, "Before", "After", "By"]}
      rows={changes.map(({ name, before, after, by }) => [name, before ?? "–", after ?? "removed", by])}
    />
  );
}
