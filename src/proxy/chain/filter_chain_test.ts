/** Filter chains on the memory data path: order, holding and letting go, bodies, replies, limits, per-route choice. */
import assert from "node:assert/strict";
import { z } from "zod";
import { DataPath } from "../../../test/support/data_path.ts";
import { stateObject } from "../../../test/support/stream_views.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { ByteBlock as Block } from "../../base/byte_block.ts";
import type { HttpFilterDefinition } from "../../filter/define.ts";
import {
  BodyStatus,
  type BodyStatusValue,
  EndStatus,
  type EndStatusValue,
  type FilterHandle,
  HeadStatus,
  type HeadStatusValue,
  type HttpFilter,
} from "../../filter/http_filter.ts";
import { localReply } from "../../filter/local_reply.ts";

/** Messages must be Envoy's own; these have a text in them that can carry a script's name. */
const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";
const ROUTE_TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute";

/** What a scripted filter does at each step; the head's by default let everything pass. */
interface Script {
  decodeHead?(filter: Scripted, endStream: boolean): HeadStatusValue;
  decodeBody?(filter: Scripted, text: string): BodyStatusValue;
  decodeTrailers?(filter: Scripted): EndStatusValue;
  decodeEnd?(filter: Scripted): EndStatusValue;
  encodeHead?(filter: Scripted, endStream: boolean): HeadStatusValue;
  encodeBody?(filter: Scripted, text: string): BodyStatusValue;
  encodeTrailers?(filter: Scripted): EndStatusValue;
  encodeEnd?(filter: Scripted): EndStatusValue;
}

/** Filters by the name in their configuration, and what they were shown, in order. */
class Stage {
  readonly calls: string[] = [];
  readonly filters = new Map<string, Scripted>();
  readonly scripts: Readonly<Record<string, Script>>;

  constructor(scripts: Readonly<Record<string, Script>>) {
    this.scripts = scripts;
  }

  get definition(): HttpFilterDefinition {
    return {
      typeUrl: TYPE,
      schema: z.strictObject({ stat_prefix: z.string() }).transform(({ stat_prefix: name }) => ({ name })),
      routeSchemas: new Map([[ROUTE_TYPE, z.strictObject({ name: z.string() })]]),
      isTerminal: false,
      createFactory: (config) => ({
        create: (handle) => new Scripted((config as { name: string }).name, handle, this),
        compileRouteConfig: (route) => ({ compiled: (route as { name: string }).name }),
      }),
    };
  }
}

class Scripted implements HttpFilter {
  readonly name: string;
  readonly handle: FilterHandle;
  readonly #stage: Stage;
  readonly #script: Script;

  constructor(name: string, handle: FilterHandle, stage: Stage) {
    this.name = name;
    this.handle = handle;
    this.#stage = stage;
    this.#script = stage.scripts[name] ?? {};
    stage.filters.set(name, this);
  }

  decodeHead(endStream: boolean): HeadStatusValue {
    this.#note(`head${endStream ? "." : ""}`);
    return this.#script.decodeHead?.(this, endStream) ?? HeadStatus.continue;
  }

  decodeBody(block: ByteBlock, start: number, end: number): BodyStatusValue {
    const text = latin1Text(block.bytes, start, end);
    this.#note(`body ${text}`);
    return this.#script.decodeBody?.(this, text) ?? BodyStatus.continue;
  }

  decodeTrailers(): EndStatusValue {
    this.#note("trailers");
    return this.#script.decodeTrailers?.(this) ?? EndStatus.continue;
  }

  decodeEnd(): EndStatusValue {
    this.#note("end");
    return this.#script.decodeEnd?.(this) ?? EndStatus.continue;
  }

  encodeHead(endStream: boolean): HeadStatusValue {
    this.#note(`HEAD ${this.handle.response.status}${endStream ? "." : ""}`);
    return this.#script.encodeHead?.(this, endStream) ?? HeadStatus.continue;
  }

  encodeBody(block: ByteBlock, start: number, end: number): BodyStatusValue {
    const text = latin1Text(block.bytes, start, end);
    this.#note(`BODY ${text}`);
    return this.#script.encodeBody?.(this, text) ?? BodyStatus.continue;
  }

