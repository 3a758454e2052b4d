/**
 * What a protocol test suite asks of a WebSocket server, as scripts of bytes: messages of all sizes, control frames,
 * reserved bits and opcodes, fragments, UTF-8, and every way to close (RFC 6455 sections 5 to 8). Each says what must come
 * back, so that two servers that are wrong alike do not pass.
 */
import { summaryOf } from "./websocket_echo.ts";
import { closeFrame, frame, Opcode } from "./websocket_frames.ts";
import type { WebSocketScript } from "./websocket_talk.ts";

export interface WebSocketCase extends WebSocketScript {
  readonly name: string;
  /** All frames of the server, in order. */
  readonly wants: readonly string[];
}

const { continuation, text, binary, close, ping, pong } = Opcode;
const CLOSED = "close 1000";

const textEcho = (content: string) => summaryOf("text", new TextEncoder().encode(content));
const pongOf = (content: string) => summaryOf("pong", new TextEncoder().encode(content));

/** Bytes that are not all the same, and no text. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = length | 1; i < length; i++) {
    state = Math.imul(state, 1103515245) + 12345 | 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Text with characters of one to four bytes. */
function wideText(length: number): string {
  const pattern = "a\u00e9\u20ac\u{1f600}z";
  let content = "";
  while (content.length < length) content += pattern;
  return content.slice(0, length - 1) + "z";
}

function echoed(
  name: string,
  send: readonly Uint8Array[],
  wants: readonly string[],
  pieceBytes?: number,
): WebSocketCase {
  return { name, send, wants: [...wants, CLOSED], ...pieceBytes === undefined ? {} : { pieceBytes } };
}

/** What is sent is wrong: the server closes with this code. */
function refused(
  name: string,
  send: readonly Uint8Array[],
  code: number,
  before: readonly string[] = [],
): WebSocketCase {
  return { name, send, ends: "refused", wants: [...before, `close ${code}`] };
}

// ---- messages

const SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1 << 20, 16 << 20];

const MESSAGES: readonly WebSocketCase[] = SIZES.flatMap((size) => {
  const content = "*".repeat(size), bytes = noise(size);
  const whole = [
    echoed(`text of ${size}`, [frame(text, content)], [textEcho(content)]),
    echoed(`binary of ${size}`, [frame(binary, bytes)], [summaryOf("binary", bytes)]),
  ];
  const pieces = size > 1000 ? size > 100_000 ? 60_001 : 997 : 1;
  return [
    ...whole,
    ...whole.map((one) => ({ ...one, name: `${one.name}, written in pieces of ${pieces}`, pieceBytes: pieces })),
  ];
});

const SEVERAL: readonly WebSocketCase[] = [
  echoed(
    "fifty messages at once",
    Array.from({ length: 50 }, (_, i) => frame(i % 2 === 0 ? text : binary, `message ${i}`)),
    Array.from(
      { length: 50 },
      (_, i) => summaryOf(i % 2 === 0 ? "text" : "binary", new TextEncoder().encode(`message ${i}`)),
    ),
  ),
  echoed("a longer length than needed", [frame(text, "hello", { lengthBytes: 2 })], [textEcho("hello")]),
  echoed("a much longer length than needed", [frame(text, "hello", { lengthBytes: 8 })], [textEcho("hello")]),
  refused("a frame that is not masked", [frame(text, "hello", { isMasked: false })], 1002),
  {
    name: "a message that is cut off by the end of the connection",
    send: [frame(text, "hello").subarray(0, 8)],
    ends: "dropping",
    wants: [],
  },
  {
    name: "the end of the connection after a message",
    send: [frame(text, "hello")],
    ends: "dropping",
    awaits: 1,
    wants: [textEcho("hello")],
  },
];

// ---- control frames

