/**
 * What a request is hashed by (spec/http.md 2.14): the policies of a route, in order, each of which finds a hash or none.
 * They are joined into one: what was there before is rotated by one bit, so that two equal hashes do not cancel out. A
 * terminal policy ends it once there is a hash.
 *
 * It is pure: a cookie that somebody without one is to be given is handed back as the text of `set-cookie`, and its value
 * is a hash of the connection's two ends, so that requests side by side get the same one.
 */
import { latin1Bytes } from "../base/ascii.ts";
import { Word64 } from "../base/word64.ts";
import { XxHash64 } from "../base/xx_hash64.ts";
import type { HashCookieConfig, HashPolicyConfig } from "../config/hash_policy_config.ts";
import type { RegexRewriteConfig } from "../config/route_action_config.ts";
import { ByteRange } from "../match/byte_range.ts";
import { readCookie } from "../match/cookie_matcher.ts";
import { HeaderField } from "../match/header_field.ts";
import { queryStart, readParameter } from "../match/query_matcher.ts";
import { SafeRegex } from "../match/safe_regex.ts";
import { parseSubstitution, type Substitution } from "../match/substitution.ts";
import type { RouteInput } from "./route_input.ts";

/** What a request comes to. Whoever asks for hashes keeps one. */
export class RequestHash {
  readonly value: Word64 = new Word64();
  /** Whether there is a value. */
  isFound = false;
  /** Values of `set-cookie` for the response; null = none. */
  setCookies: string[] | null = null;

  /** Makes it new for another request. */
  reset(): void {
    this.isFound = false;
    this.setCookies = null;
  }
}

/** Finds one hash and leaves it in the hasher; false = there is none. */
type HashSource = (input: RouteInput, hasher: XxHash64, newCookies: string[] | null) => boolean;

interface HashPolicy {
  readonly source: HashSource;
  readonly isTerminal: boolean;
}

/** The policies of one route, compiled. */
export class HashPolicies {
  readonly #policies: readonly HashPolicy[];
  readonly #hasher = new XxHash64();
  readonly #makesCookies: boolean;

  private constructor(configs: readonly HashPolicyConfig[]) {
    this.#policies = configs.map((config) => ({ source: compile(config), isTerminal: config.isTerminal }));
    this.#makesCookies = configs.some((config) => config.kind === "cookie" && config.ttlSeconds !== null);
  }

  /** Null = nothing is hashed. */
  static of(configs: readonly HashPolicyConfig[]): HashPolicies | null {
    const kept = configs.filter(({ kind }) => kind !== "none");
    return kept.length === 0 ? null : new HashPolicies(kept);
  }

  /** Fills `hash` for a request; it may be given cookies. */
  compute(input: RouteInput, hash: RequestHash): void {
    hash.reset();
    const newCookies: string[] | null = this.#makesCookies ? [] : null;
    this.#compute(input, hash, newCookies);
    if (newCookies !== null && newCookies.length > 0) hash.setCookies = newCookies;
  }

  /** Likewise, but who has no cookie has none. */
  computeWithoutCookies(input: RouteInput, hash: RequestHash): void {
    hash.reset();
    this.#compute(input, hash, null);
  }

  #compute(input: RouteInput, hash: RequestHash, newCookies: string[] | null): void {
    const { digest } = this.#hasher, { value } = hash;
    for (const { source, isTerminal } of this.#policies) {
      if (source(input, this.#hasher, newCookies)) {
        if (hash.isFound) {
          value.rotateLeft(1);
          value.xor(digest.high, digest.low);
        } else value.copy(digest);
        hash.isFound = true;
      }
      if (isTerminal && hash.isFound) return;
    }
  }
}

