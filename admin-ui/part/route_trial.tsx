/** The route tester's form: a request, typed or pasted as a `curl` command, and what the proxy says of it. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RouteTestResult } from "../../src/admin/contract/route_trial.ts";
import { formOfCurl, formOfQuery, queryOf, requestOf, type TrialForm } from "../model/route_trial.ts";
import { useConsole } from "./context.ts";
import { Empty } from "./empty.tsx";
import { RouteVerdict } from "./route_verdict.tsx";

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT"];

/** What came of the last question. */
interface Outcome {
  readonly result: RouteTestResult | null;
  readonly error: string;
}

/** `listeners`: those that serve HTTP. */
export function RouteTrial({ listeners }: { listeners: readonly string[] }): JSX.Element {
  const { api, router, feed } = useConsole();
  const form = formOfQuery((name) => router.query(name));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isAsking, setAsking] = useState(false);
  const readOnly = feed.overview.latest.value?.server.read_only_reason ?? null;
  const change = (fields: Partial<TrialForm>) => {
    for (const [name, value] of queryOf({ ...form, ...fields })) router.setQuery(name, value);
  };
  const ask = async (send: boolean) => {
    const request = requestOf(form);
    if (typeof request === "string") return setOutcome({ result: null, error: request });
    setAsking(true);
    try {
      const result = await api.send<RouteTestResult>("POST", "/routes/test", { ...request, ...send ? { send } : {} });
      setOutcome({ result, error: "" });
    } catch (error) {
      setOutcome({ result: null, error: error instanceof Error ? error.message : String(error) });
    } finally {
      setAsking(false);
    }
  };
  // A link that was shared shows what its sender saw.
  useEffect(() => {
    if (form.url !== "") void ask(false);
  }, []);
  return (
    <div class="trial">
      <form
        class="panel trial-form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(false);
        }}
      >
        <div class="trial-line">
          <label>
            Method
            <select value={form.method} onChange={(event) => change({ method: event.currentTarget.value })}>
              {[...new Set([...METHODS, form.method])].map((method) => <option key={method}>{method}</option>)}
            </select>
          </label>
          <label class="trial-url">
            URL, or a whole curl command
            <input
              type="text"
              spellcheck={false}
              placeholder="http://shop.example/cart?id=1"
              value={form.url}
              onInput={({ currentTarget }) => change(formOfCurl(currentTarget.value) ?? { url: currentTarget.value })}
            />
          </label>
        </div>
        <label>
          Headers, a line each
          <textarea
            rows={3}
            spellcheck={false}
            placeholder="x-env: canary"
            value={form.headers}
            onInput={(event) => change({ headers: event.currentTarget.value })}
          />
        </label>
        <div class="trial-line">
          <label>
            Listener
            <select value={form.listener} onChange={(event) => change({ listener: event.currentTarget.value })}>
              <option value="">the first that fits</option>
              {listeners.map((name) => <option value={name} key={name}>{name}</option>)}
            </select>
          </label>
          <label>
            Client address
            <input
              type="text"
              placeholder="127.0.0.1"
              value={form.sourceIp}
              onInput={(event) => change({ sourceIp: event.currentTarget.value })}
            />
          </label>
          <label>
            Draw (0–99 walks percentages)
            <input
              type="text"
              inputMode="numeric"
              placeholder="by chance"
              value={form.random}
              onInput={(event) => change({ random: event.currentTarget.value })}
            />
          </label>
        </div>
        <div class="trial-buttons">
          <button type="submit" class="button is-main" disabled={isAsking}>Explain</button>
          <button
            type="button"
            class="button"
            disabled={isAsking || readOnly !== null}
            title={readOnly ?? "Sends it through the listener's own socket, too"}
            onClick={() => void ask(true)}
          >
            Send for real
          </button>
        </div>
      </form>
      <div role="status">
        {outcome === null
          ? (
            <Empty title="Where would this request go?">
              Explain sends nothing: the proxy runs its own routing over the request and tells every step.
            </Empty>
          )
          : outcome.result === null
          ? <Empty title="No answer">{outcome.error}</Empty>
          : <RouteVerdict result={outcome.result} />}
      </div>
    </div>
  );
}
