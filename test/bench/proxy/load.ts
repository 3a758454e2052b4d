/**
 * The load: `wrk` with one thread and keep-alive connections, and the reading of its report. The request is the one a
 * browser sends, some 600 bytes of header section.
 */
import { LOAD_CORE } from "./child.ts";

/** What one run of `wrk` found. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What went wrong, in wrk's words; empty when nothing did. */
  readonly errors: readonly string[];
}

/** One run's shape. */
export interface LoadShape {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
}

const BROWSER_HEADERS: readonly string[] = [
  'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
  "sec-ch-ua-mobile: ?0",
  'sec-ch-ua-platform: "Linux"',
  "Upgrade-Insecure-Requests: 1",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Sec-Fetch-Site: same-origin",
  "Sec-Fetch-Mode: navigate",
  "Sec-Fetch-Dest: document",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-GB,en;q=0.9",
  "Cookie: session=3f2b9c1e7a5d4086b1c2d3e4f5a60718; theme=dark",
];

/** An answer this late counts as an error. wrk's own 2 s are too few for a thousand connections on a busy core. */
const WRK_TIMEOUT = "5s";

/** Longer than any run: a wrk that hangs is killed. */
const GRACE_MS = 15_000;

/** Runs `wrk` once. */
export async function runLoad(shape: LoadShape): Promise<LoadResult> {
  const args = [
    "-c",
    LOAD_CORE,
    "wrk",
    "--latency",
    "--timeout",
    WRK_TIMEOUT,
    "-t1",
    `-c${shape.connections}`,
    `-d${shape.seconds}s`,
  ];
  for (const header of BROWSER_HEADERS) args.push("-H", header);
  args.push(shape.url);
  const output = await new Deno.Command("taskset", {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(shape.seconds * 1000 + GRACE_MS),
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  if (!output.success) {
    throw new Error(`Cannot run wrk: exit code ${output.code}\n${text}${new TextDecoder().decode(output.stderr)}`);
  }
  return readReport(text);
}

/** Reads what `wrk --latency` prints. */
export function readReport(text: string): LoadResult {
  const errors = [];
  for (const line of text.split("\n")) {
    if (/^\s*(Socket errors|Non-2xx or 3xx responses):/.test(line)) errors.push(line.trim());
  }
  const requests = Number(captured(text, /(\d+) requests in /));
  if (requests === 0) errors.push("no request was answered");
  return {
    requests,
    requestsPerSecond: Number(captured(text, /^Requests\/sec:\s+([\d.]+)/m)),
    p50Ms: milliseconds(captured(text, /^\s+50%\s+(\S+)/m)),
    p99Ms: milliseconds(captured(text, /^\s+99%\s+(\S+)/m)),
    errors,
  };
}

function captured(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`Cannot read the report of wrk: ${pattern} is not in it\n${text}`);
  return found;
}

function milliseconds(duration: string): number {
  const match = /^([\d.]+)(us|ms|s|m)$/.exec(duration);
  if (match === null) {
    throw new Error(`Cannot read a duration of wrk: "${duration}", a number and us, ms, s or m wanted`);
  }
  const unit = { us: 0.001, ms: 1, s: 1000, m: 60_000 }[match[2]!]!;
  return Number(match[1]) * unit;
}
