/** `/reset_counters`: every counter shows zero from now on; gauges and histograms stay (spec/operations.md 6.15). */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/reset_counters`. */
export function resetCountersCommand(source: AdminSource): Command {
  return {
    path: "/reset_counters",
    help: "reset all counters to zero",
    isMutating: true,
    params: [],
    answer() {
      source.stats.resetCounters();
      return answer("OK\n");
    },
  };
}
