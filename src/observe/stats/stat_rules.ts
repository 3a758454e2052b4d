/**
 * What a configuration says of stats, compiled (spec/operations.md 8.4, 9.1). Main alone needs it: workers count what they
 * count, and a stat that is not to be shown is left out of reports. A configuration that says nothing costs nothing.
 */
import { compileTextRe2, type Re2 } from "../../base/re2.ts";
import { DEFAULT_STATS, type StatsConfig } from "../../config/stats_config.ts";
import { StringMatcher } from "../../match/string_matcher.ts";
import type { StatTag } from "./definitions.ts";
import { DEFAULT_BOUNDS } from "./histogram_counts.ts";

/** A pattern whose first group is what leaves the name and whose second, or else the first, is the value. */
interface TagPattern {
  readonly tag: string;
  readonly regex: Re2;
  /** It begins with a fixed first segment: its tag stands behind all others. */
  readonly isAnchored: boolean;
}

/** A tag that a pattern found, and the part of the name that it takes with it. */
export interface FoundTag extends StatTag {
  readonly start: number;
  readonly end: number;
  readonly isAnchored: boolean;
}

export class StatRules {
  /** Every stat has these. */
  readonly fixedTags: readonly StatTag[];
  /** Envoy's tags that are looked for; null = all. */
  readonly defaultTags: ReadonlySet<string> | null;
  readonly #patterns: readonly TagPattern[];
  readonly #base: "all" | "none";
  readonly #but: readonly StringMatcher[];
  readonly #buckets: readonly { readonly match: StringMatcher; readonly bounds: readonly number[] }[];

  /** `flags`: the tags of `--stats-tag`, as `NAME:VALUE`. */
  constructor({ usesDefaultTags, tags, shown, buckets }: StatsConfig, flags: readonly string[] = []) {
    this.fixedTags = [
      ...flags.map((flag) => {
        const colon = flag.indexOf(":");
        return { name: flag.slice(0, colon), value: flag.slice(colon + 1) };
      }),
      ...tags.flatMap((tag) => tag.kind === "fixed" ? { name: tag.name, value: tag.value } : []),
    ];
    this.defaultTags = usesDefaultTags
      ? null
      : new Set(tags.flatMap(({ kind, name }) => kind === "default" ? name : []));
    this.#patterns = tags.flatMap((tag) => {
      if (tag.kind !== "regex") return [];
      return { tag: tag.name, regex: compileTextRe2(tag.regex), isAnchored: /^\^[\w]+\\\./.test(tag.regex) };
    });
    this.#base = shown.base;
    this.#but = shown.but.map((config) => new StringMatcher(config));
    this.#buckets = buckets.map(({ match, bounds }) => ({ match: new StringMatcher(match), bounds }));
  }

  /** Whether reports are to show the stat of this name. */
  shows(name: string): boolean {
    if (this.#but.length === 0) return this.#base === "all";
    return this.#but.some((matcher) => matcher.matchesText(name)) === (this.#base === "none");
  }

  /** Upper bounds of a histogram's buckets. */
  boundsOf(name: string): readonly number[] {
    return this.#buckets.find(({ match }) => match.matchesText(name))?.bounds ?? DEFAULT_BOUNDS;
  }

  /** What the patterns find in a name, in the order of the configuration. */
  find(name: string): FoundTag[] {
    return this.#patterns.flatMap(({ tag, regex, isAnchored }) => {
      const matcher = regex.matcher(name);
      if (!matcher.find() || matcher.groupCount() < 1) return [];
      const removed = matcher.group(1);
      if (removed === null) return [];
      const value = (matcher.groupCount() > 1 ? matcher.group(2) : null) ?? removed;
      const start = matcher.start(1);
      return [{ name: tag, value, start, end: start + removed.length, isAnchored }];
    });
  }
}

/** Of a configuration that says nothing. */
export const NO_RULES: StatRules = new StatRules(DEFAULT_STATS);
