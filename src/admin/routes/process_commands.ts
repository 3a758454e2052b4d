/**
 * Small commands about the process: `/certs`, `/contention`, `/hot_restart_version` and the stat lookups, of which there
 * are none to list: denvoy resolves names once (spec/operations.md 6.2, 6.5, 6.8, 6.21).
 */
import { answer, JSON_TYPE } from "../answer.ts";
import type { Command } from "../command.ts";
import { protoJson } from "../proto_json.ts";
import type { AdminSource, JsonObject } from "../source.ts";

const NO_CONTENTION = "Mutex contention tracing is not enabled. To enable, run Envoy with flag --enable-mutex-tracing.";
const NO_LOOKUPS = "Lookup tracking is not enabled. Use /stats/recentlookups/enable to enable.\n\ntotal: 0\n";

/** Makes them. */
export function processCommands(source: AdminSource): readonly Command[] {
  return [
    {
      path: "/certs",
      help: "print certs on machine",
      isMutating: false,
      params: [],
      answer: () => answer(protoJson({ certificates: [] }), 200, JSON_TYPE),
    },
    {
      path: "/contention",
      help: "dump current Envoy mutex contention stats (if enabled)",
      isMutating: false,
      params: [],
      answer() {
        if (source.commandLineOptions["enable_mutex_tracing"] !== true) return answer(NO_CONTENTION);
        return answer(protoJson(UNCONTENDED), 200, JSON_TYPE);
      },
    },
    {
      path: "/hot_restart_version",
      help: "print the hot restart compatibility version",
      isMutating: false,
      params: [],
      answer: () => answer("disabled"),
    },
    {
      path: "/stats/recentlookups",
      help: "Show recent stat-name lookups",
      isMutating: false,
      params: [],
      answer: () => answer(NO_LOOKUPS),
    },
    lookupCommand("clear", "clear list of stat-name lookups and counter"),
    lookupCommand("disable", "disable recording of reset stat-name lookup names"),
    lookupCommand("enable", "enable recording of reset stat-name lookup names"),
  ];
}

/** No lock is shared between threads, so none is ever waited for. */
const UNCONTENDED: JsonObject = { num_contentions: "0", current_wait_cycles: "0", lifetime_wait_cycles: "0" };

function lookupCommand(name: string, help: string): Command {
  const path = `/stats/recentlookups/${name}`;
  return { path, help, isMutating: true, params: [], answer: () => answer("OK\n") };
}
