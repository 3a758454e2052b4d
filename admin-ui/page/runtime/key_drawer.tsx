/** One key: what it is, who gives its value, the form that changes it, where it is used, what it does and did. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RuntimeCatalogItem, RuntimeEntry, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { wantedText } from "../../../src/admin/contract/runtime_check.ts";
import { defaultWords, outlookOf, shapeOf } from "../../model/runtime/outlook.ts";
import { isIgnored, similarKeys } from "../../model/runtime/rows.ts";
import { adminValueOf, entryOf } from "../../model/runtime/view.ts";
import { weightKeys } from "../../model/runtime/weights.ts";
import { useConsole } from "../../part/context.ts";
import { CopyButton } from "../../part/copy_button.tsx";
import { Loading } from "../../part/empty.tsx";
import { Drawer } from "../../part/drawer.tsx";
import { consolePath, pathOf } from "../../router.ts";
import { ago, moment } from "../../text/ages.ts";
import { READ_WORDS } from "../../text/runtime_words.ts";
import { ChangeRows, useHistory } from "./change_list.tsx";
import { useDesk, useReadOnlyReason } from "./desk.ts";
import { ExpiryBadge } from "./expiry_badge.tsx";
import { LiveStats } from "./live_stats.tsx";
import { PendingNotices } from "./notices.tsx";
import { ResultPanel } from "./result.tsx";
import { ValueEditor } from "./value_editor.tsx";
import { WeightsEditor } from "./weights_editor.tsx";

/** The drawer of a key. */
export function KeyDrawer({ name, view }: { name: string; view: RuntimeView }): JSX.Element {
  const { router } = useConsole();
  const { catalog } = useDesk();
  const entry = entryOf(view, name);
  const item = catalog.value?.get(name) ?? null;
  return (
    <Drawer
      kind={item?.group ?? "Runtime key"}
      title={name}
      tools={<CopyButton text={name} hint="Copy the key" />}
      onClose={() => router.go(pathOf("runtime"))}
    >
      <PendingNotices view={view} />
      <ResultPanel />
      {item !== null && <p class="drawer-lead">{item.description}</p>}
      {catalog.value !== null && item === null && entry?.known !== true && <UnknownKey name={name} />}
      {catalog.value === null ? <Loading rows={3} /> : <EditForm name={name} view={view} entry={entry} item={item} />}
      <LayerStack view={view} entry={entry} byDefault={defaultWords(item, entry)} />
      <Facts item={item} entry={entry} />
      <section>
        <h3>Now</h3>
        <LiveStats keys={[name]} />
      </section>
      <KeyHistory name={name} />
    </Drawer>
  );
}

