/** Text that stands for bytes, one unit each, as heads are read: what a configuration's text is compared with in them. */
import { latin1Text } from "./ascii.ts";

/** The UTF-8 form of `text`, one unit a byte. */
export function byteText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return latin1Text(bytes, 0, bytes.length);
}
