/** `/reset_counters`: every counter shows zero from now on; gauges and histograms stay (spec/operations.md 6.15). */
import type { ActionDesk } from "../action_desk.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

/** Makes the command `/reset_counters`. */
export function resetCountersCommand(desk: ActionDesk): Command {
  return {
    path: "/reset_counters",
    help: "reset all counters to zero",
    isMutating: true,
    params: [],
    answer(_query, _request, actor) {
      desk.start("reset_counters", { reason: "" }, actor);
      return answer("OK\n");
    },
  };
}
