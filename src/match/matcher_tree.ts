/**
 * The generic matcher of xDS, compiled: `Matcher` over whatever results its place has. Each level takes the first of its
 * entries that comes to a result, in its own order, and what it has for no match after all of them:
 *
 * - a list the entries whose predicate holds, as they are written;
 * - an exact map the entry of the value, a prefix map the entries whose key the value begins with, longest first;
 * - an IP tree the ranges that hold the address, narrowest first.
 *
 * A matcher inside an entry that comes to nothing leaves the turn to the next one, and so does `keep_matching`. Where a
 * value cannot be known yet the whole matcher comes to nothing.
 */
import { latin1Bytes, rangeStartsWith } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import { utf8AsLatin1 } from "../base/re2.ts";
import type { CidrRangeConfig } from "../config/match_config.ts";
import type {
  MatcherConfig,
  MatcherIpConfig,
  MatcherListConfig,
  MatcherMapConfig,
  MatchInputConfig,
  OnMatchConfig,
} from "../config/matcher_tree_config.ts";
import { ByteRange } from "./byte_range.ts";
import { IpRanges } from "./ip_ranges.ts";
import { type MatchData, MatchInput } from "./match_input.ts";
import { compilePredicate, type Predicate } from "./predicate.ts";

/** A value is not known yet. */
const UNKNOWN: unique symbol = Symbol("unknown");
/** Null = no match. */
type Outcome<Result> = Result | null | typeof UNKNOWN;

/** A matcher, or an entry of one. */
interface Level<Result> {
  evaluate(data: MatchData): Outcome<Result>;
}

/** Compiles a `Matcher` and its actions, each once. */
export function compileMatcherTree<Action, Result extends object>(
  config: MatcherConfig<Action>,
  compileAction: (action: Action) => Result,
): MatcherTree<Result> {
  return new MatcherTree(new LevelCompiler(compileAction).matcher(config));
}

/** A compiled `Matcher`. */
export class MatcherTree<Result extends object> {
  readonly #root: Level<Result>;

  /** See {@link compileMatcherTree}. */
  constructor(root: Level<Result>) {
    this.#root = root;
  }

  /** The result for `data`, or null. */
  match(data: MatchData): Result | null {
    const outcome = this.#root.evaluate(data);
    return outcome === UNKNOWN ? null : outcome;
  }
}

const NO_MATCH: Level<never> = { evaluate: () => null };

class LevelCompiler<Action, Result extends object> {
  readonly #compileAction: (action: Action) => Result;

  constructor(compileAction: (action: Action) => Result) {
    this.#compileAction = compileAction;
  }

  matcher({ root, onNoMatch }: MatcherConfig<Action>): Level<Result> {
    const last = this.#onMatch(onNoMatch);
    switch (root?.kind) {
      case undefined:
        return last;
      case "list":
        return this.#list(root, last);
      case "exact_map":
      case "prefix_map":
        return this.#map(root, last);
      case "ip_ranges":
        return this.#ipRanges(root, last);
      default:
        return assertNever(root as never);
    }
  }

  #list({ matchers }: MatcherListConfig<Action>, last: Level<Result>): Level<Result> {
    return new ListLevel(
      matchers.map(({ predicate, onMatch }) => [compilePredicate(predicate), this.#onMatch(onMatch)]),
      last,
    );
  }

  #map({ kind, input, entries }: MatcherMapConfig<Action>, last: Level<Result>): Level<Result> {
    const compiled = entries.map(([key, onMatch]) => [utf8AsLatin1(key), this.#onMatch(onMatch)] as const);
    return kind === "exact_map" ? new ExactLevel(input, compiled, last) : new PrefixLevel(input, compiled, last);
  }

  #ipRanges({ input, matchers }: MatcherIpConfig<Action>, last: Level<Result>): Level<Result> {
    const ranges = matchers.flatMap(({ ranges, onMatch, isExclusive }) => {
      const level = this.#onMatch(onMatch);
      return ranges.map((range): AddressRange<Result> => ({
        freeBits: freeBits(range),
        range: new IpRanges([range]),
        level,
        isExclusive,
      }));
    });
    return new IpLevel(input, ranges, last);
  }

  #onMatch(onMatch: OnMatchConfig<Action> | null): Level<Result> {
    if (onMatch === null) return NO_MATCH;
    if (onMatch.kind === "matcher") {
      const inner = this.matcher(onMatch.matcher);
      return onMatch.keepMatching ? new PassedOver(inner) : inner;
    }
    if (onMatch.keepMatching) return NO_MATCH;
    const result = this.#compileAction(onMatch.action);
    return { evaluate: () => result };
  }
}

