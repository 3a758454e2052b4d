/**
 * One of the two sides: a proxy process with all variants it can load, each with an origin of its own, and the running
 * of one case on it. Cases of one variant run one after the other, variants run side by side.
 */
import type { RunningProxy } from "../support/proxy.ts";
import { Changes } from "./changes.ts";
import type { Exchange } from "./exchange.ts";
import { type Observed, type Outcome, outcomeOf, type PortNames, tallyOf } from "./outcome.ts";
import { answers, type OracleCase, type Step } from "./oracle_case.ts";
import { Origin } from "./origin.ts";
import { Peer } from "./peer.ts";
import { changedStats, readStats } from "./stat_changes.ts";
import { type Scene, Talk } from "./talk.ts";
import { isMirroring, type Variant, variantsBootstrap } from "./variant.ts";

/** How long an exchange at the origin may outlive its case, and a line of the log may take. */
const SETTLE_MS = 3_000;
/** The same of a connection on which nothing came. */
const SETTLE_UNUSED_MS = 300;
/** How long an open connection may take for one more answer. */
const PROBE_MS = 3_000;
/** Between two looks at a file, whose growth nobody announces. */
const LOOK_AGAIN_MS = 3;

const PROBE = "GET /probe HTTP/1.1\r\nhost: probe.test\r\n\r\n";

/** Log lines are written at once, and the process knows who it is. */
export const FLAGS: readonly string[] = [
  ...["--file-flush-interval-msec", "5", "--file-flush-min-size-kb", "0"],
  ...["--service-cluster", "oracle", "--service-node", "oracle-1"],
];

/** A listener that every side has: it answers when a timeout has passed, so a case can see that time goes by. */
const CLOCK = "clock";
const CLOCK_VARIANT: Variant = { routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.3s } }"] };

/** Starts a proxy with this configuration and these flags. */
export type Launch = (config: string, args: readonly string[]) => Promise<RunningProxy>;

/** Starts the side's process and its origins. */
export async function startSide(launch: Launch, variants: ReadonlyMap<string, Variant>): Promise<Side> {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-oracle-" });
  const staged: readonly (readonly [string, Variant])[] = [[CLOCK, CLOCK_VARIANT], ...variants];
  const stages = new Map(staged.map(([name, variant]) => [name, new VariantStage(name, variant, directory)]));
  try {
    const config = variantsBootstrap([...stages].map(([name, stage]) => [name, stage.variant, stage.places] as const));
    for (const stage of stages.values()) await stage.fillQueue();
    const proxy = await launch(config, FLAGS);
    return new Side(proxy, stages, directory);
  } catch (error) {
    for (const stage of stages.values()) await stage[Symbol.asyncDispose]();
    await Deno.remove(directory, { recursive: true });
    throw error;
  }
}

export class Side implements AsyncDisposable {
  readonly #proxy: RunningProxy;
  readonly #stages: ReadonlyMap<string, VariantStage>;
  readonly #directory: string;

  constructor(proxy: RunningProxy, stages: ReadonlyMap<string, VariantStage>, directory: string) {
    this.#proxy = proxy;
    this.#stages = stages;
    this.#directory = directory;
  }

