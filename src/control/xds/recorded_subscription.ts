/**
 * A subscription of which a record is kept: it stands between the transport and who subscribes, whatever either of them is,
 * and notes what came and what was made of it (source_book.ts, resource_history.ts).
 */
import { type ConfigProblem, problemText } from "../../base/errors.ts";
import type { ResourceHistory, UpdateItem } from "./resource_history.ts";
import { problemsText, refusedOnly } from "./refusal_text.ts";
import type { SourceBook, SourceRecord } from "./source_book.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UnfitUpdate, UpdateFailure } from "./subscription.ts";
import type { Subscribe } from "./subscription_factory.ts";

/** Where it is noted. */
export interface SubscriptionBooks {
  readonly sources: SourceBook;
  readonly history: ResourceHistory;
  /** Wall clock. */
  readonly nowMs: () => number;
}

/** The same subscriptions, recorded. */
export function recordedSubscriptions(subscribe: Subscribe, books: SubscriptionBooks): Subscribe {
  return (source, messageName, stats, watcher) => {
    const record = books.sources.open(source, messageName);
    return new RecordedSubscription(record, books, watcher, (own) => subscribe(source, messageName, stats, own));
  };
}

class RecordedSubscription implements Subscription, ResourceWatcher {
  readonly #record: SourceRecord;
  readonly #books: SubscriptionBooks;
  readonly #watcher: ResourceWatcher;
  readonly #inner: Subscription;
  /** Of the last full set. */
  #present: ReadonlySet<string> = new Set();
  /** What the transport is about to say is known already. */
  #isNoted = false;
  #isClosed = false;

  constructor(
    record: SourceRecord,
    books: SubscriptionBooks,
    watcher: ResourceWatcher,
    open: (own: ResourceWatcher) => Subscription,
  ) {
    this.#record = record;
    this.#books = books;
    this.#watcher = watcher;
    this.#inner = open(this);
  }

  start(names: readonly string[]): void {
    this.#books.sources.ask(this.#record, names);
    this.#inner.start(names);
  }

  update(names: readonly string[]): void {
    this.#books.sources.ask(this.#record, names);
    this.#inner.update(names);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { sources, history, nowMs } = this.#books, { messageName, names } = this.#record;
    sources.close(this.#record);
    for (const name of names) if (!sources.isAsked(messageName, name)) history.retire(messageName, name, nowMs());
    this.#inner.close();
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null | Promise<ConfigProblem[] | null> {
    const atMs = this.#books.nowMs();
    const outcome = this.#watcher.onUpdate(update);
    if (!(outcome instanceof Promise)) return this.#note(update, outcome, atMs);
    return outcome.then((problems) => this.#note(update, problems, atMs));
  }

  onFailure(failure: UpdateFailure, text: string, unfit?: UnfitUpdate): void {
    if (failure === "rejected" && this.#isNoted) this.#isNoted = false;
    else if (failure === "rejected" && unfit !== undefined) this.#noteUnfit(unfit, text);
    else if (!this.#isClosed) this.#books.sources.fail(this.#record, failure === "timeout" ? failure : "failed", text);
    this.#watcher.onFailure(failure, text);
  }

  /** Returns the problems. */
  #note(update: ResourceUpdate, problems: ConfigProblem[] | null, atMs: number): ConfigProblem[] | null {
    this.#isNoted = problems !== null;
    if (this.#isClosed) return problems;
    const { history, sources } = this.#books, { messageName, source } = this.#record;
    const push = history.begin(messageName, source, update.version, atMs);
    const items = update.resources.map(({ message }) => ({ name: nameOf(message), message }));
    const refused = problems === null ? [] : refusedOnly(problems) ?? items.map((item) => ({ ...item, problems }));
    const bad = new Set(refused.map(({ message }) => message));
    for (const item of items) if (!bad.has(item.message)) history.take(push, item);
    for (const { name, message, problems } of refused) history.refuse(push, { name, message }, problemsText(problems));
    this.#noteRemoved(update, items, (name) => history.remove(push, name));
    history.end(push);
    const bytes = update.bytes ?? null;
    if (problems === null) sources.accept(this.#record, update.version, items.length, bytes);
    else {
      const names = refused.map(({ name }) => name);
      sources.reject(this.#record, update.version, bytes, names, problemsText(problems).trimEnd());
    }
    return problems;
  }

  /** Named resources stay though nothing is said of them; of a whole set nothing does. */
  #noteRemoved(
    { isFullSet, removed }: ResourceUpdate,
    items: readonly UpdateItem[],
    remove: (name: string) => void,
  ): void {
    for (const name of removed) remove(name);
    if (!isFullSet || this.#record.names.length > 0) return;
    const present = new Set(items.map(({ name }) => name));
    for (const name of this.#present) if (!present.has(name)) remove(name);
    this.#present = present;
  }

  #noteUnfit({ version, bytes, refused }: UnfitUpdate, text: string): void {
    const { history, sources, nowMs } = this.#books, { messageName, source } = this.#record;
    const push = history.begin(messageName, source, version, nowMs());
    for (const { name, message, problems } of refused) {
      history.refuse(push, { name, message }, problems.map(problemText).join("; "));
    }
    history.end(push);
    sources.reject(this.#record, version, bytes, refused.map(({ name }) => name), text.trimEnd());
  }
}

function nameOf(message: Readonly<Record<string, unknown>>): string {
  return String(message["cluster_name"] ?? message["name"] ?? "");
}
