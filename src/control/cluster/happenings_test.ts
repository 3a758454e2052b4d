import { deepEqual, equal } from "node:assert/strict";
import { HealthFlag } from "../../config/host_health.ts";
import type { EndpointConfig } from "../../config/cluster_config.ts";
import { NO_RATES } from "../outlier/success_rates.ts";
import { ControlHost } from "./control_host.ts";
import { Happenings, MAX_HAPPENINGS } from "./happenings.ts";

function host(port: number, flags = 0): ControlHost {
  const endpoint = { address: { kind: "ip", host: "10.0.0.1", port } } as EndpointConfig;
  return new ControlHost(port, port, endpoint, flags, 0);
}

const address = { kind: "ip", host: "10.0.0.1", port: 1 } as const;
const OUTLIER = { cluster: "web", address, wallMs: 0, sinceLastActionMs: null, ejections: 2 };
const EJECTION = { kind: "consecutive_5xx", isEnforced: true, hostSuccessRate: -1, clusterRates: NO_RATES } as const;

const CASES: [name: string, act: (happenings: Happenings) => void, told: string[]][] = [
  ["an ejection", (all) => all.onOutlierEvent({ ...OUTLIER, ejection: EJECTION }), [
    "warn ejection 10.0.0.1:1 ejected for the 2. time: consecutive_5xx",
  ]],
  [
    "an outlier that chance leaves in",
    (all) => {
      const ejection = { ...EJECTION, kind: "success_rate", isEnforced: false, hostSuccessRate: 61.7 } as const;
      all.onOutlierEvent({ ...OUTLIER, ejection });
    },
    [
      "warn ejection 10.0.0.1:1 detected as an outlier (success_rate, 61 % of its requests succeeded), and left in by " +
      "the chance of enforcing_success_rate",
    ],
  ],
  ["a return", (all) => all.onOutlierEvent({ ...OUTLIER, ejection: null }), [
    "ok return 10.0.0.1:1 back from its ejection",
  ]],
  ["a failing check", (all) => all.onHealth("web", host(1, HealthFlag.FAILED_ACTIVE_HC), 0, "HTTP 503"), [
    "bad health 10.0.0.1:1 fails its health check: HTTP 503",
  ]],
  ["a passing check", (all) => all.onHealth("web", host(1), HealthFlag.FAILED_ACTIVE_HC, "passed"), [
    "ok health 10.0.0.1:1 passes its health check",
  ]],
  ["what discovery says", (all) => all.onHealth("web", host(1, HealthFlag.EDS_STATUS_DRAINING), 0, ""), [
    "info health 10.0.0.1:1 discovery says it is draining",
  ]],
  ["hosts that came and went", (all) => all.onMembers("web", [1, 2, 3, 4, 5].map((port) => host(port)), [host(9)]), [
    "info membership  came: 10.0.0.1:1, 10.0.0.1:2, 10.0.0.1:3 and 2 more; left: 10.0.0.1:9",
  ]],
  ["a swap", (all) => all.onSwap("web", "41", "42", 1, 830), [
    "info swap  began to serve version 42 in the place of 41: 1 host, warmed in 0.8 s",
  ]],
];

for (const [name, act, told] of CASES) {
  Deno.test(`Happenings tell of ${name}`, () => {
    const happenings = new Happenings(() => 1);
    act(happenings);
    deepEqual(happenings.items.map(({ level, kind, address, text }) => `${level} ${kind} ${address} ${text}`), told);
    deepEqual([...happenings.takeChanged()], ["web"]);
    deepEqual([...happenings.takeChanged()], []);
  });
}

Deno.test("Happenings keep the last thousand, and an ejection's flag is told once", () => {
  const happenings = new Happenings(() => 1);
  happenings.onHealth("web", host(1, HealthFlag.FAILED_OUTLIER_CHECK), 0, "");
  equal(happenings.items.length, 0);
  for (let i = 0; i < 3 * MAX_HAPPENINGS; i++) happenings.onRemoval("web");
  equal(happenings.items.length, MAX_HAPPENINGS);
  equal(happenings.items.at(-1)!.id, 3 * MAX_HAPPENINGS);
});
