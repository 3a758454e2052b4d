/**
 * What the configuration makes of denvoy's own replies (`local_reply_config`, spec/http.md 6.3): the first mapper whose
 * filter lets the reply pass may give it another body, more headers and another status, in this order; then the body is
 * formatted. Filters and added headers see the status as it was, formats as it is then.
 */
import type { LocalReplyConfig, ReplyMapperConfig } from "../config/local_reply_config.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { AccessLogFilter } from "../observe/access_log/filter/access_log_filter.ts";
import { compileAccessLogFilter } from "../observe/access_log/filter/compile_filter.ts";
import type { AccessLogServices } from "../observe/access_log/logger.ts";
import { BodyFormat } from "../observe/format/body_format.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { OwnStreamView } from "../observe/stream_view.ts";
import { HeaderMutations } from "../route/header_mutation.ts";

/** A reply that is being made. */
export interface ReplyDraft {
  status: number;
  body: Uint8Array;
  /** Of the body; null = the one that the head names, or else the usual one. */
  contentType: string | null;
}

/** What a body is said to be that nobody has said more of. */
export const PLAIN_TEXT = "text/plain";

/** One mapper. */
class ReplyMapper {
  readonly filter: AccessLogFilter;
  readonly #config: ReplyMapperConfig;
  readonly #headers: HeaderMutations | null;
  readonly #format: BodyFormat | null;

  constructor(config: ReplyMapperConfig, { filters, formats }: AccessLogServices) {
    this.filter = compileAccessLogFilter(config.filter, filters);
    this.#config = config;
    this.#headers = HeaderMutations.ofResponses({ remove: [], add: config.addHeaders }, formats);
    this.#format = config.bodyFormat === null ? null : new BodyFormat(config.bodyFormat, formats);
  }

  /** Changes the draft; returns the format of its body, if the mapper has one of its own. */
  apply(draft: ReplyDraft, head: ResponseHead, view: OwnStreamView): BodyFormat | null {
    const { body, status } = this.#config;
    if (body !== null) {
      draft.body = body;
      draft.contentType = PLAIN_TEXT;
    }
    this.#headers?.apply(head.headers, view);
    if (status !== null) draft.status = head.status = status;
    return this.#format;
  }
}

/** The reply configuration of one connection manager. */
export class ReplyMapping {
  readonly #mappers: readonly ReplyMapper[];
  readonly #format: BodyFormat | null;

  constructor({ mappers, bodyFormat }: LocalReplyConfig, services: AccessLogServices) {
    this.#mappers = mappers.map((mapper) => new ReplyMapper(mapper, services));
    this.#format = bodyFormat === null ? null : new BodyFormat(bodyFormat, services.formats);
  }

  /** Changes `draft`, and the fields of `head` that are there already; `facts` are what `view` shows of them. */
  apply(draft: ReplyDraft, head: ResponseHead, view: OwnStreamView, facts: StreamFacts): void {
    const mapper = this.#mappers.find(({ filter }) => filter.passes(view));
    view.localReplyBody = draft.body;
    const format = mapper?.apply(draft, head, view) ?? this.#format;
    view.localReplyBody = null;
    facts.responseCode = draft.status;
    if (format === null) return;
    draft.body = format.bodyOf(draft.body, view);
    draft.contentType = format.contentType ?? PLAIN_TEXT;
  }
}
