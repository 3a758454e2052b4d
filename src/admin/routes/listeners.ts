/** `/listeners`: what is bound, as text or JSON (spec/operations.md 6.10). */
import { addressText } from "../../base/address_text.ts";
import { addressJson } from "../address.ts";
import { answer, JSON_TYPE } from "../answer.ts";
import type { Command } from "../command.ts";
import { protoJson } from "../proto_json.ts";
import type { ListenerStatus } from "../listener_source.ts";
import type { AdminSource, JsonObject } from "../source.ts";

/** Makes the command `/listeners`. */
export function listenersCommand(source: AdminSource): Command {
  return {
    path: "/listeners",
    help: "print listener info",
    isMutating: false,
    params: [{ name: "format", help: "File format to use", values: ["text", "json"] }],
    answer(query) {
      const listeners = source.listeners().filter(isListed);
      if (query.get("format") === "json") return answer(protoJson(listenersJson(listeners)), 200, JSON_TYPE);
      const lines = listeners.flatMap(({ config, boundAddresses }) =>
        boundAddresses.map((address) => `${config.name}::${addressText(address)}\n`)
      );
      return answer(lines.join(""));
    },
  };
}

/** Warming ones and those that could not be bound are left out, as in Envoy; draining ones stay. */
function isListed({ state, boundAddresses }: ListenerStatus): boolean {
  return (state === "active" || state === "draining") && boundAddresses.length > 0;
}

function listenersJson(listeners: readonly ListenerStatus[]): JsonObject {
  if (listeners.length === 0) return {};
  return {
    listener_statuses: listeners.map(({ config, boundAddresses }) => {
      const [first, ...others] = boundAddresses.map(addressJson);
      return {
        name: config.name,
        local_address: first ?? {},
        ...others.length === 0 ? {} : { additional_local_addresses: others },
      };
    }),
  };
}
