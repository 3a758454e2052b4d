/**
 * Where a scenario plays on one side: a proxy that reads its configuration from files of its own, the files, the origins
 * and the clients. What is seen becomes lines in which ports have names.
 */
import { connectRaw, type RawMessage } from "../../support/raw_h1.ts";
import type { RunningProxy } from "../../support/proxy.ts";
import { clusterLines, dumpLines, listenerLines } from "./admin_lines.ts";
import { fileSource, httpListener, type ListenerFields, type Message } from "./resources.ts";
import { ScriptedOrigin } from "./scripted_origin.ts";

/** How long anything may take that is waited for. */
const PATIENCE_MS = 5_000;
/** The same of a process that starts, beside many others. */
const START_PATIENCE_MS = 20_000;
/** Between two looks at what nobody announces. */
const LOOK_AGAIN_MS = 15;
/** Admin requests after which what a worker was told before has arrived, or what it told. */
const ROUNDS = 3;

/** Of no interest, or another every time. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  ...["date", "server", "content-length", "content-type", "connection", "keep-alive", "x-envoy-upstream-service-time"],
]);

/** Thrown by what was waited for in vain: the scenario ends there. */
export class InVain extends Error {}

/** Starts a proxy with this configuration; resolves when it has an admin API. */
export type StageLaunch = (config: string) => Promise<RunningProxy>;

/** More of the bootstrap. */
export interface StageStart {
  /** Clusters of the bootstrap itself. */
  readonly clusters?: readonly Message[];
  /** Listeners of the bootstrap itself. */
  readonly listeners?: readonly Message[];
  /** More fields of the bootstrap. */
  readonly fields?: Message;
  /** Return as soon as there is an admin API. */
  readonly isEarly?: boolean;
}

/** A request whose answer has not been told yet. */
export interface PendingAsk {
  /** Tells the answer. */
  readonly tell: () => Promise<void>;
}