function EditForm({ name, view, entry, item }: {
  name: string;
  view: RuntimeView;
  entry: RuntimeEntry | null;
  item: RuntimeCatalogItem | null;
}): JSX.Element {
  const { model: { tray, view: live }, dialog, catalog } = useDesk();
  const readOnly = useReadOnlyReason(live);
  const held = adminValueOf(view, name);
  const edit = tray.find(name);
  // What the form began with: the base of an edit, and what tells that somebody else was here.
  const [base, setBase] = useState(edit?.base ?? held);
  const start = held ?? entry?.effective ?? "";
  const [typed, setTyped] = useState<string | null>(edit?.value ?? null);
  const text = typed ?? start;
  const shape = shapeOf(item, entry);
  const outlook = outlookOf(view, entry, item, name, text);
  const weights = weightKeys(name, catalog.value ?? new Map());
  const isContested = held !== base && typed !== null && typed !== held;
  useEffect(() => {
    // Nothing is typed, or what was typed is applied: the form goes with what is in force.
    if (edit !== null || typed !== null && typed !== held) return;
    setTyped(null);
    setBase(held);
  }, [held, typed, edit]);
  const put = (value: string | null) => {
    tray.put({ key: name, value, base });
    setTyped(value);
  };
  const isDone = text === base || outlook.refusal !== null || (text === "" && typed === null);
  const standard = /^\d+(?:\.\d+)?|^(?:true|false)/.exec(item?.default?.replaceAll("\u202f", "") ?? "")?.[0];
  return (
    <form
      class="edit-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDone || readOnly !== null) return;
        put(text);
        dialog.value = { kind: "review" };
      }}
    >
      {isContested && (
        <div class="notice is-warn" role="alert">
          <p>
            {entry?.admin?.set_by ?? "Somebody"} changed this key meanwhile:{" "}
            {held === null ? "the override is gone" : (
              <>
                it has <code>{held}</code>
              </>
            )}
          </p>
          <button
            type="button"
            class="button"
            onClick={() => {
              setTyped(null);
              setBase(held);
              tray.drop(name);
            }}
          >
            Take theirs
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              setBase(held);
              tray.rebase(name, held);
            }}
          >
            Keep mine
          </button>
        </div>
      )}
      {weights.size > 0
        ? <WeightsEditor keys={weights} view={view} isDisabled={readOnly !== null} />
        : <ValueEditor shape={shape} text={text} isDisabled={readOnly !== null} onText={setTyped} />}
      {outlook.shadowedBy !== null && typed === null && (
        <p class="notice is-warn">
          Layer {outlook.shadowedBy} has a value for this key and lies above admin: yours is stored, not used
        </p>
      )}
      {typed !== null && outlook.warnings.map((warning) => <p class="notice is-warn" key={warning}>{warning}</p>)}
      {readOnly !== null && <p class="notice is-info">Read only: {readOnly}</p>}
      <div class="form-buttons">
        {weights.size > 0
          ? (
            <button
              type="button"
              class="button is-main"
              disabled={readOnly !== null || tray.edits.value.length === 0}
              onClick={() => dialog.value = { kind: "review" }}
            >
              Review change
            </button>
          )
          : (
            <>
              <button type="submit" class="button is-main" disabled={isDone || readOnly !== null}>
                Review change
              </button>
              <button
                type="button"
                class="button"
                disabled={isDone || readOnly !== null}
                onClick={() => put(text)}
              >
                Add to change set
              </button>
            </>
          )}
        {held !== null && (
          <button
            type="button"
            class="button"
            disabled={readOnly !== null}
            title="The admin layer's value goes: the layer below, or the default, counts again"
            onClick={() => put(null)}
          >
            Remove override
          </button>
        )}
        {standard !== undefined && standard !== held && weights.size === 0 && (
          <button
            type="button"
            class="button is-quiet"
            disabled={readOnly !== null}
            title={`An override with the value ${standard}: layers below stay hidden`}
            onClick={() => setTyped(standard)}
          >
            Set to default {standard}
          </button>
        )}
      </div>
    </form>
  );
}

function LayerStack({ view, entry, byDefault }: {
  view: RuntimeView;
  entry: RuntimeEntry | null;
  byDefault: string;
}): JSX.Element {
  const { feed } = useConsole();
  const winner = entry?.winner ?? null;
  const isWrong = entry !== null && isIgnored(entry);
  const { admin } = entry ?? {};
  return (
    <section>
      <h3>Layers, highest first</h3>
      <ol class="layer-stack">
        {view.layers.map(({ name, kind, state, error }, at) => {
          const value = entry?.values[at] ?? null;
          return (
            <li key={name} class={at === winner ? "is-winner" : undefined}>
              <span class="layer-name" title={`${kind} layer${error === undefined ? "" : `: ${error}`}`}>
                {name}
                {state !== "ok" && <span class="badge is-warn">{state}</span>}
              </span>
              {value === null
                ? <span class="is-quiet">no value</span>
                : at === winner
                ? <b>{value === "" ? "empty" : value}</b>
                : <s>{value === "" ? "empty" : value}</s>}
              {at === winner && (
                <span class={`badge is-${isWrong ? "warn" : "info"}`}>
                  {isWrong ? "wrong type, ignored" : "in force"}
                </span>
              )}
            </li>
          );
        }).reverse()}
        <li class={winner === null ? "is-winner" : undefined}>
          <span class="layer-name">default</span>
          <span>{byDefault}</span>
          {(winner === null || isWrong) && <span class="badge is-info">in force</span>}
        </li>
      </ol>
      {admin !== undefined && (
        <p class="admin-words">
          Set by <b>{admin.set_by}</b>{" "}
          <time title={moment(admin.set_ms)}>{ago(feed.connection.serverNowMs() - admin.set_ms)}</time>
          {admin.reason !== "" && <>: {admin.reason}</>}
        </p>
      )}
      {admin !== undefined && admin.expires_ms !== null && <Expiry name={entry!.key} entry={entry!} />}
    </section>
  );
}

