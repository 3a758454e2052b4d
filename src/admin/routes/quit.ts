/** `/quitquitquit`: ends the process as SIGTERM does (spec/operations.md 6.13). */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/quitquitquit`. */
export function quitCommand(source: AdminSource): Command {
  return {
    path: "/quitquitquit",
    help: "exit the server",
    isMutating: true,
    params: [],
    answer() {
      source.quit();
      return answer("OK\n");
    },
  };
}
