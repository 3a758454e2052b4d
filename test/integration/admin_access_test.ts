/** Who may do what on the admin port of a real process (spec/operations.md 19, spec/console.md 8 and 11 item 9). */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { runDenvoy, type RunningProxy, startProxy } from "../support/proxy.ts";
import { rawStatus } from "../support/raw_admin.ts";

const CONFIG = `node: { id: node-1, cluster: edge }\n${bootstrap({ routes: [directRoute("/", "hello")] })}`;

function tokenLine(name: string, role: string): string {
  return `${name}:${role}:${createHash("sha256").update(`${name}-secret`).digest("hex")}\n`;
}

/** A proxy with tokens for `vic`, `ana` and `root`, and an audit file. */
class GuardedProxy implements AsyncDisposable {
  readonly proxy: RunningProxy;
  readonly tokens: string;
  readonly audit: string;
  readonly #directory: string;

  private constructor(proxy: RunningProxy, directory: string) {
    this.proxy = proxy;
    this.#directory = directory;
    this.tokens = `${directory}/tokens`;
    this.audit = `${directory}/audit.jsonl`;
  }

  static async start(args: readonly string[] = []): Promise<GuardedProxy> {
    const directory = await Deno.makeTempDir({ prefix: "denvoy-tokens-" });
    const lines = [tokenLine("vic", "viewer"), tokenLine("ana", "operator"), tokenLine("root", "admin")];
    await Deno.writeTextFile(`${directory}/tokens`, lines.join(""));
    const flags = ["--admin-token-file", `${directory}/tokens`, "--admin-audit-path", `${directory}/audit.jsonl`];
    return new GuardedProxy(await startProxy({ config: CONFIG, args: [...flags, ...args] }), directory);
  }

