/** Actions as the server tells them, and the words of their page (spec/console.md 5.14). */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ActionItem, ActionKind, ActionPhase, ActionsView } from "../../src/admin/contract/actions.ts";
import type { SseFrames } from "../../src/admin/contract/frames.ts";
import type { Role } from "../../src/admin/contract/session.ts";

/** The topic's model; {@link ActionsModel.view} is what is shown, null until the first snapshot. */
export class ActionsModel {
  readonly #shown = signal<ActionsView | null>(null);
  #view: ActionsView | null = null;

  get view(): ReadonlySignal<ActionsView | null> {
    return this.#shown;
  }

  /** Takes one frame. */
  apply(frame: SseFrames["actions"]): void {
    if (frame.op === "snapshot") {
      this.#view = frame.data;
    } else if (frame.op === "upsert" && this.#view !== null) {
      const others = this.#view.items.filter(({ id }) => id !== frame.key);
      const isKnown = others.length < this.#view.items.length;
      const items = isKnown
        ? this.#view.items.map((item) => item.id === frame.key ? frame.data : item)
        : [frame.data, ...others];
      this.#view = { ...frame.state, items };
    }
  }

  publish(): void {
    this.#shown.value = this.#view;
  }

  clear(): void {
    this.#view = null;
  }
}

/** What is said of an action before it is asked for. */
export interface ActionText {
  readonly title: string;
  readonly what: string;
  readonly role: Role;
}

/** All of them. */
export const ACTION_TEXTS: Readonly<Record<ActionKind, ActionText>> = {
  healthcheck_fail: {
    title: "Fail health checks",
    what: "Health checks get a 503 and /ready says DRAINING, so load balancers take this proxy out. Listeners with " +
      "drain_type DEFAULT close each connection after its next response.",
    role: "operator",
  },
  healthcheck_ok: {
    title: "Restore health checks",
    what: "Health checks are answered as they find, and load balancers bring this proxy back.",
    role: "operator",
  },
  drain: {
    title: "Drain listeners",
    what:
      "Connections are told to go with their next response. The process goes on, and /ready stays LIVE. Sockets that " +
      "are closed open again only when the process starts again.",
    role: "operator",
  },
  shutdown: {
    title: "Drain & stop",
    what: "Health checks fail, load balancers are given time to see it, connections are given time to end, then the " +
      "process ends. It can be broken off until the last step.",
    role: "admin",
  },
  reset_counters: {
    title: "Reset counters",
    what: "Every counter shows zero from now on; gauges and histograms stay. Graphs made of counters show a restart.",
    role: "operator",
  },
  reopen_logs: {
    title: "Reopen logs",
    what: "Every log file is closed and opened again: after they were moved away.",
    role: "operator",
  },
};

/** How long until a phase ends, in whole seconds; null = it has no end of its own, or is not under way. */
export function countdownS({ state, until_ms: untilMs }: ActionPhase, nowMs: number): number | null {
  return state !== "active" || untilMs === null ? null : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

/** Those that go on, then those that are over; each newest first. */
export function split({ items }: ActionsView): { running: ActionItem[]; over: ActionItem[] } {
  return {
    running: items.filter(({ state }) => state === "running"),
    over: items.filter(({ state }) => state !== "running"),
  };
}
