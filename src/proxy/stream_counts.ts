/** What one stream adds to the figures of its connection manager and listener (spec/http.md 1.2). */
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { HcmContext } from "./hcm_context.ts";

/** A request has begun. */
export function countRequest({ stats }: HcmContext): void {
  stats.rqTotal.inc();
  stats.rqHttp1Total.inc();
  stats.rqActive.inc();
}

/** It has ended, `facts.endMs` says when. */
export function countEnd({ stats }: HcmContext, { startMs, endMs }: StreamFacts): void {
  stats.rqActive.dec();
  stats.rqTime.record(Math.round(endMs - startMs));
}

/** The client has got an answer, or a health checker has. */
export function countAnswer(
  { stats, listenerRqClasses }: HcmContext,
  { isHealthCheck, responseCode }: StreamFacts,
): void {
  if (isHealthCheck) {
    stats.rqHealthCheck.inc();
  } else if (responseCode > 0) {
    stats.rqClasses.count(responseCode);
    listenerRqClasses.count(responseCode);
  }
}
