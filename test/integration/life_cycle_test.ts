/** The life of the process: what it logs, how signals end it, what becomes of requests (spec/operations.md 1 and 3). */

import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

const HELLO = bootstrap({ routes: [directRoute("/", "hello")] });

/** An origin that answers when told to, and a proxy in front of it. */
class HeldRequests implements AsyncDisposable {
  /** Resolves when as many requests are with the origin as were announced. */
  readonly arrived = Promise.withResolvers<void>();
  readonly release = Promise.withResolvers<void>();
  readonly origin: Origin = startOrigin(async () => {
    if (this.origin.requests.length === this.#expected) this.arrived.resolve();
    await this.release.promise;
    return new Response("late but whole");
  });

  readonly #expected: number;

  constructor(expected = 1) {
    this.#expected = expected;
  }

  start(args: readonly string[] = [], concurrency = 1): Promise<RunningProxy> {
    const config = bootstrap({
      routes: ["{ match: { prefix: / }, route: { cluster: slow } }"],
      clusters: { slow: [this.origin.port] },
    });
    return startProxy({ config, args, concurrency });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release.resolve();
    await this.origin.stop();
  }
}

/** Nobody listens there any more. */
async function isRefused(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

/** Asserts that `texts` stand in `logs` in this order. */
function assertInOrder(logs: string, texts: readonly string[]): void {
  let at = 0;
  for (const text of texts) {
    const found = logs.indexOf(text, at);
    assert.ok(found >= 0, `no "${text}" after the ones before it in\n${logs}`);
    at = found + text.length;
  }
}

Deno.test("a start and a clean end log what tools look for, in Envoy's order", async () => {
  await using proxy = await startProxy({ config: HELLO });
  await proxy.untilLogged(/starting main dispatch loop/);
  assert.equal(await proxy.stop(), 0);
  assertInOrder(proxy.logs(), [
    `admin address: ${new URL(proxy.adminUrl).host}`,
    "cm init: all clusters initialized",
    "all dependencies initialized. starting workers",
    "starting main dispatch loop",
    "caught ENVOY_SIGTERM",
    "shutting down server instance",
    "main dispatch loop exited",
    "exiting",
  ]);
});

Deno.test("SIGTERM refuses new connections and lets a request in flight end, with connection: close", async () => {
  await using held = new HeldRequests();
  await using proxy = await held.start();
  const response = fetch(proxy.listenerUrl("web"));
  await held.arrived.promise;
  proxy.signal("SIGTERM");
  await proxy.until("connections are refused", () => isRefused(proxy.listenerUrl("web")));
  const ready = await fetch(`${proxy.adminUrl}/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, "DRAINING\n"]);
  held.release.resolve();
  const answer = await response;
  assert.equal(await answer.text(), "late but whole");
  assert.equal(answer.headers.get("connection"), "close");
  assert.equal(await proxy.untilEnded(), 0);
});

Deno.test("SIGTERM lets a hundred requests in flight end, whichever worker has them", async () => {
  await using held = new HeldRequests(100);
  await using proxy = await held.start(["--shutdown-drain-time-s", "20"], 2);
  const answers = Array.from({ length: 100 }, async () => await (await fetch(proxy.listenerUrl("web"))).text());
  await held.arrived.promise;
  proxy.signal("SIGTERM");
  await proxy.untilLogged(/caught ENVOY_SIGTERM/);
  held.release.resolve();
  for (const answer of await Promise.all(answers)) assert.equal(answer, "late but whole");
  assert.equal(await proxy.untilEnded(), 0);
});

Deno.test("a second SIGTERM ends the process at once, request or not", async () => {
  await using held = new HeldRequests();
  await using proxy = await held.start();
  const response = fetch(proxy.listenerUrl("web")).then((answer) => answer.text(), () => "cut off");
  await held.arrived.promise;
  proxy.signal("SIGTERM");
  await proxy.until("/ready is not LIVE", async () => {
    const ready = await fetch(`${proxy.adminUrl}/ready`);
    await ready.body?.cancel();
    return ready.status === 503;
  });
  proxy.signal("SIGTERM");
  assert.equal(await proxy.untilEnded(), 0);
  assert.equal(await response, "cut off");
});

Deno.test("--shutdown-drain-time-s 0 ends requests in flight, as Envoy does", async () => {
  await using held = new HeldRequests();
  await using proxy = await held.start(["--shutdown-drain-time-s", "0"]);
  const response = fetch(proxy.listenerUrl("web")).then((answer) => answer.text(), () => "cut off");
  await held.arrived.promise;
  assert.equal(await proxy.stop(), 0);
  assert.equal(await response, "cut off");
});

Deno.test("the drain time bounds what SIGTERM waits for", async () => {
  await using held = new HeldRequests();
  await using proxy = await held.start(["--shutdown-drain-time-s", "1"]);
  const response = fetch(proxy.listenerUrl("web")).then((answer) => answer.text(), () => "cut off");
  await held.arrived.promise;
  assert.equal(await proxy.stop(), 0);
  assert.equal(await response, "cut off");
  assert.match(proxy.logs(), /closing with 1 active requests: the drain time is up/);
});

Deno.test("an idle keep-alive connection does not hold up the end", async () => {
  await using proxy = await startProxy({ config: HELLO });
  const { hostname, port } = new URL(proxy.listenerUrl("web"));
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
  const buffer = new Uint8Array(4096);
  assert.ok((await connection.read(buffer))! > 0);
  proxy.signal("SIGTERM");
  assert.equal(await connection.read(buffer), null);
  assert.equal(await proxy.untilEnded(), 0);
  assert.ok(!proxy.logs().includes("the drain time is up"), proxy.logs());
});

Deno.test("SIGINT ends the process like SIGTERM", async () => {
  await using proxy = await startProxy({ config: HELLO });
  proxy.signal("SIGINT");
  assert.equal(await proxy.untilEnded(), 0);
  assert.match(proxy.logs(), /\[warning\]\[main\] .*caught SIGINT/);
});

Deno.test("SIGHUP is eaten", async () => {
  await using proxy = await startProxy({ config: HELLO });
  proxy.signal("SIGHUP");
  await proxy.untilLogged(/caught and eating SIGHUP/);
  assert.equal(await (await fetch(proxy.listenerUrl("web"))).text(), "hello");
  assert.equal(await proxy.stop(), 0);
});

Deno.test("/quitquitquit ends the process like SIGTERM", async () => {
  await using proxy = await startProxy({ config: HELLO });
  assert.equal(await proxy.admin("/quitquitquit", { method: "POST" }), "OK\n");
  assert.equal(await proxy.untilEnded(), 0);
});

Deno.test("SIGUSR1 opens the log file again", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/denvoy.log`;
  try {
    await using proxy = await startProxy({ config: HELLO, args: ["--log-path", path, "--log-format", "%l %v"] });
    await Deno.rename(path, `${path}.1`);
    proxy.signal("SIGUSR1");
    await proxy.until("the new file is there", () => Deno.stat(path).then(() => true, () => false));
    assert.equal(await proxy.stop(), 0);
    const [first, second] = await Promise.all([Deno.readTextFile(`${path}.1`), Deno.readTextFile(path)]);
    assertInOrder(first, ["info starting main dispatch loop\n", "warning caught SIGUSR1. Reopening access logs.\n"]);
    assertInOrder(second, ["warning caught ENVOY_SIGTERM\n", "info exiting\n"]);
    assert.ok(!proxy.logs().includes("info "), proxy.logs());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
