/** Events of the control side in files: a line of JSON each (spec/upstream.md 5.1, 6.4). */
import type { AccessLogSink } from "../observe/access_log/access_log_sink.ts";

const UTF8 = new TextEncoder();

/** Writes an event to each of these. */
export function writeEvent(sinks: readonly AccessLogSink[], event: object): void {
  if (sinks.length === 0) return;
  const bytes = UTF8.encode(`${JSON.stringify(event)}\n`);
  for (const sink of sinks) {
    const writer = sink.openLine();
    if (writer === null) continue;
    writer.writeBytes(bytes);
    sink.closeLine();
  }
}
