/**
 * Child processes of a benchmark run: started pinned to a core, watched until they answer, stopped by their id.
 * Whatever {@link startChild} started is in one list, so that {@link stopChildren} leaves nothing behind however the
 * run ends.
 */

/** The core of whatever serves. */
export const SERVING_CORE = "0";
/** The core of the load and of the origin. */
export const LOAD_CORE = "1";

/** Text kept of what a child wrote on stderr: enough to say why it did not start. */
const MAX_STDERR_CHARS = 4000;
/** A peer that has not answered by then is broken: `deno run` of a cold cache takes a few seconds. */
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3000;

/** One running process. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The tail of what it wrote on stderr. */
  stderr(): string;
  kill(signal: Deno.Signal): void;
}

/** How to start a child. */
export interface ChildCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Cores as `taskset -c` takes them; null leaves the process unpinned. */
  readonly cores: string | null;
  /** Soft limit of open files; null keeps the one of this process. */
  readonly openFiles?: number;
}

const running = new Set<Child>();

/** Starts a process. It belongs to the run from here on: {@link stopChildren} ends it. */
export function startChild(wanted: ChildCommand): Child {
  const line = [wanted.command, ...wanted.args];
  if (wanted.cores !== null) line.unshift("taskset", "-c", wanted.cores);
  // `exec` at each step keeps one process id from the shell to the server.
  if (wanted.openFiles !== undefined) {
    line.unshift("bash", "-c", `ulimit -n ${wanted.openFiles}; exec "$@"`, "bash");
  }
  const process = new Deno.Command(line[0]!, { args: line.slice(1), stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  let tail = "";
  const drained = (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      tail = (tail + text).slice(-MAX_STDERR_CHARS);
    }
  })();
  let hasEnded = false;
  const child: Child = {
    name: wanted.name,
    pid: process.pid,
    ended: process.status.then(async () => {
      hasEnded = true;
      await drained;
      running.delete(child);
    }),
    hasEnded: () => hasEnded,
    stderr: () => tail.trim(),
    kill(signal) {
      if (!hasEnded) process.kill(signal);
    },
  };
  running.add(child);
  return child;
}

/** Ends one child: asked first, made to after {@link STOP_TIMEOUT_MS}. */
export async function stopChild(child: Child): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await child.ended;
  clearTimeout(timer);
}

/** Ends everything that was started. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map(stopChild));
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = listener.addr.port;
  listener.close();
  return port;
}

/** Waits until `url` answers 200; throws with the child's own words when it ends or stays silent. */
export async function waitUntilServing(child: Child, url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let last = "no answer yet";
  while (performance.now() < deadline && !child.hasEnded()) {
    try {
      const response = await fetch(url, { headers: { connection: "close" } });
      await response.arrayBuffer();
      if (response.status === 200) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const why = child.hasEnded() ? "it ended" : last;
  throw new Error(`Cannot start ${child.name}: ${why}, a 200 from ${url} is wanted\n${child.stderr()}`);
}
