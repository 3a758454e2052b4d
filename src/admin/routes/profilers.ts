/**
 * `/cpuprofiler`, `/heapprofiler`, `/allocprofiler`, `/heap_dump` and `/peak_heap_dump` (spec/operations.md 6.6).
 *
 * Differs from Envoy: it is V8's main isolate that is watched, and what is written is V8's JSON, which the developer tools
 * of a browser open. The heap is sampled, never dumped whole: that would hold the event loop for seconds.
 */
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminSource, ProfileKind } from "../source.ts";

const NO_PROFILE = "Heap profile is not implemented in current build";

/** Makes the five. */
export function profilerCommands(source: AdminSource): readonly Command[] {
  return [
    switchOf(source, "cpu", "/cpuprofiler", "enable/disable the CPU profiler", "enables the CPU profiler"),
    switchOf(source, "heap", "/heapprofiler", "enable/disable the heap profiler"),
    switchOf(source, "allocation", "/allocprofiler", "enable/disable the allocation profiler (if supported)"),
    {
      path: "/heap_dump",
      help: "dump current Envoy heap (if supported)",
      isMutating: false,
      params: [],
      async answer() {
        const profile = await source.profiler.heapProfile();
        return profile === null ? answer(NO_PROFILE, 501) : answer(profile);
      },
    },
    {
      path: "/peak_heap_dump",
      help: "dump peak Envoy heap (if supported)",
      isMutating: false,
      params: [],
      answer: () => answer(NO_PROFILE, 501),
    },
  ];
}

/** A command that starts and stops a profiler. */
function switchOf(
  { profiler }: AdminSource,
  kind: ProfileKind,
  path: string,
  help: string,
  paramHelp = help.replace(" (if supported)", ""),
): Command {
  return {
    path,
    help,
    isMutating: true,
    params: [{ name: "enable", help: paramHelp, values: ["y", "n"] }],
    async answer(query) {
      const enable = query.get("enable");
      if (query.size !== 1 || (enable !== "y" && enable !== "n")) return answer("?enable=<y|n>\n", 400);
      const isDone = await (enable === "y" ? profiler.start(kind) : profiler.stop(kind));
      if (isDone) return answer("OK\n");
      return answer(`failure to ${enable === "y" ? "start" : "stop"} the profiler`, 500);
    },
  };
}
