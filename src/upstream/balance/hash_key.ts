/**
 * What hashing policies know a host by (spec/upstream.md 7.10): the text `hash_key` in its metadata, or its name where
 * the cluster says so, or its address.
 */
import { LOAD_BALANCER } from "../../config/metadata_config.ts";
import type { BalancedHost } from "./load_balancer.ts";

const UTF8 = new TextEncoder();

/** The key of a host in bytes. `usesHostname`: its name counts, an empty one too. */
export function hashKeyOf(host: BalancedHost, usesHostname: boolean): Uint8Array<ArrayBuffer> {
  const own = host.metadata[LOAD_BALANCER]?.["hash_key"];
  const text = typeof own === "string" && own !== "" ? own : usesHostname ? host.hostname : host.addressText;
  return UTF8.encode(text);
}
