/** `/healthcheck/fail` and `/healthcheck/ok`: health checks answer with failure, or as they find (spec/operations.md 6.7). */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource } from "../source.ts";

/** Makes both commands. */
export function healthCheckCommands(source: AdminSource): Command[] {
  const command = (path: string, verb: string, isFailed: boolean): Command => ({
    path,
    help: `cause the server to ${verb} health checks`,
    isMutating: true,
    params: [],
    answer() {
      source.failHealthChecks(isFailed);
      return answer("OK\n");
    },
  });
  return [command("/healthcheck/fail", "fail", true), command("/healthcheck/ok", "pass", false)];
}
