/** The wait for the first answer of a source of resources (spec/xds.md 8.4). */
import { type ConfigSource, sourceText } from "../../config/config_source.ts";
import type { Wait } from "../timeline.ts";

/** `sinceMs`: wall clock. It ends by itself where the source says so. */
export function sourceWait<Kind extends Wait["kind"]>(
  kind: Kind,
  subject: string,
  source: ConfigSource,
  sinceMs: number,
  lastError = "",
): Wait & { readonly kind: Kind } {
  const { initialFetchTimeoutMs } = source;
  const untilMs = initialFetchTimeoutMs === 0 ? null : sinceMs + initialFetchTimeoutMs;
  return { kind, subject, source: sourceText(source), sinceMs, untilMs, lastError };
}
