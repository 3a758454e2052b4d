/**
 * Generic matchers as `VirtualHost.matcher` through real Envoy, and through our compiled tree: the same configuration and
 * the same request must come to the same action.
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { matcherTreeSchema } from "../../src/config/schema/matcher_tree.ts";
import { compileMatcherTree } from "../../src/match/matcher_tree.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { connectRaw } from "../support/raw_h1.ts";
import { requestHead } from "../support/request_heads.ts";

type Json = Record<string, unknown>;

const TYPES = "type.googleapis.com/";

function typed(type: string, fields: Json): Json {
  return { name: type, typed_config: { "@type": TYPES + type, ...fields } };
}

/** A route that answers with this status. */
function answer(status: number): Json {
  const route = { match: { prefix: "/" }, direct_response: { status } };
  return { action: typed("envoy.config.route.v3.Route", route) };
}

function header(name: string): Json {
  return typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: name });
}

function is(name: string, value: string): Json {
  return { single_predicate: { input: header(name), value_match: { exact: value } } };
}

function list(...entries: [predicate: Json, onMatch: Json][]): Json {
  return { matcher_list: { matchers: entries.map(([predicate, on_match]) => ({ predicate, on_match })) } };
}

function prefixes(name: string, map: Record<string, Json>, rest: Json = {}): Json {
  return { matcher_tree: { input: header(name), prefix_match_map: { map } }, ...rest };
}

function exact(name: string, map: Record<string, Json>, rest: Json = {}): Json {
  return { matcher_tree: { input: header(name), exact_match_map: { map } }, ...rest };
}

function addresses(...range_matchers: Json[]): Json {
  const custom_match = typed("xds.type.matcher.v3.IPMatcher", { range_matchers });
  return { matcher_tree: { input: header("x"), custom_match } };
}

function range(cidr: string, on_match: Json, exclusive = false): Json {
  const [address_prefix, prefix_len] = cidr.split("/");
  return { ranges: [{ address_prefix, prefix_len: Number(prefix_len) }], on_match, exclusive };
}

const yes = answer(201), no = answer(202), other = answer(203);
/** A matcher in an entry, that matches where `y` is `a`. */
const ifY = { matcher: list([is("y", "a"), yes]) };
const ip = typed("envoy.extensions.matching.input_matchers.ip.v3.Ip", {
  cidr_ranges: [{ address_prefix: "10.0.0.0", prefix_len: 8 }, { address_prefix: "2001:db8::", prefix_len: 32 }],
  stat_prefix: "s",
});

const MATCHERS: readonly Json[] = [
  {},
  { on_no_match: other },
  list([is("x", "a"), yes]),
  { ...list([is("x", "a"), yes], [is("x", "a"), no], [is("x", "ab"), no]), on_no_match: other },
  { ...list([is("x", "a"), ifY], [is("x", "a"), no]), on_no_match: other },
  { ...list([is("x", "a"), ifY]), on_no_match: other },
  list([is("x", "a"), { matcher: { ...list([is("y", "a"), yes]), on_no_match: no } }]),
  list([{ not_matcher: is("x", "a") }, yes]),
  list([{ or_matcher: { predicate: [is("x", "a"), is("y", "a")] } }, yes]),
  list([{ and_matcher: { predicate: [is("x", "a"), { not_matcher: is("y", "a") }] } }, yes]),
  list([is("x", "a,b"), yes]),
  list([is("x", ""), yes]),
  list([is(":path", "/p?q"), yes]),
  list([is(":method", "GET"), { matcher: exact("host", { "m13.test": yes }) }]),
  ...[{ prefix: "A", ignore_case: true }, { suffix: "b" }, { contains: "," }, {
    safe_regex: { google_re2: {}, regex: "a.*" },
  }]
    .map((value_match) => list([{ single_predicate: { input: header("x"), value_match } }, yes])),
  list([{ single_predicate: { input: header("x"), custom_match: ip } }, yes]),
  exact("x", { a: yes, "": no, "a,b": other, "ä": no }),
  exact("x", { a: ifY, ab: no }, { on_no_match: other }),
  prefixes("x", { a: yes, ab: no, "": other }),
  prefixes("x", { a: no, ab: ifY, b: ifY }, { on_no_match: other }),
  prefixes("x", { a: { matcher: list([is("y", "b"), no]) }, ab: ifY, "": other }),
  addresses(range("10.0.0.0/8", yes), range("10.1.0.0/16", no), range("::/0", other)),
  addresses(range("10.0.0.0/8", no), range("10.1.0.0/16", ifY), range("0.0.0.0/0", other)),
  addresses(range("10.0.0.0/8", no, true), range("10.1.0.0/16", ifY), range("0.0.0.0/0", other)),
  addresses(range("10.0.0.0/8", no), range("10.1.0.0/16", ifY, true), range("10.1.0.0/16", other)),
  addresses(range("10.0.0.0/8", no), range("10.1.0.0/16", other), range("10.1.0.0/16", yes, true)),
  { ...addresses(range("10.0.0.0/8", no)), on_no_match: other },
];

