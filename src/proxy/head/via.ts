/** `via`: this proxy's name behind those of the others on the way, in both directions (RFC 9110 section 7.6.3). */
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";

/** Appends `name`. */
export function appendVia(headers: HeaderList, name: string): void {
  const received = headers.getJoined(HeaderId.via) ?? "";
  headers.set(HeaderId.via, received === "" ? name : `${received}, ${name}`);
}
