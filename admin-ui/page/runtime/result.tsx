/** What came of the last change: how many workers have it, how fast, the way back, and a minute of its stats. */

import type { JSX } from "preact";
import { useConsole } from "../../part/context.ts";
import { Icon, LevelIcon } from "../../part/icon.tsx";
import { useDesk } from "./desk.ts";
import { LiveStats } from "./live_stats.tsx";

/** How long stats are watched after a change (spec/console.md 6.6). */
const WATCHED_MS = 60_000;

const VERBS = { applied: "Applied", kept: "Kept", undone: "Undone" } as const;

/** Nothing before the first change. */
export function ResultPanel(): JSX.Element | null {
  const { feed } = useConsole();
  const { changes, model, dialog } = useDesk();
  const outcome = changes.outcome.value;
  const state = changes.state.value;
  const view = model.view.value;
  if (state.kind === "refused" && dialog.value === null) {
    return (
      <div class="notice is-warn" role="alert">
        <LevelIcon level="warn" />
        <span>{state.text}</span>
        <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => changes.settle()}>
          <Icon name="close" />
        </button>
      </div>
    );
  }
  if (outcome === null || view === null) return null;
  const { applied, verb, atMs } = outcome;
  const isWatched = verb !== "kept" && feed.connection.serverNowMs() - atMs < WATCHED_MS;
  const { generation, workers, acked, slowest_ms: slowestMs } = view.propagation;
  const how = generation < applied.generation
    ? "on its way to the workers"
    : acked < workers
    ? `by ${acked}/${workers} workers so far`
    : `by ${workers}/${workers} workers${slowestMs === null ? "" : ` in ${slowestMs} ms`}`;
  const shadowed = applied.applied.filter(({ shadowed_by }) => shadowed_by !== null);
  return (
    <section class="result" aria-label="Last change">
      <div class="result-head" role="status">
        <LevelIcon level="ok" />
        <span>
          <b>{VERBS[verb]}</b> {how} <span class="is-quiet">({applied.change_id})</span>
        </span>
        {verb === "applied" && (
          <button
            type="button"
            class="button"
            onClick={() => dialog.value = { kind: "undo", id: applied.change_id }}
          >
            <Icon name="undo" /> Undo
          </button>
        )}
        <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => changes.closeOutcome()}>
          <Icon name="close" />
        </button>
      </div>
      {shadowed.map(({ key, shadowed_by: layer }) => (
        <p class="notice is-warn" key={key}>
          {key}: stored, not used, because layer {layer} has a value and lies above admin
        </p>
      ))}
      {isWatched && <LiveStats keys={applied.applied.map(({ key }) => key)} />}
    </section>
  );
}