  encodeTrailers(): EndStatusValue {
    this.#note("TRAILERS");
    return this.#script.encodeTrailers?.(this) ?? EndStatus.continue;
  }

  encodeEnd(): EndStatusValue {
    this.#note("END");
    return this.#script.encodeEnd?.(this) ?? EndStatus.continue;
  }

  destroy(): void {
    this.#note("gone");
  }

  #note(what: string): void {
    this.#stage.calls.push(`${this.name}: ${what}`);
  }
}

/** A filter in `http_filters`. */
const named = (name: string, more = "") =>
  `{name: ${name}, ${more}typed_config: {"@type": ${TYPE}, stat_prefix: ${name}}}`;

interface Run {
  readonly path: DataPath;
  readonly stage: Stage;
  readonly client: ReturnType<DataPath["connect"]>;
}

function run(
  scripts: Readonly<Record<string, Script>>,
  options: Partial<ConstructorParameters<typeof DataPath>[0]> = {},
): Run {
  const stage = new Stage(scripts);
  const path = new DataPath({
    filters: Object.keys(scripts).map((name) => named(name)),
    definitions: [stage.definition],
    ...options,
  });
  return { path, stage, client: path.connect() };
}

function exchange({ path, client }: Run, request: string, answer?: string): string {
  client.send(request);
  path.deliver();
  if (answer !== undefined) {
    path.origin.send(answer);
    path.deliver();
  }
  return client.take();
}

/** Nothing may be left: no bug, no timer but idle ones, no block on loan beside the idle reads. */
function checkOver({ path, client }: Run): void {
  client.close();
  path.deliver();
  for (const origin of path.origins) origin.close("abort");
  path.deliver();
  assert.deepEqual(path.bugs, []);
  assert.equal(path.loop.timers.armedCount, 0);
  assert.equal(path.loop.blocks.onLoan, 0);
}

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

Deno.test("a chain shows the request in its order and the response backwards", () => {
  const test = run({ a: {}, b: {} });
  const answer = exchange(test, POST, OK);
  assert.match(answer, /^HTTP\/1.1 200 OK[^]*\r\n\r\nok$/);
  assert.deepEqual(test.stage.calls, [
    ...["a: head", "b: head", "a: body body", "b: body body", "a: end", "b: end"],
    ...["b: HEAD 200", "a: HEAD 200", "b: BODY ok", "a: BODY ok", "b: END", "a: END", "a: gone", "b: gone"],
  ]);
  checkOver(test);
});

Deno.test("a chain shows trailers of both ways before the end", () => {
  const http1 = { enableTrailers: true };
  const defaults = new DataPath();
  const test = run({ a: {} }, {
    hcm: { http1: { ...defaults.context.config.http1, ...http1 } },
    cluster: { http: { ...defaults.cluster.config.http, http1: { ...defaults.cluster.config.http.http1, ...http1 } } },
  });
  const answer = exchange(
    test,
    "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nt: 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\ny\r\n0\r\nu: 2\r\n\r\n",
  );
  assert.match(answer, /0\r\nu: 2\r\n\r\n$/);
  assert.match(test.path.origin.take(), /0\r\nt: 1\r\n\r\n$/);
  assert.deepEqual(test.stage.calls.filter((call) => !/head|HEAD|gone/.test(call)), [
    ...["a: body x", "a: trailers", "a: end", "a: BODY y", "a: TRAILERS", "a: END"],
  ]);
  checkOver(test);
});

Deno.test("a head that stops takes everything along when its filter goes on", () => {
  const test = run({ a: { decodeHead: () => HeadStatus.stopAllAndBuffer }, b: {} });
  assert.equal(exchange(test, POST), "");
  assert.deepEqual(test.stage.calls, ["a: head"]);
  assert.equal(test.path.origins.length, 0);
  test.path.loop.runEvent(() => test.stage.filters.get("a")!.handle.continueDecoding());
  test.path.deliver();
  // With "stop all" the filter that stopped is shown the body when it goes on.
  assert.deepEqual(test.stage.calls.slice(1), ["b: head", "a: body body", "b: body body", "a: end", "b: end"]);
  assert.match(test.path.origin.take(), /\r\n\r\nbody$/);
  test.path.origin.send(OK);
  test.path.deliver();
  checkOver(test);
});

