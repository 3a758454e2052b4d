/**
 * The admin layer: the values that people set while the proxy runs, as a book of change sets (spec/console.md Appendix D). A
 * set applies whole or not at all, one after another, and is on the disk before it counts where there is a file; whatever
 * was set for a time, or until it is kept, goes back by itself.
 */
import type { Clock } from "../../base/clock.ts";
import { errorText } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import type { AdminFile, PendingChange } from "./admin_file.ts";
import {
  type AdminEntry,
  type AdminOp,
  type AdminValues,
  conflictsOf,
  expiredAt,
  nextExpiryMs,
  type StaleOp,
  withOps,
  withRestored,
} from "./admin_values.ts";
import { ChangeHistory, type ChangeSource, type ChangeState, type RuntimeChange } from "./change_history.ts";
import type { LayerValues } from "./layer_stack.ts";

/** Keys of the admin layer. */
const MAX_KEYS = 10_000;

/** A wheel sleeps no longer; what is due later is looked at again. */
const MAX_SLEEP_MS = 3_600_000;

/** A change set that somebody wants. */
export interface ChangeRequest {
  readonly ops: readonly AdminOp[];
  readonly actor: string;
  readonly source: "admin" | "admin_api";
  readonly reason: string;
  /** It goes back after so long unless it is kept; null = it does not. */
  readonly confirmWithinMs: number | null;
  /** Nothing is changed. */
  readonly isDryRun: boolean;
}

/** Why nothing was changed. */
export interface ChangeRefusal {
  readonly kind: "refused";
  readonly why:
    | "no_admin_layer"
    | "parked"
    | "too_many_keys"
    | "unknown_change"
    | "not_pending"
    | "superseded"
    | "not_saved";
  readonly text: string;
}

/** What became of a request. */
export type ChangeOutcome =
  | { readonly kind: "applied"; readonly change: RuntimeChange }
  | { readonly kind: "conflicts"; readonly conflicts: readonly StaleOp[] }
  | ChangeRefusal;

/** What a key comes to. */
export interface Outlook {
  /** Null = the default. */
  readonly text: string | null;
  /** Name of the layer above that has the key too. */
  readonly shadowedBy: string | null;
}

/** Where the book's values go. */
export interface AdminBookHost {
  readonly hasAdminLayer: boolean;
  /** Of a key, if the admin layer had this value. */
  outlook(key: string, text: string | null): Outlook;
  /** These are the layer's values from now on. */
  install(values: LayerValues): { readonly revision: number; readonly generation: number };
  /** Told of each change, and again of one that became something else. */
  onChange(change: RuntimeChange, keys: readonly string[]): void;
}

interface Plan {
  readonly actor: string;
  readonly source: ChangeSource;
  readonly reason: string;
  readonly next: AdminValues;
  readonly isParked: boolean;
  /** Keys that it writes. */
  readonly written: readonly string[];
  readonly confirmUntilMs: number | null;
  readonly isDryRun?: boolean;
  /** What it makes of other changes. */
  readonly marks?: ReadonlyMap<string, ChangeState>;
  /** It happens even where it cannot be saved. */
  readonly isForced?: boolean;
}

export class AdminBook {
  readonly history: ChangeHistory = new ChangeHistory();
  readonly #clock: Clock;
  readonly #host: AdminBookHost;
  readonly #file: AdminFile | null;
  readonly #log: Logger;
  readonly #deadline: Timer;
  #values: AdminValues = new Map();
  #isParked = false;
  #lastChange = 0;
  /** One change at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(host: AdminBookHost, clock: Clock, timers: TimerWheel, file: AdminFile | null, log: Logger) {
    this.#host = host;
    this.#clock = clock;
    this.#file = file;
    this.#log = log;
    this.#deadline = new Timer(timers, () => void this.#inTurn(() => this.#onDeadline()));
  }

  /** Values, parked ones too. */
  get values(): AdminValues {
    return this.#values;
  }

  /** The kill switch is on: no value counts. */
  get isParked(): boolean {
    return this.#isParked;
  }