  /** Runs a case on a variant. */
  async run(variant: string, one: OracleCase): Promise<Outcome> {
    const stage = this.#stages.get(variant)!, { stats } = stage.variant;
    const before = stats === undefined ? null : await readStats(this.#proxy.adminUrl, stats);
    const outcome = await stage.run({
      listenerPort: this.#portOf(variant),
      clockPort: this.#portOf(CLOCK),
      adminUrl: this.#proxy.adminUrl,
    }, one);
    if (before === null) return outcome;
    const after = await readStats(this.#proxy.adminUrl, stats!);
    const changes = changedStats(before, after);
    const lines = [...outcome.lines, ...changes];
    if (outcome.tally === null) return { ...outcome, lines };
    const counted = changes.map((line) => [line.split(" ").slice(0, 2).join(" "), Number(line.split(" ")[2])] as const);
    return { ...outcome, lines, tally: new Map([...outcome.tally, ...counted]) };
  }

  #portOf(listener: string): number {
    return Number(new URL(this.#proxy.listenerUrl(listener)).port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.kill();
    await Promise.all([...this.#stages.values()].map((stage) => stage[Symbol.asyncDispose]()));
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** A variant's origins, its log file, and what happens there. */
class VariantStage implements AsyncDisposable {
  readonly variant: Variant;
  readonly #changes = new Changes();
  readonly #origin = new Origin(this.#changes);
  readonly #bytes = new Origin(this.#changes, true);
  /** Its queue is full, so nobody can connect. */
  readonly #stuck = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  readonly #queue: Deno.Conn[] = [];
  readonly #logPath: string;
  #logRead = 0;

  constructor(name: string, variant: Variant, directory: string) {
    this.variant = variant;
    this.#logPath = `${directory}/${name}.log`;
  }

  get places() {
    return {
      origin: this.#origin.port,
      bytes: this.#bytes.port,
      stuck: this.#stuck.addr.port,
      logPath: this.#logPath,
    };
  }

  /** A queue of length 1 takes two connections. */
  async fillQueue(): Promise<void> {
    const { hostname, port } = this.#stuck.addr;
    for (let i = 0; i < 2; i++) this.#queue.push(await Deno.connect({ hostname, port }));
  }

  async run(proxy: Pick<Scene, "listenerPort" | "clockPort" | "adminUrl">, one: OracleCase): Promise<Outcome> {
    const { listenerPort } = proxy;
    this.#origin.begin();
    this.#bytes.begin();
    const peer = new Peer(await Deno.connect({ hostname: "127.0.0.1", port: listenerPort }), this.#changes);
    const origins = [this.#origin, this.#bytes];
    const talk = new Talk(peer, { ...proxy, origins, changes: this.#changes });
    try {
      let inVain = await this.#takeSteps(talk, stepsOf(one));
      const { answers, connection } = inVain === null
        ? await this.#end(talk, one)
        : { answers: talk.answers(), connection: "silent" as const };
      await talk.close();
      const exchanges = await this.#settledExchanges();
      const log = this.#isLogging ? await this.#newLines(inVain === null ? one.lines ?? 1 : 0) : null;
      if (log !== null && log.length < (one.lines ?? 1)) inVain ??= `waits for ${one.lines ?? 1} lines in the log`;
      const isOrderChance = isMirroring(this.variant);
      const observed = { answers, connection, exchanges, isOrderChance, log, inVain };
      if (one.tally !== undefined) return tallyOf(observed);
      return outcomeOf(observed, this.#portNames(listenerPort, talk.localPort));
    } finally {
      await talk.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stuck.close();
    for (const connection of this.#queue) connection.close();
    await this.#origin[Symbol.asyncDispose]();
    await this.#bytes[Symbol.asyncDispose]();
  }

  get #isLogging(): boolean {
    return this.variant.accessLog !== undefined;
  }

  /** What the origins got of the case. Connections on which nothing came and that are kept are nobody's business. */
  async #settledExchanges(): Promise<Exchange[]> {
    const exchanges = () =>
      [...this.#origin.exchanges, ...this.#bytes.exchanges].filter(({ raw }) => !/^GET \S*\/probe /.test(raw));
    await this.#changes.until(() => exchanges().every(({ isOver, raw }) => isOver || raw === ""), SETTLE_MS);
    await this.#changes.until(() => exchanges().every(({ isOver }) => isOver), SETTLE_UNUSED_MS);
    return exchanges().filter(({ isOver, raw }) => isOver || raw !== "");
  }

  /** Null, or what the case waited for in vain. */
  async #takeSteps(talk: Talk, steps: readonly Step[]): Promise<string | null> {
    for (const step of steps) {
      const isDone = typeof step === "string" ? await talk.send(step) : await step.run(talk);
      if (!isDone) return typeof step === "string" ? `sends ${JSON.stringify(step.slice(0, 60))}` : step.does;
    }
    return null;
  }

  async #end(talk: Talk, one: OracleCase): Promise<Pick<Observed, "answers" | "connection">> {
    const ending = talk.isClosed ? "close" : one.then ?? (this.#isLogging ? "close" : "probe");
    const answers = talk.answers();
    if (ending === "close") return { answers, connection: "closed by the client" };
    if (ending === "end") {
      const hasEnded = await talk.untilEnd();
      return { answers: talk.answers(), connection: hasEnded ? "ended" : "silent" };
    }
    const isAnswered = () => talk.answers().finalCount > answers.finalCount;
    await talk.send(PROBE);
    await this.#changes.until(() => isAnswered() || talk.hasEnded, PROBE_MS);
    return { answers, connection: isAnswered() ? "open" : talk.hasEnded ? "ended" : "silent" };
  }

  /** Lines that came since the last case, at least `count` unless they do not come. */
  async #newLines(count: number): Promise<string[]> {
    const deadlineMs = performance.now() + SETTLE_MS;
    for (;;) {
      const text = await Deno.readTextFile(this.#logPath).catch(() => "");
      const whole = text.slice(this.#logRead, text.lastIndexOf("\n") + 1);
      const lines = whole.split("\n").slice(0, -1);
      if (lines.length >= count || performance.now() > deadlineMs) {
        this.#logRead += whole.length;
        return lines;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  #portNames(listener: number, client: number): PortNames {
    return new Map([
      [this.#origin.port, "(origin)"],
      [this.#bytes.port, "(bytes)"],
      [this.#stuck.addr.port, "(stuck)"],
      [listener, "(listener)"],
      [client, "(client)"],
    ]);
  }
}

function stepsOf(one: OracleCase): readonly Step[] {
  const steps: readonly Step[] = typeof one.send === "string" || "does" in one.send ? [one.send] : one.send;
  if (one.tally !== undefined) {
    return Array.from({ length: one.tally }, (_, index) => [...steps, answers(index + 1)]).flat();
  }
  const count = one.answers ?? 1;
  if (count === 0) return steps;
  return [...steps, { does: `waits for ${count} answers`, run: (talk) => talk.isClosed || talk.untilAnswers(count) }];
}
