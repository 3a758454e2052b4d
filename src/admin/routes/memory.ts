/** `/memory` and `/memory/tcmalloc`: heap figures, all isolates together (spec/operations.md 6.12). */
import { answer, JSON_TYPE, PLAIN } from "../answer.ts";
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

/** Makes the command `/memory/tcmalloc`. Differs from Envoy: the allocator is V8's, so the figures are of its heaps. */
export function allocatorCommand(source: AdminSource): Command {
  return {
    path: "/memory/tcmalloc",
    help: "print TCMalloc stats",
    isMutating: false,
    params: [],
    answer() {
      const { heapUsedBytes, heapTotalBytes, rssBytes } = source.memory();
      const lines = [
        ["Bytes in use on the heaps of all isolates", heapUsedBytes],
        ["Bytes of these heaps that are free", heapTotalBytes - heapUsedBytes],
        ["Bytes of the process in physical memory", rssBytes],
      ] as const;
      const text = lines.map(([what, bytes]) => `V8: ${mebibytes(bytes)} ${what}\n`).join("");
      return answer(`${"-".repeat(48)}\n${text}${"-".repeat(48)}\n`, 200, PLAIN);
    },
  };
}

/** `     6827152 (    6.5 MiB)`. */
function mebibytes(bytes: number): string {
  return `${String(bytes).padStart(12)} (${(bytes / (1024 * 1024)).toFixed(1).padStart(7)} MiB)`;
}