const CONTROL: readonly WebSocketCase[] = [
  ...["", "Hello", "x".repeat(124), "x".repeat(125)].flatMap((content) =>
    [undefined, 1].map((pieceBytes) =>
      echoed(
        `ping with ${content.length}${pieceBytes === 1 ? ", byte by byte" : ""}`,
        [frame(ping, content)],
        [pongOf(content)],
        pieceBytes,
      )
    )
  ),
  echoed("ping with bytes", [frame(ping, Uint8Array.of(0, 255, 254, 0x80))], [
    summaryOf("pong", Uint8Array.of(0, 255, 254, 0x80)),
  ]),
  refused("ping with 126", [frame(ping, "x".repeat(126))], 1002),
  refused("pong with 126", [frame(pong, "x".repeat(126))], 1002),
  refused("ping with a longer length than allowed", [frame(ping, "x", { lengthBytes: 2 })], 1002),
  echoed("a pong that nobody asked for", [frame(pong, ""), frame(pong, "x")], []),
  echoed("pongs and a ping", [frame(pong, "x"), frame(ping, "y")], [pongOf("y")]),
  echoed(
    "ten pings",
    Array.from({ length: 10 }, (_, i) => frame(ping, `ping ${i}`)),
    Array.from({ length: 10 }, (_, i) => pongOf(`ping ${i}`)),
  ),
  refused("a ping in two fragments", [frame(ping, "a", { fin: false }), frame(continuation, "b")], 1002),
  refused("a pong in two fragments", [frame(pong, "a", { fin: false }), frame(continuation, "b")], 1002),
  refused("a close in two fragments", [frame(close, "", { fin: false })], 1002),
];

// ---- reserved

const RESERVED: readonly WebSocketCase[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => refused(`reserved bits ${rsv}`, [frame(text, "hello", { rsv })], 1002)),
  ...[1, 4].flatMap((rsv) => [
    refused(`reserved bits ${rsv} after a good message`, [frame(text, "good"), frame(text, "bad", { rsv })], 1002, [
      textEcho("good"),
    ]),
    refused(`reserved bits ${rsv} of a ping`, [frame(ping, "x", { rsv })], 1002),
    refused(`reserved bits ${rsv} of a close`, [closeFrame(1000, "", { rsv })], 1002),
    refused(`reserved bits ${rsv} of a continuation`, [
      frame(text, "a", { fin: false }),
      frame(continuation, "b", { rsv }),
    ], 1002),
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
    refused(`opcode ${opcode}`, [frame(opcode, "")], 1002),
    refused(`opcode ${opcode} with bytes after a good message`, [frame(text, "good"), frame(opcode, "bad")], 1002, [
      textEcho("good"),
    ]),
  ]),
];

// ---- fragments

const parts = (opcode: number, ...contents: string[]) =>
  contents.map((content, i) => frame(i === 0 ? opcode : continuation, content, { fin: i === contents.length - 1 }));

const FRAGMENTS: readonly WebSocketCase[] = [
  ...[undefined, 1].flatMap((pieceBytes) => [
    echoed(`text in two${pieceBytes ?? ""}`, parts(text, "one", "two"), [textEcho("onetwo")], pieceBytes),
    echoed(`binary in three${pieceBytes ?? ""}`, parts(binary, "a", "", "b"), [
      summaryOf("binary", new TextEncoder().encode("ab")),
    ], pieceBytes),
    echoed(
      `a ping between two fragments${pieceBytes ?? ""}`,
      [frame(text, "one", { fin: false }), frame(ping, "in between"), frame(continuation, "two")],
      [pongOf("in between"), textEcho("onetwo")],
      pieceBytes,
    ),
    echoed(
      `pings between five fragments${pieceBytes ?? ""}`,
      [1, 2, 3, 4, 5].flatMap((i) => [
        frame(i === 1 ? text : continuation, `part ${i}`, { fin: i === 5 }),
        frame(ping, `ping ${i}`),
      ]),
      [...[1, 2, 3, 4].map((i) => pongOf(`ping ${i}`)), textEcho("part 1part 2part 3part 4part 5"), pongOf("ping 5")],
      pieceBytes,
    ),
  ]),
  echoed("text in nothing but empty fragments", parts(text, "", "", ""), [textEcho("")]),
  echoed("a last fragment that is empty", parts(text, "all", ""), [textEcho("all")]),
  ...[64, 4096, 65_536].map((size) => {
    const contents = Array.from({ length: Math.min(1000, (4 << 20) / size) }, (_, i) => String(i % 10).repeat(size));
    return echoed(`many fragments of ${size}`, parts(text, ...contents), [textEcho(contents.join(""))]);
  }),
  refused("a continuation of nothing", [frame(continuation, "x")], 1002),
  refused("a continuation of nothing that is not the last", [frame(continuation, "x", { fin: false })], 1002),
  refused("a continuation of what has ended", [...parts(text, "a", "b"), frame(continuation, "c")], 1002, [
    textEcho("ab"),
  ]),
  refused("a new text before the first has ended", [frame(text, "a", { fin: false }), frame(text, "b")], 1002),
  refused("a new binary before the text has ended", [frame(text, "a", { fin: false }), frame(binary, "b")], 1002),
  {
    name: "a close before the text has ended",
    send: [frame(text, "a", { fin: false }), closeFrame(1000)],
    ends: "sent",
    wants: [CLOSED],
  },
];