/** Values of `x`, one a line. */
const VALUES: readonly (readonly string[])[] = [
  [],
  ...[
    "",
    "a",
    "ab",
    "abc",
    "b",
    "a,b",
    "A",
    "\xc3\xa4",
    "10.1.2.3",
    "10.2.3.4",
    "11.1.1.1",
    "2001:db8::1",
    "::1",
    "10.1",
  ]
    .map((value) => [value]),
  ["a", "b"],
  ["b", "a"],
];

testNeeding("envoy", `a matcher tree comes to Envoy's action for ${MATCHERS.length} matchers`, async (envoyPath) => {
  const virtualHosts = MATCHERS.map((matcher, index) =>
    `{ name: m${index}, domains: ["m${index}.test"], matcher: ${JSON.stringify(matcher)} }`
  );
  await using envoy = await startEnvoy(envoyPath, bootstrap({ virtualHosts }));
  await using connection = await connectRaw(envoy.listenerUrl("web"));
  const disagreements: string[] = [];
  const seen = new Map<number, number>();
  for (const [index, matcher] of MATCHERS.entries()) {
    // The loader takes away what has no effect here.
    const read = JSON.parse(JSON.stringify(matcher), (key, value) => key === "stat_prefix" ? undefined : value);
    const tree = compileMatcherTree(schema.parse(read), (status) => ({ status }));
    for (const values of VALUES) {
      for (const y of ["", "a", "b"]) {
        const host = `m${index}.test`;
        const lines = values.map((value) => `x: ${value}\r\n`).join("");
        await connection.send(`GET /p?q HTTP/1.1\r\nhost: ${host}\r\ny: ${y}\r\n${lines}\r\n`);
        const { status } = await connection.readMessage();
        seen.set(status, (seen.get(status) ?? 0) + 1);
        const request = requestHead("GET", "/p?q", { host, y });
        for (const value of values) request.headers.addName("x", value);
        const found = tree.match({ request, response: null, sourceAddress: "", directSourceAddress: "" });
        if ((found?.status ?? 404) !== status) {
          disagreements.push(
            `${JSON.stringify(matcher)} on x ${values} and y ${y}: Envoy ${status}, we ${found?.status}`,
          );
        }
      }
    }
  }
  assert.deepEqual(disagreements, []);
  assert.deepEqual([...seen.keys()].sort(), [201, 202, 203, 404]);
});

const schema = matcherTreeSchema({
  action: z.looseObject({ direct_response: z.object({ status: z.number() }) })
    .transform(({ direct_response }) => direct_response.status),
  inputs: new Set(["request_header"]),
  inputRefusal: (typeUrl) => typeUrl,
  keepMatchingRefusal: null,
});
