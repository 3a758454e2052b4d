/**
 * Fields that belong to one hop, and those that take a look before they are handed on (spec/http.md 1.10). What
 * `connection` nominates is `connection_header.ts`'s business.
 *
 * Differs from Envoy: `http2-settings` is never forwarded; there it is where the request does not ask for h2c.
 */
import { latin1Bytes, rangeEquals } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import { isSafeReferer } from "../../http/referer.ts";

const TRAILERS = latin1Bytes("trailers");

/** Never forwarded, whatever their values. `x-envoy-internal` is always ours to say. */
const OF_REQUESTS = headerMask(
  HeaderId.connection,
  HeaderId.upgrade,
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
  HeaderId.transferEncoding,
  HeaderId.http2Settings,
  HeaderId.xEnvoyInternal,
);

/** The same of an upgrade, which is said to the next hop as it was said to us (7). */
const OF_UPGRADES = headerMask(
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
  HeaderId.transferEncoding,
  HeaderId.xEnvoyInternal,
);

const OF_RESPONSES = headerMask(
  HeaderId.connection,
  HeaderId.upgrade,
  HeaderId.transferEncoding,
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
);

/** The same of a 101 that opens a tunnel, whose fields are for the client. */
const OF_UPGRADED = headerMask(HeaderId.transferEncoding, HeaderId.keepAlive, HeaderId.proxyConnection);

/** Envoy lets the `keep-alive` of an interim response through. */
const OF_INTERIM_RESPONSES = headerMask(
  HeaderId.connection,
  HeaderId.upgrade,
  HeaderId.transferEncoding,
  HeaderId.proxyConnection,
);

/** A request without any of them skips what takes more than a mask. */
const SPECIAL = headerMask(HeaderId.te, HeaderId.referer);

/** Takes out of a request what ends here. */
export function dropRequestHops(headers: HeaderList): void {
  if (headers.hasAny(SPECIAL)) {
    if (headers.has(HeaderId.te)) keepTrailersOnly(headers);
    dropUnsafeReferer(headers);
  }
  headers.removeAny(OF_REQUESTS);
}

/** The same of an upgrade. */
export function dropUpgradeHops(headers: HeaderList): void {
  dropUnsafeReferer(headers);
  headers.removeAny(OF_UPGRADES);
}

/** Takes out of a response what ends here. */
export function dropResponseHops(headers: HeaderList): void {
  headers.removeAny(OF_RESPONSES);
}

/** The same of a 101 that opens a tunnel. */
export function dropUpgradedHops(headers: HeaderList): void {
  headers.removeAny(OF_UPGRADED);
}

/** The same of a 1xx response. */
export function dropInterimHops(headers: HeaderList): void {
  headers.removeAny(OF_INTERIM_RESPONSES);
}

function dropUnsafeReferer(headers: HeaderList): void {
  if (headers.has(HeaderId.referer) && !isSafeReferer(headers.get(HeaderId.referer)!)) headers.remove(HeaderId.referer);
}

/** `te` is `trailers` or nothing; an empty one stays, as in Envoy. */
function keepTrailersOnly(headers: HeaderList): void {
  const entry = headers.find(HeaderId.te);
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  if (start === end || rangeEquals(bytes, start, end, TRAILERS)) return;
  const tokens = headers.get(HeaderId.te)!.split(",").map((token) => token.trim());
  headers.remove(HeaderId.te);
  if (tokens.includes("trailers")) headers.setBytes(HeaderId.te, TRAILERS);
}
