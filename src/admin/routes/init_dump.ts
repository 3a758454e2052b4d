/**
 * `/init_dump`: what is not ready and what it waits for (spec/operations.md 6.9).
 *
 * Differs from Envoy: the server itself and clusters are in it; there only listeners are.
 */
import type { Unready, Wait } from "../../control/timeline.ts";
import { answer, JSON_TYPE } from "../answer.ts";
import type { Command } from "../command.ts";
import { protoJson } from "../proto_json.ts";
import type { AdminSource, JsonObject } from "../source.ts";

/** What has init managers, in the order in which they are printed; the names are those of `mask`. */
const COMPONENTS: readonly string[] = ["server", "cluster", "listener"];

/** Makes the command `/init_dump`. */
export function initDumpCommand(source: AdminSource): Command {
  return {
    path: "/init_dump",
    help: "dump current Envoy init manager information (experimental)",
    isMutating: false,
    params: [{
      name: "mask",
      help:
        "The desired component to dump unready targets. The mask is parsed as a Protobuf::FieldMask. For example, " +
        "get the unready targets of all listeners with /init_dump?mask=listener`",
    }],
    answer(query) {
      const mask = query.get("mask") ?? "";
      const unready = source.unready().filter(({ kind }) =>
        COMPONENTS.includes(kind) && (mask === "" || kind === mask)
      );
      unready.sort((a, b) => COMPONENTS.indexOf(a.kind) - COMPONENTS.indexOf(b.kind));
      const dumps = unready.map(managerJson);
      return answer(protoJson(dumps.length === 0 ? {} : { unready_targets_dumps: dumps }), 200, JSON_TYPE);
    },
  };
}

function managerJson({ kind, name, waits }: Unready): JsonObject {
  const targets = waits.map(targetName);
  return { name: managerName(kind, name), ...targets.length === 0 ? {} : { target_names: targets } };
}

function managerName(kind: Unready["kind"], name: string): string {
  if (kind === "server") return "init manager Server";
  return kind === "cluster" ? `init manager Cluster ${name}` : `init manager Listener-local-init-manager ${name}`;
}

function targetName({ kind, subject }: Wait): string {
  switch (kind) {
    case "cds":
    case "lds":
      return `target ${kind.toUpperCase()}`;
    case "rtds":
      return `target RTDS ${subject}`;
    case "rds":
      return `shared target RdsRouteConfigSubscription RDS init ${subject}`;
    case "sds":
      return `target SdsApi ${subject}`;
    case "health_check":
      return `target HealthCheck ${subject}`;
    default:
      return `target ${kind.toUpperCase()} ${subject}`;
  }
}