export class Stage implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #launch: StageLaunch;
  readonly #directory = Deno.makeTempDirSync({ prefix: "denvoy-scenario-" });
  readonly #origins: ScriptedOrigin[] = [];
  readonly #sockets: Deno.Listener[] = [];
  readonly #ports = new Map<number, string>();
  #proxy: RunningProxy | null = null;
  #moves = 0;
  #logRead = 0;

  constructor(launch: StageLaunch) {
    this.#launch = launch;
  }

  /** An absolute path in the scenario's directory. */
  path(name: string): string {
    return `${this.#directory}/${name}.yaml`;
  }

  /** Origins with these names. */
  async origins<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<{ [Index in keyof Names]: ScriptedOrigin }> {
    const started: ScriptedOrigin[] = [];
    for (const name of names) {
      const origin = await ScriptedOrigin.start(name);
      this.#origins.push(origin);
      this.#ports.set(origin.port, `(${name})`);
      started.push(origin);
    }
    return started as { [Index in keyof Names]: ScriptedOrigin };
  }

  /** A port of loopback that somebody else has, and keeps until it is given back. */
  takenPort(): { readonly port: number; readonly free: () => void } {
    const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#sockets.push(socket);
    this.#ports.set(socket.addr.port, "(taken)");
    const free = () => {
      if (this.#sockets.includes(socket)) socket.close();
      this.#sockets.splice(this.#sockets.indexOf(socket) >>> 0, 1);
    };
    return { port: socket.addr.port, free };
  }

  /** A listener of the name `web` unless told otherwise, that logs where the stage looks. */
  listener(fields: ListenerFields, name = "web"): Message {
    return httpListener(name, `${this.#directory}/access.log`, fields);
  }

  /** Moves a file with these resources over what was there. */
  write(name: string, resources: readonly Message[], fields: Message = {}): void {
    this.writeText(name, JSON.stringify({ version_info: `v${this.#moves + 1}`, ...fields, resources }));
  }

  /** The same with any text. */
  writeText(name: string, text: string): void {
    const next = `${this.#directory}/next-${++this.#moves}`;
    Deno.writeTextFileSync(next, text);
    Deno.renameSync(next, this.path(name));
  }

  /** Starts the proxy. Files `cds` and `lds` that nobody wrote are empty. */
  async start(start: StageStart = {}): Promise<void> {
    for (const name of ["cds", "lds"]) if (!exists(this.path(name))) this.write(name, []);
    const bootstrap = {
      node: { id: "oracle-1", cluster: "oracle" },
      admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
      dynamic_resources: { cds_config: fileSource(this.path("cds")), lds_config: fileSource(this.path("lds")) },
      static_resources: {
        clusters: (start.clusters ?? []).map(withoutType),
        listeners: (start.listeners ?? []).map(withoutType),
      },
      ...start.fields,
    };
    this.#proxy = await this.#launch(JSON.stringify(bootstrap));
    if (start.isEarly !== true) await this.untilLive();
  }

  /** Waits until `/ready` says LIVE. */
  async untilLive(): Promise<void> {
    const isLive = async () => (await this.#fetch("/ready")).startsWith("LIVE");
    await this.#within("/ready says LIVE", isLive, START_PATIENCE_MS);
  }

  /**
   * Moves a file and waits until it has been read: `root` is where its subscription counts, and is told with what became
   * of it.
   */
  async change(name: string, resources: readonly Message[], root: string, fields: Message = {}): Promise<void> {
    await this.changed(() => this.write(name, resources, fields), root);
  }

  /** Clusters. */
  changeClusters(resources: readonly Message[]): Promise<void> {
    return this.change("cds", resources, "cluster_manager.cds");
  }

  /** Listeners. */
  changeListeners(resources: readonly Message[]): Promise<void> {
    return this.change("lds", resources, "listener_manager.lds");
  }

  /** Does something that a subscription notices, and waits until it has. */
  async changed(act: () => void, root: string): Promise<void> {
    const names = ["update_success", "update_rejected", "update_failure", "init_fetch_timeout"];
    const read = () => Promise.all(names.map((name) => this.stat(`${root}.${name}`)));
    const before = await read();
    act();
    let after = before;
    await this.#within(`${root} has read its file`, async () => {
      after = await read();
      return after.some((value, index) => value !== before[index]);
    });
    await this.#settle();
    const added = names.filter((_, index) => after[index] !== before[index]);
    this.note(`${root}: ${added.join(" ")}`);
  }

  /** Value of a counter or a gauge; 0 when there is none. */
  async stat(name: string): Promise<number> {
    return (await this.#stats(`^${name.replaceAll(".", "\\.")}$`)).get(name) ?? 0;
  }

  /** Waits until a counter or a gauge has a value, or one that is good. */
  async until(name: string, wanted: number | ((value: number) => boolean)): Promise<void> {
    const isGood = typeof wanted === "number" ? (value: number) => value === wanted : wanted;
    let value = 0;
    await this.#within(() => `${name} is ${wanted}, it is ${value}`, async () => isGood(value = await this.stat(name)));
    await this.#settle();
  }

  /** Tells counters and gauges under a root. */
  async stats(root: string, ...names: string[]): Promise<void> {
    await this.#settle();
    const whole = names.map((name) => `${root}.${name}`);
    const values = await this.#stats(`^${root.replaceAll(".", "\\.")}\\.`);
    for (const name of whole) this.note(`stat ${name}: ${values.get(name) ?? "none"}`);
  }

  /** Tells fields of a cluster's hosts in `/clusters`. */
  async hosts(cluster: string, ...fields: string[]): Promise<void> {
    for (const line of await this.#hostLines(cluster, fields)) this.note(line);
  }

  /** Waits until the hosts' fields in `/clusters` are these lines, in any order, and tells them. */
  async untilHosts(cluster: string, fields: readonly string[], isThere: (lines: readonly string[]) => boolean) {
    let lines: readonly string[] = [];
    await this.#within(() => `hosts of ${cluster} are so: ${lines.join("; ")}`, async () => {
      lines = await this.#hostLines(cluster, fields);
      return isThere(lines);
    });
    for (const line of lines) this.note(line);
    await this.#settle();
  }

  /** Tells which clusters and listeners `/config_dump` has in which state. */
  async dump(...kinds: string[]): Promise<void> {
    for (const line of dumpLines(JSON.parse(await this.#fetch("/config_dump")), kinds)) this.note(line);
  }

  /** Tells an admin page. */
  async page(path: string): Promise<void> {
    this.note(`page ${path}: ${(await this.#fetch(path)).trim()}`);
  }

  /** Tells `/listeners`. */
  async listeners(): Promise<void> {
    for (const line of listenerLines(await this.#fetch("/listeners?format=json"))) this.note(line);
  }

  /** Asks on a connection of its own and tells the answer with its line of the access log. */
  async ask(path = "/", fields: Record<string, string> = {}, listener = "web"): Promise<void> {
    this.note(await this.#asked(path, fields, listener));
  }

  /** Asks until the answer holds a text, and tells it. */
  async askUntil(text: string, path = "/", fields: Record<string, string> = {}, listener = "web"): Promise<void> {
    let line = "";
    await this.#within(() => `${path} answers ${text}, it is ${line}`, async () => {
      line = await this.#asked(path, fields, listener);
      return line.includes(text);
    });
    this.note(line);
  }

  /** Asks so many times, one after the other, and tells which answers there are. */
  async askMany(count: number, path = "/", fields: Record<string, string> = {}): Promise<void> {
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) seen.add(await this.#asked(path, fields, "web"));
    for (const line of [...seen].sort()) this.note(`among others ${line}`);
  }

  /** Asks, and goes on while the answer is awaited. */
  begin(path = "/", fields: Record<string, string> = {}): PendingAsk {
    const answer = this.#asked(path, fields, "web", false);
    answer.catch(() => {});
    return { tell: async () => this.note(await answer) };
  }

  /** Adds a line; ports in it are named. */
  note(text: string): void {
    this.lines.push(this.#masked(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy?.kill();
    for (const socket of this.#sockets) socket.close();
    for (const origin of this.#origins) await origin[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #asked(path: string, fields: Record<string, string>, listener: string, isLogged = true): Promise<string> {
    const at = await this.#addressOf(listener);
    if (at === null) return `ask ${path}: no listener ${listener}`;
    const head = Object.entries({ host: "a.test", connection: "close", ...fields }).map(([k, v]) => `${k}: ${v}\r\n`);
    let answer: RawMessage;
    try {
      await using connection = await connectRaw(at);
      await connection.send(`GET ${path} HTTP/1.1\r\n${head.join("")}\r\n`);
      answer = await connection.readMessage();
    } catch (error) {
      return `ask ${path}: ${error instanceof Deno.errors.ConnectionRefused ? "refused" : "no answer"}`;
    }
    const told = answer.headers.filter(([name]) => !PASSED_OVER.has(name.toLowerCase())).map((pair) => pair.join(": "));
    const text = `ask ${path}: ${answer.status} ${JSON.stringify(answer.body)}`;
    const parts = [told.length === 0 ? text : `${text} {${told.join(", ")}}`];
    if (isLogged) parts.push(`log ${await this.#logLine()}`);
    return this.#masked(parts.join(" "));
  }

  async #addressOf(listener: string): Promise<string | null> {
    const text = await this.#fetch("/listeners");
    const line = text.split("\n").find((line) => line.startsWith(`${listener}::`));
    return line === undefined ? null : line.slice(listener.length + 2);
  }

  /** The next whole line of the access log. */
  async #logLine(): Promise<string> {
    let line = "";
    await this.#within("a line of the access log", async () => {
      const text = (await Deno.readTextFile(`${this.#directory}/access.log`).catch(() => "")).slice(this.#logRead);
      if (!text.includes("\n")) return false;
      line = text.slice(0, text.indexOf("\n"));
      this.#logRead += line.length + 1;
      return true;
    });
    return line;
  }

  async #hostLines(cluster: string, fields: readonly string[]): Promise<string[]> {
    return clusterLines(this.#masked(await this.#fetch("/clusters")), cluster, fields);
  }

  /** Counters and gauges whose names match. */
  async #stats(pattern: string): Promise<ReadonlyMap<string, number>> {
    const lines = (await this.#fetch(`/stats?filter=${encodeURIComponent(pattern)}`)).split("\n");
    return new Map(
      lines.filter((line) => line.includes(": ")).map((line) => {
        const at = line.lastIndexOf(": ");
        return [line.slice(0, at), Number(line.slice(at + 2))];
      }),
    );
  }

  /** What main told workers is there when it has answered something else meanwhile. */
  async #settle(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) await this.#fetch("/ready");
  }

  async #fetch(path: string): Promise<string> {
    return await (await fetch(this.#proxy!.adminUrl + path)).text();
  }

  async #within(
    what: string | (() => string),
    isTrue: () => Promise<boolean>,
    patienceMs = PATIENCE_MS,
  ): Promise<void> {
    const deadlineMs = performance.now() + patienceMs;
    while (!await isTrue()) {
      if (performance.now() > deadlineMs) throw new InVain(this.#masked(typeof what === "string" ? what : what()));
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  #masked(text: string): string {
    return text.replaceAll(this.#directory, "(directory)")
      .replaceAll(/\b\d{4,5}\b/g, (digits) => this.#ports.get(Number(digits)) ?? digits);
  }
}

function withoutType({ "@type": _, ...message }: Message): Message {
  return message;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
