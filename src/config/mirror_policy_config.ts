/** Who gets a copy of a request beside the cluster that answers it, as the data path sees it (spec/http.md 2.13). */
import type { HeaderStepConfig } from "./header_mutation_config.ts";
import type { RuntimeFractionConfig } from "./match_config.ts";

/** `envoy.config.route.v3.RouteAction.RequestMirrorPolicy`. */
export interface MirrorPolicyConfig {
  /** Empty = the request header {@link clusterHeader} names it. */
  readonly cluster: string;
  /** In lower case; empty = {@link cluster} is its name. */
  readonly clusterHeader: string;
  /** Of requests; null = all. */
  readonly fraction: RuntimeFractionConfig | null;
  /** The host gets `-shadow` behind its name. */
  readonly addsShadowSuffix: boolean;
  /** What becomes of the fields of the copy, in order, before it has its own host. */
  readonly mutations: readonly HeaderStepConfig[];
  /** Takes the host's place, and then nothing is added to it; empty = it stays. */
  readonly hostRewriteLiteral: string;
}
