/** Sockets and what serves behind them: swaps, drains and queues (spec/xds.md 10.2 to 10.4). */
import assert from "node:assert/strict";
import { assertClean, type Peer } from "../../test/support/data_path.ts";
import { listenerConfig, ordersFor, WorkerListeners } from "../../test/support/worker_listeners.ts";

/** A worker that serves one listener. */
function serving(config = listenerConfig(), ...times: ConstructorParameters<typeof WorkerListeners>) {
  const worker = new WorkerListeners(...times);
  worker.serve([1, config]);
  worker.order(...ordersFor(config));
  return worker;
}

function saysClose({ head }: { head: string }): boolean {
  return /\r\nconnection: close\b/.test(head);
}

function isOver({ hasEnded, closed }: Peer): boolean {
  return hasEnded || closed !== null;
}

function end(worker: WorkerListeners): void {
  worker.close();
  assertClean(worker.path);
}

Deno.test("ListenerSet puts another version behind the same socket", () => {
  const worker = serving(listenerConfig({ body: "old" }));
  const client = worker.connect();
  assert.equal(worker.ask(client).body, "old");
  worker.serve([2, listenerConfig({ body: "new" })]);
  assert.equal(worker.opened, 1);
  assert.equal(worker.ask(worker.connect()).body, "new");
  assert.equal(worker.ask(client).body, "old", "a connection stays with what accepted it");
  end(worker);
});

Deno.test("ListenerSet keeps what a removed listener had in its queue for whom is named next", () => {
  const worker = serving(listenerConfig({ name: "a", body: "a" }));
  worker.serve();
  const client = worker.connect();
  assert.ok(client !== null, "the socket is still named");
  client.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  worker.path.deliver();
  assert.equal(client.take(), "");
  worker.serve([2, listenerConfig({ name: "b", body: "b" })]);
  assert.match(client.take(), /\r\n\r\nb$/);
  assert.equal(worker.opened, 1);
  end(worker);
});

Deno.test("ListenerSet closes a socket that is no longer named when its queue was taken", async () => {
  const config = listenerConfig();
  const worker = serving(config);
  worker.set.pauseAccepting(true);
  const waiting = worker.connect();
  worker.order();
  worker.serve();
  await Promise.resolve();
  assert.equal(worker.ask(waiting).body, "hi");
  assert.equal(worker.connect(), null, "nobody listens any more");
  end(worker);
});

Deno.test("ListenerSet takes a new address in use before it leaves the old one", () => {
  const old = listenerConfig({ port: 80 }), moved = listenerConfig({ port: 81 });
  const worker = serving(old);
  worker.order(...ordersFor(old, moved));
  const early = worker.connect(81);
  assert.ok(early !== null, "it listens, and nobody accepts yet");
  worker.order(...ordersFor(moved));
  worker.serve([2, moved]);
  assert.equal(worker.ask(early).body, "hi");
  assert.equal(worker.connect(80), null);
  end(worker);
});

Deno.test("a trial leaves nothing open and takes nothing from whom listens already", () => {
  const config = listenerConfig(), other = listenerConfig({ name: "other", port: 81 });
  const worker = serving(config);
  const [trial] = ordersFor(other);
  const { bound, failed } = worker.order(...ordersFor(config), { ...trial!, isTrial: true });
  assert.deepEqual([bound.length, failed], [2, []]);
  assert.equal(worker.connect(81), null);
  const opened = worker.opened;
  worker.order(...ordersFor(config), { ...ordersFor(config)[0]!, key: "another key", isTrial: true });
  assert.equal(worker.opened, opened);
  end(worker);
});

Deno.test("an address that cannot be had fails alone", () => {
  const config = listenerConfig();
  const worker = serving(config);
  const taken = { ...ordersFor(listenerConfig({ name: "two" }))[0]!, key: "two" };
  const { bound, failed } = worker.order(...ordersFor(config), taken);
  assert.deepEqual(bound.map(({ key }) => key), ["127.0.0.1:80"]);
  assert.deepEqual(failed.map(({ key, listenerName }) => [key, listenerName]), [["two", "two"]]);
  assert.equal(worker.ask(worker.connect()).body, "hi");
  end(worker);
});

Deno.test("an update in place leaves connections on a filter chain that did not change alone", () => {
  const worker = serving(listenerConfig(), { strategy: "immediate", timeMs: 60_000 });
  const client = worker.connect();
  worker.ask(client);
  worker.serve([1, listenerConfig()]);
  assert.equal(saysClose(worker.ask(client)), false);
  worker.serve([1, listenerConfig({ body: "other" })]);
  assert.equal(worker.ask(worker.connect()).body, "other");
  const last = worker.ask(client);
  assert.deepEqual([last.body, saysClose(last)], ["hi", true]);
  end(worker);
});

Deno.test("another incarnation replaces the listener though it says the same", () => {
  const worker = serving(listenerConfig(), { strategy: "immediate", timeMs: 60_000 });
  const client = worker.connect();
  worker.serve([2, listenerConfig()]);
  assert.equal(saysClose(worker.ask(client)), true);
  end(worker);
});

Deno.test("a drain tells the busy by its strategy, the idle in its last third, and cuts the rest", () => {
  const worker = serving(listenerConfig({ managerFields: ["drain_timeout: 2s", "delayed_close_timeout: 0s"] }), {
    strategy: "gradual",
    timeMs: 60_000,
  });
  const { path } = worker, idle = Array.from({ length: 20 }, () => worker.connect()!), untouched = worker.connect()!;
  for (const client of idle) worker.ask(client);
  worker.serve();
  const closedAt = new Map<number, number>();
  for (let second = 1; second <= 60; second++) {
    path.advance(1000);
    idle.forEach((client, index) => {
      if (isOver(client) && !closedAt.has(index)) closedAt.set(index, second);
    });
    if (second === 39) assert.equal(closedAt.size, 0);
    if (second === 39) assert.equal(isOver(untouched), false);
  }
  assert.equal(closedAt.size, 20);
  const times = [...closedAt.values()];
  assert.ok(Math.min(...times) >= 42, `${times}`);
  assert.ok(new Set(times).size > 8, `each has a moment of its own: ${times}`);
  assert.ok(isOver(untouched));
  assert.equal(path.loop.timers.armedCount, 0);
  end(worker);
});

Deno.test("what is still busy at the end of a drain is cut, in Envoy's words", () => {
  const cases = [
    ["in place", [1, listenerConfig({ body: "new" })] as const, "filter_chain_is_being_removed"],
    ["replaced", [2, listenerConfig()] as const, "purging_socket_that_have_not_progressed_to_connections"],
  ] as const;
  for (const [name, update, reason] of cases) {
    const log = 'access_log: [{ name: f, typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers' +
      '.file.v3.FileAccessLog, path: ended, log_format: { text_format_source: { inline_string: "%RESPONSE_FLAGS% ' +
      '%RESPONSE_CODE_DETAILS%\\n" } } } }]';
    const worker = serving(listenerConfig({ managerFields: [log] }), { strategy: "gradual", timeMs: 10_000 });
    const client = worker.connect()!;
    client.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n");
    worker.path.deliver();
    worker.serve(update);
    worker.path.advance(9990);
    assert.equal(isOver(client), false, name);
    worker.path.advance(20);
    assert.ok(isOver(client), name);
    assert.deepEqual(worker.path.logged, [`DC downstream_local_disconnect(${reason})`], name);
    end(worker);
  }
});
