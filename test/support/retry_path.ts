/** Requests that are tried again, as scripts on the memory data path. */
import assert from "node:assert/strict";
import { LimitKind, LimitPriority } from "../../src/upstream/shared_limits.ts";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "./data_path.ts";

/** The request that scripts send unless they say otherwise. */
export const GET = "GET /a HTTP/1.1\r\nhost: a.test\r\n\r\n";
/** A good answer. */
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/** Longer than any back-off with the defaults. */
export const BACK_OFF_MS = 260;

/** What a script changes: fields of the retry policy, of the `RouteAction` and of the `VirtualHost`, and the rest. */
export interface RetrySettings extends Omit<DataPathOptions, "routes"> {
  readonly policy?: string;
  readonly route?: string;
  readonly virtualHost?: string;
}

/** A data path with these settings. */
export function pathWith({ policy, route = "", virtualHost = "", ...options }: RetrySettings): DataPath {
  const retry = policy === undefined ? "" : `retry_policy: {${policy}},`;
  return new DataPath({
    ...options,
    routes: `{ virtual_hosts: [{ name: all, domains: ["*"], ${virtualHost} routes: [` +
      `{ match: { prefix: / }, route: { cluster: web, ${retry} ${route} } }] }] }`,
  });
}

/** An answer of the origin's. */
export function answer(status: number, fields = "", body = ""): string {
  return `HTTP/1.1 ${status} S\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
}

/** A request has been sent and is at the origin. */
export function begin(settings: RetrySettings, request = GET): { readonly path: DataPath; readonly client: Peer } {
  const path = pathWith(settings), client = path.connect();
  client.send(request);
  path.deliver();
  return { path, client };
}

/** The origin answers what it got, and the back-off passes. */
export function reply(path: DataPath, text: string): void {
  path.origin.send(text);
  path.deliver();
  path.advance(BACK_OFF_MS);
}

/** How many requests the origin has had. */
export function requestsAt(path: DataPath): number {
  return path.origins.map(({ received }) => received.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0).reduce((a, b) => a + b, 0);
}

/** The status that a client has got; 0 = none so far. */
export const statusOf = (client: Peer) => Number(/^HTTP\/1\.1 (\d+)/.exec(client.received)?.[1] ?? 0);

/** Nothing is left of it: no timer, no block, no retry that is counted. */
export function finish(path: DataPath): void {
  assertClean(path);
  assert.equal(path.cluster.counts.active(LimitPriority.DEFAULT, LimitKind.RETRIES), 0, "retries counted");
}
