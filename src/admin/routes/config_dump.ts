/** `/config_dump`: the configuration in force, secrets redacted (spec/operations.md 6.4). */
import { answer, JSON_TYPE, PLAIN, streamAnswer } from "../answer.ts";
import type { Command } from "../command.ts";
import { isRefusal, selectConfigs } from "../config_dump.ts";
import { parseNameFilter } from "../name_filter.ts";
import { resultInSlices } from "../../observe/stats/slices.ts";
import { protoJsonPieces } from "../proto_json.ts";
import type { AdminSource } from "../source.ts";
import { endpointsDump } from "../endpoints_dump.ts";

/** Makes the command `/config_dump`. */
export function configDumpCommand(source: AdminSource): Command {
  return {
    path: "/config_dump",
    help: "dump current Envoy configs",
    isMutating: false,
    params: [
      { name: "resource", help: "The resource to dump" },
      {
        name: "mask",
        help: "The mask to apply. When both resource and mask are specified, the mask is applied to every element in " +
          "the desired repeated field so that only a subset of fields are returned. The mask is parsed as a " +
          "Protobuf::FieldMask",
      },
      {
        name: "name_regex",
        help: "Dump only the currently loaded configurations whose names match the specified regex. Can be used with " +
          "both resource and mask query parameters.",
      },
      {
        name: "include_eds",
        help: "Dump currently loaded configuration including EDS. See the response definition for more information",
      },
    ],
    async answer(query) {
      const pattern = query.get("name_regex");
      const name = pattern === undefined ? null : parseNameFilter(pattern);
      if (typeof name === "string") {
        return answer(`INVALID_ARGUMENT: Error while parsing name_regex from ${pattern}: ${name}`, 400, PLAIN);
      }
      const components = [...source.configDump()];
      if (query.has("include_eds")) components.push(endpointsDump(source.clusters()));
      components.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
      const selected = await resultInSlices(selectConfigs(components, {
        resource: query.get("resource") ?? "",
        mask: query.get("mask") ?? "",
        name,
      }));
      if (isRefusal(selected)) return answer(selected.text, selected.status, PLAIN);
      return streamAnswer(protoJsonPieces(selected), JSON_TYPE);
    },
  };
}