/** Evaluated, but its match is none. */
class PassedOver<Result extends object> implements Level<Result> {
  readonly #inner: Level<Result>;

  constructor(inner: Level<Result>) {
    this.#inner = inner;
  }

  evaluate(data: MatchData): Outcome<Result> {
    return this.#inner.evaluate(data) === UNKNOWN ? UNKNOWN : null;
  }
}

class ListLevel<Result extends object> implements Level<Result> {
  readonly #entries: readonly (readonly [Predicate, Level<Result>])[];
  readonly #last: Level<Result>;

  constructor(entries: readonly (readonly [Predicate, Level<Result>])[], last: Level<Result>) {
    this.#entries = entries;
    this.#last = last;
  }

  evaluate(data: MatchData): Outcome<Result> {
    for (const [predicate, level] of this.#entries) {
      const holds = predicate.holds(data);
      if (holds === null) return UNKNOWN;
      if (!holds) continue;
      const outcome = level.evaluate(data);
      if (outcome !== null) return outcome;
    }
    return this.#last.evaluate(data);
  }
}

/** A level that goes by one value; without it there is no match. */
abstract class ValueLevel<Result extends object> implements Level<Result> {
  readonly #input: MatchInput;
  readonly #value = new ByteRange();
  readonly #last: Level<Result>;

  constructor(input: MatchInputConfig, last: Level<Result>) {
    this.#input = new MatchInput(input);
    this.#last = last;
  }

  evaluate(data: MatchData): Outcome<Result> {
    const state = this.#input.read(data, this.#value);
    if (state === "unknown") return UNKNOWN;
    const outcome = state === "absent" ? null : this.evaluateValue(this.#value, data);
    return outcome === null ? this.#last.evaluate(data) : outcome;
  }

  protected abstract evaluateValue(value: ByteRange, data: MatchData): Outcome<Result>;
}

class ExactLevel<Result extends object> extends ValueLevel<Result> {
  readonly #entries: ReadonlyMap<string, Level<Result>>;

  constructor(input: MatchInputConfig, entries: readonly (readonly [string, Level<Result>])[], last: Level<Result>) {
    super(input, last);
    this.#entries = new Map(entries);
  }

  protected override evaluateValue(value: ByteRange, data: MatchData): Outcome<Result> {
    return this.#entries.get(value.latin1())?.evaluate(data) ?? null;
  }
}

class PrefixLevel<Result extends object> extends ValueLevel<Result> {
  readonly #entries: readonly (readonly [Uint8Array, Level<Result>])[];

  constructor(input: MatchInputConfig, entries: readonly (readonly [string, Level<Result>])[], last: Level<Result>) {
    super(input, last);
    this.#entries = entries.map(([key, level]) => [latin1Bytes(key), level] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  protected override evaluateValue({ bytes, start, end }: ByteRange, data: MatchData): Outcome<Result> {
    for (const [prefix, level] of this.#entries) {
      if (!rangeStartsWith(bytes, start, end, prefix)) continue;
      const outcome = level.evaluate(data);
      if (outcome !== null) return outcome;
    }
    return null;
  }
}

interface AddressRange<Result> {
  readonly freeBits: number;
  readonly range: IpRanges;
  readonly level: Level<Result>;
  readonly isExclusive: boolean;
}

class IpLevel<Result extends object> extends ValueLevel<Result> {
  readonly #ranges: readonly AddressRange<Result>[];

  constructor(input: MatchInputConfig, ranges: readonly AddressRange<Result>[], last: Level<Result>) {
    super(input, last);
    this.#ranges = ranges.toSorted((a, b) => a.freeBits - b.freeBits);
  }

  protected override evaluateValue(value: ByteRange, data: MatchData): Outcome<Result> {
    const address = value.latin1();
    let isNarrowest = true;
    for (const { range, level, isExclusive } of this.#ranges) {
      if (!range.contains(address)) continue;
      const outcome = isExclusive && !isNarrowest ? null : level.evaluate(data);
      if (outcome !== null) return outcome;
      isNarrowest = false;
    }
    return null;
  }
}

function freeBits({ address, prefixLength }: CidrRangeConfig): number {
  return (address.includes(":") ? 128 : 32) - prefixLength;
}
