/** `local_reply_config` as the data path sees it: plain values of the snapshot, every default filled in (spec/http.md 6.3). */
import type { AccessLogFilterConfig } from "./access_log_config.ts";
import type { FormatConfig } from "./format/format_config.ts";
import type { HeaderValueConfig } from "./header_mutation_config.ts";

/** `…http_connection_manager.v3.LocalReplyConfig`. */
export interface LocalReplyConfig {
  /** The first whose filter lets a reply pass is applied. */
  readonly mappers: readonly ReplyMapperConfig[];
  /** What bodies are made of where no mapper says otherwise; null = the body as it is. */
  readonly bodyFormat: FormatConfig | null;
}

/** `ResponseMapper`. */
export interface ReplyMapperConfig {
  readonly filter: AccessLogFilterConfig;
  /** Null = the reply's own. */
  readonly status: number | null;
  readonly body: Uint8Array | null;
  readonly bodyFormat: FormatConfig | null;
  readonly addHeaders: readonly HeaderValueConfig[];
}
