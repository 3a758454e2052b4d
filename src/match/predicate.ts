/**
 * A predicate of a generic matcher, compiled: one value tested, or several predicates joined. Null is "not known yet". An
 * absent value passes no test.
 */
import type { CidrRangeConfig, StringMatcherConfig } from "../config/match_config.ts";
import type { MatchInputConfig, PredicateConfig } from "../config/matcher_tree_config.ts";
import { ByteRange } from "./byte_range.ts";
import { IpRanges } from "./ip_ranges.ts";
import { type MatchData, MatchInput } from "./match_input.ts";
import { StringMatcher } from "./string_matcher.ts";

/** A condition on what is known of a stream. */
export interface Predicate {
  holds(data: MatchData): boolean | null;
}

/** Compiles a `Predicate`. */
export function compilePredicate(config: PredicateConfig): Predicate {
  switch (config.kind) {
    case "string":
      return new StringTest(config.input, config.matcher);
    case "ip":
      return new IpTest(config.input, config.ranges);
    case "not":
      return new Negation(compilePredicate(config.predicate));
    default:
      return new Junction(config.predicates.map(compilePredicate), config.kind === "any");
  }
}

/** A value against a test: what both kinds of test share. */
abstract class ValueTest implements Predicate {
  readonly #input: MatchInput;
  readonly #value = new ByteRange();

  constructor(input: MatchInputConfig) {
    this.#input = new MatchInput(input);
  }

  holds(data: MatchData): boolean | null {
    const state = this.#input.read(data, this.#value);
    if (state === "unknown") return null;
    return state === "found" && this.test(this.#value);
  }

  protected abstract test(value: ByteRange): boolean;
}

class StringTest extends ValueTest {
  readonly #matcher: StringMatcher;

  constructor(input: MatchInputConfig, matcher: StringMatcherConfig) {
    super(input);
    this.#matcher = new StringMatcher(matcher);
  }

  protected override test({ bytes, start, end }: ByteRange): boolean {
    return this.#matcher.matchesBytes(bytes, start, end);
  }
}

class IpTest extends ValueTest {
  readonly #ranges: IpRanges;

  constructor(input: MatchInputConfig, ranges: readonly CidrRangeConfig[]) {
    super(input);
    this.#ranges = new IpRanges(ranges);
  }

  protected override test(value: ByteRange): boolean {
    return this.#ranges.contains(value.latin1());
  }
}

class Negation implements Predicate {
  readonly #inner: Predicate;

  constructor(inner: Predicate) {
    this.#inner = inner;
  }

  holds(data: MatchData): boolean | null {
    const holds = this.#inner.holds(data);
    return holds === null ? null : !holds;
  }
}

/** Any or all of several: looked at in order, up to the one that decides. */
class Junction implements Predicate {
  readonly #parts: readonly Predicate[];
  readonly #decisive: boolean;

  constructor(parts: readonly Predicate[], isAny: boolean) {
    this.#parts = parts;
    this.#decisive = isAny;
  }

  holds(data: MatchData): boolean | null {
    for (const part of this.#parts) {
      const holds = part.holds(data);
      if (holds === null) return null;
      if (holds === this.#decisive) return holds;
    }
    return !this.#decisive;
  }
}