function Expiry({ name, entry: { admin, values } }: { name: string; entry: RuntimeEntry }): JSX.Element {
  const { feed } = useConsole();
  const { changes, model } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const { expires_ms: expiresMs, previous, reason } = admin!;
  const leftS = Math.max(1, Math.ceil((expiresMs! - feed.connection.serverNowMs()) / 1000));
  const value = values[model.view.value!.layers.findIndex(({ kind }) => kind === "admin")]!;
  const extend = (seconds: number) =>
    changes.apply({ reason, ops: [{ op: "set", key: name, value, base: value, expires_in_s: leftS + seconds }] });
  return (
    <p class="admin-words">
      <ExpiryBadge expiresMs={expiresMs!} /> then {previous === null ? "the override goes" : (
        <>
          it has <code>{previous}</code> again
        </>
      )}
      <button type="button" class="button" disabled={readOnly !== null} onClick={() => extend(900)}>
        Extend by 15 min
      </button>
    </p>
  );
}

function Facts({ item, entry }: { item: RuntimeCatalogItem | null; entry: RuntimeEntry | null }): JSX.Element {
  const shape = shapeOf(item, entry);
  const uses = item?.used_by ?? [];
  return (
    <section>
      <h3>About</h3>
      <dl class="facts">
        <dt>Wants</dt>
        <dd>
          {wantedText(shape)}
          {shape.unit !== undefined && (shape.type === "uint" || shape.type === "double") ? `, ${shape.unit}` : ""}
        </dd>
        <dt>Default</dt>
        <dd>{defaultWords(item, entry)}</dd>
        {item !== null && (
          <>
            <dt>Takes effect</dt>
            <dd>{READ_WORDS[item.read]}{item.is_global ? ", in all clusters at once" : ""}</dd>
          </>
        )}
        <dt>Where used</dt>
        <dd>
          {uses.length === 0 ? item === null ? "nowhere that is known" : "by the proxy itself" : (
            <ul>
              {uses.map(({ text, link }) => (
                <li key={text}>
                  <a href={consolePath(link)}>{text}</a>
                </li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
    </section>
  );
}

function UnknownKey({ name }: { name: string }): JSX.Element {
  const { catalog } = useDesk();
  const similar = similarKeys(name, catalog.value?.keys() ?? []);
  return (
    <p class="notice is-info">
      Nothing in this proxy or its configuration reads this key.
      {similar.length > 0 && (
        <>Did you mean {similar.map((key) => <a href={pathOf("runtime", "key", key)} key={key}>{key}</a>)}?</>
      )}
    </p>
  );
}

function KeyHistory({ name }: { name: string }): JSX.Element {
  const { changes } = useHistory();
  const own = (changes ?? []).filter(({ keys }) => keys.some(({ key }) => key === name));
  return (
    <section>
      <h3>History</h3>
      {own.length === 0
        ? <p class="is-quiet">No change of this key is remembered.</p>
        : <ChangeRows changes={own.slice(0, 10)} name={name} />}
    </section>
  );
}
