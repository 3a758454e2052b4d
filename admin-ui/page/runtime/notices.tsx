/** What changes the meaning of the page: nothing can be edited, overrides are off, a change waits, one runs out. */

import type { JSX } from "preact";
import type { RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { countdown } from "../../model/runtime/expiry.ts";
import { adminLayerOf } from "../../model/runtime/view.ts";
import { useConsole } from "../../part/context.ts";
import { CopyButton } from "../../part/copy_button.tsx";
import { LevelIcon } from "../../part/icon.tsx";
import { pathOf } from "../../router.ts";
import { ADMIN_LAYER_YAML } from "../../text/runtime_words.ts";
import { useDesk, useReadOnlyReason, useRefusal } from "./desk.ts";

/** Values that go so soon are told at the top. */
const SOON_MS = 5 * 60_000;

/** All that hold now. */
export function Notices({ view }: { view: RuntimeView }): JSX.Element {
  const admin = adminLayerOf(view);
  const above = admin < 0 ? [] : view.layers.slice(admin + 1);
  return (
    <div class="notices">
      <PendingNotices view={view} />
      {view.parked !== null && <Parked count={view.parked.length} />}
      {admin < 0 && view.layers.length > 0 && <NoAdminLayer />}
      {above.length > 0 && (
        <p class="notice is-info">
          <LevelIcon level="info" />
          <span>
            {above.map(({ name }) => name).join(", ")} {above.length === 1 ? "lies" : "lie"}{" "}
            above the admin layer: where it has a value, an edit here has no effect.
          </span>
        </p>
      )}
      {view.layers.filter(({ state }) => state === "error").map(({ name, error }) => (
        <p class="notice is-warn" key={name}>
          <LevelIcon level="warn" />
          <span>Layer {name} does not count: {error}</span>
        </p>
      ))}
      <RunningOut view={view} />
    </div>
  );
}

/** Changes that go back unless somebody keeps them. */
export function PendingNotices({ view }: { view: RuntimeView }): JSX.Element {
  return <>{view.pending.map((pending) => <Pending key={pending.change_id} pending={pending} />)}</>;
}

function Pending({ pending }: { pending: RuntimeView["pending"][number] }): JSX.Element {
  const { feed } = useConsole();
  const { changes, model } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const { change_id: id, until_ms: untilMs, actor, keys } = pending;
  const isDisabled = readOnly !== null || changes.state.value.kind === "sending";
  return (
    <div class="notice is-warn" role="alert">
      <LevelIcon level="warn" />
      <span>
        Change {id} by {actor} ({keys.length === 1 ? keys[0] : `${keys.length} keys`}) goes back in{" "}
        <b>{countdown(untilMs - feed.connection.serverNowMs())}</b> unless it is kept
      </span>
      <button type="button" class="button is-main" disabled={isDisabled} onClick={() => changes.keep(id)}>
        Keep
      </button>
      <button type="button" class="button" disabled={isDisabled} onClick={() => changes.undo(id)}>Revert now</button>
    </div>
  );
}

function Parked({ count }: { count: number }): JSX.Element {
  const { dialog } = useDesk();
  const refusal = useRefusal();
  return (
    <div class="notice is-warn">
      <LevelIcon level="warn" />
      <span>All overrides are disabled: {count} {count === 1 ? "value is" : "values are"} parked and do not count</span>
      <button
        type="button"
        class="button is-main"
        disabled={refusal !== null}
        title={refusal ?? undefined}
        onClick={() => dialog.value = { kind: "enable" }}
      >
        Re-enable…
      </button>
      <button
        type="button"
        class="button"
        disabled={refusal !== null}
        title={refusal ?? undefined}
        onClick={() => dialog.value = { kind: "discard" }}
      >
        Discard…
      </button>
    </div>
  );
}

function NoAdminLayer(): JSX.Element {
  return (
    <div class="notice is-info no-admin-layer">
      <LevelIcon level="info" />
      <div>
        <p>
          This bootstrap lists <code>layered_runtime.layers</code>{" "}
          without an admin layer, so values can be seen but not edited here. Add this as the last layer and restart:
        </p>
        <pre class="starter" tabIndex={0}>{ADMIN_LAYER_YAML}</pre>
        <CopyButton text={ADMIN_LAYER_YAML} label="Copy" />
      </div>
    </div>
  );
}

function RunningOut({ view }: { view: RuntimeView }): JSX.Element | null {
  const { feed } = useConsole();
  const nowMs = feed.connection.serverNowMs();
  const soon = view.entries.filter(({ admin }) => admin?.expires_ms != null && admin.expires_ms - nowMs < SOON_MS);
  if (soon.length === 0) return null;
  const first = soon.reduce((a, b) => a.admin!.expires_ms! <= b.admin!.expires_ms! ? a : b);
  return (
    <p class="notice is-info">
      <LevelIcon level="info" />
      <span>
        {soon.length === 1 ? "1 override expires" : `${soon.length} overrides expire`} soon: the first,{" "}
        <a href={pathOf("runtime", "key", first.key)}>{first.key}</a>, in{" "}
        <b>{countdown(first.admin!.expires_ms! - nowMs)}</b>
      </span>
    </p>
  );
}
