/** `/runtime` and `/runtime_modify`: the layers, and edits of the admin layer (spec/operations.md 6.16, 6.17). */
import { ConfigError } from "../../base/errors.ts";
import { readTyped } from "../../config/runtime_yaml.ts";
import type { AdminOp } from "../../control/runtime/admin_values.ts";
import { answer, JSON_TYPE, streamAnswer } from "../answer.ts";
import type { ChangeRate } from "../change_rate.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

const USAGE = "usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN\n" +
  "       or send the parameters as form values\n" +
  "use an empty value to remove a previously added override";

/** Makes `/runtime`. */
export function runtimeCommand(source: AdminSource): Command {
  return {
    path: "/runtime",
    help: "print runtime values",
    isMutating: false,
    params: [],
    answer: () => streamAnswer(piecesOf(source), JSON_TYPE),
  };
}

/**
 * Makes `/runtime_modify`. A call is atomic.
 * Differs from Envoy: a value that is no YAML is answered with 400, and nothing of the call counts then.
 */
export function runtimeModifyCommand(source: AdminSource, rate: ChangeRate): Command {
  return {
    path: "/runtime_modify",
    help: "Adds or modifies runtime values as passed in query parameters. To delete a previously added key, use an " +
      "empty string as the value. Note that deletion only applies to overrides added via this endpoint; values loaded " +
      "from disk can be modified via override but not deleted. E.g. ?key1=value1&key2=value2...",
    isMutating: true,
    params: [],
    async answer(query, _request, actor) {
      const pairs = query.pairs;
      if (pairs.length === 0) return answer(USAGE, 400);
      const runtime = source.runtime();
      if (runtime?.stack.admin == null) return answer("No admin layer specified", 503);
      if (!rate.take(actor)) return answer("too many changes, wait a second", 429);
      const ops: AdminOp[] = [];
      for (const [key, value] of pairs) {
        try {
          ops.push({ key, reading: value === "" ? null : readTyped(value), expiresMs: null });
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          return answer(`${key}: ${error.message}`, 400);
        }
      }
      const outcome = await runtime.book.change({
        ops,
        actor,
        source: "admin_api",
        reason: "",
        confirmWithinMs: null,
        isDryRun: false,
      });
      if (outcome.kind === "applied") return answer("OK\n");
      return answer(outcome.kind === "refused" ? outcome.text : "other values meanwhile", 503);
    },
  };
}

function* piecesOf(source: AdminSource): Generator<string> {
  const runtime = source.runtime();
  const layers = runtime?.stack.effectiveLayers ?? [];
  let isFirst = true;
  yield '{\n "entries": {';
  const keys = new Set<string>();
  for (const { values } of layers) for (const key of values.keys()) keys.add(key);
  for (const key of [...keys].sort()) {
    const values = layers.map(({ values }) => values.get(key)?.text ?? "");
    const final = values.findLast((value) => value !== "") ?? "";
    yield `${isFirst ? "" : ","}\n  ${JSON.stringify(key)}: {\n   "final_value": ${JSON.stringify(final)},\n   ` +
      `"layer_values": [${values.map((value) => `\n    ${JSON.stringify(value)}`).join(",")}\n   ]\n  }`;
    isFirst = false;
  }
  yield `${isFirst ? "" : "\n "}},\n "layers": [`;
  yield layers.map(({ name }) => `\n  ${JSON.stringify(name)}`).join(",");
  yield `${layers.length === 0 ? "" : "\n "}]\n}\n`;
}
