/** What a worker is sent at once, and what waits for its answer. */
import assert from "node:assert/strict";
import { ConfigState } from "../control/config_state.ts";
import type { ToWorker } from "../worker/messages.ts";
import { PacedMessages } from "./paced_messages.ts";

const apply = (generation: number): ToWorker => ({
  kind: "apply",
  change: { ...new ConfigState().everything(), generation },
  limitPages: [],
  hostPages: [],
});

function textOf(message: ToWorker): string {
  return message.kind === "apply" ? `apply ${message.change.generation}` : message.kind;
}

function made(): { readonly paced: PacedMessages; readonly sent: string[] } {
  const sent: string[] = [];
  return { paced: new PacedMessages((message) => void sent.push(textOf(message))), sent };
}

Deno.test("PacedMessages sends a change when the one before it was answered, and what follows it after it", () => {
  const { paced, sent } = made();
  paced.post({ kind: "reopen_logs" });
  paced.post(apply(1));
  paced.post(apply(2));
  paced.post({ kind: "reopen_logs" });
  paced.post(apply(3));
  paced.post({ kind: "stop" });
  assert.deepEqual(sent, ["reopen_logs", "apply 1"]);
  paced.onAnswer();
  assert.deepEqual(sent.splice(0), ["reopen_logs", "apply 1", "apply 2"]);
  paced.onAnswer();
  assert.deepEqual(sent.splice(0), ["reopen_logs", "apply 3"]);
  paced.onAnswer();
  assert.deepEqual(sent, ["stop"]);
});

Deno.test("PacedMessages lets pings overtake", () => {
  const { paced, sent } = made();
  for (const message of [apply(1), apply(2), { kind: "ping", id: 1 } as const]) paced.post(message);
  assert.deepEqual(sent, ["apply 1", "ping"]);
});

Deno.test("PacedMessages owes the next worker nothing of what the one before it was to be told", () => {
  const { paced, sent } = made();
  for (const message of [apply(1), apply(2)]) paced.post(message);
  paced.clear();
  paced.post(apply(3));
  assert.deepEqual(sent, ["apply 1", "apply 3"]);
});
