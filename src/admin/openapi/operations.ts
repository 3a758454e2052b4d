/**
 * Every route of `/api/v1`, for its OpenAPI document: a route that is not here fails a test, and so does one that is here
 * and not in the app. Queries and bodies are the schemas that the routes themselves read with; roles are those of
 * `access/route_rules.ts`.
 */
import type { z } from "zod";
import { ACTION_KINDS } from "../contract/actions.ts";
import { Abort, Action } from "../routes/actions.ts";
import { SeriesQuery } from "../routes/api.ts";
import { AuditParams } from "../routes/audit.ts";
import { ClustersQuery, HostsQuery } from "../routes/cluster_api.ts";
import { DiffQuery, ResourceQuery } from "../routes/config.ts";
import { EventsQuery } from "../routes/events.ts";
import { listQuery } from "../routes/list_query.ts";
import { RouteTestBody } from "../routes/routes.ts";
import { ExportQuery, HistoryQuery, ImportBody, PatchBody, SwitchBody, ValidateBody } from "../routes/runtime_api.ts";
import { SearchQuery } from "../routes/search.ts";
import { Login } from "../routes/session.ts";
import { StatsQuery } from "../routes/stats_api.ts";
import { XdsQuery } from "../routes/xds.ts";

/** What there is to say of a route beside its path. */
export interface OperationDetails {
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** What a step of the path may be, by its name, where that is not any text. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  /** Status of success; 200 unless given. 204 has no body. */
  readonly status?: number;
  /** Of the body of success; `application/json` unless given. */
  readonly contentType?: string;
  /** Why it may be refused beside 400, 401, 403 and 429. */
  readonly refusals?: readonly number[];
}

/** One route. `returns` is the answer's type in `contract/`, or in words what it is. */
export type Operation = readonly [
  method: "get" | "post" | "patch" | "put" | "delete",
  path: string,
  summary: string,
  returns: string,
  details?: OperationDetails,
];

const NAMED = { refusals: [404] };

