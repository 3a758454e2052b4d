import assert from "node:assert/strict";
import { type AdminExposure, exposureOf, type Protection } from "./policy.ts";
import { sha256, TokenBook } from "./token_book.ts";
import { type AskInit, sampleAdmin } from "../sample_source.ts";

const TOKENS = (["viewer", "operator", "admin"] as const)
  .map((role) => ({ name: `the-${role}`, role, hash: sha256(`${role}-secret`) }));

/** What is asked for, one of each kind; the last is a change that needs `admin`. */
const ASKED: Readonly<Record<string, readonly [method: string, target: string]>> = {
  "compat GET": ["GET", "/server_info"],
  "compat POST": ["POST", "/healthcheck/ok"],
  "compat quit": ["POST", "/quitquitquit"],
  "api GET": ["GET", "/api/v1/overview"],
  "api POST": ["POST", "/api/v1/actions/reset_counters"],
  "console": ["GET", "/console/"],
};

interface Row {
  readonly tokens: boolean;
  readonly peer: "loopback" | "remote";
  readonly protect?: Protection;
  readonly open?: true;
  readonly as?: "viewer" | "operator" | "admin";
  /** Statuses in the order of ASKED. */
  readonly statuses: readonly number[];
}

// spec/console.md 8.2, whole.
const TABLE: readonly Row[] = [
  { tokens: false, peer: "loopback", statuses: [200, 200, 200, 200, 202, 200] },
  { tokens: false, peer: "remote", statuses: [200, 403, 403, 200, 403, 200] },
  { tokens: false, peer: "remote", open: true, statuses: [200, 200, 200, 200, 202, 200] },
  { tokens: true, peer: "loopback", statuses: [200, 200, 200, 401, 401, 200] },
  { tokens: true, peer: "loopback", protect: "post", statuses: [200, 401, 401, 401, 401, 200] },
  { tokens: true, peer: "loopback", protect: "all", statuses: [401, 401, 401, 401, 401, 200] },
  { tokens: true, peer: "remote", statuses: [200, 401, 401, 401, 401, 200] },
  { tokens: true, peer: "remote", protect: "post", statuses: [200, 401, 401, 401, 401, 200] },
  { tokens: true, peer: "remote", protect: "all", statuses: [401, 401, 401, 401, 401, 200] },
  { tokens: true, peer: "remote", open: true, statuses: [200, 200, 200, 200, 202, 200] },
  { tokens: true, peer: "loopback", as: "viewer", statuses: [200, 403, 403, 200, 403, 200] },
  { tokens: true, peer: "loopback", as: "operator", statuses: [200, 200, 403, 200, 202, 200] },
  { tokens: true, peer: "loopback", as: "admin", statuses: [200, 200, 200, 200, 202, 200] },
  { tokens: true, peer: "remote", protect: "all", as: "viewer", statuses: [200, 403, 403, 200, 403, 200] },
  { tokens: true, peer: "remote", protect: "all", as: "operator", statuses: [200, 200, 403, 200, 202, 200] },
  { tokens: true, peer: "remote", protect: "all", as: "admin", statuses: [200, 200, 200, 200, 202, 200] },
];

for (const { tokens, peer, protect = "none", open, as, statuses } of TABLE) {
  const start = `${tokens ? "tokens" : "no token"}, protect ${protect}${open ? ", open" : ""}`;
  Deno.test(`the policy for ${as ?? "nobody"} from ${peer} with ${start}`, async () => {
    const { ask } = sampleAdmin({
      tokens: tokens ? new TokenBook(TOKENS) : null,
      protect,
      isEnvoyOpen: open === true,
    });
    const found: number[] = [];
    for (const [method, target] of Object.values(ASKED)) {
      const init: AskInit = { method, peer };
      if (as !== undefined) init.headers = { authorization: `Bearer ${as}-secret` };
      const answer = await ask(target, init);
      await answer.body?.cancel();
      found.push(answer.status);
    }
    const named = (list: readonly number[]) => Object.keys(ASKED).map((name, i) => `${name}: ${list[i]}`);
    assert.deepEqual(named(found), named(statuses));
  });
}

const EXPOSURES: readonly [
  isReachable: boolean,
  hasTokens: boolean,
  Protection,
  isEnvoyOpen: boolean,
  AdminExposure,
][] = [
  [false, false, "none", false, "guarded"],
  [false, false, "none", true, "open"],
  [true, false, "none", false, "readable"],
  [true, true, "none", false, "pages"],
  [true, true, "post", false, "pages"],
  [true, true, "all", false, "guarded"],
  [true, true, "all", true, "open"],
];

for (const [isReachable, hasTokens, protect, isEnvoyOpen, exposure] of EXPOSURES) {
  const facts = { isReachable, hasTokens, protect, isEnvoyOpen };
  Deno.test(`exposureOf() is ${exposure} for ${JSON.stringify(facts)}`, () => {
    assert.equal(exposureOf(facts), exposure);
  });
}
