import { equal, match } from "node:assert/strict";
import type { WaitItem, WarmingItem } from "../../src/admin/contract/warming.ts";
import { hintText, standingText, supersededText, swapVersions, waitText } from "./warming_words.ts";

const wait = (kind: WaitItem["kind"], deadline_ms: number | null = 1): WaitItem => ({
  kind,
  name: "N",
  source: "file /x",
  since_ms: 0,
  deadline_ms,
  attempts: null,
  last_error: "",
  next_try_ms: null,
  hint_id: kind,
});

Deno.test("every kind of wait has words and a hint", () => {
  const kinds = ["dns", "eds", "sds", "rds", "srds", "vhds", "ecds", "lds", "cds", "rtds", "health_check"] as const;
  for (const kind of kinds) {
    match(waitText(wait(kind)), /\w/);
    match(hintText(wait(kind)), /\.$/);
  }
  equal(waitText(wait("eds")), "endpoints of N from file /x");
  match(hintText(wait("eds", null)), /waits for ever: set initial_fetch_timeout\.$/);
  match(hintText(wait("lds")), /The start of the server is held by this\.$/);
});

Deno.test("standingText() says what serves meanwhile", () => {
  const standing = (version: string, active_version: string | null, subject: WarmingItem["subject"] = "cluster") =>
    standingText({ subject, version, active_version } as WarmingItem);
  equal(standing("43", "42"), "v43 replacing v42, which still serves");
  equal(standing("2026-a", ""), "2026-a replacing the version before, which still serves");
  equal(standing("43", null), "v43, requests for it get 503 until it is ready");
  equal(standing("", null, "listener"), "nothing serves in its place");
});

Deno.test("swaps and replacements are told in words", () => {
  const swap = { id: 1, subject: "cluster", name: "web", at_ms: 0, warmed_ms: 0 } as const;
  equal(swapVersions({ ...swap, from: "41", to: "42" }), "v41 → v42");
  equal(swapVersions({ ...swap, from: "", to: "" }), "new");
  equal(supersededText(1), "Replaced once by a newer update before it was ready");
  match(supersededText(3), /3 times.*faster than it can warm/);
});
