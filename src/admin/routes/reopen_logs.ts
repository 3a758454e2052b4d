/** `/reopen_logs`: log files are opened anew, as on SIGUSR1 (spec/operations.md 6.15). */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/reopen_logs`. */
export function reopenLogsCommand(source: AdminSource): Command {
  return {
    path: "/reopen_logs",
    help: "reopen access logs",
    isMutating: true,
    params: [],
    answer() {
      source.reopenLogs();
      return answer("OK\n");
    },
  };
}
