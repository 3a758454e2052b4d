/** Streams by what their request's head or their metadata says. */
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import type { FilterMetadata, JsonValue } from "../../../config/metadata_config.ts";
import type { MetadataMatcherConfig } from "../../../config/match_config.ts";
import { RequestHead } from "../../../http/request_head.ts";
import { compileHeaderMatcher, type HeaderMatcher } from "../../../match/header_matcher.ts";
import { MetadataMatcher } from "../../../match/metadata_matcher.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter } from "./access_log_filter.ts";

/** One field of the request, as routes match it. */
export class HeaderFilter implements AccessLogFilter {
  readonly #matcher: HeaderMatcher;
  /** Of a request whose head never became whole: no field is there. */
  readonly #noHead = new RequestHead();

  constructor({ header }: AccessLogFilterConfig & { readonly kind: "header" }) {
    this.#matcher = compileHeaderMatcher(header);
  }

  passes({ request }: StreamView): boolean {
    return this.#matcher.matchesRequest(request ?? this.#noHead);
  }
}

/** What filters have left in the dynamic metadata. */
export class MetadataFilter implements AccessLogFilter {
  readonly #config: MetadataMatcherConfig | null;
  readonly #matcher: MetadataMatcher | null;
  readonly #matchIfKeyNotFound: boolean;

  constructor({ matcher, matchIfKeyNotFound }: AccessLogFilterConfig & { readonly kind: "metadata" }) {
    this.#config = matcher;
    this.#matcher = matcher === null ? null : new MetadataMatcher(matcher);
    this.#matchIfKeyNotFound = matchIfKeyNotFound;
  }

  passes({ facts: { dynamicMetadata } }: StreamView): boolean {
    if (this.#matcher === null || dynamicMetadata === null) return this.#matchIfKeyNotFound;
    return isThere(dynamicMetadata, this.#config!) ? this.#matcher.matches(dynamicMetadata) : this.#matchIfKeyNotFound;
  }
}

function isThere(metadata: FilterMetadata, { filter, path }: MetadataMatcherConfig): boolean {
  let value: JsonValue | undefined = metadata;
  for (const key of [filter, ...path]) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Readonly<Record<string, JsonValue>>)[key];
  }
  return true;
}