  ask(method: string, target: string, headers: Record<string, string> = {}, body?: unknown): Promise<Response> {
    const init = { method, headers: { "x-console": "1", ...headers } };
    return fetch(
      this.proxy.adminUrl + target,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
  }

  async status(method: string, target: string, headers: Record<string, string> = {}): Promise<number> {
    const answer = await this.ask(method, target, headers);
    await answer.body?.cancel();
    return answer.status;
  }

  async cookie(name: string): Promise<string> {
    const answer = await this.ask("POST", "/api/v1/session", {}, { token: `${name}-secret` });
    await answer.body?.cancel();
    assert.match(answer.headers.get("set-cookie")!, /; Path=\/; HttpOnly; SameSite=Strict$/);
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

Deno.test("pages of other sites and rebound names are refused, with a session and without", async () => {
  await using guarded = await GuardedProxy.start();
  const { adminUrl } = guarded.proxy, cookie = await guarded.cookie("root");
  const refused: readonly [method: string, target: string, headers: Record<string, string>][] = [
    ["POST", "/quitquitquit", { origin: "http://evil.example" }],
    ["POST", "/quitquitquit", { "sec-fetch-site": "cross-site" }],
    ["POST", "/quitquitquit", { host: "evil.example" }],
    ["GET", "/server_info", { host: "evil.example:9901" }],
    ["POST", "/api/v1/actions/reset_counters", { origin: "http://evil.example", "x-console": "1" }],
    ["POST", "/api/v1/actions/reset_counters", { "sec-fetch-site": "same-site", "x-console": "1" }],
    ["POST", "/api/v1/actions/reset_counters", {}],
    ["DELETE", "/api/v1/session", {}],
    ["GET", "/api/v1/events", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["GET", "/api/v1/overview", { host: "rebound.example" }],
  ];
  for (const [method, target, headers] of refused) {
    const status = await rawStatus(adminUrl, method, target, { cookie, ...headers });
    assert.deepEqual([method, target, headers, status], [method, target, headers, 403]);
  }
  assert.equal(await guarded.proxy.admin("/ready"), "LIVE\n");
  const answer = await guarded.ask("GET", "/api/v1/overview", { cookie, origin: "http://evil.example" });
  assert.ok(![...answer.headers.keys()].some((name) => name.startsWith("access-control-")));
  await answer.body?.cancel();
  const page = await fetch(`${adminUrl}/console/`);
  assert.match(page.headers.get("content-security-policy")!, /frame-ancestors 'none'/);
  assert.equal(page.headers.get("x-frame-options"), "DENY");
  await page.body?.cancel();
});

Deno.test("a viewer changes nothing by hand, and every try stands in the audit file", async () => {
  await using guarded = await GuardedProxy.start();
  const cookie = await guarded.cookie("vic");
  assert.equal(await guarded.status("GET", "/api/v1/overview", { cookie }), 200);
  for (const kind of ["shutdown", "drain", "healthcheck_fail", "reset_counters", "reopen_logs"]) {
    assert.equal(await guarded.status("POST", `/api/v1/actions/${kind}`, { cookie }), 403, kind);
  }
  for (const path of ["/quitquitquit", "/healthcheck/fail", "/drain_listeners"]) {
    assert.equal(await guarded.status("POST", path, { authorization: "Bearer vic-secret" }), 403, path);
  }
  assert.equal(await guarded.proxy.admin("/ready"), "LIVE\n");
  const items = (await Deno.readTextFile(guarded.audit)).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(items.map(({ actor, action }) => `${actor} ${action}`), [
    "vic session.open",
    "vic action.shutdown",
    "vic action.drain",
    "vic action.healthcheck_fail",
    "vic action.reset_counters",
    "vic action.reopen_logs",
    "vic action.shutdown",
    "vic action.healthcheck_fail",
    "vic action.drain",
  ]);
  assert.ok(items.slice(1).every(({ result }) => result.startsWith("refused with 403")));
});

Deno.test("logout ends the session's event stream", async () => {
  await using guarded = await GuardedProxy.start();
  const cookie = await guarded.cookie("vic");
  const stream = await guarded.ask("GET", "/api/v1/events", { cookie });
  assert.equal(stream.status, 200);
  const ended = stream.text();
  assert.equal(await guarded.status("DELETE", "/api/v1/session", { cookie }), 204);
  assert.match(await ended, /event: hello/);
  assert.equal(await guarded.status("GET", "/api/v1/overview", { cookie }), 401);
});

Deno.test("the token file is read again, and one with a fault leaves what was", async () => {
  await using guarded = await GuardedProxy.start();
  const { proxy, tokens } = guarded;
  const status = (name: string) =>
    guarded.status("GET", "/api/v1/overview", { authorization: `Bearer ${name}-secret` });
  const session = await guarded.cookie("vic");
  assert.deepEqual([await status("vic"), await status("eve")], [200, 401]);
  await Deno.writeTextFile(tokens, `${tokenLine("eve", "viewer")}bob:boss:00\n`);
  await proxy.untilLogged(
    /line 2: the role of bob must be viewer, operator or admin; the tokens from before stay in force/,
  );
  assert.deepEqual([await status("vic"), await status("eve")], [200, 401]);
  // As a mounted secret changes: another file takes the place.
  await Deno.writeTextFile(`${tokens}.new`, tokenLine("eve", "viewer"));
  await Deno.rename(`${tokens}.new`, tokens);
  await proxy.untilLogged(/read 1 token\(s\)/);
  assert.deepEqual([await status("vic"), await status("eve")], [401, 200]);
  assert.equal(await guarded.status("GET", "/api/v1/overview", { cookie: session }), 401);
});

Deno.test("SIGUSR1 has the audit file opened again", async () => {
  await using guarded = await GuardedProxy.start();
  await guarded.cookie("ana");
  await Deno.rename(guarded.audit, `${guarded.audit}.1`);
  guarded.proxy.signal("SIGUSR1");
  await guarded.proxy.until("there is a new file", () => Deno.stat(guarded.audit).then(() => true, () => false));
  await guarded.cookie("vic");
  assert.match(await Deno.readTextFile(guarded.audit), /^\{"id":2,[^\n]*"actor":"vic"[^\n]*\n$/);
});

Deno.test("a page of an origin in --admin-cors-origin may use the API with a token, and no other", async () => {
  await using guarded = await GuardedProxy.start(["--admin-cors-origin", "https://ops.example"]);
  const asks = (origin: string) =>
    guarded.ask("OPTIONS", "/api/v1/actions/reopen_logs", { origin, "access-control-request-method": "POST" });
  const allowed = await asks("https://ops.example");
  assert.deepEqual([allowed.status, allowed.headers.get("access-control-allow-origin")], [204, "https://ops.example"]);
  assert.match(allowed.headers.get("access-control-allow-headers")!, /authorization.*x-console/);
  const other = await asks("https://ops.example.evil");
  assert.equal(other.headers.get("access-control-allow-origin"), null);
  await other.body?.cancel();
  const headers = { origin: "https://ops.example", "sec-fetch-site": "cross-site", authorization: "Bearer ana-secret" };
  assert.equal(
    await rawStatus(guarded.proxy.adminUrl, "POST", "/api/v1/actions/reopen_logs", {
      ...headers,
      "x-console": "1",
    }),
    202,
  );
  assert.equal(await rawStatus(guarded.proxy.adminUrl, "POST", "/reopen_logs", headers), 403);
});

const REFUSED: readonly [flags: string[], message: RegExp][] = [
  [["--admin-protect", "all"], /cannot use --admin-protect without --admin-token-file/],
  [["--admin-protect", "some", "--admin-token-file", "x"], /unknown admin-protect 'some'/],
  [["--admin-cors-origin", "https://a.example/"], /invalid admin-cors-origin 'https:\/\/a.example\/'/],
  [["--admin-token-file", "/nowhere/tokens"], /cannot read token file \/nowhere\/tokens/],
];

for (const [flags, message] of REFUSED) {
  Deno.test(`a start with ${flags.join(" ")} is refused`, async () => {
    const { code, stderr } = await runDenvoy(["--config-yaml", CONFIG, "--concurrency", "1", ...flags]);
    assert.equal(code, 1);
    assert.match(stderr, message);
  });
}
