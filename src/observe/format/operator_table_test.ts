import assert from "node:assert/strict";
import { formatContext, streamView } from "../../../test/support/stream_views.ts";
import { loadCel } from "../../base/cel/cel.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { COMMANDS, FORMATTER_COMMANDS } from "../../config/format/command_table.ts";
import type { FormatCommand } from "../../config/format/format_config.ts";
import { parseFormat } from "../../config/format/parse_format.ts";
import { compileCommand, OPERATORS } from "./operator_table.ts";

const SYNTAXES = [...COMMANDS, ...FORMATTER_COMMANDS];

/** Arguments of those that want other ones than any text. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  CEL: "request.path",
  TYPED_CEL: "request.path",
  COALESCE: '{"operators":["PROTOCOL"]}',
  COMMON_DURATION: "DS_RX_BEG:DS_TX_END",
  METADATA: "ROUTE:a:b",
  FILTER_STATE: "a",
  UPSTREAM_FILTER_STATE: "a",
};

Deno.test("compileCommand has an operator for every command that may be written, and for no other", () => {
  const commands = new Set(SYNTAXES.map(([, { command }]) => command));
  assert.deepEqual(Object.keys(OPERATORS).sort(), [...commands].sort());
});

await loadCel();

Deno.test("compileCommand makes operators that write nothing and say so, or write what they say, for a bare stream", () => {
  const context = formatContext();
  let tried = 0;
  for (const [name, { parameters }] of SYNTAXES) {
    const args = ARGUMENTS[name] ?? (parameters === "required" ? "a" : null);
    const [command] = parseFormat(args === null ? `%${name}%` : `%${name}(${args})%`, FORMATTER_COMMANDS);
    const operator = compileCommand(command as FormatCommand, context);
    for (const write of ["write", "writeJson"] as const) {
      const writer = new ByteWriter();
      writer.writeLatin1("before");
      const isThere = operator[write](writer, streamView());
      assert.equal(new TextDecoder().decode(writer.bytes.subarray(0, 6)), "before", name);
      if (!isThere) assert.equal(writer.length, 6, name);
      else if (write === "writeJson") {
        JSON.parse(new TextDecoder().decode(writer.bytes.subarray(6, writer.length)));
      }
    }
    tried++;
  }
  assert.ok(tried > 140, `${tried} commands`);
});

Deno.test("compileCommand refuses what no operator stands for", () => {
  const command = { command: "NOTHING", args: [], maxLength: null, operators: [] };
  assert.throws(() => compileCommand(command, formatContext()), /Nothing compiles the format command NOTHING/);
});
