import assert from "node:assert/strict";
import { loadCel } from "../../base/cel/cel.ts";
import { celCommands, FORMATTER_COMMANDS } from "./command_table.ts";
import type { TextTemplate } from "./format_config.ts";
import { FormatProblem } from "./format_problem.ts";
import { parseFormat } from "./parse_format.ts";

/** `command(arg|arg):length` for a command, text as it is. */
function shown(template: TextTemplate): string[] {
  return template.map((piece) =>
    typeof piece === "string"
      ? JSON.stringify(piece)
      : `${piece.command}(${[...piece.args, ...shown(piece.operators)].join("|")})${
        piece.maxLength === null ? "" : `:${piece.maxLength}`
      }`
  );
}

await loadCel();

const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  "": [],
  "plain": ['"plain"'],
  "%%": ['"%"'],
  "a%%b%%%%": ['"a%b%%"'],
  "%PROTOCOL%": ["PROTOCOL()"],
  "%PROTOCOL()%": ["PROTOCOL()"],
  "%REQ(a)%%%": ["REQ(a|)", '"%"'],
  "[%PROTOCOL%] %DURATION%\n": ['"["', "PROTOCOL()", '"] "', "DURATION()", '"\\n"'],
  "%REQ(X-A?:AUTHORITY):3%3": ["REQ(x-a|host):3", '"3"'],
  "%REQUEST_HEADER(:path)%%STREAM_INFO_REQ(b)%": ["REQ(:path|)", "REQ(b|)"],
  "%RESPONSE_HEADER(a)%%RESPONSE_TRAILER(b)%": ["RESP(a|)", "TRAILER(b|)"],
  "%REQ(?)%%REQ(a?)%%REQ(?a)%%REQ(%)%": ["REQ(|)", "REQ(a|)", "REQ(|a)", "REQ(%|)"],
  "%REQ(a):0%%REQ(a):03%": ["REQ(a|):0", "REQ(a|):3"],
  "%START_TIME(%s.%3f)%x%PROTOCOL%": ["START_TIME(%s.%3f)", '"x"', "PROTOCOL()"],
  "%START_TIME(%E4S)%%START_TIME(%E3n)%": ["START_TIME(%E4S)", "START_TIME(%E3n)"],
  "%START_TIME%%START_TIME()%": ["START_TIME()", "START_TIME()"],
  "%CEL(request.path)%%TYPED_CEL(1):3%": ["CEL(request.path)", "TYPED_CEL(1):3"],
  "%CEL('a)b' + '%')%x%CEL( 1 )%": ["CEL('a)b' + '%')", '"x"', "CEL( 1 )"],
  '%COALESCE({"operators":[{"command":"CEL","param":"1"}]})%': ['COALESCE("[\\"CEL(1)\\"]"):null'],
  "%PATH%%PATH(NQ:)%%PATH(:ORIG):4%%PATH(WQ:PATH:x)%": [
    "PATH(WQ|ORIG_OR_PATH)",
    "PATH(NQ|ORIG_OR_PATH)",
    "PATH(WQ|ORIG):4",
    "PATH(WQ|PATH)",
  ],
  "%QUERY_PARAMS%%QUERY_PARAMS(DECODED):3%%QUERY_PARAM(a b):2%": [
    "QUERY_PARAMS(ORIG)",
    "QUERY_PARAMS(DECODED):3",
    "QUERY_PARAM(a b):2",
  ],
  "%REQUESTED_SERVER_NAME%%REQUESTED_SERVER_NAME(HOST_FIRST:HOST:x)%": [
    "REQUESTED_SERVER_NAME(SNI_ONLY|ORIG_OR_HOST)",
    "REQUESTED_SERVER_NAME(HOST_FIRST|HOST)",
  ],
  "%GRPC_STATUS%%GRPC_STATUS(NUMBER)%%GRPC_STATUS_NUMBER%": [
    "GRPC_STATUS(CAMEL_STRING)",
    "GRPC_STATUS(NUMBER)",
    "GRPC_STATUS_NUMBER()",
  ],
  "%COMMON_DURATION(DS_RX_BEG:x)%%COMMON_DURATION(:)%%COMMON_DURATION(a:b:ns)%": [
    "COMMON_DURATION(DS_RX_BEG|x|ms)",
    "COMMON_DURATION(||ms)",
    "COMMON_DURATION(a|b|ns)",
  ],
  "%RESPONSE_CODE_DETAILS(x)%%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%": [
    "RESPONSE_CODE_DETAILS()",
    "RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)",
  ],
  "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(08)%%UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT(x)%": [
    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(8)",
    "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT()",
  ],
  "%DYNAMIC_METADATA(a:b:c):3%%CLUSTER_METADATA(a)%%METADATA(ROUTE:a:b)%%METADATA(ROUTE)%": [
    "METADATA(DYNAMIC|a|b|c):3",
    "METADATA(CLUSTER|a)",
    "METADATA(ROUTE|a|b)",
    "METADATA(ROUTE)",
  ],
  "%FILTER_STATE(k)%%FILTER_STATE(k:PLAIN):3%%UPSTREAM_FILTER_STATE(k:FIELD:f)%": [
    "FILTER_STATE(k|TYPED|)",
    "FILTER_STATE(k|PLAIN|):3",
    "UPSTREAM_FILTER_STATE(k|FIELD|f)",
  ],
  '%COALESCE({"operators":["PROTOCOL",{"command":"REQ","param":"a?b","max_length":5}]}):3%': [
    'COALESCE("[\\"PROTOCOL()\\",\\"REQ(a|b):5\\"]"):3',
  ],
};

