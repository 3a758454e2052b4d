import assert from "node:assert/strict";
import { formatted } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { formatContext, streamView } from "../../../test/support/stream_views.ts";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { StreamFacts } from "../stream_facts.ts";
import { writeDefaultLine } from "./default_format.ts";
import { StartTime } from "./start_time.ts";

const START = "[2026-05-04T03:02:01.007Z]";

function endedFacts(): StreamFacts {
  const facts = new StreamFacts();
  facts.reset(1000.75, Date.UTC(2026, 4, 4, 3, 2, 1, 7));
  facts.endMs = 1012.5;
  return facts;
}

function line(facts: StreamFacts, request: RequestHead | null, response: ResponseHead | null): string {
  const writer = new ByteWriter();
  writeDefaultLine(writer, new StartTime(), formatContext().clock, streamView({ facts, request, response }));
  return latin1Text(writer.bytes, 0, writer.length);
}

Deno.test("writeDefaultLine writes a proxied request", () => {
  const facts = endedFacts();
  facts.responseCode = 200;
  facts.bytesReceived = 5;
  facts.bytesSent = 4294967296;
  facts.upstreamHost = "127.0.0.1:9000";
  const request = requestHead("POST", "/a?b=c", { "host": "a.test", "user-agent": "curl/8", "x-request-id": "id-1" });
  request.headers.set(HeaderId.xForwardedFor, "10.0.0.1,10.0.0.2");
  const response = new ResponseHead();
  response.beginLocal(200);
  response.headers.add(HeaderId.xEnvoyUpstreamServiceTime, "3");
  assert.equal(
    line(facts, request, response),
    `${START} "POST /a?b=c HTTP/1.1" 200 - 5 4294967296 11 3 "10.0.0.1,10.0.0.2" "curl/8" "id-1" "a.test" ` +
      `"127.0.0.1:9000"\n`,
  );
});

Deno.test("writeDefaultLine prefers the path as the client sent it", () => {
  const request = requestHead("GET", "/old/x", { host: "h" });
  request.headers.add(HeaderId.xEnvoyOriginalPath, "/old/x");
  request.path = "/new/x";
  assert.match(line(endedFacts(), request, null), /"GET \/old\/x HTTP\/1\.1"/);
});

Deno.test("writeDefaultLine writes a method without a number", () => {
  assert.match(line(endedFacts(), requestHead("BREW", "/pot"), null), /"BREW \/pot HTTP\/1\.1"/);
});

Deno.test("writeDefaultLine writes - for what is absent and nothing for what is empty", () => {
  const request = requestHead("GET", "/", { "user-agent": "" });
  assert.equal(line(endedFacts(), request, null), `${START} "GET / HTTP/1.1" 0 - 0 0 11 - "-" "" "-" "-" "-"\n`);
});

Deno.test("writeDefaultLine writes flags in their order", () => {
  const facts = endedFacts();
  facts.responseCode = 503;
  for (const flag of ["URX", "UF", "URX"] as const) facts.flag(flag);
  const request = requestHead("GET", "/");
  assert.equal(line(facts, request, null), `${START} "GET / HTTP/1.1" 503 URX,UF 0 0 11 - "-" "-" "-" "-" "-"\n`);
});

// As Envoy logs `GARBAGE CRLF CRLF`.
Deno.test("writeDefaultLine shows nothing of a head that was refused", () => {
  const facts = endedFacts();
  facts.responseCode = 400;
  facts.bytesSent = 11;
  facts.endMs = facts.startMs;
  facts.flag("DPE");
  assert.equal(line(facts, null, null), `${START} "- - HTTP/1.1" 400 DPE 0 11 0 - "-" "-" "-" "-" "-"\n`);
});

Deno.test("writeDefaultLine writes how long a stream has taken that has not ended", () => {
  const facts = endedFacts();
  facts.endMs = -1;
  assert.match(line(facts, null, null), / 0 - 0 0 12 - "-"/);
});

Deno.test("writeDefaultLine writes the other versions", () => {
  const facts = endedFacts();
  for (const [version, text] of [[9, "HTTP/0.9"], [10, "HTTP/1.0"], [20, "HTTP/2"]] as const) {
    facts.protocol = version;
    assert.ok(line(facts, requestHead("GET", "/"), null).includes(`"GET / ${text}" `));
  }
});

/** The default format, written out. */
const WRITTEN_OUT = '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% ' +
  "%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% " +
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n';

Deno.test("writeDefaultLine writes what its format writes when it is compiled", () => {
  const values = [null, "", "plain", 'a"b\\c', "\x01\n\x7f\xff"];
  const serviceTimes = [null, "3"];
  let tried = 0;
  for (const value of values) {
    for (const path of ["/", '/p?q="', "*"]) {
      for (const protocol of [9, 10, 11, 20, 0] as const) {
        for (const serviceTime of serviceTimes) {
          const facts = endedFacts();
          Object.assign(facts, {
            protocol,
            responseCode: tried % 600,
            bytesReceived: tried,
            bytesSent: 2 ** 33 + tried,
          });
          if (tried % 3 === 0) facts.endMs = -1;
          if (tried % 4 === 0) { for (const flag of ["UF", "URX", "DC"] as const) facts.flag(flag); }
          if (tried % 5 > 0) facts.upstreamHost = "[::1]:80";
          const names = ["x-envoy-original-path", "x-forwarded-for", "user-agent", "x-request-id", "host"];
          const there = names.filter((_, i) => value !== null && (tried >> i) % 2 === 0);
          const fields = Object.fromEntries(there.map((name) => [name, value!]));
          const request = tried % 7 === 0 ? null : requestHead(tried % 2 === 0 ? "GET" : "BREW", path, fields);
          const response = serviceTime === null && tried % 2 === 0 ? null : new ResponseHead();
          response?.beginLocal(200);
          if (serviceTime !== null) response!.headers.add(HeaderId.xEnvoyUpstreamServiceTime, serviceTime);
          const view = streamView({ facts, request, response });
          assert.equal(line(facts, request, response), formatted(WRITTEN_OUT, view, { escapesValues: true }));
          tried++;
        }
      }
    }
  }
  assert.equal(tried, 150);
});

Deno.test("writeDefaultLine lets no value end its quotes or its line", () => {
  const forged = `x" 200 - 0 0 0 - "-" "-" "-" "-" "-"\n${START} "GET /forged HTTP/1.1`;
  const request = requestHead("GET", "/", { "user-agent": forged, "host": forged, "x-request-id": forged });
  request.headers.add(HeaderId.xEnvoyOriginalPath, forged);
  const text = line(endedFacts(), request, null);
  assert.equal(text.indexOf("\n"), text.length - 1);
  assert.equal(text.split('"').length - 1, 12);
});
