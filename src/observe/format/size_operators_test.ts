import { assertFormats, assertJsonValues } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, streamView } from "../../../test/support/stream_views.ts";
import { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { ResponseHead } from "../../http/response_head.ts";

const response = () => {
  const head = new ResponseHead();
  head.beginLocal(200);
  head.headers.addName("x-ab", "1234");
  return head;
};

Deno.test("sizes of bodies and of what went over the wire are what was counted", () => {
  const facts = beganFacts({
    bytesReceived: 1,
    bytesSent: 5_000_000_000,
    wireBytesReceived: 3,
    wireBytesSent: 4,
    headerBytesSent: 5,
    upstreamWireBytesReceived: 6,
    upstreamWireBytesSent: 7,
    upstreamHeaderBytesSent: 8,
  });
  assertFormats(streamView({ facts }), {
    "%BYTES_RECEIVED% %BYTES_SENT%": "1 5000000000",
    "%DOWNSTREAM_WIRE_BYTES_RECEIVED% %DOWNSTREAM_WIRE_BYTES_SENT%": "3 4",
    "%DOWNSTREAM_HEADER_BYTES_SENT% %DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT%": "5 5",
    "%UPSTREAM_WIRE_BYTES_RECEIVED% %UPSTREAM_WIRE_BYTES_SENT%": "6 7",
    "%UPSTREAM_HEADER_BYTES_SENT% %UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT%": "8 8",
    "%BYTES_RETRANSMITTED% %PACKETS_RETRANSMITTED%": "0 0",
  });
  assertJsonValues(streamView({ facts }), { "%BYTES_SENT%": "5000000000" });
});

Deno.test("REQUEST_HEADERS_BYTES is names and values, those of the request line too", () => {
  const request = requestHead("GET", "/ab", { host: "h", "x-a": "12" });
  // :path /ab, :method GET, :authority h, x-a 12
  assertFormats(streamView({ request }), { "%REQUEST_HEADERS_BYTES%": String(8 + 10 + 11 + 5) });
  const facts = beganFacts({ isAdmitted: true });
  // and :scheme http
  assertFormats(streamView({ request, facts }), { "%REQUEST_HEADERS_BYTES%": String(8 + 10 + 11 + 5 + 11) });
  request.headers.removeName("x-a");
  request.headers.set(HeaderId.xForwardedProto, "https");
  request.path = "/longer";
  assertFormats(streamView({ request, facts }), { "%REQUEST_HEADERS_BYTES%": String(12 + 10 + 11 + 22 + 12) });
  assertFormats(streamView({ request: requestHead("BREW", "/"), facts }), {
    "%REQUEST_HEADERS_BYTES%": String(6 + 11 + 11),
  });
  assertFormats(streamView(), { "%REQUEST_HEADERS_BYTES%": "0" });
});

Deno.test("RESPONSE_HEADERS_BYTES and RESPONSE_TRAILERS_BYTES are names and values", () => {
  const responseTrailers = new HeaderList();
  responseTrailers.addName("t", "12");
  assertFormats(streamView({ response: response(), responseTrailers }), {
    "%RESPONSE_HEADERS_BYTES% %RESPONSE_TRAILERS_BYTES%": `${":status200".length + 8} 3`,
  });
  assertFormats(streamView(), { "%RESPONSE_HEADERS_BYTES% %RESPONSE_TRAILERS_BYTES%": "0 0" });
});

Deno.test("received header bytes are those that came, whatever became of them", () => {
  const request = requestHead("GET", "/", { host: "h", "x-a": "12" });
  const facts = beganFacts({ requestTrailerBytes: 9 });
  const names = "%DOWNSTREAM_HEADER_BYTES_RECEIVED% %DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED%";
  assertFormats(streamView({ request, facts }), { [names]: `${8 + 8 + 9} ${8 + 8}` });
  request.headers.removeName("x-a");
  request.headers.addName("x-added", "0123456789");
  assertFormats(streamView({ request, facts }), { [names]: `${8 + 8 + 9} ${8 + 8}` });
  // No field at all is as much as an empty one.
  assertFormats(streamView({ request: requestHead("GET", "/") }), { [names]: "3 3" });
  assertFormats(streamView({ facts }), { [names]: "0 0" });
});

Deno.test("UPSTREAM_HEADER_BYTES_RECEIVED is of responses that came from upstream", () => {
  const names = "%UPSTREAM_HEADER_BYTES_RECEIVED% %UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED%";
  assertFormats(streamView({ response: response() }), { [names]: "0 0" });
  const head = new ResponseHead();
  head.beginLocal(200);
  const facts = beganFacts({ upstreamResponseStartMs: 1, upstreamTrailerBytes: 9 });
  assertFormats(streamView({ response: head, facts }), { [names]: "12 3" });
  assertFormats(streamView({ facts: beganFacts({ upstreamResponseStartMs: 1 }) }), { [names]: "0 0" });
});