Deno.test("a filter that buffers sees every piece, and lets all go at the end", () => {
  const test = run({
    a: {
      decodeHead: () => HeadStatus.stop,
      decodeBody: () => BodyStatus.stopAndBuffer,
    },
    b: {},
  });
  test.client.send(POST.slice(0, -2));
  test.path.deliver();
  assert.deepEqual(test.stage.calls, ["a: head", "a: body bo"]);
  test.client.send("dy");
  test.path.deliver();
  assert.deepEqual(test.stage.calls.slice(2), [
    ...["a: body dy", "a: end", "b: head", "b: body bo", "b: body dy", "b: end"],
  ]);
  assert.match(test.path.origin.take(), /\r\n\r\nbody$/);
  test.path.origin.send(OK);
  test.path.deliver();
  checkOver(test);
});

Deno.test("a filter may go on from inside its own call", () => {
  const goesOn = (filter: Scripted) => {
    filter.handle.continueDecoding();
    return HeadStatus.stop;
  };
  const test = run({ a: { decodeHead: goesOn }, b: {} });
  assert.match(exchange(test, GET, OK), /^HTTP\/1.1 200/);
  assert.deepEqual(test.stage.calls.slice(0, 2), ["a: head.", "b: head."]);
  checkOver(test);
});

Deno.test("more than the limit ends a buffered request with 413", () => {
  const test = run({ a: { decodeHead: () => HeadStatus.stop, decodeBody: () => BodyStatus.stopAndBuffer } }, {
    listener: { perConnectionBufferLimitBytes: 3 },
  });
  const answer = exchange(test, POST);
  assert.match(answer, /^HTTP\/1.1 413 Payload Too Large\r\n[^]*\r\n\r\nPayload Too Large$/);
  assert.equal(test.path.counter("http.ingress.downstream_rq_too_large"), 1);
  // The reply passes the filter on its way out.
  assert.ok(test.stage.calls.includes("a: HEAD 413"));
  checkOver(test);
});

Deno.test("a route may let more of a request wait than its connection, but not less", () => {
  const holding: Script = { decodeHead: () => HeadStatus.stop, decodeBody: () => BodyStatus.stopAndBuffer };
  const status = (connectionBytes: number, own: string, virtualHost = "") => {
    const routes = `{ virtual_hosts: [{ name: all, domains: ["*"], ${virtualHost} routes: ` +
      `[{ match: { prefix: / }, ${own} route: { cluster: web } }] }] }`;
    const test = run({ a: holding }, { routes, listener: { perConnectionBufferLimitBytes: connectionBytes } });
    const answer = exchange(test, POST);
    checkOver(test);
    return answer.slice(9, 12);
  };
  // The body is longer than 3 bytes and shorter than 100.
  const older = (bytes: number) => `per_request_buffer_limit_bytes: ${bytes},`;
  const newer = (bytes: number) => `request_body_buffer_limit: ${bytes},`;
  assert.deepEqual([status(3, ""), status(3, older(100)), status(3, newer(100)), status(3, newer(1))], [
    "413",
    "",
    "",
    "413",
  ]);
  assert.deepEqual([status(100, older(3)), status(100, newer(0)), status(0, newer(0))], ["", "", ""]);
  assert.deepEqual([status(0, older(3)), status(0, newer(3)), status(0, "", newer(3))], ["413", "413", "413"]);
  // The newer field of either level counts before the older one.
  assert.deepEqual([status(0, older(3), newer(100)), status(0, older(100), newer(3))], ["", "413"]);
  assert.deepEqual([status(0, newer(100), newer(3)), status(0, older(100), older(3))], ["", ""]);
});

