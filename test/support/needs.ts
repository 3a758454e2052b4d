/**
 * Tests that need something from outside: a program or the shared data. Where it is absent the test is skipped and
 * its name says what it needs; in CI what the project promises to have there must be there, so the test fails.
 *
 * ```ts
 * testNeeding("curl", "proxy answers curl", async (curl) => { ... });
 * testNeeding(["chromium", "shared"], "console shows the demo", async (chromium, shared) => { ... });
 * ```
 */
import { findChromium, findEnvoy, findProgram, findShared } from "./programs.ts";

/** What a test may need. `shared` is the folder of conformance data; the others are programs. */
export type Need = "chromium" | "curl" | "envoy" | "h2load" | "h2spec" | "haproxy" | "nginx" | "openssl" | "shared";

/** What CI installs: there its absence is a failure, not a skip. */
const PROMISED_IN_CI: ReadonlySet<Need> = new Set<Need>(["chromium", "curl", "envoy", "h2load", "shared"]);

/** Text for people, where the name alone would not tell what to install. */
const DESCRIPTION: Partial<Record<Need, string>> = {
  envoy: "Envoy ($ENVOY_BIN, PATH or $DENVOY_ENVOY)",
  h2load: "h2load (package nghttp2-client)",
  shared: "the shared data ($DENVOY_SHARED, default ../shared)",
};

/** The path of what is needed, or null where it is absent. */
export function findNeed(need: Need): string | null {
  switch (need) {
    case "chromium":
      return findChromium();
    case "envoy":
      return findEnvoy();
    case "shared":
      return findShared();
    default:
      return findProgram(need);
  }
}

/** What becomes of a test that needs `needs`: it runs with their paths, is skipped, or fails for what is absent. */
export function planTest(
  needs: readonly Need[],
  find: (need: Need) => string | null,
  isCi: boolean,
): { readonly paths: string[] } | { readonly absent: string; readonly mustFail: boolean } {
  const paths: string[] = [];
  const absent: Need[] = [];
  for (const need of needs) {
    const path = find(need);
    if (path === null) absent.push(need);
    else paths.push(path);
  }
  if (absent.length === 0) return { paths };
  return {
    absent: absent.map((need) => DESCRIPTION[need] ?? need).join(", "),
    mustFail: isCi && absent.some((need) => PROMISED_IN_CI.has(need)),
  };
}

/** Registers a test that needs `need`; it is given the path of each, in order. */
export function testNeeding(
  need: Need | readonly Need[],
  name: string,
  body: (...paths: string[]) => void | Promise<void>,
): void {
  testStepsNeeding(need, name, (_, ...paths) => body(...paths));
}

/** The same for a test that has steps. */
export function testStepsNeeding(
  need: Need | readonly Need[],
  name: string,
  body: (t: Deno.TestContext, ...paths: string[]) => void | Promise<void>,
): void {
  const plan = planTest(typeof need === "string" ? [need] : need, findNeed, isCi());
  if ("paths" in plan) {
    Deno.test(name, (t) => body(t, ...plan.paths));
  } else if (plan.mustFail) {
    Deno.test(name, () => {
      throw new Error(`Cannot run "${name}": skipped: needs ${plan.absent}, which CI must have`);
    });
  } else {
    Deno.test({ name: `${name} (skipped: needs ${plan.absent})`, ignore: true, fn: () => {} });
  }
}

/** Whether this runs where everything promised must be there. */
export function isCi(): boolean {
  const value = Deno.env.get("CI") ?? "";
  return value !== "" && value !== "0" && value !== "false";
}
