/**
 * Watches the main thread's engine through V8's inspector, for `/cpuprofiler` and its like (spec/operations.md 6.6). The
 * session is opened when somebody first asks; where the platform refuses it, nothing can be watched. The heap is sampled:
 * an allocation in 32 KiB on average is noted with its stack.
 */
import { Session } from "node:inspector";
import type { ProfileKind, Profiler } from "../admin/source.ts";

/** One conversation with the inspector. */
interface InspectorSession {
  connect(): void;
  post(method: string, params: object, done: (error: unknown, result?: object) => void): void;
  disconnect(): void;
}

const SAMPLING_BYTES = 32 * 1024;

/** Longer no step of V8's takes; one that never answers must not hold an answer of the admin. */
const PATIENCE_MS = 5000;

/** How each kind is begun and ended, in the inspector's words. */
const STEPS: Readonly<Record<ProfileKind, { readonly start: readonly [string, object][]; readonly stop: string }>> = {
  cpu: { start: [["Profiler.enable", {}], ["Profiler.start", {}]], stop: "Profiler.stop" },
  heap: {
    start: [["HeapProfiler.startSampling", { samplingInterval: SAMPLING_BYTES }]],
    stop: "HeapProfiler.stopSampling",
  },
  allocation: {
    start: [["HeapProfiler.startSampling", {
      samplingInterval: SAMPLING_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    }]],
    stop: "HeapProfiler.stopSampling",
  },
};

export class MainProfiler implements Profiler {
  readonly #path: string;
  #session: InspectorSession | null = null;
  readonly #running = new Set<ProfileKind>();

  /** `path`: where profiles are written, each over the one before. */
  constructor(path: string) {
    this.#path = path;
  }

  async start(kind: ProfileKind): Promise<boolean> {
    // V8 has one sampler for both questions about the heap.
    const isTaken = kind === "cpu"
      ? this.#running.has("cpu")
      : this.#running.has("heap") || this.#running.has("allocation");
    if (isTaken) return false;
    try {
      // As in Envoy: a profile that could not be written is not begun.
      (await Deno.open(this.#path, { write: true, create: true })).close();
      for (const [method, params] of STEPS[kind].start) await this.#post(method, params);
    } catch {
      return false;
    }
    this.#running.add(kind);
    return true;
  }

  async stop(kind: ProfileKind): Promise<boolean> {
    if (!this.#running.delete(kind)) return true;
    try {
      const { profile } = await this.#post(STEPS[kind].stop, {}) as { readonly profile: object };
      await Deno.writeTextFile(this.#path, JSON.stringify(profile));
      return true;
    } catch {
      return false;
    } finally {
      if (this.#running.size === 0) this.close();
    }
  }

  async heapProfile(): Promise<string | null> {
    if (!this.#running.has("heap") && !this.#running.has("allocation")) return null;
    const { profile } = await this.#post("HeapProfiler.getSamplingProfile", {}) as { readonly profile: object };
    return JSON.stringify(profile);
  }

  /** Ends what is being watched, without a profile. */
  close(): void {
    this.#running.clear();
    this.#session?.disconnect();
    this.#session = null;
  }

  async #post(method: string, params: object): Promise<object> {
    const session = this.#session ??= openSession();
    const answered = Promise.withResolvers<object>();
    const timer = setTimeout(() => answered.reject(new Error(`${method} was not answered`)), PATIENCE_MS);
    try {
      session.post(method, params, (error, result) => {
        if (error === null || error === undefined) answered.resolve(result ?? {});
        else answered.reject(error);
      });
      return await answered.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

function openSession(): InspectorSession {
  const session = new Session() as unknown as InspectorSession;
  session.connect();
  return session;
}
