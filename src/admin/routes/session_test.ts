import assert from "node:assert/strict";
import { IDLE_MS } from "../access/sessions.ts";
import { sha256, TokenBook } from "../access/token_book.ts";
import type { SessionView } from "../contract/session.ts";
import { sampleAdmin } from "../sample_source.ts";

function guardedAdmin() {
  const tokens = new TokenBook([
    { name: "ana", role: "operator", hash: sha256("ana's secret") },
    { name: "vic", role: "viewer", hash: sha256("vic's secret") },
  ]);
  const sample = sampleAdmin({ tokens });
  const login = (token: string, headers: Record<string, string> = {}) =>
    sample.ask("/api/v1/session", { method: "POST", body: JSON.stringify({ token }), headers });
  return { ...sample, tokens, login };
}

function cookieOf(answer: Response): string {
  return answer.headers.get("set-cookie")!.split(";")[0]!;
}

Deno.test("a token opens a session by a cookie that no script and no other site has", async () => {
  const { ask, login } = guardedAdmin();
  const before: SessionView = await (await ask("/api/v1/session")).json();
  assert.deepEqual([before.authenticated, before.auth_required, before.role], [false, true, "viewer"]);
  assert.match(before.read_only_reason!, /show a token/);
  const answer = await login("ana's secret");
  assert.match(
    answer.headers.get("set-cookie")!,
    /^denvoy_session_9901=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const view: SessionView = await answer.json();
  assert.deepEqual(view, {
    authenticated: true,
    role: "operator",
    name: "ana",
    csrf: "header",
    auth_required: false,
    read_only_reason: null,
  });
  const cookie = cookieOf(answer);
  assert.equal((await ask("/api/v1/overview", { headers: { cookie } })).status, 200);
  assert.equal((await ask("/api/v1/overview", { headers: { cookie: `${cookie}0` } })).status, 401);
});

Deno.test("a session's cookie is Secure under TLS", async () => {
  const { admin } = guardedAdmin();
  const answer = await admin.fetch(
    new Request("https://127.0.0.1/api/v1/session", {
      method: "POST",
      body: JSON.stringify({ token: "ana's secret" }),
      headers: { "x-console": "1" },
    }),
    { kind: "loopback", address: "127.0.0.1" },
  );
  assert.match(answer.headers.get("set-cookie")!, /^denvoy_session=.*; Secure$/);
});

Deno.test("logout ends the session, and its streams", async () => {
  const { ask, login } = guardedAdmin();
  const cookie = cookieOf(await login("vic's secret")), other = cookieOf(await login("vic's secret"));
  const stream = await ask("/api/v1/events", { headers: { cookie } });
  const kept = await ask("/api/v1/events", { headers: { cookie: other } });
  const answer = await ask("/api/v1/session", { method: "DELETE", headers: { cookie } });
  assert.deepEqual([answer.status, answer.headers.get("set-cookie")!.includes("Max-Age=0")], [204, true]);
  assert.equal((await ask("/api/v1/overview", { headers: { cookie } })).status, 401);
  await stream.text();
  assert.equal((await ask("/api/v1/overview", { headers: { cookie: other } })).status, 200);
  await kept.body!.cancel();
});

Deno.test("a session ends after twelve hours without use, and with its token", async () => {
  const { ask, login, clock, tokens, admin } = guardedAdmin();
  const status = async (cookie: string) =>
    (await ask("/api/v1/session", { headers: { cookie } })).json()
      .then(({ authenticated }) => authenticated);
  const cookie = cookieOf(await login("ana's secret"));
  clock.advance(IDLE_MS - 1);
  assert.equal(await status(cookie), true);
  clock.advance(IDLE_MS);
  assert.equal(await status(cookie), true);
  clock.advance(IDLE_MS + 1);
  assert.equal(await status(cookie), false);
  const second = cookieOf(await login("ana's secret"));
  const stream = await ask("/api/v1/events", { headers: { cookie: second } });
  clock.advance(IDLE_MS + 1);
  admin.tick();
  assert.equal(await status(second), true, "a stream that is open is use");
  tokens.replace([{ name: "vic", role: "viewer", hash: sha256("vic's secret") }]);
  await stream.text();
  assert.equal(await status(second), false);
});

Deno.test("five wrong tokens close the door for an address, not for sessions that are open", async () => {
  const { ask, login, clock, audit } = guardedAdmin();
  const cookie = cookieOf(await login("ana's secret"));
  for (let at = 0; at < 5; at++) assert.equal((await login("guess")).status, 401);
  const refused = await login("ana's secret");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "10"]);
  const bearer = await ask("/api/v1/overview", { headers: { authorization: "Bearer ana's secret" } });
  assert.equal(bearer.status, 401, "a token has no blank in it: nothing was shown");
  assert.equal((await ask("/server_info", { headers: { authorization: "Bearer guess" } })).status, 429);
  assert.equal((await ask("/api/v1/overview", { headers: { cookie } })).status, 200);
  clock.advance(10_000);
  assert.equal((await login("ana's secret")).status, 200);
  const items = [...audit.find({ q: "", actor: "", action: "session", outcome: "refused", sinceMs: 0 })];
  assert.equal(items.length, 6);
  assert.equal(items.at(-1)!.result, "refused with 401: this token is not known");
  assert.ok(items.every((item) => !JSON.stringify(item).includes("guess")));
});

Deno.test("a viewer's tries by hand are refused and stand in the audit", async () => {
  const { ask, login, source, audit } = guardedAdmin();
  const cookie = cookieOf(await login("vic's secret"));
  const tries = [
    ["POST", "/api/v1/actions/shutdown"],
    ["POST", "/api/v1/actions/drain"],
    ["DELETE", "/api/v1/actions/a1"],
    ["PATCH", "/api/v1/runtime"],
    ["PUT", "/api/v1/loggers"],
    ["POST", "/api/v1/whatever/comes"],
    ["POST", "/healthcheck/fail"],
    ["POST", "/quitquitquit"],
  ] as const;
  for (const [method, target] of tries) {
    const answer = await ask(target, { method, headers: { cookie }, body: "{}" });
    assert.deepEqual([answer.status, target], [403, target]);
    assert.match(await answer.text(), /needs role (operator|admin), the token vic has viewer/);
  }
  assert.deepEqual([source.quits, source.isHealthFailed], [0, false]);
  const refused = [...audit.find({ q: "", actor: "vic", action: "", outcome: "refused", sinceMs: 0 })];
  assert.equal(refused.length, tries.length);
  assert.equal(refused[0]!.action, "action.shutdown");
  assert.equal(refused[2]!.action, "request");
});

Deno.test("without tokens there is nothing to sign in to", async () => {
  const { ask } = sampleAdmin();
  const view: SessionView = await (await ask("/api/v1/session")).json();
  assert.deepEqual([view.role, view.auth_required, view.read_only_reason], ["admin", false, null]);
  const remote: SessionView = await (await ask("/api/v1/session", { peer: "remote" })).json();
  assert.deepEqual([remote.role, remote.auth_required], ["viewer", false]);
  assert.match(remote.read_only_reason!, /no token is configured/);
  const login = await ask("/api/v1/session", { method: "POST", body: '{"token":"a"}' });
  assert.equal(login.status, 409);
});
