/** `/reopen_logs`: log files are opened anew, as on SIGUSR1 (spec/operations.md 6.15). */
import type { ActionDesk } from "../action_desk.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

/** Makes the command `/reopen_logs`. */
export function reopenLogsCommand(desk: ActionDesk): Command {
  return {
    path: "/reopen_logs",
    help: "reopen access logs",
    isMutating: true,
    params: [],
    answer(_query, _request, actor) {
      desk.start("reopen_logs", { reason: "" }, actor);
      return answer("OK\n");
    },
  };
}
