/**
 * What came of a case on one side, with what changes from run to run taken out: ports have names, dates of now and
 * generated ids are said to be such. Fields are sorted by name, for where a proxy puts its own among the others is its
 * business; lines of one name keep their order.
 */
import type { Exchange } from "./exchange.ts";
import type { Answers } from "./talk.ts";
import { valueOf, type WireField, type WireMessage } from "./wire_message.ts";

/** Lines for people; two outcomes agree when their lines do. */
export interface Outcome {
  readonly lines: readonly string[];
  /** How often each thing happened, where a case asks many times; then lines say the same. */
  readonly tally: ReadonlyMap<string, number> | null;
  /** What the case waited for in vain: then it says nothing about the proxy it was made with. */
  readonly inVain: string | null;
}

/** What there is to tell. */
export interface Observed {
  readonly answers: Answers;
  readonly connection: "open" | "ended" | "closed by the client" | "silent";
  readonly exchanges: readonly Exchange[];
  /** The order of the exchanges is chance. */
  readonly isOrderChance: boolean;
  /** Null where the variant does not log. */
  readonly log: readonly string[] | null;
  readonly inVain: string | null;
}

/** Names for port numbers. */
export type PortNames = ReadonlyMap<number, string>;

const DATE = /^\w{3}, \d{2} \w{3} 20\d{2} \d{2}:\d{2}:\d{2} GMT$/;
/** A generated id; the digit that says whether the request is traced stays. Those that cases send begin with ones. */
const UUID = /\b(?!11111111-)[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
/** The value of a cookie that was made of a connection's ends. */
const HASH = /="[0-9a-f]{16}"/g;
/** Longer bodies are told by their length and what they begin with. */
const MAX_SHOWN = 400;

/** Tells it in lines. */
export function outcomeOf(observed: Observed, ports: PortNames): Outcome {
  const { answers, connection, exchanges, isOrderChance, log, inVain } = observed;
  const lines = answers.messages.flatMap((message) => messageLines("answer", message, ports));
  if (answers.rest !== "") lines.push(`then ${shown(answers.rest, ports)}`);
  lines.push(`connection ${connection}`);
  const told = exchanges.map((exchange) => exchangeLines(exchange, ports).join("\n"));
  if (isOrderChance) told.sort();
  lines.push(...told.flatMap((text) => text.split("\n")));
  for (const line of log ?? []) lines.push(`log ${shown(line, ports)}`);
  return { lines, tally: null, inVain };
}

/** Counts it. */
export function tallyOf({ answers, exchanges, inVain }: Observed): Outcome {
  const tally = new Map<string, number>();
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
  for (const { startLine } of answers.messages) count(`answered ${startLine.split(" ")[1]}`);
  for (const { request } of exchanges) count(`came to ${valueOf(request?.fields ?? [], "host") ?? "nobody"}`);
  const lines = [...tally].map(([what, times]) => `${what}: ${times}`).sort();
  return { lines, tally, inVain };
}

/** Standard deviations that two counts of the same may lie apart: beyond that chance is one in a hundred thousand. */
const ROOM = 4.5;

/** Whether two counts can be of the same thing: what always happens, or never, must do so in both. */
export function areTalliesAlike(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return [...new Set([...a.keys(), ...b.keys()])].every((what) => {
    const one = a.get(what) ?? 0, other = b.get(what) ?? 0;
    const [kind] = what.split(" "), all = Math.max(sumOfKind(a, kind!), sumOfKind(b, kind!));
    const share = (one + other) / (2 * all);
    return Math.abs(one - other) <= ROOM * Math.sqrt(2 * all * share * (1 - share));
  });
}

/** How often anything of the kind happened; a counter is a kind of its own, and may be counted with each request. */
function sumOfKind(tally: ReadonlyMap<string, number>, kind: string): number {
  const counts = [...tally].filter(([what]) => what.split(" ")[0] === (kind === "stat" ? "answered" : kind));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

function exchangeLines(exchange: Exchange, ports: PortNames): string[] {
  const { request } = exchange;
  const lines = request === null
    ? [`origin got ${shown(exchange.raw, ports)}`]
    : messageLines("origin got", request, ports);
  if (exchange.isCut) lines.push("    the proxy ended it");
  if (!exchange.isOver) lines.push("    it did not end");
  return lines;
}

function messageLines(what: string, message: WireMessage, ports: PortNames): string[] {
  const { startLine, fields, body, trailers, isWhole } = message;
  const lines = [`${what} ${startLine}`, ...fieldLines(fields, ports).map((line) => `    ${line}`)];
  if (body !== "") lines.push(`    body ${shown(body, ports)}`);
  for (const [name, value] of trailers) lines.push(`    trailer ${name}: ${value}`);
  if (!isWhole) lines.push("    cut short");
  return lines;
}

function fieldLines(fields: readonly WireField[], ports: PortNames): string[] {
  const sorted = fields.map(([name, value]) =>
    [name.toLowerCase(), `${name}: ${valueText(name, value, ports)}`] as const
  );
  sorted.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return sorted.map(([, line]) => line);
}

function valueText(name: string, value: string, ports: PortNames): string {
  if (name.toLowerCase() === "x-envoy-upstream-service-time" && /^\d+$/.test(value)) return "(ms)";
  if (DATE.test(value)) return "(now)";
  if (value.length > MAX_SHOWN) return shown(value, ports);
  return JSON.stringify(withoutChance(value, ports)).slice(1, -1);
}

function shown(text: string, ports: PortNames): string {
  const plain = withoutChance(text, ports);
  if (plain.length <= MAX_SHOWN) return JSON.stringify(plain);
  return `${JSON.stringify(plain.slice(0, MAX_SHOWN / 10))}… ${plain.length} bytes, sum ${checksum(plain)}`;
}

function withoutChance(text: string, ports: PortNames): string {
  return text.replaceAll(UUID, "(uuid $1)").replaceAll(HASH, '="(hash)"')
    .replaceAll(/\b\d{4,5}\b/g, (digits) => ports.get(Number(digits)) ?? digits);
}

/** Adler-32, to tell long bodies apart. */
function checksum(text: string): number {
  let low = 1, high = 0;
  for (let i = 0; i < text.length; i++) {
    low = (low + text.charCodeAt(i)) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}
