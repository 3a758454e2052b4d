/**
 * Who else gets a copy of a request, and under which host (spec/http.md 2.13). The policies need no compiling: these are
 * the questions one is asked.
 */
import type { MirrorPolicyConfig } from "../config/mirror_policy_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";

/** Whether a request is copied at all. */
export function isMirrored({ fraction }: MirrorPolicyConfig, runtime: RuntimeValues, random: number): boolean {
  return fraction === null || runtime.fraction(fraction, random);
}

/** The cluster that gets the copy; empty = the header that should name it is not there. */
export function mirrorCluster({ cluster, clusterHeader }: MirrorPolicyConfig, { headers }: RequestHead): string {
  return clusterHeader === "" ? cluster : headers.getName(clusterHeader) ?? "";
}

/** The host of the copy of a request to `host`. */
export function mirrorHost(policy: MirrorPolicyConfig, host: string): string {
  if (policy.hostRewriteLiteral !== "") return policy.hostRewriteLiteral;
  return policy.addsShadowSuffix ? withShadowSuffix(host) : host;
}

/** `a:80` becomes `a-shadow:80`; a port that is none, as in a bare IPv6 address, is part of the name. */
function withShadowSuffix(host: string): string {
  const port = /:\d*$/.exec(host);
  const isPort = port !== null && (host.indexOf(":") === port.index || host[port.index - 1] === "]");
  return isPort ? `${host.slice(0, port.index)}-shadow${host.slice(port.index)}` : `${host}-shadow`;
}
