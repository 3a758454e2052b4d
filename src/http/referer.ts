/**
 * Whether a `referer` may be handed on (spec/http.md 1.10): an absolute URL without user and fragment, or a relative one
 * of nothing but what a URI is made of (RFC 9110 section 10.1.3). Anything else tells origins what they must not know, or
 * is none.
 */
import { byteClass } from "../base/ascii.ts";
import { parseWritten } from "../base/ip_address.ts";

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const IS_RELATIVE = byteClass(`${ALPHANUMERIC}!$%&'()*+,-./:;=?@_~`);
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/@?(?:\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9.-]+)(?::(\d+))?(?:[/?][!-~]*)?$/;
/** A fragment that is empty, or of nothing but more hashes, is none. */
const FRAGMENT = /#[^#]/;

const MAX_PORT = 65_535;
const words = new Uint32Array(4);

/** Whether `value` is such a URL. */
export function isSafeReferer(value: string): boolean {
  const colon = value.indexOf(":"), slash = value.indexOf("/");
  if (colon < 0 || slash >= 0 && slash < colon) return isRelative(value);
  const match = ABSOLUTE.exec(value);
  if (match === null || FRAGMENT.test(value)) return false;
  const [, literal, port] = match;
  if (literal !== undefined && parseWritten(literal, words) === 0) return false;
  return port === undefined || Number(port) <= MAX_PORT;
}

function isRelative(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (IS_RELATIVE[value.charCodeAt(i)] !== 1) return false;
  return true;
}
