/** What DNS discovery wants of a resolver: a name in, one of three outcomes out (spec/upstream.md 3.3). */
import type { DnsLookupFamily } from "../../config/dns_config.ts";

/** An address of a name. */
export interface DnsAddress {
  /** In its usual spelling. */
  readonly host: string;
  /** 0 = nothing is said. */
  readonly ttlSeconds: number;
}

/** What became of a question. `reason` is for people. */
export type DnsOutcome =
  /** One address at least. */
  | { readonly kind: "answer"; readonly addresses: readonly DnsAddress[] }
  /** Who knows says that there is no such name, or no address of it. */
  | { readonly kind: "none"; readonly reason: string }
  /** Nothing is known. */
  | { readonly kind: "failure"; readonly reason: string };

/** A question that is under way. */
export interface DnsQuery {
  /** Nobody wants the outcome any more: it is not told. */
  cancel(): void;
}

/** Finds the addresses of names. */
export interface DnsResolver {
  /** Tells the outcome once, possibly before it returns. */
  resolve(name: string, family: DnsLookupFamily, onOutcome: (outcome: DnsOutcome) => void): DnsQuery;
}

/** Both outcomes in one: addresses if there are any, and nothing for certain only where both are certain. */
export function combined(first: DnsOutcome, second: DnsOutcome): DnsOutcome {
  if (first.kind === "answer" && second.kind === "answer") {
    return { kind: "answer", addresses: [...first.addresses, ...second.addresses] };
  }
  for (const kind of ["answer", "failure"]) {
    if (first.kind === kind) return first;
    if (second.kind === kind) return second;
  }
  return first;
}