/** In the order of the document. */
export const OPERATIONS: readonly Operation[] = [
  ["get", "/overview", "What the proxy is, how it is, and its problems", "Overview"],
  ["get", "/series", "Figures of the last minutes, second by second", "Series", { query: SeriesQuery }],
  ["get", "/events", "Everything that changes, as server-sent events", "SseFrames", {
    query: EventsQuery,
    contentType: "text/event-stream",
  }],

  ["get", "/listeners", "Listeners and their state", "Page<ListenerItem>", { query: listQuery }],
  ["get", "/listeners/:name", "A listener: its filter chains, its waits, its drain", "ListenerView", NAMED],
  ["get", "/routes", "Route tables", "{ items: RouteConfigItem[] }"],
  ["get", "/routes/:name", "A route table with its routes in words", "RouteConfigView", NAMED],
  ["post", "/routes/test", "Explains a request's route; sends it where `send` says so", "RouteTestResult", {
    body: RouteTestBody,
    refusals: [404],
  }],

  ["get", "/clusters", "Clusters and how they are", "Page<ClusterItem>", { query: ClustersQuery }],
  ["get", "/clusters/:name", "A cluster with its limits and its load balancing", "ClusterView", NAMED],
  ["get", "/clusters/:name/hosts", "The hosts of a cluster", "Page<HostItem>", { query: HostsQuery, ...NAMED }],
  ["get", "/clusters/:name/events", "What became of it", "Page<ClusterEvent>", { query: listQuery, ...NAMED }],
  ["get", "/clusters/:name/uses", "Who names it", "Page<ClusterUseItem>", NAMED],
  ["get", "/workers", "Workers and their load", "Page<WorkerItem>", { query: listQuery }],
  ["get", "/workers/main", "The main thread", "MainThreadView"],
  ["get", "/stats", "Stats by name, with their rates", "StatPage", { query: StatsQuery }],
  ["get", "/stats/histogram/:name", "A histogram: percentiles and buckets", "HistogramView", NAMED],

  ["get", "/runtime", "Runtime layers and values", "RuntimeView"],
  ["patch", "/runtime", "Changes values of the admin layer, all or none", "RuntimeApplied", {
    body: PatchBody,
    refusals: [409, 413, 422, 503],
  }],
  ["get", "/runtime/catalog", "Keys that this proxy reads", "{ items: RuntimeCatalogItem[] }", { refusals: [503] }],
  ["get", "/runtime/history", "Changes, newest first", "{ items: RuntimeChange[], total: number }", {
    query: HistoryQuery,
    refusals: [503],
  }],
  ["get", "/runtime/export", "Values in the form of a file or a script", "a file", {
    query: ExportQuery,
    contentType: "*/*",
    refusals: [503],
  }],
  ["post", "/runtime/validate", "What a value would mean", "its type, what it reads as, what it means, warnings", {
    body: ValidateBody,
    refusals: [413, 503],
  }],
  ["post", "/runtime/import", "Takes the values of a file", "{ items, applied: RuntimeApplied | null }", {
    body: ImportBody,
    refusals: [409, 413, 422, 503],
  }],
  ["post", "/runtime/changes/:id/confirm", "Keeps a change that would be undone", "RuntimeApplied", {
    refusals: [404, 409, 503],
  }],
  ["post", "/runtime/changes/:id/undo", "Takes a change back", "RuntimeApplied", { refusals: [404, 409, 503] }],
  ["post", "/runtime/overrides/disable", "Parks the admin layer, values kept", "RuntimeApplied", {
    body: SwitchBody,
    refusals: [409, 413, 503],
  }],
  ["post", "/runtime/overrides/enable", "Puts the admin layer back in force", "RuntimeApplied", {
    body: SwitchBody,
    refusals: [409, 413, 503],
  }],

  ["get", "/config", "Resources of the configuration", "ConfigTree"],
  ["get", "/config/changes", "What was pushed, newest first", "ConfigChanges"],
  ["get", "/config/diff", "Two versions of a resource, line by line", "ConfigDiff", {
    query: DiffQuery,
    refusals: [404, 413, 422],
  }],
  ["get", "/config/:type/:name", "A resource as it was given", "ConfigResource", {
    query: ResourceQuery,
    refusals: [404, 413, 422],
  }],
  ["get", "/config/:type/:name/versions", "Versions of a resource, newest first", "ConfigVersions", NAMED],
  ["get", "/warming", "What is not ready, what it waits for, and what became ready", "WarmingView"],
  ["get", "/xds", "Where configuration comes from", "XdsView", { query: XdsQuery }],
  ["get", "/xds/events", "What came from there, newest first", "XdsEvents"],

  ["get", "/search", "Everything with such a name, the best first", "SearchAnswer", { query: SearchQuery }],
  ["get", "/search/names", "All names, for who looks through them alone", "SearchNames"],

  ["get", "/actions", "What operators had the process do, and how it goes", "ActionsView"],
  ["post", "/actions/:kind", "Has the process do something", "{ action_id: string }", {
    body: Action,
    steps: { kind: ACTION_KINDS },
    status: 202,
    refusals: [404, 409, 413],
  }],
  ["delete", "/actions/:id", "Breaks an action off where that can be", "ActionItem", {
    body: Abort,
    refusals: [404, 409, 413],
  }],
  ["get", "/audit", "What was done and tried, newest first", "Page<AuditItem>", { query: AuditParams }],
  ["get", "/support-bundle", "One tar for whoever helps", "a tar", { contentType: "application/x-tar" }],
  ["get", "/support-bundle/files", "What is in it", "{ items: BundleFile[] }"],

  ["get", "/session", "Who asks, and what they may do", "SessionView"],
  ["post", "/session", "Shows a token and gets a cookie for it", "SessionView", {
    body: Login,
    refusals: [409, 413],
  }],
  ["delete", "/session", "Gives the cookie back", "nothing", { status: 204 }],
  ["get", "/openapi.json", "This document", "an OpenAPI document"],
];