function compile(config: HashPolicyConfig): HashSource {
  switch (config.kind) {
    case "header":
      return headerSource(config.name, config.rewrite);
    case "cookie":
      return cookieSource(config);
    case "query_parameter":
      return parameterSource(config.name);
    case "source_ip":
      return ({ clientAddress }, hasher) => {
        if (clientAddress === "") return false;
        hasher.hashText(clientAddress);
        return true;
      };
    case "filter_state":
      return ({ filterState }, hasher) => {
        const text = filterState.get(config.key)?.hashText;
        if (text === undefined) return false;
        hasher.hashText(text);
        return true;
      };
    case "none":
      return () => false;
  }
}

/** One value is hashed where it lies. Of several each is the next one's seed, in the order of their bytes. */
function headerSource(name: string, rewrite: RegexRewriteConfig | null): HashSource {
  const field = new HeaderField(name), value = new ByteRange();
  const change = rewrite === null ? null : new ValueChange(rewrite);
  return ({ head }, hasher) => {
    if (field.isPart) {
      if (!field.readRequestPart(head, value)) return false;
      hashValue(hasher, value, change);
      return true;
    }
    const { headers } = head;
    const first = field.findFrom(headers, 0);
    if (first < 0) return false;
    if (field.findFrom(headers, first + 1) < 0) {
      value.set(headers.bytesOf(first), headers.valueStart(first), headers.valueEnd(first));
      hashValue(hasher, value, change);
      return true;
    }
    const texts: string[] = [];
    for (let entry = first; entry >= 0; entry = field.findFrom(headers, entry + 1)) {
      const text = headers.valueText(entry);
      texts.push(change === null ? text : change.apply(text));
    }
    hasher.digest.set(0, 0);
    for (const text of texts.sort()) hasher.hashOn(latin1Bytes(text), 0, text.length);
    return true;
  };
}

/** `regex_rewrite`. */
class ValueChange {
  readonly #regex: SafeRegex;
  readonly #substitution: Substitution;

  constructor({ regex, substitution }: RegexRewriteConfig) {
    this.#regex = new SafeRegex(regex);
    this.#substitution = parseSubstitution(substitution);
  }

  /** Text, one unit a byte. */
  apply(text: string): string {
    return this.#regex.replaceAll(text, this.#substitution);
  }
}

function hashValue(hasher: XxHash64, value: ByteRange, change: ValueChange | null): void {
  if (change !== null) value.setWhole(latin1Bytes(change.apply(value.latin1())));
  hasher.hash(value.bytes, value.start, value.end);
}

function parameterSource(name: string): HashSource {
  const bytes = new TextEncoder().encode(name), value = new ByteRange();
  return ({ head: { pathBytes, pathStart, pathEnd } }, hasher) => {
    const start = queryStart(pathBytes, pathStart, pathEnd);
    if (!readParameter(pathBytes, start, pathEnd, bytes, value)) return false;
    hasher.hash(value.bytes, value.start, value.end);
    return true;
  };
}

/** An empty cookie is as none. */
function cookieSource(config: HashCookieConfig): HashSource {
  const name = new TextEncoder().encode(config.name), value = new ByteRange();
  return ({ head: { headers }, connectionEnds }, hasher, newCookies) => {
    if (readCookie(headers, name, value) && value.start < value.end) {
      hasher.hash(value.bytes, value.start, value.end);
      return true;
    }
    if (config.ttlSeconds === null || newCookies === null) return false;
    hasher.hashText(connectionEnds);
    const made = hasher.digest.toHex();
    newCookies.push(setCookieText(config, made));
    hasher.hashText(made);
    return true;
  };
}

function setCookieText({ name, ttlSeconds, path, attributes }: HashCookieConfig, value: string): string {
  const parts = [`${name}="${value}"`];
  if (ttlSeconds !== null && ttlSeconds !== 0) parts.push(`Max-Age=${ttlSeconds}`);
  if (path !== "") parts.push(`Path=${path}`);
  for (const attribute of attributes) {
    parts.push(attribute.value === "" ? attribute.name : `${attribute.name}=${attribute.value}`);
  }
  return [...parts, "HttpOnly"].join("; ");
}
