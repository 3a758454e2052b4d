/** `/quitquitquit`: ends the process as SIGTERM does (spec/operations.md 6.13). */
import type { ActionDesk } from "../action_desk.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

/** Makes the command `/quitquitquit`. */
export function quitCommand(desk: ActionDesk): Command {
  return {
    path: "/quitquitquit",
    help: "exit the server",
    isMutating: true,
    params: [],
    answer(_query, _request, actor) {
      desk.quit(actor);
      return answer("OK\n");
    },
  };
}
