/**
 * What an access log line costs a request: `deno bench -A test/bench/access_log_bench.ts`. The lines go to `/dev/null`
 * through the real sink, so buffering and writing are in the figure.
 */
import { ManualClock } from "../../src/base/clock.ts";
import { SILENT_LOGGER } from "../../src/base/log.ts";
import { TimerWheel } from "../../src/base/timer_wheel.ts";
import { HeaderId } from "../../src/http/header_names.ts";
import { ResponseHead } from "../../src/http/response_head.ts";
import { AccessLogSinks } from "../../src/observe/access_log/access_log_sinks.ts";
import { AccessLogger } from "../../src/observe/access_log/logger.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { StreamFacts } from "../../src/observe/stream_facts.ts";
import { accessLogServices, streamView } from "../support/stream_views.ts";
import { parseFormat } from "../../src/config/format/parse_format.ts";
import { parseJsonFormat } from "../../src/config/format/parse_json_format.ts";
import { requestHead } from "../support/request_heads.ts";

/** The default format, as somebody would write it out. */
const DEFAULT = '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% ' +
  "%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% " +
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n';

/** One key for each of its commands. */
function jsonRoot() {
  const fields = Object.fromEntries((DEFAULT.match(/%[^%]+%/g) ?? []).map((command, i) => [`key_${i}`, command]));
  return parseJsonFormat(fields, new Map(), (problem) => {
    throw problem;
  });
}

const wheel = new TimerWheel(new ManualClock(), { wakeIn: () => {}, silence: () => {} }, console.error);
const sinks = new AccessLogSinks({
  stats: new StatStore(() => {}),
  wheel,
  log: SILENT_LOGGER,
  fileFlushIntervalMs: 10_000,
  fileFlushMinBytes: 65_536,
});
const services = accessLogServices(sinks);
const logTo = { sink: "file", path: "/dev/null", filter: null } as const;
const plain = { omitEmptyValues: false, contentType: "" } as const;
const logger = new AccessLogger([{ ...logTo, format: null }], services);
const compiled = new AccessLogger(
  [{ ...logTo, format: { kind: "text", pieces: parseFormat(DEFAULT), ...plain } }],
  services,
);
const json = new AccessLogger([{ ...logTo, format: { kind: "json", root: jsonRoot(), ...plain } }], services);
const off = AccessLogger.of([], services);

const facts = new StreamFacts();
facts.reset(1000, Date.UTC(2026, 0, 1));
facts.endMs = 1003.5;
facts.responseCode = 200;
facts.bytesSent = 1024;
facts.upstreamHost = "127.0.0.1:9000";
const request = requestHead("GET", "/api/v1/users?page=2", {
  "host": "api.example.com",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  "x-request-id": "01234567-89ab-4cde-8f01-23456789abcd",
  "accept": "*/*",
});
request.headers.add(HeaderId.xForwardedFor, "10.0.0.1");
const response = new ResponseHead();
response.beginLocal(200);
response.headers.add(HeaderId.xEnvoyUpstreamServiceTime, "2");

const view = streamView({ facts, request, response, accessLogType: "DownstreamEnd" });

const LINES = 1000;

Deno.bench({ name: `${LINES} lines in the default format to /dev/null`, n: 200 }, async () => {
  for (let i = 0; i < LINES; i++) {
    facts.startWallMs++;
    logger.log(view);
  }
  await sinks.flush();
});

Deno.bench({ name: `${LINES} lines in the default format, written out, to /dev/null`, n: 200 }, async () => {
  for (let i = 0; i < LINES; i++) {
    facts.startWallMs++;
    compiled.log(view);
  }
  await sinks.flush();
});

Deno.bench({ name: `${LINES} lines of JSON with the same values to /dev/null`, n: 200 }, async () => {
  for (let i = 0; i < LINES; i++) {
    facts.startWallMs++;
    json.log(view);
  }
  await sinks.flush();
});

Deno.bench({ name: `${LINES} requests without an access log`, n: 200 }, () => {
  for (let i = 0; i < LINES; i++) off?.log(view);
});
