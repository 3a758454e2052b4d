/** A subscription that a test tells what comes, in place of a file or a server; the watcher is the real one. */
import assert from "node:assert/strict";
import type { ConfigProblem } from "../../src/base/errors.ts";
import { readResponse, type ReceivedResource } from "../../src/config/discovery_response.ts";
import type { ResourceWatcher, Subscription } from "../../src/control/xds/subscription.ts";
import type { Subscribe } from "../../src/control/xds/subscription_factory.ts";

export class ToldSubscription implements Subscription {
  readonly messageName: string;
  readonly watcher: ResourceWatcher;
  names: readonly string[] | null = null;
  isClosed = false;
  #onStart: (subscription: ToldSubscription) => void;

  /** `onStart`: what comes before `start` returns. */
  constructor(messageName: string, watcher: ResourceWatcher, onStart: (subscription: ToldSubscription) => void) {
    this.messageName = messageName;
    this.watcher = watcher;
    this.#onStart = onStart;
  }

  start(names: readonly string[]): void {
    this.names = names;
    this.#onStart(this);
  }

  update(names: readonly string[]): void {
    this.names = names;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Resources come, fields in flow style. Returns what is said of them. */
  bring(...fields: string[]): ConfigProblem[] | null {
    const resources = receivedResources(this.messageName, ...fields);
    const problems = atOnce(this.watcher.onUpdate({ version: "1", resources, removed: [], isFullSet: true }));
    if (problems !== null) this.watcher.onFailure("rejected", problems.map(({ reason }) => reason).join("; "));
    return problems;
  }

  /** These exist no more. */
  remove(...removed: string[]): ConfigProblem[] | null {
    return atOnce(this.watcher.onUpdate({ version: "2", resources: [], removed, isFullSet: false }));
  }
}

/** What a watcher says that takes an update in a plain call. */
function atOnce(outcome: ReturnType<ResourceWatcher["onUpdate"]>): ConfigProblem[] | null {
  assert.ok(!(outcome instanceof Promise));
  return outcome;
}

/** The subscriptions that were made, in order. */
export class ToldSubscriptions {
  readonly made: ToldSubscription[] = [];
  onStart: (subscription: ToldSubscription) => void = () => {};

  readonly subscribe: Subscribe = (_source, messageName, _stats, watcher) => {
    const subscription = new ToldSubscription(messageName, watcher, (started) => this.onStart(started));
    this.made.push(subscription);
    return subscription;
  };
}

/** Resources as they are read from a file. */
export function receivedResources(messageName: string, ...fields: string[]): readonly ReceivedResource[] {
  const lines = fields.map((text) => `- {"@type": type.googleapis.com/${messageName}, ${text}}\n`);
  const response = readResponse({ text: `version_info: "1"\nresources:\n${lines.join("")}`, fileName: "x.yaml" }, {
    messageName,
    refusesUnknownFields: false,
    tolerateUnknownExtensions: false,
  });
  if (response.kind !== "read") throw new Error(JSON.stringify(response.problems));
  return response.resources;
}
