/**
 * Reads llhttp's Markdown test cases: a `http` (or `url`) block is the input, the `log` block behind it what strict
 * llhttp made of it, a comment before them how it was run.
 */

export interface LlhttpCase {
  /** `request/sample.md: Simple request`, made unique by a number. */
  readonly name: string;
  readonly kind: "request" | "response" | "url";
  /** Run in a lenient mode, the log says what strict llhttp would not do: it `refuse`s, or `close`s the connection. */
  readonly strictInstead: "refuse" | "close" | null;
  /** The parser was told to expect no body: a response to HEAD. */
  readonly skipsBody: boolean;
  /** The input ends with the end of the connection. */
  readonly isFinished: boolean;
  readonly input: string;
  /** Code of the error in the log: 0 for none. */
  readonly error: number;
  /** What `llhttp_finish` returned: 0 between messages, 1 where the end completes one, 2 inside of one. */
  readonly finish: 0 | 1 | 2;
  /** A tunnel begins at the end of `input`: whether its head counts as a message is a matter of taste. */
  readonly endsInTunnel: boolean;
  /** Offsets at which a message was complete. */
  readonly completeAt: readonly number[];
  /** Sum of the body spans' lengths. */
  readonly bodyLength: number;
}

/** The code with which llhttp stops at the end of a head that asks for a tunnel. */
const TUNNEL = 22;

const BLOCKS = /^(#+) (.*)$|<!-- meta=(.*?) -->|```(http|url|log)\n([\s\S]*?)```/gm;

/** The cases of one file; `path` is what names begin with. */
export function readCases(path: string, text: string): LlhttpCase[] {
  const cases: LlhttpCase[] = [];
  const seen = new Map<string, number>();
  let heading = "", meta: Record<string, unknown> = {}, input: string | null = null, block = "";
  for (const match of text.matchAll(BLOCKS)) {
    if (match[2] !== undefined) {
      heading = match[2].replaceAll("`", "").trim();
      meta = {};
    } else if (match[3] !== undefined) {
      meta = JSON.parse(match[3]);
    } else if (match[4] !== "log") {
      block = match[4]!;
      input = unescape(match[5]!);
    } else if (input !== null) {
      const count = (seen.get(heading) ?? 0) + 1;
      seen.set(heading, count);
      cases.push(makeCase(`${path}: ${heading}${count === 1 ? "" : ` #${count}`}`, block, meta, input, match[5]!));
      input = null;
    }
  }
  return cases;
}

function makeCase(
  name: string,
  block: string,
  meta: Record<string, unknown>,
  input: string,
  log: string,
): LlhttpCase {
  const type = block === "url" ? "url" : String(meta["type"]);
  const kind = type.split("-")[0];
  const error = /^off=(\d+) error code=(\d+)/m.exec(log);
  const code = Number(error?.[2] ?? 0);
  if (kind !== "request" && kind !== "response" && kind !== "url") throw new Error(`${name}: unknown type ${type}`);
  return {
    name,
    kind,
    strictInstead: !type.includes("lenient") ? null : /keep-alive|after-close/.test(type) ? "close" : "refuse",
    skipsBody: meta["skipBody"] === true,
    isFinished: type.endsWith("-finish"),
    // Behind a tunnel's head no HTTP follows.
    input: code === TUNNEL && error !== null ? input.slice(0, Number(error[1])) : input,
    error: code === TUNNEL ? 0 : code,
    endsInTunnel: code === TUNNEL,
    finish: Number(/finish=(\d)/.exec(log)?.[1] ?? 0) as 0 | 1 | 2,
    completeAt: [...log.matchAll(/^off=(\d+) message complete$/gm)].map((match) => Number(match[1])),
    bodyLength: [...log.matchAll(/len=(\d+) span\[body\]/g)].reduce((sum, match) => sum + Number(match[1]), 0),
  };
}

/** A line end in the file is CRLF; a backslash before it takes it away; the rest are escapes. One unit per byte. */
function unescape(text: string): string {
  const plain = text
    .replace(/\n$/, "")
    .replace(/\\\n/g, "")
    .replace(/\n/g, "\r\n")
    .replace(/\\r/g, "\r")
    .replace(/\\n/g, "\n")
    .replace(/\\t/g, "\t")
    .replace(/\\f/g, "\f");
  const bytes = String.fromCharCode(...new TextEncoder().encode(plain));
  return bytes.replace(/\\x([0-9a-fA-F]+)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