  /** When the next value expires; null = all stay. */
  get nextExpiryMs(): number | null {
    return nextExpiryMs(this.#values);
  }

  /** The values that count. */
  get counting(): LayerValues {
    return this.#isParked ? new Map() : readingsOf(this.#values);
  }

  /** Takes over what the file has, before anything is published: what waited to be kept was not. Throws ConfigError. */
  load(): void {
    if (this.#file === null) return;
    const { lastChange, isParked, values, pending } = this.#file.load();
    const nowMs = this.#wallMs();
    const reverted = pending.reduce((kept, { before }) => withRestored(kept, before, nowMs), values);
    this.#values = withRestored(reverted, expiredAt(reverted, nowMs), nowMs);
    this.#isParked = isParked;
    this.#lastChange = lastChange;
    for (const { id } of pending) {
      this.#log.warning(`runtime change ${id} was not kept before the proxy ended: it is taken back`);
    }
    this.#arm();
  }

  /** For a change of another layer, which stands in the same history. */
  takeId(): string {
    return `c${++this.#lastChange}`;
  }

  /** Applies a change set. */
  change(request: ChangeRequest): Promise<ChangeOutcome> {
    return this.#inTurn(() => this.#change(request));
  }

  /** Keeps a change that would go back. */
  confirm(id: string): Promise<ChangeOutcome> {
    return this.#inTurn(() => this.#confirm(id));
  }

  /** Takes a change back, as far as its keys still hold what it wrote. */
  undo(id: string, actor: string): Promise<ChangeOutcome> {
    return this.#inTurn(() => this.#undo(id, actor));
  }

  /** The kill switch: all values park, count again, or go. */
  setParked(want: "disable" | "enable" | "discard", actor: string, reason: string): Promise<ChangeOutcome> {
    return this.#inTurn(() => {
      const isParked = want === "disable";
      if (!this.#host.hasAdminLayer) return NO_LAYER;
      if (isParked === this.#isParked) {
        return refusal("parked", isParked ? "The overrides are disabled already" : "The overrides are not disabled");
      }
      const next: AdminValues = want === "discard" ? new Map() : this.#values;
      const written = [...this.#values.keys()];
      return this.#commit({ actor, source: "kill_switch", reason, next, isParked, written, confirmUntilMs: null });
    });
  }

  /** Nothing happens by itself any more. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deadline.cancel();
    await this.#turn;
  }

  #change(
    { ops, actor, source, reason, confirmWithinMs, isDryRun }: ChangeRequest,
  ): Promise<ChangeOutcome> | ChangeOutcome {
    if (!this.#host.hasAdminLayer) return NO_LAYER;
    if (this.#isParked) return PARKED;
    const conflicts = conflictsOf(this.#values, ops);
    if (conflicts.length > 0) return { kind: "conflicts", conflicts };
    const atMs = this.#wallMs(), changeId = `c${this.#lastChange + 1}`;
    const next = withOps(this.#values, ops, { changeId, actor, reason, atMs });
    if (next.size > MAX_KEYS) {
      return refusal("too_many_keys", `The admin layer would have ${next.size} keys, and may have ${MAX_KEYS}`);
    }
    const written = [...new Set(ops.map(({ key }) => key))];
    const confirmUntilMs = confirmWithinMs === null ? null : atMs + confirmWithinMs;
    return this.#commit({ actor, source, reason, next, isParked: false, written, confirmUntilMs, isDryRun });
  }

  async #confirm(id: string): Promise<ChangeOutcome> {
    const change = this.history.find(id);
    if (change === null) return unknownChange(id);
    if (change.state !== "pending_confirm") {
      return refusal("not_pending", `Change ${id} does not wait to be kept: it is ${stateText(change)}`);
    }
    const failure = await this.#save(this.#values, this.#isParked, this.#pending(null, new Set(), id));
    if (failure !== null) return failure;
    const kept = this.history.mark(id, "kept", null)!;
    this.#arm();
    this.#host.onChange(kept, []);
    return { kind: "applied", change: kept };
  }

  #undo(id: string, actor: string): Promise<ChangeOutcome> | ChangeOutcome {
    const change = this.history.find(id);
    if (change === null) return unknownChange(id);
    if (this.#isParked) return PARKED;
    if (!this.history.isUndoable(change)) {
      const by = this.history.writerOver(id);
      return refusal(
        "superseded",
        `Change ${id} cannot be undone: it is ${by === null ? stateText(change) : `superseded by ${by}`}`,
      );
    }
    return this.#takeBack(id, { actor, source: "undo", reason: `undo of ${id}`, mark: "undone" });
  }

  /** Puts back what was there before a change, where it still holds. */
  #takeBack(
    id: string,
    { mark, ...author }: { actor: string; source: ChangeSource; reason: string; mark: ChangeState; isForced?: boolean },
  ): Promise<ChangeOutcome> {
    const held = this.history.held(id);
    const next = withRestored(this.#values, held, this.#wallMs());
    const marks = new Map([[id, mark]]);
    const written = [...held.keys()];
    return this.#commit({ ...author, next, isParked: this.#isParked, written, confirmUntilMs: null, marks });
  }

  async #onDeadline(): Promise<void> {
    if (this.#isClosed) return;
    const nowMs = this.#wallMs();
    for (const { id, confirmUntilMs } of this.history.pending) {
      if (confirmUntilMs === null || confirmUntilMs > nowMs) continue;
      const reason = `${id} was not kept in time`;
      const author = { actor: "confirm_timeout", source: "confirm_timeout", reason, mark: "reverted" } as const;
      await this.#takeBack(id, { ...author, isForced: true });
    }
    const expired = expiredAt(this.#values, nowMs);
    if (expired.size > 0) await this.#expire(expired, nowMs);
    this.#arm();
  }

  async #expire(expired: ReadonlyMap<string, AdminEntry | null>, nowMs: number): Promise<void> {
    const ids = new Set([...expired.keys()].map((key) => this.#values.get(key)!.changeId));
    const marks = new Map<string, ChangeState>();
    for (const id of ids) {
      // One that has keys left is not over.
      if ([...this.history.held(id).keys()].every((key) => expired.has(key))) marks.set(id, "expired");
    }
    await this.#commit({
      actor: "expiry",
      source: "expiry",
      reason: `the time of ${[...ids].join(", ")} is up`,
      next: withRestored(this.#values, expired, nowMs),
      isParked: this.#isParked,
      written: [...expired.keys()],
      confirmUntilMs: null,
      marks,
      isForced: true,
    });
  }

  async #commit(plan: Plan): Promise<ChangeOutcome> {
    const { actor, source, reason, next, isParked, written, confirmUntilMs, marks = new Map() } = plan;
    const atMs = this.#wallMs(), id = `c${this.#lastChange + 1}`;
    const before = new Map(written.map((key) => [key, this.#values.get(key) ?? null]));
    const keys = written.map((key) => {
      const had = this.#isParked ? null : this.#values.get(key)?.reading.text ?? null;
      const entry = isParked ? undefined : next.get(key);
      const after = this.#host.outlook(key, entry?.reading.text ?? null);
      return {
        key,
        before: had,
        after: entry?.reading.text ?? null,
        effectiveBefore: this.#host.outlook(key, had).text,
        effectiveAfter: after.text,
        shadowedBy: after.shadowedBy,
        expiresMs: entry?.expiresMs ?? null,
      };
    });
    const state = confirmUntilMs === null ? "applied" : "pending_confirm";
    const change = { id, atMs, actor, source, reason, keys, state, byId: null, confirmUntilMs } as const;
    if (plan.isDryRun === true) return { kind: "applied", change: { ...change, id: "", revision: 0, generation: 0 } };
    const pending = this.#pending(confirmUntilMs === null ? null : { id, before }, new Set(written), ...marks.keys());
    this.#lastChange++;
    const failure = await this.#save(next, isParked, pending);
    if (failure !== null && plan.isForced !== true) return failure;
    this.#values = next;
    this.#isParked = isParked;
    const made: RuntimeChange = { ...change, ...this.#host.install(this.counting) };
    const others = Array.from(marks, ([other, state]) => this.history.mark(other, state, id)).filter((one) =>
      one !== null
    );
    others.push(...this.history.add(made, before));
    this.#arm();
    this.#host.onChange(made, written);
    for (const other of others) this.#host.onChange(other, []);
    return { kind: "applied", change: made };
  }

  /** Sets that wait to be kept after a change, with those of their keys that it does not write. */
  #pending(added: PendingChange | null, written: ReadonlySet<string>, ...over: readonly string[]): PendingChange[] {
    const waiting = this.history.pending.filter(({ id }) => !over.includes(id)).map(({ id }): PendingChange => ({
      id,
      before: new Map([...this.history.held(id)].filter(([key]) => !written.has(key))),
    }));
    return added === null ? waiting : [...waiting, added];
  }

  async #save(
    values: AdminValues,
    isParked: boolean,
    pending: readonly PendingChange[],
  ): Promise<ChangeRefusal | null> {
    if (this.#file === null) return null;
    try {
      await this.#file.save({ lastChange: this.#lastChange, isParked, values, pending });
      return null;
    } catch (error) {
      const text = `Cannot save the overrides to ${this.#file.path}: ${errorText(error)}`;
      this.#log.error(text);
      return refusal("not_saved", text);
    }
  }

  #arm(): void {
    const times = this.history.pending.flatMap(({ confirmUntilMs }) => confirmUntilMs ?? []);
    const expiryMs = this.nextExpiryMs;
    if (expiryMs !== null) times.push(expiryMs);
    if (times.length === 0 || this.#isClosed) return this.#deadline.cancel();
    this.#deadline.arm(Math.min(MAX_SLEEP_MS, Math.max(0, Math.min(...times) - this.#wallMs())));
  }

  #wallMs(): number {
    this.#clock.refresh();
    return Math.floor(this.#clock.wallMs());
  }

  #inTurn<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

const NO_LAYER = refusal("no_admin_layer", "No admin layer specified");
const PARKED = refusal("parked", "admin overrides are disabled");

function refusal(why: ChangeRefusal["why"], text: string): ChangeRefusal {
  return { kind: "refused", why, text };
}

function unknownChange(id: string): ChangeRefusal {
  return refusal("unknown_change", `There is no change ${id}`);
}

function stateText({ state, byId }: RuntimeChange): string {
  return byId === null ? state : `${state} by ${byId}`;
}

function readingsOf(values: AdminValues): LayerValues {
  return new Map(Array.from(values, ([key, { reading }]) => [key, reading]));
}
