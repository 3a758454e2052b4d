/** `/drain_listeners`: listeners are told to go, and may be stopped (spec/operations.md 16.3). The process goes on. */
import type { ActionDesk } from "../action_desk.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

/** Makes the command `/drain_listeners`. */
export function drainListenersCommand(desk: ActionDesk): Command {
  return {
    path: "/drain_listeners",
    help: "drain listeners",
    isMutating: true,
    params: [
      {
        name: "graceful",
        help: "When draining listeners, enter a graceful drain period prior to closing listeners. This behaviour and " +
          "duration is configurable via server options or CLI",
      },
      {
        name: "skip_exit",
        help:
          "When draining listeners, drain the connections but never stop the listeners. The graceful parameter has " +
          "no effect when this is set, since the drain period only delays stopping the listeners",
      },
      {
        name: "inboundonly",
        help:
          "Drains all inbound listeners. traffic_direction field in envoy_v3_api_msg_config.listener.v3.Listener is " +
          "used to determine whether a listener is inbound or outbound.",
      },
    ],
    answer(query, _, actor) {
      desk.start("drain", {
        reason: "",
        direction: query.has("inboundonly") ? "inbound" : "all",
        graceful: query.has("graceful"),
        skip_exit: query.has("skip_exit"),
      }, actor);
      return answer("OK\n");
    },
  };
}
