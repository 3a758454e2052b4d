import { equal } from "node:assert/strict";
import type { SessionView } from "../../src/admin/contract/session.ts";
import { Session } from "./session.ts";

const VIEW: SessionView = {
  authenticated: true,
  role: "operator",
  name: "ana",
  csrf: "header",
  auth_required: false,
  read_only_reason: null,
};

async function sessionOf(view: SessionView | Error): Promise<Session> {
  const session = new Session({
    get: <Answer>() => view instanceof Error ? Promise.reject(view) : Promise.resolve(view as Answer),
  });
  await session.load();
  return session;
}

Deno.test("Session says which role is needed, and the reason why nothing can be changed", async () => {
  const operator = await sessionOf(VIEW);
  equal(operator.refusal("viewer"), null);
  equal(operator.refusal("operator"), null);
  equal(operator.refusal("admin"), "needs role admin");
  const remote = await sessionOf({ ...VIEW, role: "viewer", read_only_reason: "no token" });
  equal(remote.refusal("operator"), "no token");
});

Deno.test("Session of a server that knows none refuses nothing", async () => {
  equal((await sessionOf(new Error("404"))).refusal("admin"), null);
});
