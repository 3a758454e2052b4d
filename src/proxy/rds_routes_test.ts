/** Routes that come by RDS on the memory data path: before the first table, at a swap, and for who is under way (xds.md 9.4). */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../test/support/data_path.ts";
import { rdsConfig } from "../../test/support/control_listeners.ts";
import { routeConfiguration } from "../../test/support/route_configs.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { HttpFilterDefinition } from "../filter/define.ts";
import { type FilterHandle, HeadStatus, type HeadStatusValue, PassThroughFilter } from "../filter/http_filter.ts";

const RDS = rdsConfig("routes");

/** The loader's configuration without routes. */
const NONE = routeConfiguration("{ name: routes }");

function answering(body: string, more = ""): RouteConfiguration {
  return routeConfiguration(
    `{ name: routes${more}, virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
      `{ match: { prefix: / }, direct_response: { status: 200, body: { inline_string: ${body} } } }] }] }`,
  );
}

function pathWith(options: DataPathOptions = {}): DataPath {
  return new DataPath({ ...options, hcm: { ...options.hcm, rds: RDS, routeConfig: NONE } });
}

function take(path: DataPath, routes: RouteConfiguration | null): void {
  path.loop.runEvent(path.routeTables.prepare([{ key: RDS.key, routes }]));
}

function ask(path: DataPath, client: Peer, ...fields: readonly string[]): string {
  client.send(`GET / HTTP/1.1\r\nhost: h\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`);
  path.deliver();
  return client.take();
}

Deno.test("without a table yet there is no route", () => {
  const path = pathWith(), client = path.connect();
  assert.match(ask(path, client), /^HTTP\/1\.1 404 /);
  assert.deepEqual(path.logged, ["404 NR route_not_found"]);
  take(path, answering("one"));
  assert.match(ask(path, client), /\r\n\r\none$/);
  assertClean(path);
});

Deno.test("a new table is there for the next request on any connection", () => {
  const path = pathWith(), client = path.connect();
  take(path, answering("one"));
  assert.match(ask(path, client), /\r\n\r\none$/);
  take(path, answering("two"));
  assert.match(ask(path, client), /\r\n\r\ntwo$/);
  assert.match(ask(path, path.connect()), /\r\n\r\ntwo$/);
  assertClean(path);
});

Deno.test("a request whose head is not whole yet gets the table that is there when it is", () => {
  const path = pathWith(), client = path.connect();
  take(path, answering("one"));
  client.send("GET / HTTP/1.1\r\nhost:");
  path.deliver();
  take(path, answering("two"));
  client.send(" h\r\n\r\n");
  path.deliver();
  assert.match(client.take(), /\r\n\r\ntwo$/);
  assertClean(path);
});

Deno.test("who uses a table that nobody refers to any more goes on with it", () => {
  const path = pathWith(), client = path.connect();
  take(path, answering("one"));
  take(path, null);
  assert.match(ask(path, client), /\r\n\r\none$/);
  assertClean(path);
});

Deno.test("internal_only_headers are those of the table of the moment", () => {
  const path = pathWith({ managerFields: ["use_remote_address: true"] });
  const forwarding = (more: string) =>
    routeConfiguration(
      `{ name: routes${more}, virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
        "{ match: { prefix: / }, route: { cluster: web } }] }] }",
    );
  const secretPasses = () => {
    const client = path.connect();
    ask(path, client, "x-forwarded-for: 8.8.8.8", "x-secret: s");
    const asked = path.origin.take();
    path.origin.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    path.deliver();
    return asked.includes("\r\nx-secret: s\r\n");
  };
  take(path, forwarding(""));
  assert.equal(secretPasses(), true);
  take(path, forwarding(", internal_only_headers: [x-secret]"));
  assert.equal(secretPasses(), false);
  take(path, forwarding(""));
  assert.equal(secretPasses(), true);
  assertClean(path);
});

/** Messages must be Envoy's own; this one has no field that must be there. */
const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** Holds a head until a test lets it go, and then has the route chosen anew. */
class HoldingFilter extends PassThroughFilter {
  readonly #handle: FilterHandle;

  constructor(handle: FilterHandle) {
    super();
    this.#handle = handle;
  }

  override decodeHead(): HeadStatusValue {
    held.push(this.#handle);
    return HeadStatus.stop;
  }
}

const held: FilterHandle[] = [];
const HOLDING: HttpFilterDefinition = {
  typeUrl: TYPE,
  schema: z.strictObject({}),
  isTerminal: false,
  createFactory: () => ({ create: (handle) => new HoldingFilter(handle) }),
};

Deno.test("a stream that is under way keeps its table, though its route is chosen anew", () => {
  const path = pathWith({ filters: [`{ name: holding, typed_config: { "@type": ${TYPE} } }`], definitions: [HOLDING] });
  take(path, answering("one"));
  const client = path.connect();
  assert.equal(ask(path, client), "");
  take(path, answering("two"));
  path.loop.runEvent(() => {
    const handle = held.shift()!;
    handle.clearRouteCache();
    handle.continueDecoding();
  });
  path.deliver();
  assert.match(client.take(), /\r\n\r\none$/);
  assertClean(path);
});
