/**
 * What was done on the admin port, and by whom: everything that changed something, and every try that was refused
 * (spec/console.md 5.14, 8). It is only ever added to. Memory holds the latest; a file, where there is one, all of them.
 *
 * Who records writes no secret: neither tokens nor values of headers.
 */
import type { AuditItem } from "./contract/session.ts";

/** What is kept in memory. */
export const MAX_ITEMS = 10_000;

/** A text longer than this is cut: a request must not fill the memory with its reason. */
const MAX_TEXT = 4096;

/** What is recorded; the number and the time are the log's. */
export type AuditEntry = Omit<AuditItem, "id" | "at_ms">;

/** What of the log is asked for; an empty text asks for everything. */
export interface AuditQuery {
  /** Part of anything that is said. */
  readonly q: string;
  readonly actor: string;
  /** `runtime.change`, or `runtime` for all of that kind. */
  readonly action: string;
  /** `ok`: what was done; `refused`: what was not. */
  readonly outcome: "" | "ok" | "refused";
  readonly sinceMs: number;
}

export class AuditLog {
  readonly #wallMs: () => number;
  readonly #append: (line: string) => void;
  readonly #listeners = new Set<(item: AuditItem) => void>();
  #items: AuditItem[] = [];
  #nextId = 1;

  /** `append` takes lines of JSON, with their line ends. */
  constructor(wallMs: () => number, append: (line: string) => void = () => {}) {
    this.#wallMs = wallMs;
    this.#append = append;
  }

  /** Adds an item. */
  record(entry: AuditEntry): AuditItem {
    const item: AuditItem = {
      id: this.#nextId++,
      at_ms: Math.floor(this.#wallMs()),
      actor: cut(entry.actor),
      action: cut(entry.action),
      target: cut(entry.target),
      before: entry.before === null ? null : cut(entry.before),
      after: entry.after === null ? null : cut(entry.after),
      reason: cut(entry.reason),
      result: cut(entry.result),
    };
    this.#items.push(item);
    if (this.#items.length > MAX_ITEMS) this.#items = this.#items.slice(-MAX_ITEMS / 2);
    this.#append(`${JSON.stringify(item)}\n`);
    for (const listener of this.#listeners) listener(item);
    return item;
  }

  /** Newest first. */
  *find(query: AuditQuery): Iterable<AuditItem> {
    for (let at = this.#items.length - 1; at >= 0; at--) {
      const item = this.#items[at]!;
      if (item.at_ms < query.sinceMs) return;
      if (fits(item, query)) yield item;
    }
  }

  /** Hears of each new item. */
  listen(listener: (item: AuditItem) => void): void {
    this.#listeners.add(listener);
  }
}

/** Everything. */
export const WHOLE_AUDIT: AuditQuery = { q: "", actor: "", action: "", outcome: "", sinceMs: 0 };

/** Whether an item says that something was not done. */
export function isRefused({ result }: Pick<AuditItem, "result">): boolean {
  return result.startsWith("refused");
}

function fits(item: AuditItem, { q, actor, action, outcome }: AuditQuery): boolean {
  if (actor !== "" && item.actor !== actor) return false;
  if (action !== "" && item.action !== action && !item.action.startsWith(`${action}.`)) return false;
  if (outcome !== "" && isRefused(item) !== (outcome === "refused")) return false;
  if (q === "") return true;
  const { actor: who, action: what, target, before, after, reason, result } = item, wanted = q.toLowerCase();
  return [who, what, target, before ?? "", after ?? "", reason, result]
    .some((text) => text.toLowerCase().includes(wanted));
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
