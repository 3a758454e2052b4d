import assert from "node:assert/strict";
import { planTest } from "./needs.ts";

const everything = (need: string) => `/bin/${need}`;
const nothing = () => null;

Deno.test("planTest gives the paths in order when all is there", () => {
  assert.deepEqual(planTest(["curl", "envoy"], everything, false), { paths: ["/bin/curl", "/bin/envoy"] });
});

Deno.test("planTest skips for an absent program and names each", () => {
  const plan = planTest(["curl", "h2spec"], nothing, false);
  assert.deepEqual(plan, { absent: "curl, h2spec", mustFail: false });
});

Deno.test("planTest fails in CI for what CI promises, and only for that", () => {
  for (const need of ["chromium", "curl", "envoy", "h2load", "shared"] as const) {
    const plan = planTest([need], nothing, true);
    assert.ok("absent" in plan && plan.mustFail, need);
  }
  for (const need of ["h2spec", "haproxy", "nginx", "openssl"] as const) {
    const plan = planTest([need], nothing, true);
    assert.ok("absent" in plan && !plan.mustFail, need);
  }
});
