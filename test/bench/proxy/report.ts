/**
 * The report of a comparison: medians over the rounds, one table a case, and what the subject is to each peer. A
 * ratio is the median of the rounds' own ratios, so that a slow minute of the machine cancels out; above 1 the subject
 * is better, for requests per second and for requests per second of processor time alike.
 */
import type { Comparison, Sample } from "./comparison.ts";

/** Medians of one peer in one case. */
export interface Summary {
  readonly case: string;
  readonly peer: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicrosPerRequest: number;
  readonly busy: number;
  readonly residentBytes: number;
  readonly gigabytesPerSecond: number;
}

/** What the subject is to one peer in one case: median, lowest and highest of the rounds. */
export interface Ratio {
  readonly case: string;
  readonly peer: string;
  readonly requestsPerSecond: readonly [median: number, lowest: number, highest: number];
  readonly requestsPerCpuSecond: readonly [median: number, lowest: number, highest: number];
}

/** Below it a serving core had time to spare, and requests per second measure something else. */
const SATURATED = 0.9;

/** The medians of every peer in every case, in the order of the run. */
export function summaries(comparison: Comparison): Summary[] {
  return casesOf(comparison).flatMap((name) =>
    comparison.peers.map((peer) => {
      const samples = samplesOf(comparison, name, peer);
      const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
      return {
        case: name,
        peer,
        requestsPerSecond: of((sample) => sample.requestsPerSecond),
        p50Ms: of((sample) => sample.p50Ms),
        p99Ms: of((sample) => sample.p99Ms),
        cpuMicrosPerRequest: of((sample) => sample.cpuMicrosPerRequest),
        busy: of((sample) => sample.busy),
        residentBytes: of((sample) => sample.residentBytes),
        gigabytesPerSecond: of((sample) => sample.gigabytesPerSecond),
      };
    })
  );
}

/** The subject's ratios to every other peer; none when the subject did not run. */
export function ratios(comparison: Comparison, subject: string): Ratio[] {
  if (!comparison.peers.includes(subject)) return [];
  return casesOf(comparison).flatMap((name) =>
    comparison.peers.filter((peer) => peer !== subject).map((peer) => {
      const ours = samplesOf(comparison, name, subject), theirs = samplesOf(comparison, name, peer);
      const speed: number[] = [], thrift: number[] = [];
      for (const own of ours) {
        const other = theirs.find((sample) => sample.round === own.round);
        if (other === undefined) continue;
        speed.push(own.requestsPerSecond / other.requestsPerSecond);
        thrift.push(other.cpuMicrosPerRequest / own.cpuMicrosPerRequest);
      }
      return { case: name, peer, requestsPerSecond: spread(speed), requestsPerCpuSecond: spread(thrift) };
    })
  );
}

/** Every error of every run, named. */
export function failures(comparison: Comparison): string[] {
  return comparison.samples.flatMap((sample) =>
    sample.errors.map((error) => `round ${sample.round + 1} ${sample.case} ${sample.peer}: ${error}`)
  );
}

/** The tables as text. */
export function reportText(comparison: Comparison, subject: string): string {
  const lines: string[] = [];
  const all = summaries(comparison), compared = ratios(comparison, subject);
  for (const name of casesOf(comparison)) {
    const rows = [["", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "busy", "RSS MiB", "GB/s"]];
    for (const row of all.filter((summary) => summary.case === name)) {
      rows.push([
        row.peer,
        row.requestsPerSecond.toFixed(0),
        row.p50Ms.toFixed(2),
        row.p99Ms.toFixed(2),
        row.cpuMicrosPerRequest.toFixed(1),
        `${(row.busy * 100).toFixed(0)}%`,
        (row.residentBytes / 1048576).toFixed(1),
        row.gigabytesPerSecond.toFixed(2),
      ]);
    }
    lines.push("", `${name} (medians of ${roundsOf(comparison)} rounds)`, ...table(rows));
    if (name === "small" && all.some((row) => row.case === name && row.busy < SATURATED)) {
      lines.push("a peer was not busy throughout: the load or other work held it back, go by CPU, not by requests/s");
    }
    const beside = compared.filter((ratio) => ratio.case === name);
    if (beside.length === 0) continue;
    const ratioRows = [[`${subject} / peer`, "requests/s", "requests per CPU second"]];
    for (const ratio of beside) {
      ratioRows.push([ratio.peer, spreadText(ratio.requestsPerSecond), spreadText(ratio.requestsPerCpuSecond)]);
    }
    lines.push("", ...table(ratioRows));
  }
  return lines.join("\n");
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rows as aligned columns, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join("  ")
  );
}

function casesOf(comparison: Comparison): string[] {
  return [...new Set(comparison.samples.map((sample) => sample.case))];
}

function roundsOf(comparison: Comparison): number {
  return new Set(comparison.samples.map((sample) => sample.round)).size;
}

function samplesOf(comparison: Comparison, name: string, peer: string): Sample[] {
  return comparison.samples.filter((sample) => sample.case === name && sample.peer === peer);
}

function spread(values: readonly number[]): [number, number, number] {
  return [median(values), Math.min(...values), Math.max(...values)];
}

function spreadText(ratio: readonly [number, number, number]): string {
  return `${ratio[0].toFixed(2)} (${ratio[1].toFixed(2)}–${ratio[2].toFixed(2)})`;
}
