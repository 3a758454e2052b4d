import { equal } from "node:assert/strict";
import type { HostCounts, HostItem } from "../../src/admin/contract/clusters.ts";
import { countsText, csvField, reasonText } from "./host_words.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

const CHECK = {
  name: "",
  is_pass: false,
  result: "HTTP 503",
  consecutive: 3,
  latency_ms: 2,
  last_ms: 8000,
  next_ms: 12_500,
};
const OUTLIER = {
  ejected: true,
  kind: "consecutive_5xx",
  since_ms: 1000,
  until_ms: 31_000,
  times: 1,
  success_rate: null,
};

const REASONS: [name: string, host: Partial<HostItem>, text: string][] = [
  ["is well", { health: "healthy", reason: "" }, ""],
  [
    "fails its check",
    { health: "unhealthy", reason: "failing active check: HTTP 503 ×3", active_check: CHECK },
    "failing active check: HTTP 503 ×3, last 2 s ago, next in 3 s",
  ],
  [
    "is checked at this moment",
    { health: "unhealthy", reason: "failing active check: HTTP 503 ×3", active_check: { ...CHECK, next_ms: 9000 } },
    "failing active check: HTTP 503 ×3, last 2 s ago, next now",
  ],
  [
    "is ejected",
    { health: "ejected", reason: "ejected as an outlier: consecutive_5xx", outlier: OUTLIER },
    "ejected as an outlier: consecutive_5xx, back in 21 s at the earliest",
  ],
  [
    "has been out for its time",
    { health: "ejected", reason: "ejected as an outlier", outlier: { ...OUTLIER, until_ms: 9000 } },
    "ejected as an outlier, back with the next sweep",
  ],
  [
    "is unhealthy by discovery, whatever its check says",
    {
      health: "unhealthy",
      reason: "discovery says it is not healthy",
      active_check: CHECK,
      flags: ["failed_eds_health"],
    },
    "discovery says it is not healthy",
  ],
];

for (const [name, host, text] of REASONS) {
  Deno.test(`reasonText() of a host that ${name}`, () => {
    const whole = { flags: [], active_check: null, outlier: null, ...host } as unknown as HostItem;
    equal(plain(reasonText(whole, 10_000)), text);
  });
}

Deno.test("countsText() names what there is", () => {
  const none = { healthy: 0, failing: 0, degraded: 0, unhealthy: 0, ejected: 0, draining: 0, pending: 0, excluded: 0 };
  equal(countsText(none as HostCounts), "no hosts");
  equal(countsText({ ...none, healthy: 3, ejected: 1, draining: 2 } as HostCounts), "3 healthy, 1 ejected, 2 draining");
});

Deno.test("csvField() quotes, and takes the edge off formulas", () => {
  const cases: [string | number | null, string][] = [
    [null, ""],
    [1.5, "1.5"],
    [-1, "-1"],
    ["web", "web"],
    ['a "b", c', '"a ""b"", c"'],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ];
  for (const [value, text] of cases) equal(csvField(value), text);
});
