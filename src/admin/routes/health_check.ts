/** `/healthcheck/fail` and `/healthcheck/ok`: health checks answer with failure, or as they find (spec/operations.md 6.7). */
import type { ActionDesk } from "../action_desk.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

/** Makes both commands. */
export function healthCheckCommands(desk: ActionDesk): Command[] {
  const command = (path: string, verb: string, kind: "healthcheck_fail" | "healthcheck_ok"): Command => ({
    path,
    help: `cause the server to ${verb} health checks`,
    isMutating: true,
    params: [],
    answer(_query, _request, actor) {
      desk.start(kind, { reason: "" }, actor);
      return answer("OK\n");
    },
  });
  return [
    command("/healthcheck/fail", "fail", "healthcheck_fail"),
    command("/healthcheck/ok", "pass", "healthcheck_ok"),
  ];
}
