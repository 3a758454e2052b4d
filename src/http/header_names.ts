/**
 * The header names denvoy acts on, each with a small number. A codec looks the number up once, from the bytes; all that
 * comes after compares numbers. A name without a number is 0 and costs nothing but its bytes.
 *
 * Numbers below 32 fit the first presence mask of a header list and 32 to 63 the second, so that "has this request any
 * header of that set" is one AND (see {@link headerMask}).
 */
import { latin1Bytes } from "../base/ascii.ts";
import { InvariantError } from "../base/errors.ts";

/** A name without a number. */
export const OTHER_HEADER = 0;

/** Numbers of the names denvoy acts on. */
export const HeaderId = {
  host: 1,
  connection: 2,
  contentLength: 3,
  transferEncoding: 4,
  upgrade: 5,
  keepAlive: 6,
  proxyConnection: 7,
  te: 8,
  expect: 9,
  http2Settings: 10,
  referer: 11,
  xForwardedFor: 12,
  xForwardedProto: 13,
  xRequestId: 14,
  xEnvoyInternal: 15,
  xEnvoyExternalAddress: 16,
  xEnvoyExpectedRqTimeoutMs: 17,
  xEnvoyUpstreamRqTimeoutMs: 18,
  xEnvoyUpstreamRqPerTryTimeoutMs: 19,
  xEnvoyForceTrace: 20,
  xClientTraceId: 21,
  contentType: 22,
  userAgent: 23,
  server: 24,
  date: 25,
  xEnvoyUpstreamServiceTime: 26,
  xEnvoyOriginalPath: 27,
  xEnvoyOverloaded: 28,
  location: 29,
  xForwardedClientCert: 30,
  trailer: 31,
  xEnvoyRetryOn: 32,
  xEnvoyRetryGrpcOn: 33,
  xEnvoyMaxRetries: 34,
  xEnvoyRetriableStatusCodes: 35,
  xEnvoyRetriableHeaderNames: 36,
  xEnvoyUpstreamRqTimeoutAltResponse: 37,
  xEnvoyHedgeOnPerTryTimeout: 38,
  xEnvoyUpstreamAltStatName: 39,
  xEnvoyIpTags: 40,
  xEnvoyOriginalUrl: 41,
  xEnvoyDecoratorOperation: 42,
  xEnvoyDownstreamServiceCluster: 43,
  xEnvoyDownstreamServiceNode: 44,
  xEnvoyOriginalHost: 45,
  xEnvoyAttemptCount: 46,
  xEnvoyDegraded: 47,
  xEnvoyImmediateHealthCheckFail: 48,
  xForwardedHost: 49,
  xForwardedPort: 50,
  grpcTimeout: 51,
  via: 52,
  cookie: 53,
  setCookie: 54,
  accept: 55,
  acceptEncoding: 56,
  cacheControl: 57,
  authorization: 58,
  origin: 59,
  xEnvoyUpstreamCanary: 60,
  grpcStatus: 61,
  grpcMessage: 62,
  xEnvoyUpstreamStreamDurationMs: 63,
} as const;

/** One of {@link HeaderId}, or {@link OTHER_HEADER}. */
export type HeaderIdValue = typeof HeaderId[keyof typeof HeaderId] | typeof OTHER_HEADER;

/** Lower-case names by number; index 0 is empty. */
export const HEADER_NAMES: readonly string[] = makeNames();

/** The same as bytes. */
export const HEADER_NAME_BYTES: readonly Uint8Array[] = HEADER_NAMES.map(latin1Bytes);

/** `name: ` as bytes, ready to be written before a value. */
export const HEADER_LINE_STARTS: readonly Uint8Array[] = HEADER_NAMES.map((name) => latin1Bytes(`${name}: `));

const IDS_BY_NAME = new Map<string, number>(HEADER_NAMES.map((name, id) => [name, id] as const).slice(1));

/** The number of a lower-case name, or {@link OTHER_HEADER}. */
export function headerIdOfName(name: string): number {
  return IDS_BY_NAME.get(name) ?? OTHER_HEADER;
}

/** A set of headers as the two presence masks of a header list. */
export interface HeaderMask {
  readonly low: number;
  readonly high: number;
}

/** The masks that hold `ids`. */
export function headerMask(...ids: readonly number[]): HeaderMask {
  let low = 0, high = 0;
  for (const id of ids) {
    if (id < 32) low |= 1 << id;
    else high |= 1 << (id - 32);
  }
  return { low, high };
}

// ---- look-up by bytes

const TABLE_BITS = 10;

/** One factor in seven does; a few dozen are looked at. */
const MAX_FACTORS = 20_000;

/** All names one behind the other, and where each begins: one array to read from, whatever the name. */
const NAME_STARTS = new Uint16Array(HEADER_NAME_BYTES.length + 1);
HEADER_NAME_BYTES.forEach((name, id) => NAME_STARTS[id + 1] = NAME_STARTS[id]! + name.length);
const ALL_NAMES = latin1Bytes(HEADER_NAMES.join(""));

/** One slot a name: the multiplier is searched for at start so that no two known names share one. */
const { ids: SLOT_IDS, factor: FACTOR } = makeLookup();

/**
 * The number of the name in `bytes[start, end)`, which must be in lower case already.
 * One probe and one comparison, whatever the name.
 */
export function headerIdOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const id = SLOT_IDS[slotOf(bytes, start, length, FACTOR)]!;
  if (id === OTHER_HEADER) return OTHER_HEADER;
  let at = NAME_STARTS[id]!;
  if (NAME_STARTS[id + 1]! - at !== length) return OTHER_HEADER;
  for (let i = start; i < end; i++) if (bytes[i] !== ALL_NAMES[at++]) return OTHER_HEADER;
  return id;
}

/** By length, first and last byte, and those at a half and three quarters: together they tell all known names apart. */
function slotOf(bytes: Uint8Array, start: number, length: number, factor: number): number {
  const middle = bytes[start + (length >> 1)]!, late = bytes[start + ((length * 3) >> 2)]!;
  const key = length + bytes[start]! * 37 + middle * 1291 + bytes[start + length - 1]! * 40961 + late * 524287;
  return Math.imul(key, factor) >>> (32 - TABLE_BITS);
}

function makeLookup(): { readonly ids: Uint8Array; readonly factor: number } {
  for (let odd = 1; odd < MAX_FACTORS; odd += 2) {
    const factor = Math.imul(odd, 0x9e3779b1);
    const ids = new Uint8Array(1 << TABLE_BITS);
    let clash = false;
    for (let id = 1; id < HEADER_NAME_BYTES.length && !clash; id++) {
      const name = HEADER_NAME_BYTES[id]!;
      const slot = slotOf(name, 0, name.length, factor);
      clash = ids[slot] !== 0;
      ids[slot] = id;
    }
    if (!clash) return { ids, factor };
  }
  throw new InvariantError("Two header names share a slot whatever the factor");
}

/** `xForwardedFor` is `x-forwarded-for`; the two acronyms with digits follow the same rule. */
function makeNames(): string[] {
  const names: string[] = [""];
  for (const [key, id] of Object.entries(HeaderId)) {
    names[id] = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  }
  return names;
}
