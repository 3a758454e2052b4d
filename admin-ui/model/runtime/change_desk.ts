/**
 * Sends change sets and what is done to them, one at a time, and keeps what came of the last (spec/console.md 6.6 to 6.8):
 *
 * ```
 *   idle ── send ──▶ sending ──▶ idle, with an outcome
 *                       ├──▶ refused (words, and which keys)
 *                       └──▶ contested (409: somebody else was there first)
 * ```
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { RuntimeApplied, RuntimeConflict, RuntimePatch } from "../../../src/admin/contract/runtime.ts";
import { type Api, ApiError } from "../../api.ts";

/** Why the server would not take one key. */
export interface KeyError {
  readonly key: string;
  readonly message: string;
  readonly expected: string;
}

/** Where the desk stands. */
export type DeskState =
  | { readonly kind: "idle" }
  | { readonly kind: "sending" }
  | { readonly kind: "refused"; readonly text: string; readonly errors: readonly KeyError[] }
  | { readonly kind: "contested"; readonly conflicts: readonly RuntimeConflict[] };

/** What was done last. */
export interface Outcome {
  readonly applied: RuntimeApplied;
  readonly verb: "applied" | "kept" | "undone";
  /** By the server's clock. */
  readonly atMs: number;
}

const IDLE: DeskState = { kind: "idle" };

/** The one desk of a tab. */
export class ChangeDesk {
  readonly #api: Pick<Api, "send">;
  readonly #nowMs: () => number;
  readonly #state = signal<DeskState>(IDLE);
  readonly #outcome = signal<Outcome | null>(null);

  /** `nowMs`: the server's clock. */
  constructor(api: Pick<Api, "send">, nowMs: () => number) {
    this.#api = api;
    this.#nowMs = nowMs;
  }

  get state(): ReadonlySignal<DeskState> {
    return this.#state;
  }

  get outcome(): ReadonlySignal<Outcome | null> {
    return this.#outcome;
  }

  /** Applies a change set. Returns what it did; null = it was refused, or is only a trial that passed. */
  async apply(patch: RuntimePatch): Promise<RuntimeApplied | null> {
    const applied = await this.#send<RuntimeApplied>(() => this.#api.send("PATCH", "/runtime", patch));
    if (applied !== null && patch.dry_run !== true) this.#note(applied, "applied");
    return applied;
  }

  /** Keeps a change that would go back. */
  async keep(id: string): Promise<boolean> {
    return await this.#finish(id, "confirm", "kept");
  }

  /** Takes a change back. */
  async undo(id: string): Promise<boolean> {
    return await this.#finish(id, "undo", "undone");
  }

  /** The kill switch: parks all overrides, brings them back, or lets go of them. */
  async setOverrides(want: "disable" | "enable" | "discard", reason: string): Promise<boolean> {
    const path = `/runtime/overrides/${want === "disable" ? "disable" : "enable"}`;
    const body = want === "discard" ? { reason, discard: true } : { reason };
    return await this.#send(() => this.#api.send("POST", path, body)) !== null;
  }

  /** Forgets a refusal. */
  settle(): void {
    if (this.#state.value.kind !== "sending") this.#state.value = IDLE;
  }

  /** The reader has seen it. */
  closeOutcome(): void {
    this.#outcome.value = null;
  }

  async #finish(id: string, step: "confirm" | "undo", verb: Outcome["verb"]): Promise<boolean> {
    const path = `/runtime/changes/${encodeURIComponent(id)}/${step}`;
    const applied = await this.#send<RuntimeApplied>(() => this.#api.send("POST", path, {}));
    if (applied === null) return false;
    this.#note(applied, verb);
    return true;
  }

  #note(applied: RuntimeApplied, verb: Outcome["verb"]): void {
    this.#outcome.value = { applied, verb, atMs: this.#nowMs() };
  }

  async #send<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    if (this.#state.value.kind === "sending") return null;
    this.#state.value = { kind: "sending" };
    try {
      const answer = await ask();
      this.#state.value = IDLE;
      return answer;
    } catch (error) {
      this.#state.value = stateAfter(error);
      return null;
    }
  }
}

function stateAfter(error: unknown): DeskState {
  const text = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return { kind: "refused", text, errors: [] };
  const { conflicts, errors } = error.body as {
    conflicts?: readonly RuntimeConflict[];
    errors?: readonly KeyError[];
  };
  if (error.status === 409 && Array.isArray(conflicts) && conflicts.length > 0) return { kind: "contested", conflicts };
  return { kind: "refused", text, errors: Array.isArray(errors) ? errors : [] };
}
