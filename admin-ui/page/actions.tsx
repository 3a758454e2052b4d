/** What an operator can have the process do, what it is doing, and what it did (spec/console.md 5.14). */

import type { ComponentChildren, JSX } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  type ActionItem,
  type ActionKind,
  type ActionRequest,
  type ActionsView,
  type BundleFile,
  needsConfirm,
} from "../../src/admin/contract/actions.ts";
import { ACTION_TEXTS, ActionsModel, countdownS, split } from "../model/actions.ts";
import { ConfirmDialog } from "../part/confirm_dialog.tsx";
import { useConsole } from "../part/context.ts";
import { Empty, Loading } from "../part/empty.tsx";
import { Panel } from "../part/panel.tsx";
import { clock } from "../text/ages.ts";

/** What the reader is asked to confirm. */
interface Asked {
  readonly kind: ActionKind;
  readonly request: Omit<ActionRequest, "reason">;
}

/** The page. */
export function Page(): JSX.Element {
  const { feed } = useConsole();
  const asked = useSignal<Asked | null>(null);
  const view = feed.model("actions", () => new ActionsModel()).view.value;
  const ask = (kind: ActionKind, request: Asked["request"] = {}) => asked.value = { kind, request };
  if (view === null) return <Loading rows={8} />;
  const { running, over } = split(view);
  return (
    <div class="actions">
      <h1 class="page-title">Actions</h1>
      {running.length > 0 && (
        <Panel id="running" title="Under way" count={`${running.length}`}>
          {running.map((item) => <RunCard item={item} key={item.id} />)}
        </Panel>
      )}
      <Panel id="offers" title="What can be done">
        <div class="cards">
          <Card kind={view.health_check_failed ? "healthcheck_ok" : "healthcheck_fail"} ask={ask}>
            Now: health checks {view.health_check_failed ? "fail" : "are answered as they find"}
          </Card>
          <DrainCard view={view} ask={ask} />
          <ShutdownCard ask={ask} />
          <Card kind="reset_counters" ask={ask} />
          <Card kind="reopen_logs" ask={ask} />
          <BundleCard />
        </div>
      </Panel>
      <Panel id="done" title="Done" count={`${over.length}`}>
        {over.length === 0
          ? <Empty title="Nothing was asked for since the process started" />
          : <History items={over} />}
      </Panel>
      {asked.value !== null && <Confirm asked={asked.value} view={view} onClose={() => asked.value = null} />}
    </div>
  );
}

function Confirm({ asked: { kind, request }, view, onClose }: {
  asked: Asked;
  view: ActionsView;
  onClose: () => void;
}): JSX.Element {
  const { api } = useConsole();
  const isFinal = needsConfirm(kind, request), { title, what } = ACTION_TEXTS[kind];
  return (
    <ConfirmDialog
      title={title}
      typed={isFinal ? view.confirm_text : null}
      onClose={onClose}
      onDo={(reason) =>
        api.send("POST", `/actions/${kind}`, { ...request, reason, ...isFinal ? { confirm: view.confirm_text } : {} })}
    >
      <p>{what}</p>
    </ConfirmDialog>
  );
}

function Card({ kind, ask, request, children }: {
  kind: ActionKind;
  ask: (kind: ActionKind, request?: Asked["request"]) => void;
  request?: Asked["request"];
  children?: ComponentChildren;
}): JSX.Element {
  const { session } = useConsole();
  const { title, what, role } = ACTION_TEXTS[kind], refusal = session.refusal(role);
  return (
    <article class="card" aria-label={title}>
      <h3>{title}</h3>
      <p class="aside">{what}</p>
      {children !== undefined && <div class="card-state">{children}</div>}
      <div class="form-row">
        <button type="button" class="button" disabled={refusal !== null} onClick={() => ask(kind, request)}>
          {title}…
        </button>
        {refusal !== null && <span class="aside">{refusal}</span>}
      </div>
    </article>
  );
}

