/**
 * What one connection manager's configuration says about heads, compiled once for all its streams: a rule for each
 * concept, null where the configuration asks for nothing of the kind.
 */
import type { HeaderStepConfig } from "../../config/header_mutation_config.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { NodeIdentity } from "../../config/snapshot.ts";
import type { Random, RandomBytes } from "../../base/random.ts";
import type { HttpDate } from "../../http/date.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { SINGLE_LINE_REQUEST_HEADERS } from "../../http/single_line_headers.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import { HeaderSteps } from "../../route/header_steps.ts";
import { RouteScopes } from "../../route/route_scopes.ts";
import type { RouteSlot } from "../../route/route_slot.ts";
import { CallerFields } from "./caller_fields.ts";
import { ClientAddressRules } from "./client_address.ts";
import { ClientCertRules } from "./client_cert.ts";
import { ForwardedFieldRules } from "./forwarded_fields.ts";
import { compileHostRules, type HostRules } from "./host_rules.ts";
import { compilePathRules, type PathRules } from "./path_rules.ts";
import { ProxyStatusRules } from "./proxy_status.ts";
import { RequestIdRules, TraceRules } from "./request_id_rules.ts";
import { ServerFields } from "./server_fields.ts";
import { SlotTrustClass, TrustClassRules } from "./trust_class.ts";

/** What the rules use of their worker. */
export interface HeadServices {
  readonly runtime: RuntimeValues;
  readonly random: Random;
  readonly requestIdBytes: RandomBytes;
  readonly date: HttpDate;
  readonly accessLog: { readonly formats: FormatContext };
  /** This machine's address. */
  readonly ownAddress: string;
}

export class HeadPlan {
  // ---- requests, in this order
  readonly path: PathRules | null;
  readonly host: HostRules | null;
  readonly early: HeaderSteps | null;
  readonly clientAddress: ClientAddressRules;
  readonly forwardedFields: ForwardedFieldRules;
  readonly trustClass: TrustClassRules;
  /** By the routes that the head leads to, where they differ in them: those it leads nowhere have {@link trustClass}. */
  readonly routedTrustClass: RoutedTrustClass | null;
  readonly caller: CallerFields | null;
  readonly requestId: RequestIdRules;
  readonly clientCert: ClientCertRules;
  /** After the route was chosen. */
  readonly trace: TraceRules | null;
  // ---- responses
  readonly server: ServerFields;
  readonly showsRequestId: boolean;
  readonly proxyStatus: ProxyStatusRules | null;
  // ---- both
  /** Null = no `via` is said. */
  readonly via: string | null;

  constructor(config: HttpConnectionManagerConfig, services: HeadServices, node: NodeIdentity, routes: RouteSlot) {
    const { forwarding, normalization, proxyStatus, sampling } = config;
    const { random, requestIdBytes, runtime } = services;
    this.path = compilePathRules(normalization, runtime, () => random.whole());
    this.host = compileHostRules(normalization);
    this.early = earlySteps(config.earlyMutations, services.accessLog.formats);
    this.clientAddress = new ClientAddressRules(config, services.ownAddress);
    this.forwardedFields = new ForwardedFieldRules(config);
    this.trustClass = new TrustClassRules(config.useRemoteAddress, config.routeConfig.internalOnlyHeaders);
    this.routedTrustClass = config.rds === null
      ? scopedTrustClass(config)
      : new SlotTrustClass(routes, config.useRemoteAddress);
    this.caller = forwarding.addUserAgent ? new CallerFields(node) : null;
    this.requestId = new RequestIdRules(config, requestIdBytes);
    this.clientCert = new ClientCertRules(forwarding);
    this.trace = sampling === null ? null : new TraceRules(sampling, config.requestId, runtime, random);
    this.server = new ServerFields(config, services.date);
    this.showsRequestId = config.alwaysSetRequestIdInResponse;
    this.proxyStatus = proxyStatus === null ? null : new ProxyStatusRules(proxyStatus, proxyName(config, node));
    this.via = forwarding.via === "" ? null : forwarding.via;
  }
}

/** Rules that depend on the routes. */
export interface RoutedTrustClass {
  find(head: RequestHead): TrustClassRules | null;
}

function scopedTrustClass({ scopedRoutes, useRemoteAddress }: HttpConnectionManagerConfig) {
  if (scopedRoutes === null) return null;
  if (scopedRoutes.scopes.every(({ routeConfig }) => routeConfig.internalOnlyHeaders.length === 0)) return null;
  return new RouteScopes(
    scopedRoutes,
    ({ routeConfig }) => new TrustClassRules(useRemoteAddress, routeConfig.internalOnlyHeaders),
  );
}

function earlySteps(steps: readonly HeaderStepConfig[], formats: FormatContext): HeaderSteps | null {
  return steps.length === 0 ? null : new HeaderSteps(steps, SINGLE_LINE_REQUEST_HEADERS, formats);
}

function proxyName({ proxyStatus, serverName }: HttpConnectionManagerConfig, node: NodeIdentity): string {
  if (proxyStatus!.usesNodeId) return node.id;
  return proxyStatus!.literalName === "" ? serverName : proxyStatus!.literalName;
}
