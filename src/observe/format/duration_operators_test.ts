import assert from "node:assert/strict";
import { assertFormats, assertJsonValues, formatted } from "../../../test/support/formats.ts";
import {
  beganFacts,
  connectionFacts,
  formatContext,
  hostFacts,
  STREAM_START_MS,
  streamView,
} from "../../../test/support/stream_views.ts";
import { UpstreamConnectionFacts } from "../connection_facts.ts";

const HOST = hostFacts("10.0.0.7:80");
const REMOTE = { kind: "ip", host: "10.0.0.7", port: 80 } as const;

/** A stream with every point set, each a little later than the one before. */
function wholeView() {
  const at = (ms: number) => STREAM_START_MS + ms;
  const upstreamConnection = new UpstreamConnectionFacts(1, HOST, REMOTE, null, 11, at(1), at(2.5));
  upstreamConnection.handshakeEndMs = at(4);
  const facts = beganFacts({
    requestEndMs: at(0.75),
    upstreamConnection,
    poolWaitMs: 2.75,
    upstreamRequestStartMs: at(5.25),
    upstreamRequestEndMs: at(6.5),
    upstreamResponseStartMs: at(10.75),
    upstreamBodyStartMs: at(11),
    upstreamResponseEndMs: at(12.25),
    responseStartMs: at(10.75),
    responseEndMs: at(13),
    endMs: at(14.9),
  });
  return streamView({ facts, connection: connectionFacts({ startMs: at(-10), endMs: at(20) }) });
}

Deno.test("durations are whole milliseconds, cut off", () => {
  assertFormats(wholeView(), {
    "%DURATION% %REQUEST_DURATION% %REQUEST_TX_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%": "14 0 6 10 2",
    "%UPSTREAM_CONNECTION_POOL_READY_DURATION% %ROUNDTRIP_DURATION% %DOWNSTREAM_CX_RTT%": "2 - 0",
  });
  assertJsonValues(wholeView(), { "%DURATION%": "14", "%REQUEST_TX_DURATION%": "6", "%ROUNDTRIP_DURATION%": "null" });
});

Deno.test("what has not happened has no duration, but the stream goes on", () => {
  assertFormats(streamView(), {
    "%REQUEST_DURATION%%REQUEST_TX_DURATION%%RESPONSE_DURATION%%RESPONSE_TX_DURATION%": "----",
    "%UPSTREAM_CONNECTION_POOL_READY_DURATION%%DOWNSTREAM_HANDSHAKE_DURATION%": "--",
    "%DURATION%": "12",
  });
  const context = formatContext();
  assert.equal(formatted("%DURATION%", streamView({ facts: beganFacts({ startMs: 1e9 }) }), { context }), "0");
});

Deno.test("DOWNSTREAM_HANDSHAKE_DURATION is the time TLS took", () => {
  const connection = connectionFacts();
  connection.handshakeEndMs = connection.startMs + 3.5;
  assertFormats(streamView({ connection }), { "%DOWNSTREAM_HANDSHAKE_DURATION%": "3" });
});

Deno.test("COMMON_DURATION measures between any two points in three units", () => {
  assertFormats(wholeView(), {
    "%COMMON_DURATION(DS_RX_BEG:DS_TX_END)% %COMMON_DURATION(DS_RX_BEG:DS_TX_END:ms)%": "13 13",
    "%COMMON_DURATION(DS_RX_BEG:DS_RX_END:us)% %COMMON_DURATION(DS_RX_BEG:DS_RX_END:ns)%": "750 750000",
    "%COMMON_DURATION(US_CX_BEG:US_CX_END:us)% %COMMON_DURATION(US_CX_END:US_HS_END:us)%": "1500 1500",
    "%COMMON_DURATION(US_TX_BEG:US_TX_END:us)% %COMMON_DURATION(US_RX_BEG:US_RX_BODY_BEG:us)%": "1250 250",
    "%COMMON_DURATION(US_RX_BEG:US_RX_END:us)% %COMMON_DURATION(DS_TX_BEG:DS_TX_END:us)%": "1500 2250",
    "%COMMON_DURATION(DS_CX_BEG:DS_CX_END)% %COMMON_DURATION(DS_CX_BEG:DS_RX_BEG)%": "30 10",
    "%COMMON_DURATION(DS_TX_BEG:US_RX_BEG)%": "0",
  });
});

Deno.test("COMMON_DURATION has no value backwards, before its points and between points nobody knows", () => {
  assertFormats(wholeView(), {
    "%COMMON_DURATION(DS_TX_END:DS_RX_BEG)%%COMMON_DURATION(a:DS_RX_BEG)%%COMMON_DURATION(DS_RX_BEG:a)%": "---",
    "%COMMON_DURATION(toString:DS_RX_BEG)%": "-",
  });
  assertFormats(streamView(), {
    "%COMMON_DURATION(DS_RX_BEG:DS_RX_END)%%COMMON_DURATION(US_CX_BEG:US_CX_END)%%COMMON_DURATION(US_HS_END:DS_TX_END)%":
      "---",
  });
});
