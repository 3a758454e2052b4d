/**
 * `xds.type.matcher.v3.Matcher`: one schema for every place that has such a matcher. The place says what its actions are,
 * which inputs it has, and whether `keep_matching` means something there; what Envoy refuses there is refused.
 */

import { z } from "zod";
import type {
  MatcherConfig,
  MatcherIpConfig,
  MatchInputConfig,
  OnMatchConfig,
  PredicateConfig,
} from "../matcher_tree_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { type ExtensionPoint, namedExtension } from "./extension.ts";
import { addInvalid, flag, list } from "./field.ts";
import { INPUT_MATCHERS, MATCH_INPUTS } from "./match_input.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** A place that has a matcher. */
export interface MatcherPlace<Action> {
  /** Reads an action's `typed_config`. */
  readonly action: z.ZodType<Action>;
  readonly inputs: ReadonlySet<MatchInputConfig["kind"]>;
  /** What Envoy says here to another input. */
  readonly inputRefusal: (typeUrl: string) => string;
  /** What Envoy says here to `keep_matching`; null = it is allowed. */
  readonly keepMatchingRefusal: string | null;
}

/** `Matcher`, as `place` has it. */
export function matcherTreeSchema<Action>(place: MatcherPlace<Action>): z.ZodType<MatcherConfig<Action>> {
  const input = inputSchema(place);
  const predicate = predicateSchema(input);
  const matcher: z.ZodType<MatcherConfig<Action>> = z.lazy(() =>
    z.strictObject({
      matcher_list: matcherList.optional(),
      matcher_tree: matcherTree.optional(),
      on_no_match: onMatch.optional(),
    })
  ).transform(({ matcher_list, matcher_tree, on_no_match }): MatcherConfig<Action> => ({
    root: matcher_list ?? matcher_tree ?? null,
    onNoMatch: on_no_match ?? null,
  }));
  const onMatch = onMatchSchema(place, matcher);
  const matcherList = z.strictObject({
    matchers: list(z.strictObject({ predicate, on_match: onMatch })),
  }).transform(({ matchers }) => ({
    kind: "list" as const,
    matchers: matchers.map(({ predicate, on_match }) => ({ predicate, onMatch: on_match })),
  }));
  const matchMap = z.strictObject({ map: z.record(z.string(), onMatch) })
    .transform(({ map }) => Object.entries(map));
  const matcherTree = z.strictObject({
    input,
    exact_match_map: matchMap.optional(),
    prefix_match_map: matchMap.optional(),
    custom_match: namedExtension(ipTreePoint(onMatch)).optional(),
  }).transform(({ input, exact_match_map, prefix_match_map, custom_match }) => {
    if (exact_match_map !== undefined) return { kind: "exact_map" as const, input, entries: exact_match_map };
    if (prefix_match_map !== undefined) return { kind: "prefix_map" as const, input, entries: prefix_match_map };
    const matchers = custom_match?.config as MatcherIpConfig<Action>["matchers"] | undefined;
    return { kind: "ip_ranges" as const, input, matchers: matchers ?? [] };
  });
  return matcher;
}

function onMatchSchema<Action>(
  { action, keepMatchingRefusal }: MatcherPlace<Action>,
  matcher: z.ZodType<MatcherConfig<Action>>,
): z.ZodType<OnMatchConfig<Action>> {
  return z.strictObject({
    matcher: matcher.optional(),
    action: z.strictObject({ name: z.string(), typed_config: action }).optional(),
    keep_matching: flag(false),
  }).transform((message, context): OnMatchConfig<Action> => {
    if (message.keep_matching && keepMatchingRefusal !== null) {
      addInvalid(context, message, ["keep_matching"], keepMatchingRefusal);
    }
    const keepMatching = message.keep_matching;
    return message.matcher !== undefined
      ? { kind: "matcher", matcher: message.matcher, keepMatching }
      : { kind: "action", action: message.action!.typed_config as Action, keepMatching };
  });
}

/** An input that denvoy has, if the place has it too. */
function inputSchema<Action>({ inputs, inputRefusal }: MatcherPlace<Action>): z.ZodType<MatchInputConfig> {
  return namedExtension(MATCH_INPUTS).transform(({ typeUrl, config }, context): MatchInputConfig => {
    const input = config as MatchInputConfig;
    if (!inputs.has(input.kind)) addInvalid(context, input, ["typed_config"], inputRefusal(typeUrl));
    return input;
  });
}

/** What a predicate's `custom_match` makes of an input. */
type CustomTest = (input: MatchInputConfig) => PredicateConfig;

function predicateSchema(input: z.ZodType<MatchInputConfig>): z.ZodType<PredicateConfig> {
  const single = z.strictObject({
    input,
    value_match: stringMatcherSchema.optional(),
    custom_match: namedExtension(INPUT_MATCHERS).transform(({ config }) => config as CustomTest).optional(),
  }).transform(({ input, value_match, custom_match }): PredicateConfig =>
    value_match === undefined ? custom_match!(input) : { kind: "string", input, matcher: value_match }
  );
  const predicate: z.ZodType<PredicateConfig> = z.lazy(() =>
    z.strictObject({
      single_predicate: single.optional(),
      or_matcher: z.strictObject({ predicate: list(predicate) }).optional(),
      and_matcher: z.strictObject({ predicate: list(predicate) }).optional(),
      not_matcher: predicate.optional(),
    })
  ).transform((message): PredicateConfig => {
    // The descriptors' check has seen to it that one of them is set.
    if (message.or_matcher !== undefined) return { kind: "any", predicates: message.or_matcher.predicate };
    if (message.and_matcher !== undefined) return { kind: "all", predicates: message.and_matcher.predicate };
    if (message.not_matcher !== undefined) return { kind: "not", predicate: message.not_matcher };
    return message.single_predicate!;
  });
  return predicate;
}

/** `xds.type.matcher.v3.IPMatcher`, the one tree that denvoy has beside the maps. */
function ipTreePoint<Action>(onMatch: z.ZodType<OnMatchConfig<Action>>): ExtensionPoint {
  const range = z.strictObject({
    ranges: list(cidrRangeSchema),
    on_match: onMatch.optional(),
    exclusive: flag(false),
  }).transform(({ ranges, on_match, exclusive }) => ({
    ranges,
    onMatch: on_match ?? null,
    isExclusive: exclusive,
  }));
  const schema = z.strictObject({ range_matchers: list(range) }).transform(({ range_matchers }) => range_matchers);
  return {
    what: "matcher",
    packagePrefix: "xds.type.matcher.v3.",
    schemas: new Map([["type.googleapis.com/xds.type.matcher.v3.IPMatcher", { schema, isTerminal: false }]]),
  };
}