for (const [format, pieces] of Object.entries(ACCEPTED)) {
  Deno.test(`parseFormat reads ${JSON.stringify(format)}`, () => {
    const found = parseFormat(format);
    const coalesce = found.find((piece) => typeof piece !== "string" && piece.command === "COALESCE");
    if (coalesce === undefined || typeof coalesce === "string") return assert.deepEqual(shown(found), pieces);
    const inner = JSON.stringify(JSON.stringify(shown(coalesce.operators)));
    assert.deepEqual([`COALESCE(${inner}):${coalesce.maxLength}`], pieces);
  });
}

const NO_COMMAND = "Couldn't find valid command at position";
const BAD_NAME = "Invalid header configuration. Format string contains invalid characters.";
const BAD_TIME = "Invalid header configuration. Format string contains newline.";

const REFUSED: Readonly<Record<string, string>> = {
  "%": `Incorrect configuration: %. ${NO_COMMAND} 0`,
  "%%%": `Incorrect configuration: %%%. ${NO_COMMAND} 2`,
  "é%": `Incorrect configuration: é%. ${NO_COMMAND} 2`,
  "%REQ(a)%%": `Incorrect configuration: %REQ(a)%%. ${NO_COMMAND} 8`,
  "%REQ(a": `Incorrect configuration: %REQ(a. ${NO_COMMAND} 0`,
  "%REQ(a):%": `Incorrect configuration: %REQ(a):%. ${NO_COMMAND} 0`,
  "%REQ(a):x%": `Incorrect configuration: %REQ(a):x%. ${NO_COMMAND} 0`,
  "%REQ(a):18446744073709551616%": `Incorrect configuration: %REQ(a):18446744073709551616%. ${NO_COMMAND} 0`,
  "%REQ(a)x%": `Incorrect configuration: %REQ(a)x%. ${NO_COMMAND} 0`,
  "%REQ(a\nb)%": `Incorrect configuration: %REQ(a\nb)%. ${NO_COMMAND} 0`,
  "%req(a)%": `Incorrect configuration: %req(a)%. ${NO_COMMAND} 0`,
  "%()%": `Incorrect configuration: %()%. ${NO_COMMAND} 0`,
  "%FOO%": "Not supported field in StreamInfo: FOO",
  "%FOO(x):3%": "Not supported field in StreamInfo: FOO",
  "%constructor%": `Incorrect configuration: %constructor%. ${NO_COMMAND} 0`,
  "%REQ_WITHOUT_QUERY(a)%": "Not supported field in StreamInfo: REQ_WITHOUT_QUERY",
  "%REQ%": "REQ requires parameters",
  "%REQ()%": "REQ requires parameters",
  "%REQ(a?b?c)%": "More than 1 alternative header specified in token: a?b?c",
  "%REQ(a b)%": BAD_NAME,
  "%REQ(é)%": BAD_NAME,
  "%REQ(a)b)%": BAD_NAME,
  "%REQ(a:)%": BAD_NAME,
  "%RESP(a?::b)%": BAD_NAME,
  "%PROTOCOL(x)%": "PROTOCOL does not take any parameters or length",
  "%PROTOCOL:3%": "PROTOCOL does not take any parameters or length",
  "%START_TIME():3%": "START_TIME does not allow length to be specified.",
  "%START_TIME(%n)%": BAD_TIME,
  "%EMIT_TIME(x%0En)%": BAD_TIME,
  "%PATH(X)%": "Invalid PATH option: 'X', only 'WQ'/'NQ' are allowed",
  "%PATH(WQ:X)%": "Invalid PATH option: 'X', only 'ORIG'/'PATH'/'ORIG_OR_PATH' are allowed",
  "%QUERY_PARAMS(ORIG:x)%": "Invalid QUERY_PARAMS option: 'ORIG:x', only 'ORIG'/'DECODED' are allowed",
  "%REQUESTED_SERVER_NAME(X)%":
    "Invalid REQUESTED_SERVER_NAME option: 'X', only 'SNI_ONLY'/'SNI_FIRST'/'HOST_FIRST' are allowed",
  "%REQUESTED_SERVER_NAME(:X)%":
    "Invalid REQUESTED_SERVER_NAME option: 'X', only 'ORIG_OR_HOST'/'HOST'/'ORIG' are allowed",
  "%GRPC_STATUS(x)%": "GrpcStatusFormatter only supports CAMEL_STRING, SNAKE_STRING or NUMBER. Got: x",
  "%COMMON_DURATION(a)%": "Invalid common duration configuration: a.",
  "%COMMON_DURATION(a:b:c:d)%": "Invalid common duration configuration: a:b:c:d.",
  "%COMMON_DURATION(a:b:s)%": "Invalid common duration precision: s.",
  "%METADATA%": " is not supported type of metadata",
  "%METADATA(FOO:x)%": "FOO is not supported type of metadata",
  "%CLUSTER_METADATA(a):3%": "CLUSTER_METADATA does not allow length to be specified.",
  "%FILTER_STATE%": "Invalid filter state configuration, key cannot be empty.",
  "%FILTER_STATE(x:FOO)%": "Invalid filter state serialize type, only support PLAIN/TYPED/FIELD.",
  "%FILTER_STATE(x:FIELD)%": "Invalid filter state serialize type, FIELD should be used with the field name.",
  "%FILTER_STATE(x:PLAIN:f)%": "Invalid filter state serialize type, FIELD should be used with the field name.",
  "%ROUTE_RESOLUTION_COUNT%": "command ROUTE_RESOLUTION_COUNT is known to Envoy, not supported yet",
  "%LISTENER_NAME(a)%": "LISTENER_NAME does not take any parameters or length",
  "%CEL(1 +)%": "Not able to parse expression: <input>:1:3: found + but expecting end of input: 1 +",
  "%CEL(9223372036854775808)%": "Not able to parse expression: invalid int literal",
  "%TYPED_CEL('a'.lowerAscii())%":
    "failed to create an expression: No overload found in reference resolve step for lowerAscii",
  "%CEL([1].all(x, x > 0))%": "failed to create an expression: Comprehension support is disabled",
  "%CEL('a'.matches('['))%": "failed to create an expression: invalid regular expression: missing ]: [",
  "%COALESCE%": "COALESCE requires parameters",
  "%COALESCE({})%": "COALESCE: JSON configuration must contain 'operators' array",
  '%COALESCE({"operators":1})%': "COALESCE: 'operators' must be an array",
  '%COALESCE({"operators":[]})%': "COALESCE: 'operators' array must not be empty",
  '%COALESCE({"operators":["FOO"]})%': "COALESCE: failed to parse operator at index 0: unknown command: 'FOO'",
  '%COALESCE({"operators":["PROTOCOL","REQ"]})%':
    "COALESCE: failed to parse operator at index 1: REQ requires parameters",
  '%COALESCE({"operators":[1]})%':
    "COALESCE: failed to parse operator at index 0: operator entry must be either a string (command name) or an object with 'command' field",
  '%COALESCE({"operators":[{"command":"REQ","param":"a","max_length":0}]})%':
    "COALESCE: failed to parse operator at index 0: 'max_length' must be a positive integer",
};

