/** TCP checks in memory: payloads, kept connections, what happens between checks. */
import assert from "node:assert/strict";
import { HealthStage, hex, TIMES } from "../../../test/support/health_checks.ts";

function tcp(fields: string, more = ""): string {
  return `{${TIMES}, tcp_health_check: {${fields}}${more === "" ? "" : `, ${more}`}}`;
}

const PING = `send: {text: "${hex("PING")}"}`;
const PONG = `receive: [{text: "${hex("PO")}"}, {text: "${hex("NG")}"}]`;

function started(checks: string, options: ConstructorParameters<typeof HealthStage>[1] = {}): HealthStage {
  const stage = new HealthStage(checks, options);
  stage.listen();
  stage.start();
  return stage;
}

Deno.test("to be connected is enough where nothing is expected, and nothing is sent", () => {
  for (const fields of ["", PING, `${PING}, proxy_protocol_config: {}`]) {
    const stage = started(tcp(fields));
    assert.equal(stage.flags, "healthy");
    assert.deepEqual([stage.peer.take(), stage.peer.hasEnded], ["", true]);
    stage.advance(10_010);
    assert.equal(stage.peers.length, 2);
    assert.deepEqual(stage.counts, { attempt: 2, success: 2, healthy: 1 });
    stage.end();
  }
});

Deno.test("a TCP check passes when all that is expected has come, whole or byte by byte", () => {
  for (const options of [{}, { pieceBytes: 1 }]) {
    const stage = started(tcp(`${PING}, ${PONG}`), options);
    assert.equal(stage.peer.take(), "PING");
    stage.peer.send("xPOx");
    stage.deliver();
    assert.deepEqual(stage.results, []);
    stage.peer.send("xNG and more");
    stage.deliver();
    assert.equal(stage.flags, "healthy");
    stage.advance(10_010);
    assert.equal(stage.peer.take(), "PING");
    stage.peer.send("PONG");
    stage.deliver();
    assert.equal(stage.peers.length, 1);
    assert.deepEqual(stage.counts, { attempt: 2, success: 2, healthy: 1 });
    stage.end();
  }
});

Deno.test("a TCP check without reuse_connection makes a connection each time", () => {
  const stage = started(tcp(`${PING}, ${PONG}`, "reuse_connection: false"));
  stage.peer.send("PONG");
  stage.deliver();
  assert.equal(stage.peer.hasEnded, true);
  stage.advance(10_010);
  assert.equal(stage.peers.length, 2);
  assert.deepEqual(stage.counts, { attempt: 2, success: 1, healthy: 1 });
  stage.end();
});

Deno.test("a wrong answer is waited out, and the next check has a new connection", () => {
  const stage = started(tcp(`${PING}, ${PONG}`));
  stage.peer.send("NGPO");
  stage.deliver();
  stage.advance(1010);
  assert.deepEqual([stage.results[0]!.failure, stage.peer.hasEnded], ["NETWORK_TIMEOUT", true]);
  stage.advance(10_010);
  assert.equal(stage.peers.length, 2);
  stage.peer.send("NG");
  stage.deliver();
  assert.equal(stage.results.length, 1, "the half of an answer on the old connection is forgotten");
  stage.end();
});

Deno.test("a close before the answer fails a TCP check by the network", () => {
  for (const how of ["flush", "abort"] as const) {
    const stage = started(tcp(`${PING}, ${PONG}`));
    stage.peer.close(how);
    stage.deliver();
    assert.equal(stage.results[0]!.failure, "NETWORK");
    stage.end();
  }
});

Deno.test("between TCP checks an answer is a pass and a close a failure, and either plans the next check anew", () => {
  const stage = started(tcp(`${PING}, ${PONG}`));
  stage.peer.send("PONG");
  stage.deliver();
  stage.advance(5000);
  stage.peer.send("PONG");
  stage.deliver();
  assert.deepEqual(stage.counts, { attempt: 1, success: 2, healthy: 1 });
  stage.advance(6000);
  assert.equal(stage.stat("health_check.attempt"), 1);
  stage.peer.close("flush");
  stage.deliver();
  assert.deepEqual(stage.counts, { attempt: 1, success: 2, failure: 1, network_failure: 1, healthy: 1 });
  assert.equal(stage.results.at(-1)!.tookMs, 0);
  stage.advance(9990);
  assert.equal(stage.stat("health_check.attempt"), 1);
  stage.advance(20);
  assert.equal(stage.stat("health_check.attempt"), 2);
  stage.end();
});

Deno.test("a PROXY protocol header opens a connection, once", () => {
  const V2 = "\r\n\r\n\0\r\nQUIT\n \0\0\0";
  for (
    const [version, header] of [["V1", /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 4\d{4} 80\r\n$/], ["V2", V2]] as const
  ) {
    const stage = started(tcp(`${PING}, ${PONG}, proxy_protocol_config: {version: ${version}}`));
    const sent = stage.peer.take();
    assert.equal(sent.slice(-4), "PING");
    if (typeof header === "string") assert.equal(sent.slice(0, -4), header);
    else assert.match(sent.slice(0, -4), header);
    stage.peer.send("PONG");
    stage.deliver();
    stage.advance(10_010);
    assert.equal(stage.peer.take(), "PING");
    stage.end();
  }
});
