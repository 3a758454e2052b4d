/**
 * `x-forwarded-for` as a list of addresses, the nearest last (spec/http.md 1.12). An entry that is no plain IP address,
 * one with a port or brackets for example, is none.
 */
import { canonicalIp } from "../base/ip_text.ts";

/** The entry that is `n`-th from the right, counted from 1, in its canonical spelling; null if that is no address. */
export function addressFromRight(list: string, n: number): string | null {
  let end = list.length;
  for (let skipped = 1; skipped < n; skipped++) {
    end = list.lastIndexOf(",", end - 1);
    if (end <= 0) return null;
  }
  return canonicalIp(list.slice(list.lastIndexOf(",", end - 1) + 1, end).trim());
}

/**
 * The address where the trusted part of the list ends: from the right, the first that `isTrusted` does not know, or the
 * leftmost where it knows them all. Null if an entry on the way is no address.
 */
export function firstUntrusted(list: string, isTrusted: (address: string) => boolean): string | null {
  let found: string | null = null;
  for (let end = list.length; end >= 0;) {
    const comma = end === 0 ? -1 : list.lastIndexOf(",", end - 1);
    found = canonicalIp(list.slice(comma + 1, end).trim());
    if (found === null || !isTrusted(found)) return found;
    end = comma;
  }
  return found;
}

/** Whether the list has one entry. */
export function isSingleEntry(list: string): boolean {
  return !list.includes(",");
}
