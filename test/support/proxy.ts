/**
 * A real denvoy process for integration tests. The configuration is written as the test has it, ports 0 included: where
 * the process listens is read from `--admin-address-path` and `/listeners`. Waits are for conditions and bounded; when
 * one fails, the error holds the process's log.
 *
 * ```ts
 * await using proxy = await startProxy({ config });
 * const response = await fetch(proxy.listenerUrl("web") + "/");
 * ```
 */

const ROOT = new URL("../../", import.meta.url);

/** How long a process may take to be ready, and a condition to come true. */
const PATIENCE_MS = 20_000;

/** The line between two looks at a condition that nobody announces. */
const LOOK_AGAIN_MS = 20;

export interface ProxyStart {
  /** Bootstrap as YAML; its admin address should have port 0. */
  readonly config: string;
  /** Workers; 1 unless given. */
  readonly concurrency?: number;
  /** More flags. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What to wait for: that `/ready` says LIVE unless given, or that there is an admin API at all. */
  readonly until?: "live" | "admin";
}

/** What a finished process said. */
export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs denvoy with these flags to its end. */
export async function runDenvoy(args: readonly string[], env: Record<string, string> = {}): Promise<ProcessResult> {
  const child = command(args, env).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts a proxy and resolves when `/ready` says LIVE, or what it was told to wait for. */
export async function startProxy(start: ProxyStart): Promise<RunningProxy> {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-test-" });
  const configPath = `${directory}/envoy.yaml`;
  const adminPath = `${directory}/admin.txt`;
  await Deno.writeTextFile(configPath, start.config);
  const args = [
    ...["-c", configPath, "--admin-address-path", adminPath, "--concurrency", String(start.concurrency ?? 1)],
    ...start.args ?? [],
  ];
  const proxy = new RunningProxy(command(args, start.env ?? {}).spawn(), directory);
  try {
    await (start.until === "admin" ? proxy.untilAdmin(adminPath) : proxy.untilReady(adminPath));
    return proxy;
  } catch (error) {
    await proxy.kill();
    throw error;
  }
}

function command(args: readonly string[], env: Readonly<Record<string, string>>): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "mod.ts", ...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** A process that serves. Ends with its scope. */
export class RunningProxy implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #directory: string;
  readonly #stdout: Captured;
  readonly #stderr: Captured;
  readonly #addresses = new Map<string, string[]>();
  #hasEnded = false;
  #adminAddress = "";

  constructor(child: Deno.ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
    this.#stdout = new Captured(child.stdout);
    this.#stderr = new Captured(child.stderr);
    child.status.then(() => this.#hasEnded = true);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** `http://127.0.0.1:9901`, without a slash at the end. */
  get adminUrl(): string {
    return `http://${this.#adminAddress}`;
  }

  /** `http://127.0.0.1:10000` of a listener's first address. */
  listenerUrl(name: string): string {
    return `http://${this.listenerAddresses(name)[0]}`;
  }

  /** `127.0.0.1:10000` or a path, in the order of the configuration. */
  listenerAddresses(name: string): readonly string[] {
    const addresses = this.#addresses.get(name);
    if (addresses === undefined) throw new Error(`No listener "${name}": found ${[...this.#addresses.keys()]}`);
    return addresses;
  }

  /** Everything on stderr so far. */
  logs(): string {
    return this.#stderr.text;
  }

  /** Everything on stdout so far. */
  stdout(): string {
    return this.#stdout.text;
  }

  /** Resolves when stderr matches. */
  untilLogged(pattern: RegExp): Promise<void> {
    return this.#within(this.#stderr.until(pattern), `a log line like ${pattern}`);
  }

  /** Resolves when stdout matches. */
  untilPrinted(pattern: RegExp): Promise<void> {
    return this.#within(this.#stdout.until(pattern), `output like ${pattern}`);
  }

  /** Looks at `isTrue` again and again until it is. */
  async until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!await isTrue()) {
      if (this.#hasEnded) throw new Error(`The proxy ended before ${what}\n${this.logs()}`);
      if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${what}\n${this.logs()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Body of an admin page; throws unless the status is 200. */
  async admin(path: string, init?: RequestInit): Promise<string> {
    const response = await fetch(this.adminUrl + path, init);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  }

  /** Value of a counter or gauge; 0 when there is none. */
  async stat(name: string): Promise<number> {
    const text = await this.admin("/stats");
    const line = text.split("\n").find((line) => line.startsWith(`${name}: `));
    return line === undefined ? 0 : Number(line.slice(name.length + 2));
  }

  signal(signal: Deno.Signal): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }

  /** Resolves with the exit code when the process ends by itself. */
  async untilEnded(): Promise<number> {
    const { code } = await this.#within(this.#child.status, "the end of the process");
    await this.#cleanUp();
    return code;
  }

  /** SIGTERM, then the exit code. */
  stop(): Promise<number> {
    this.signal("SIGTERM");
    return this.untilEnded();
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#child.status;
    await this.#cleanUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** For {@link startProxy}. */
  async untilAdmin(adminPath: string): Promise<void> {
    await this.until("the admin address was written", async () => {
      this.#adminAddress = await Deno.readTextFile(adminPath).catch(() => "");
      return this.#adminAddress !== "";
    });
  }

  /** For {@link startProxy}. */
  async untilReady(adminPath: string): Promise<void> {
    await this.untilAdmin(adminPath);
    await this.untilLive();
  }

  /** For tests that began before: the process is LIVE, and its listeners are known. */
  async untilLive(): Promise<void> {
    await this.until("/ready said LIVE", async () => {
      // A process that ends meanwhile refuses this: what it logged says more.
      const response = await fetch(`${this.adminUrl}/ready`).catch(() => null);
      await response?.body?.cancel();
      return response?.status === 200;
    });
    const { listener_statuses = [] } = JSON.parse(await this.admin("/listeners?format=json")) as ListenersBody;
    for (const { name, local_address, additional_local_addresses = [] } of listener_statuses) {
      this.#addresses.set(name, [local_address, ...additional_local_addresses].map(addressText));
    }
  }

  async #within<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => timeout.reject(new Error(`Waited in vain for ${what}\n${this.logs()}`)),
      PATIENCE_MS,
    );
    try {
      return await Promise.race([promise, timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #cleanUp(): Promise<void> {
    await Promise.all([this.#stdout.ended, this.#stderr.ended]);
    await Deno.remove(this.#directory, { recursive: true }).catch(() => {});
  }
}

/** What a process writes, as it writes it. */
class Captured {
  text = "";
  readonly ended: Promise<void>;
  #waiters: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  until(pattern: RegExp): Promise<void> {
    if (pattern.test(this.text)) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ pattern, resolve }));
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.text += decoder.decode(bytes, { stream: true });
      const done = this.#waiters.filter((waiter) => waiter.pattern.test(this.text));
      this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
      for (const waiter of done) waiter.resolve();
    }
  }
}

interface AddressBody {
  readonly socket_address?: { readonly address: string; readonly port_value?: number };
  readonly pipe?: { readonly path: string };
}

interface ListenersBody {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: AddressBody;
    readonly additional_local_addresses?: readonly AddressBody[];
  }[];
}

function addressText({ socket_address, pipe }: AddressBody): string {
  if (socket_address === undefined) return pipe?.path ?? "";
  const { address, port_value = 0 } = socket_address;
  return address.includes(":") ? `[${address}]:${port_value}` : `${address}:${port_value}`;
}
