/** `/server_info`: version, state, options, node; every field printed (spec/operations.md 6.18). */
import type { Clock } from "../../base/clock.ts";
import { answer, JSON_TYPE } from "../answer.ts";
import type { Command } from "../command.ts";
import { protoJson } from "../proto_json.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/server_info`. */
export function serverInfoCommand(source: AdminSource, clock: Clock): Command {
  return {
    path: "/server_info",
    help: "print server version/status information",
    isMutating: false,
    params: [],
    answer() {
      const uptime = `${Math.max(0, Math.floor((clock.wallMs() - source.startedWallMs) / 1000))}s`;
      const body = protoJson({
        // Envoy's five parts: revision, version, tree, build, TLS library. Tools take the second.
        version: `denvoy/${source.version}/Clean/RELEASE/Deno`,
        state: source.state(),
        uptime_current_epoch: uptime,
        uptime_all_epochs: uptime,
        hot_restart_version: "disabled",
        command_line_options: source.commandLineOptions,
        node: source.nodeJson,
        hot_restart_initializing: false,
      });
      return answer(body, 200, JSON_TYPE);
    },
  };
}
