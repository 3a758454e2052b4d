/** What an address is known by: one text for each object, as lists of very many are gone through again and again. */
import type { SocketAddress } from "../config/socket_address.ts";
import { addressText } from "../base/address_text.ts";

const TEXTS = new WeakMap<SocketAddress, string>();

/** Equal for equal addresses, as {@link addressText} writes them. */
export function addressKey(address: SocketAddress): string {
  let text = TEXTS.get(address);
  if (text === undefined) TEXTS.set(address, text = addressText(address));
  return text;
}
