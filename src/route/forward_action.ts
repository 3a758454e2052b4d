/** Forwarding to a cluster: which one, how long, and what is rewritten on the way (spec/http.md 2.5 to 2.7). */
import type { MirrorPolicyConfig } from "../config/mirror_policy_config.ts";
import type { ClusterChoiceConfig, MetadataMatchConfig } from "../config/route_action_config.ts";
import type { ConnectConfig, RouteActionConfig, RouteUpgradeConfig } from "../config/route_config.ts";
import type { RouteMatchConfig } from "../config/route_match_config.ts";
import { Method } from "../http/method.ts";
import { MetadataCriteria } from "../match/metadata_criteria.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { HostRewrite } from "./host_rewrite.ts";
import { InternalRedirectPolicy } from "./internal_redirect_policy.ts";
import { compilePathRewrite, type PathRewrite } from "./path_rewrite.ts";
import type { PathSpecifier } from "./path_specifier.ts";
import { RetryPolicy } from "./retry_policy.ts";
import { RouteTimeouts } from "./route_timeouts.ts";

/** `action.kind` is `route`. */
export class ForwardAction {
  readonly kind = "route";
  readonly clusterNotFoundStatus: number;
  readonly timeouts: RouteTimeouts;
  /** Null = nothing is said about retries. */
  readonly retryPolicy: RetryPolicy | null;
  readonly pathRewrite: PathRewrite | null;
  /** Null = the host stays, or is only known later. */
  readonly hostRewrite: HostRewrite | null;
  /** Whether host or path become others: most routes leave both. */
  readonly rewrites: boolean;
  /** The host becomes the upstream host's name (`auto_host_rewrite`). */
  readonly usesUpstreamName: boolean;
  readonly appendXForwardedHost: boolean;
  readonly priority: "DEFAULT" | "HIGH";
  readonly upgrades: readonly RouteUpgradeConfig[];
  /** Null = a CONNECT is forwarded like any request. */
  readonly connect: ConnectConfig | null;
  /** Null = redirects of the upstream are the client's to follow. */
  readonly internalRedirect: InternalRedirectPolicy | null;
  /** Null = nobody gets a copy. */
  readonly mirrors: readonly MirrorPolicyConfig[] | null;
  /** What the host's metadata must have in a cluster of subsets; null = nothing is asked. */
  readonly criteria: MetadataCriteria | null;
  readonly #cluster: string;
  /** The header that names the cluster; empty = {@link #cluster} is its name. */
  readonly #clusterHeader: string;

  /** `ownMatch` is what one of several weighted clusters has of its own beside `cluster`. */
  constructor(
    config: RouteActionConfig,
    matched: PathSpecifier,
    match: RouteMatchConfig["path"],
    cluster: Exclude<ClusterChoiceConfig, { kind: "weighted" }>,
    ownMatch: MetadataMatchConfig | null,
    routeName: string,
    formats: FormatContext,
  ) {
    this.#cluster = cluster.kind === "cluster" ? cluster.name : "";
    this.#clusterHeader = cluster.kind === "header" ? cluster.header : "";
    this.clusterNotFoundStatus = config.clusterNotFoundStatus;
    this.timeouts = new RouteTimeouts(config.timeouts, config.retryPolicy, config.hedgesOnPerTryTimeout ?? false);
    this.retryPolicy = config.retryPolicy === null ? null : new RetryPolicy(config.retryPolicy);
    const { pathRewrite, hostRewrite: rewrite } = config;
    this.pathRewrite = pathRewrite === null ? null : compilePathRewrite(pathRewrite, matched, match, formats);
    this.hostRewrite = rewrite === null || rewrite.kind === "auto" ? null : new HostRewrite(rewrite, formats);
    this.rewrites = this.pathRewrite !== null || this.hostRewrite !== null;
    this.usesUpstreamName = rewrite?.kind === "auto";
    this.appendXForwardedHost = config.appendXForwardedHost;
    this.priority = config.priority;
    this.criteria = MetadataCriteria.of(joinMatches(config.metadataMatch, ownMatch));
    this.upgrades = config.upgrades;
    this.connect = config.connect;
    const { internalRedirect, mirrorPolicies } = config;
    this.internalRedirect = internalRedirect === null ? null : new InternalRedirectPolicy(internalRedirect, routeName);
    this.mirrors = mirrorPolicies.length === 0 ? null : mirrorPolicies;
  }

  /** Whether a request is a tunnel that ends here: its bytes go to the host as they are (spec/http.md 7). */
  endsTunnel({ methodId }: RequestHead): boolean {
    if (this.connect === null) return false;
    return methodId === Method.connect || methodId === Method.post && this.connect.allowPost;
  }

  /** Name of the cluster for a request; empty = the header that should name it is not there. */
  clusterFor({ headers }: RequestHead): string {
    return this.#clusterHeader === "" ? this.#cluster : headers.getName(this.#clusterHeader) ?? "";
  }
}

/** Of a key that both have the weighted cluster's value counts. */
function joinMatches(route: MetadataMatchConfig | null, own: MetadataMatchConfig | null): MetadataMatchConfig | null {
  return route === null || own === null ? own ?? route : { ...route, ...own };
}
