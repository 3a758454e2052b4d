/** `/ready`: the server's state, 200 when LIVE (spec/operations.md 6.14). */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/ready`. */
export function readyCommand(source: AdminSource): Command {
  return {
    path: "/ready",
    help: "print server state, return 200 if LIVE, otherwise return 503",
    isMutating: false,
    params: [],
    answer() {
      const state = source.state();
      return answer(`${state}\n`, state === "LIVE" ? 200 : 503);
    },
  };
}