// ---- UTF-8

const hex = (digits: string) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Valid ones, borders of every length among them. */
const VALID = [
  "ce ba",
  "7f",
  "c280",
  "dfbf",
  "e0a080",
  "ed9fbf",
  "ee8080",
  "efbfbd",
  "efbfbf",
  "f0908080",
  "f48fbfbf",
  "00",
];
const INVALID = [
  "80",
  "bf",
  "c0af",
  "c1bf",
  "e080af",
  "e08080",
  "eda080",
  "edbfbf",
  "f08080af",
  "f08fbfbf",
  "f4908080",
  "f8888080",
  "fe",
  "ff",
  "cef0",
  "e18080c0",
  "cebae1bdb9cf83cebcceb5eda080656469746564",
];

const UTF8: readonly WebSocketCase[] = [
  ...VALID.map((digits) => hex(digits.replaceAll(" ", ""))).flatMap((bytes) => [
    echoed(`text ${bytes.toHex()}`, [frame(text, bytes)], [summaryOf("text", bytes)]),
    echoed(
      `text ${bytes.toHex()} in fragments of one byte`,
      [...bytes].map((byte, i) =>
        frame(i === 0 ? text : continuation, Uint8Array.of(byte), { fin: i === bytes.length - 1 })
      ),
      [summaryOf("text", bytes)],
    ),
  ]),
  ...INVALID.map(hex).flatMap((bytes) => [
    refused(`no text ${bytes.toHex()}`, [frame(text, bytes)], 1007),
    refused(`no text ${bytes.toHex()} in the second fragment`, [
      frame(text, "good", { fin: false }),
      frame(continuation, bytes),
    ], 1007),
  ]),
  refused("text that is cut off inside a character", [frame(text, hex("e282"))], 1007),
  echoed("bytes that are no text in a binary", [frame(binary, hex("ff80fe"))], [summaryOf("binary", hex("ff80fe"))]),
  echoed("wide text, written in pieces of 7", [frame(text, wideText(5000))], [textEcho(wideText(5000))], 7),
  echoed("wide text in fragments", parts(text, wideText(5000), wideText(77)), [
    textEcho(wideText(5000) + wideText(77)),
  ]),
];

// ---- closing

const CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const NO_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535];

const closing = (name: string, send: readonly Uint8Array[], wants: readonly string[]): WebSocketCase => ({
  name,
  send,
  ends: "sent",
  wants,
});

const CLOSING: readonly WebSocketCase[] = [
  ...CODES.map((code) => closing(`close ${code}`, [closeFrame(code)], [`close ${code}`])),
  ...NO_CODES.map((code) => refused(`close ${code}, which is no code`, [closeFrame(code)], 1002)),
  closing("a close without a code", [closeFrame()], [summaryOf("close", new Uint8Array(0))]),
  closing("a close with a reason", [closeFrame(1000, "Hello \u20ac")], ["close 1000 Hello \u20ac"]),
  closing("a close with the longest reason", [closeFrame(1000, "x".repeat(123))], [`close 1000 ${"x".repeat(123)}`]),
  refused("a close with a reason too long", [closeFrame(1000, "x".repeat(124))], 1002),
  refused("a close of one byte", [frame(close, "x")], 1002),
  refused("a close with a reason that is no text", [closeFrame(1000, hex("cef0"))], 1007),
  closing("a close after a message", [frame(text, "hello"), closeFrame(1000)], [textEcho("hello"), CLOSED]),
  closing("a message after a close", [closeFrame(1000), frame(text, "late")], [CLOSED]),
  closing("a ping after a close", [closeFrame(1000), frame(ping, "late")], [CLOSED]),
  closing("two closes", [closeFrame(1000), closeFrame(1001)], [CLOSED]),
  closing("a close after 256 KiB", [frame(binary, noise(262_144)), closeFrame(1000)], [
    summaryOf("binary", noise(262_144)),
    CLOSED,
  ]),
];

/** Every case. */
export const WEBSOCKET_CASES: readonly WebSocketCase[] = [
  ...MESSAGES,
  ...SEVERAL,
  ...CONTROL,
  ...RESERVED,
  ...FRAGMENTS,
  ...UTF8,
  ...CLOSING,
];
