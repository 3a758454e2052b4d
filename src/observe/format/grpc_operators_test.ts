import { assertFormats, assertJsonValues } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, streamView } from "../../../test/support/stream_views.ts";
import { HeaderList } from "../../http/header_list.ts";
import { ResponseHead } from "../../http/response_head.ts";

const FORMS = "%GRPC_STATUS%|%GRPC_STATUS(SNAKE_STRING)%|%GRPC_STATUS(NUMBER)%|%GRPC_STATUS_NUMBER%";

/** A gRPC request that was answered so; null = without that field. */
function answered(
  responseCode: number,
  inHead: string | null,
  inTrailers: string | null,
  contentType = "application/grpc",
) {
  const response = new ResponseHead();
  response.beginLocal(responseCode);
  if (inHead !== null) response.headers.addName("grpc-status", inHead);
  const responseTrailers = inTrailers === null ? null : new HeaderList();
  if (inTrailers !== null) responseTrailers!.addName("grpc-status", inTrailers);
  const request = requestHead("POST", "/s/m", { "content-type": contentType });
  return streamView({ request, response, responseTrailers, facts: beganFacts({ responseCode }) });
}

Deno.test("the gRPC status is that of the trailers, else the head's, else what the HTTP status stands for", () => {
  assertFormats(answered(200, "5", "0"), { [FORMS]: "OK|OK|0|0" });
  assertFormats(answered(200, "5", null), { [FORMS]: "NotFound|NOT_FOUND|5|5" });
  assertFormats(answered(200, "1", ""), { [FORMS]: "Canceled|CANCELLED|1|1" });
  const inferred = { 400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14, 200: 2, 418: 2, 500: 2 };
  for (const [status, expected] of Object.entries(inferred)) {
    assertFormats(answered(Number(status), null, null), { "%GRPC_STATUS_NUMBER%": String(expected) });
  }
});

Deno.test("the gRPC status may be a number without a name, or no number", () => {
  assertFormats(answered(200, null, "17"), { [FORMS]: "17|17|17|17" });
  assertFormats(answered(200, null, "x"), { [FORMS]: "-1|-1|-1|-1" });
  const twice = answered(200, "0", null);
  twice.response!.headers.addName("grpc-status", "0");
  assertFormats(twice, { [FORMS]: "-1|-1|-1|-1" });
});

Deno.test("requests of another kind, and those that nothing came of, have no gRPC status", () => {
  assertFormats(answered(200, "5", null, "text/plain"), { [FORMS]: "-|-|-|-" });
  assertFormats(answered(200, "5", null, "application/grpc+proto"), { [FORMS]: "NotFound|NOT_FOUND|5|5" });
  assertFormats(answered(0, null, null), { [FORMS]: "-|-|-|-" });
  assertFormats(streamView(), { [FORMS]: "-|-|-|-" });
});

Deno.test("the gRPC status as a number is one in JSON", () => {
  assertJsonValues(answered(200, "5", null), {
    "%GRPC_STATUS%": '"NotFound"',
    "%GRPC_STATUS(NUMBER)%": "5",
    "%GRPC_STATUS_NUMBER%": "5",
  });
});
