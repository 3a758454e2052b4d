import assert from "node:assert/strict";
import { DEFAULT_ASSIGNMENT_POLICY } from "../config/assignment_policy.ts";
import { endpointsDump } from "./endpoints_dump.ts";
import { sampleCluster, sampleEndpoint } from "./sample_source.ts";

Deno.test("endpointsDump() has the further addresses of hosts, and what an assignment drops in parts of a million", () => {
  const status = sampleCluster("web", [
    sampleEndpoint(80, {
      additionalAddresses: [{ kind: "ip", host: "::1", port: 81 }, { kind: "pipe", path: "/x", mode: 0 }],
    }),
    sampleEndpoint(82),
  ]);
  const policy = { ...DEFAULT_ASSIGNMENT_POLICY, dropOverloadPercent: 12.5, dropOverloadCategory: "load" };
  const dump = JSON.parse(JSON.stringify(endpointsDump([{ ...status, policy }]).dump));
  const { endpoints: [{ lb_endpoints }], policy: dumped } = dump.static_endpoint_configs[0].endpoint_config;
  assert.deepEqual(lb_endpoints.map(({ endpoint }: { endpoint: object }) => endpoint), [
    {
      address: { socket_address: { address: "127.0.0.1", port_value: 80 } },
      health_check_config: {},
      additional_addresses: [
        { address: { socket_address: { address: "::1", port_value: 81 } } },
        { address: { pipe: { path: "/x" } } },
      ],
    },
    { address: { socket_address: { address: "127.0.0.1", port_value: 82 } }, health_check_config: {} },
  ]);
  assert.deepEqual(dumped, {
    drop_overloads: [{ category: "load", drop_percentage: { numerator: 125_000, denominator: "MILLION" } }],
    overprovisioning_factor: 140,
  });
});
