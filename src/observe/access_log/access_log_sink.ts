/**
 * Where an access logger's lines go, seen from the logger: it writes a line straight into the sink's memory and closes it.
 * Nothing waits here; a sink that cannot take more says so before the line is written.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";

export interface AccessLogSink {
  /** Where to write the next line, or null when the sink is full and the line is lost (and counted as such). */
  openLine(): ByteWriter | null;
  /** Ends what {@link AccessLogSink.openLine} began: a line, unless its format has no line feed at its end. */
  closeLine(): void;
}