for (const [format, reason] of Object.entries(REFUSED)) {
  Deno.test(`parseFormat refuses ${JSON.stringify(format)}`, () => {
    assert.throws(() => parseFormat(format), (error) => {
      assert.ok(error instanceof FormatProblem);
      assert.equal(error.message, reason);
      assert.equal(error.isUnsupported, reason.endsWith("not supported yet"));
      return true;
    });
  });
}

Deno.test("parseFormat knows the commands of formatters that are given", () => {
  assert.deepEqual(shown(parseFormat("%REQ_WITHOUT_QUERY(X?Y):3%%REQ_WITHOUT_QUERY%", FORMATTER_COMMANDS)), [
    "REQ_WITHOUT_QUERY(x|y):3",
    "REQ_WITHOUT_QUERY(|)",
  ]);
});

Deno.test("parseFormat wants an expression of CEL", () => {
  for (const format of ["%CEL%", "%CEL()%", "%TYPED_CEL:5%"]) {
    assert.throws(() => parseFormat(format), /^Error: Not able to parse expression: /, format);
  }
});

Deno.test("parseFormat takes a formatter's CEL in place of its own", () => {
  const format = "%CEL('a' + 'b')%%TYPED_CEL('a'.reverse()):1%";
  assert.throws(() => parseFormat(format), /for reverse$/);
  assert.deepEqual(shown(parseFormat(format, new Map(celCommands(["string_functions"])))), [
    "CEL('a' + 'b'|string_functions)",
    "TYPED_CEL('a'.reverse()|string_functions):1",
  ]);
});

Deno.test("parseFormat says what is wrong with the JSON of COALESCE", () => {
  assert.throws(() => parseFormat("%COALESCE(x)%"), /^Error: COALESCE: failed to parse JSON configuration: /);
});