Deno.test("more than the limit lets the sender wait where the filter asked for that", () => {
  const test = run({ a: { decodeHead: () => HeadStatus.stopAllAndWatermark } }, {
    listener: { perConnectionBufferLimitBytes: 3 },
  });
  assert.equal(exchange(test, POST), "");
  const figure = (what: string) => test.path.counter(`http.ingress.downstream_flow_control_${what}_reading_total`);
  assert.deepEqual([figure("paused"), figure("resumed")], [1, 0]);
  test.path.loop.runEvent(() => test.stage.filters.get("a")!.handle.continueDecoding());
  test.path.deliver();
  // Once more while the upstream connection is made.
  assert.deepEqual([figure("paused"), figure("resumed")], [2, 2]);
  test.path.origin.send(OK);
  test.path.deliver();
  assert.match(test.client.take(), /^HTTP\/1.1 200/);
  checkOver(test);
});

Deno.test("more than the limit ends a buffered response with 500", () => {
  const test = run({ a: { encodeHead: () => HeadStatus.stop, encodeBody: () => BodyStatus.stopAndBuffer } }, {
    listener: { perConnectionBufferLimitBytes: 1 },
  });
  const answer = exchange(test, GET, OK);
  assert.match(answer, /^HTTP\/1.1 500 Internal Server Error\r\n[^]*\r\n\r\nInternal Server Error$/);
  assert.equal(test.path.counter("http.ingress.rs_too_large"), 1);
  checkOver(test);
});

Deno.test("a response may wait at a filter and go on later", () => {
  const test = run({ a: {}, b: { encodeHead: () => HeadStatus.stopAllAndBuffer } });
  assert.equal(exchange(test, GET, OK), "");
  test.path.loop.runEvent(() => test.stage.filters.get("b")!.handle.continueEncoding());
  test.path.deliver();
  assert.match(test.client.take(), /\r\n\r\nok$/);
  assert.deepEqual(test.stage.calls.slice(2), [
    ...["b: HEAD 200", "a: HEAD 200", "b: BODY ok", "a: BODY ok", "b: END", "a: END", "a: gone", "b: gone"],
  ]);
  checkOver(test);
});

Deno.test("a reply stops the request and passes every filter on its way out", () => {
  const reply = localReply(403, "no", "refused_by_test");
  const replies = (filter: Scripted) => {
    filter.handle.sendLocalReply(reply);
    return HeadStatus.stop;
  };
  const test = run({ a: {}, b: { decodeHead: replies }, c: {} });
  assert.match(exchange(test, GET), /^HTTP\/1.1 403 Forbidden[^]*\r\n\r\nno$/);
  assert.deepEqual(test.stage.calls.filter((call) => !call.includes("gone")), [
    ...["a: head.", "b: head.", "c: HEAD 403", "b: HEAD 403", "a: HEAD 403"],
    ...["c: BODY no", "b: BODY no", "a: BODY no", "c: END", "b: END", "a: END"],
  ]);
  checkOver(test);
});

Deno.test("a reply in place of a response that waits goes straight to the client", () => {
  const reply = localReply(502, "", "replaced_by_test");
  const replies = (filter: Scripted) => {
    filter.handle.sendLocalReply(reply);
    return HeadStatus.stop;
  };
  const test = run({ a: {}, b: { encodeHead: replies } });
  assert.match(exchange(test, GET, OK), /^HTTP\/1.1 502 Bad Gateway\r\n[^]*\r\n\r\n$/);
  assert.ok(!test.stage.calls.includes("a: HEAD 502"));
  checkOver(test);
});

Deno.test("a filter may put bodies of its own in place of those that come", () => {
  const double = (filter: Scripted, text: string) => {
    const bytes = latin1Bytes(text + text);
    filter.handle.passEncodedBody(new Block(bytes), 0, bytes.length);
    return BodyStatus.stopNoBuffer;
  };
  const test = run({ a: {}, b: { encodeBody: double } });
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  assert.match(exchange(test, GET, chunked), /\r\n\r\n4\r\nokok\r\n0\r\n\r\n$/);
  assert.ok(test.stage.calls.includes("a: BODY okok"));
  checkOver(test);
});

