/** `/memory`: heap figures, all isolates together (spec/operations.md 6.12). */
import { answer, JSON_TYPE } from "../answer.ts";
import type { Command } from "../command.ts";
import { protoJson } from "../proto_json.ts";
import type { AdminSource } from "../source.ts";

/** Makes the command `/memory`. */
export function memoryCommand(source: AdminSource): Command {
  return {
    path: "/memory",
    help: "print current allocation/heap usage",
    isMutating: false,
    params: [],
    answer() {
      const { heapUsedBytes, heapTotalBytes, rssBytes } = source.memory();
      const body = protoJson({
        allocated: String(heapUsedBytes),
        heap_size: String(heapTotalBytes),
        pageheap_unmapped: "0",
        pageheap_free: "0",
        total_thread_cache: "0",
        total_physical_bytes: String(rssBytes),
      });
      return answer(body, 200, JSON_TYPE);
    },
  };
}
