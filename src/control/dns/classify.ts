/**
 * What a response comes to (RFC 1034 4.3.2, RFC 2308 2). Only who says so for certain, by NXDOMAIN or by a NODATA that is no
 * referral, says that there is nothing; everything else that brings no address is a failure, and hosts stay.
 */
import type { AddressType, DnsResponse } from "./dns_message.ts";
import type { DnsOutcome } from "./dns_resolver.ts";

/** Whether a response answers this question and no other. One that was cut off or not understood may repeat none. */
export function answers(response: DnsResponse, name: string, type: AddressType): boolean {
  const { question, isTruncated, code } = response;
  if (question === null) return isTruncated || code === "FORMERR";
  return question.type === type && sameName(question.name, name);
}

/** Reads a whole response to a question for addresses. */
export function classify(response: DnsResponse, name: string, type: AddressType): DnsOutcome {
  const { code, records, authorityTypes } = response;
  if (code === "NXDOMAIN") return { kind: "none", reason: `${name}: no such name` };
  if (code !== "NOERROR") return { kind: "failure", reason: `${name}: the server answered ${code}` };
  // A name is an alias once or more often; any record of the chain may end first.
  let ttlSeconds = Infinity;
  let owner = name;
  const passed = new Set<string>();
  for (;;) {
    const alias = records.find((record) => record.type === "CNAME" && sameName(record.name, owner));
    if (alias === undefined || passed.has(alias.data)) break;
    passed.add(alias.data);
    ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds);
    owner = alias.data;
  }
  const addresses = records
    .filter((record) => record.type === type && sameName(record.name, owner))
    .map((record) => ({ host: record.data, ttlSeconds: Math.min(ttlSeconds, record.ttlSeconds) }));
  if (addresses.length > 0) return { kind: "answer", addresses };
  // Differs from Envoy: a referral to other servers is no answer; there it empties the cluster.
  if (authorityTypes.includes("NS") && !authorityTypes.includes("SOA")) {
    return { kind: "failure", reason: `${name}: the server refers to others and does not ask them` };
  }
  return { kind: "none", reason: `${name}: no ${type} record` };
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