Deno.test("a client that goes while its request waits leaves nothing behind", () => {
  const test = run({ a: { decodeHead: () => HeadStatus.stopAllAndBuffer } });
  test.client.send(POST);
  test.path.deliver();
  const { handle } = test.stage.filters.get("a")!;
  test.client.close("abort");
  test.path.deliver();
  assert.equal(test.stage.calls.at(-1), "a: gone");
  // Too late, and harmless.
  test.path.loop.runEvent(() => handle.continueDecoding());
  test.path.loop.runEvent(() => handle.sendLocalReply(localReply(500, "", "late")));
  checkOver(test);
});

Deno.test("a filter that is disabled is left out unless the route switches it on", () => {
  const config = (value: string) => `typed_per_filter_config: { b: ${value} }`;
  const filterConfig = `"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig`;
  const own = `"@type": ${ROUTE_TYPE}, name: mine`;
  const routes = [
    `{ match: { prefix: /on }, route: { cluster: web }, ${config(`{ ${filterConfig}, config: {} }`)} }`,
    `{ match: { prefix: /own }, route: { cluster: web }, ${config(`{ ${own} }`)} }`,
    `{ match: { prefix: /off }, route: { cluster: web }, ${config(`{ ${filterConfig}, disabled: true }`)} }`,
    `{ match: { prefix: / }, route: { cluster: web } }`,
  ];
  const routeConfig = (virtualHost: string) =>
    `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${routes.join(", ")}]${virtualHost} }] }`;
  const shown = (path: string, isDisabled: boolean, virtualHost = "") => {
    let seen: unknown = null;
    const script: Script = {
      decodeHead: (filter) => {
        seen = filter.handle.routeConfig;
        return HeadStatus.continue;
      },
    };
    const test = run({ b: script }, {
      filters: [named("b", isDisabled ? "disabled: true, " : "")],
      routes: routeConfig(virtualHost),
    });
    exchange(test, GET.replace("/ ", `${path} `), OK);
    checkOver(test);
    return test.stage.calls.length === 0 ? "left out" : seen;
  };
  assert.equal(shown("/", false), null);
  assert.equal(shown("/", true), "left out");
  assert.equal(shown("/on", true), null);
  assert.deepEqual(shown("/own", true), { compiled: "mine" });
  assert.equal(shown("/off", false), "left out");
  const outer = `, typed_per_filter_config: { b: { "@type": ${ROUTE_TYPE}, name: outer } }`;
  assert.deepEqual(shown("/", true, outer), { compiled: "outer" });
  assert.deepEqual(shown("/own", true, outer), { compiled: "mine" });
  assert.equal(shown("/off", false, outer), "left out");
});

Deno.test("a filter may have the route chosen anew", () => {
  const script: Script = {
    decodeHead: ({ handle }) => {
      handle.request.path = "/moved";
      handle.clearRouteCache();
      return HeadStatus.continue;
    },
  };
  const test = run({ a: script }, {
    routes: `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
      `{ match: { path: /moved }, direct_response: { status: 204 } }, ` +
      `{ match: { prefix: / }, route: { cluster: web } }] }] }`,
  });
  assert.match(exchange(test, GET), /^HTTP\/1.1 204/);
  checkOver(test);
});

Deno.test("what a filter leaves in the filter state, a route chosen anew sees", () => {
  const script: Script = {
    decodeHead: ({ handle }) => {
      handle.facts.filterState = new Map([["tenant", stateObject({ text: "blue" })]]);
      handle.clearRouteCache();
      return HeadStatus.continue;
    },
  };
  const blue = "{ match: { prefix: /, filter_state: [{ key: tenant, string_match: { exact: blue } }] }, " +
    "direct_response: { status: 204 } }";
  const routes = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${blue}, ` +
    `{ match: { prefix: / }, route: { cluster: web } }] }] }`;
  const seeing = run({ a: script }, { routes });
  assert.match(exchange(seeing, GET), /^HTTP\/1.1 204/);
  checkOver(seeing);
  const plain = run({ a: {} }, { routes });
  assert.match(exchange(plain, GET, OK), /^HTTP\/1.1 200/);
  checkOver(plain);
});
