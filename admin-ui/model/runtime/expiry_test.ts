import { equal } from "node:assert/strict";
import { countdown, EXPIRY_KINDS, expirySeconds, NO_EXPIRY } from "./expiry.ts";

Deno.test("expirySeconds() understands each choice", () => {
  const noon = new Date(2026, 0, 5, 12, 0, 0).getTime();
  const seconds = (kind: string, more = {}) => expirySeconds({ ...NO_EXPIRY, kind, ...more }, noon);
  equal(seconds("none"), null);
  equal(seconds("900"), 900);
  equal(seconds("custom", { minutes: "2.5" }), 150);
  equal(seconds("until", { until: "12:30" }), 1800);
  equal(seconds("until", { until: "11:00" }), 23 * 3600, "a time that is over is tomorrow's");
  for (const { kind } of EXPIRY_KINDS.map(([kind]) => ({ kind }))) {
    if (kind !== "until") equal(typeof seconds(kind), kind === "none" ? "object" : "number");
  }
});

Deno.test("expirySeconds() takes no time that is none", () => {
  for (const more of [{ minutes: "" }, { minutes: "-3" }, { minutes: "soon" }]) {
    equal(expirySeconds({ ...NO_EXPIRY, kind: "custom", ...more }, 0), undefined);
  }
  equal(expirySeconds({ ...NO_EXPIRY, kind: "until" }, 0), undefined);
});

Deno.test("countdown() runs down to nothing and not below", () => {
  for (const [ms, text] of [[252_000, "4:12"], [3_852_000, "1:04:12"], [400, "0:01"], [-5, "0:00"]] as const) {
    equal(countdown(ms), text);
  }
});
