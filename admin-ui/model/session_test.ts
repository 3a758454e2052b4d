import assert from "node:assert/strict";
import type { SessionView } from "../../src/admin/contract/session.ts";
import { Session } from "./session.ts";

const NOBODY: SessionView = {
  authenticated: false,
  role: "viewer",
  name: "",
  csrf: "header",
  auth_required: true,
  read_only_reason: "Nobody is signed in: show a token",
};

function sessionAfter(...answers: SessionView[]) {
  const asked: string[] = [];
  let signedIn = 0;
  const answer = <Answer>(what: string) => {
    asked.push(what);
    return Promise.resolve(answers.shift() as Answer);
  };
  const session = new Session({
    get: (path) => answer(`GET ${path}`),
    send: (method, path, body) => answer(`${method} ${path} ${JSON.stringify(body)}`),
  }, () => signedIn++);
  return { session, asked, signedIn: () => signedIn };
}

Deno.test("Session asks for a token, and knows the role that came with it", async () => {
  const ana: SessionView = { ...NOBODY, authenticated: true, role: "operator", name: "ana", auth_required: false };
  const { session, asked, signedIn } = sessionAfter(NOBODY, ana, NOBODY, NOBODY);
  assert.equal(session.refusal("admin"), null);
  await session.load();
  assert.deepEqual([session.needsToken, session.refusal("operator")], [true, NOBODY.read_only_reason]);
  await session.signIn("secret");
  assert.deepEqual([session.needsToken, signedIn()], [false, 1]);
  assert.deepEqual([session.refusal("operator"), session.refusal("admin")], [null, "needs role admin"]);
  await session.signOut();
  assert.equal(session.needsToken, true);
  assert.deepEqual(asked, [
    "GET /session",
    'POST /session {"token":"secret"}',
    "DELETE /session undefined",
    "GET /session",
  ]);
});

Deno.test("Session stays as it was while the proxy is away", async () => {
  const session = new Session({ get: () => Promise.reject(new Error("gone")), send: () => Promise.reject() }, () => {});
  await session.load();
  assert.deepEqual([session.view.value, session.needsToken], [null, false]);
});