function DrainCard({ view, ask }: { view: ActionsView; ask: Parameters<typeof Card>[0]["ask"] }): JSX.Element {
  const direction = useSignal<"all" | "inbound">("all"), how = useSignal("graceful");
  const request = {
    direction: direction.value,
    graceful: how.value !== "now",
    skip_exit: how.value === "keep",
  };
  return (
    <Card kind="drain" ask={ask} request={request}>
      <p>
        Now: {view.stopped !== null
          ? `${view.stopped} listeners are stopped`
          : view.draining !== null
          ? `${view.draining} listeners drain`
          : "no listener drains"}
      </p>
      <div class="form-row">
        <label>
          Listeners{" "}
          <select
            value={direction.value}
            onChange={({ currentTarget }) => direction.value = currentTarget.value === "all" ? "all" : "inbound"}
          >
            <option value="all">all</option>
            <option value="inbound">inbound</option>
          </select>
        </label>
        <label>
          Sockets{" "}
          <select value={how.value} onChange={({ currentTarget }) => how.value = currentTarget.value}>
            <option value="graceful">close after {view.drain_time_s} s</option>
            <option value="now">close now</option>
            <option value="keep">stay open (can be undone)</option>
          </select>
        </label>
      </div>
    </Card>
  );
}

function ShutdownCard({ ask }: { ask: Parameters<typeof Card>[0]["ask"] }): JSX.Element {
  const notice = useSignal(5), wait = useSignal(30);
  const field = (title: string, value: typeof notice) => (
    <label>
      {title}{" "}
      <input
        type="number"
        min="0"
        max="3600"
        value={value.value}
        onInput={({ currentTarget }) => value.value = Math.max(0, Number(currentTarget.value) || 0)}
      />
    </label>
  );
  return (
    <Card kind="shutdown" ask={ask} request={{ notice_s: notice.value, wait_s: wait.value }}>
      <div class="form-row">
        {field("Seconds for load balancers", notice)}
        {field("for connections", wait)}
      </div>
    </Card>
  );
}

function BundleCard(): JSX.Element {
  const { api } = useConsole();
  const files = useSignal<readonly BundleFile[] | null>(null), error = useSignal("");
  useEffect(() => {
    api.get<{ items: BundleFile[] }>("/support-bundle/files").then(
      ({ items }) => files.value = items,
      (refused) => error.value = String(refused.message),
    );
  }, []);
  return (
    <article class="card" aria-label="Support bundle">
      <h3>Support bundle</h3>
      <p class="aside">One tar for whoever helps; secrets are redacted. In it:</p>
      <ul class="card-state bundle">
        {(files.value ?? []).map(({ name, text }) => (
          <li key={name} title={text}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
      {error.value !== "" && <p class="form-error">{error.value}</p>}
      <div class="form-row">
        <a class="button" href="/api/v1/support-bundle" download>Download</a>
      </div>
    </article>
  );
}

function RunCard({ item }: { item: ActionItem }): JSX.Element {
  const { api, feed, session } = useConsole();
  const error = useSignal(""), nowMs = feed.connection.serverNowMs();
  const refusal = session.refusal("operator");
  const abort = () => api.send("DELETE", `/actions/${item.id}`, {}).catch((refused) => error.value = refused.message);
  return (
    <article class="card action-run" aria-label={ACTION_TEXTS[item.kind].title}>
      <h3>{ACTION_TEXTS[item.kind].title}</h3>
      <p class="aside">{item.actor} at {clock(item.started_ms)}{item.reason === "" ? "" : `: ${item.reason}`}</p>
      <ol class="phases" aria-live="polite">
        {item.phases.map((phase) => {
          const left = countdownS(phase, nowMs);
          return (
            <li key={phase.id} class={`is-${phase.state}`} aria-current={phase.state === "active" ? "step" : undefined}>
              <span>{phase.text}</span>
              <span class="unseen">{phase.state}</span>
              {left !== null && <b class="phase-left">{left} s</b>}
            </li>
          );
        })}
      </ol>
      {item.listeners.length > 0 && (
        <p>
          Connections left: {item.listeners.map(({ name, active_cx }) => `${name} ${active_cx}`).join(", ")}; requests:
          {" "}
          {item.active_rq}
        </p>
      )}
      {item.can_abort && (
        <div class="form-row">
          <button type="button" class="button" disabled={refusal !== null} onClick={abort}>Break off</button>
          {refusal !== null && <span class="aside">{refusal}</span>}
        </div>
      )}
      {error.value !== "" && <p class="form-error" role="alert">{error.value}</p>}
    </article>
  );
}

function History({ items }: { items: readonly ActionItem[] }): JSX.Element {
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Action</th>
            <th scope="col">Who</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>{clock(item.started_ms)}</td>
              <td>{ACTION_TEXTS[item.kind].title}{item.state === "aborted" ? " (broken off)" : ""}</td>
              <td>{item.actor}</td>
              <td>{item.result}{item.reason === "" ? "" : ` – ${item.reason}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
