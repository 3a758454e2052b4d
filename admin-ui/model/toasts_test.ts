import { deepEqual, equal } from "node:assert/strict";
import { Toasts } from "./toasts.ts";

Deno.test("Toasts keep a note that offers something longer, and the same words once", () => {
  const timers: { ms: number; then: () => void }[] = [];
  const toasts = new Toasts((ms, then) => timers.push({ ms, then }));
  const texts = () => toasts.shown.value.map(({ text }) => text);

  toasts.say("ok", "Applied", { label: "Undo", run: () => {} });
  toasts.say("ok", "Copied");
  toasts.say("ok", "Copied");
  deepEqual(texts(), ["Applied", "Copied"]);
  equal(timers[0]!.ms > timers[1]!.ms, true);

  // The timer of the first note of the same words has nothing left to take away.
  timers[1]!.then();
  deepEqual(texts(), ["Applied", "Copied"]);
  timers[2]!.then();
  deepEqual(texts(), ["Applied"]);
  toasts.dismiss(toasts.shown.value[0]!.id);
  deepEqual(texts(), []);
});
