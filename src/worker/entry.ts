/// <reference lib="deno.worker" />
/**
 * Where a worker begins: its first message makes the runtime, every other goes to it. What is thrown here reaches main as
 * an `error` event, and main replaces the worker.
 */
import type { FromWorker, ToWorker } from "./messages.ts";
import { WorkerRuntime } from "./worker_runtime.ts";

let runtime: WorkerRuntime | null = null;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "start") runtime = new WorkerRuntime(data, (message: FromWorker) => self.postMessage(message));
  else runtime?.handle(data);
};
