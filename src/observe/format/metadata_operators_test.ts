import assert from "node:assert/strict";
import { assertFormats, assertJsonValues, formatted } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, hostFacts, stateObject, streamView } from "../../../test/support/stream_views.ts";
import { SILENT_LISTENER } from "../connection_facts.ts";

const of = (value: string) => ({ ns: { key: value } });

/** A stream with metadata of every kind, each saying whose it is. */
function describedView() {
  const facts = beganFacts({
    route: { name: "", metadata: of("route"), virtualHost: "v", virtualHostMetadata: of("virtual host") },
    cluster: { name: "c", observabilityName: "c", metadata: of("cluster") },
    host: hostFacts("10.0.0.7:80", { metadata: of("host") }),
    dynamicMetadata: {
      ns: { key: "dynamic", deep: { n: 1, list: ["a", true, null] }, empty: "", nothing: null, quoted: 'a"b', zero: 0 },
    },
  });
  const listener = { ...SILENT_LISTENER, metadata: of("listener"), filterChainMetadata: of("chain") };
  return streamView({ facts, connection: connectionFacts({ listener }) });
}

Deno.test("METADATA reads every kind of metadata", () => {
  assertFormats(describedView(), {
    "%METADATA(ROUTE:ns:key)%|%METADATA(VIRTUAL_HOST:ns:key)%|%METADATA(CLUSTER:ns:key)%": "route|virtual host|cluster",
    "%METADATA(UPSTREAM_HOST:ns:key)%|%METADATA(LISTENER:ns:key)%|%METADATA(LISTENER_FILTER_CHAIN:ns:key)%":
      "host|listener|chain",
    "%METADATA(DYNAMIC:ns:key)%|%DYNAMIC_METADATA(ns:key)%": "dynamic|dynamic",
    "%CLUSTER_METADATA(ns:key)%|%UPSTREAM_METADATA(ns:key)%": "cluster|host",
  });
});

Deno.test("METADATA goes down a path, and has nothing where it ends", () => {
  assertFormats(describedView(), {
    "%DYNAMIC_METADATA(ns:deep:n)%|%DYNAMIC_METADATA(ns:deep:list)%": '1|["a",true,null]',
    "%DYNAMIC_METADATA(ns:deep)%": '{"list":["a",true,null],"n":1}',
    "%DYNAMIC_METADATA(ns:empty)%|%DYNAMIC_METADATA(ns:nothing)%|%DYNAMIC_METADATA(ns:zero)%": "|-|0",
    "%DYNAMIC_METADATA(none)%|%DYNAMIC_METADATA(ns:none)%|%DYNAMIC_METADATA(ns:key:deeper)%": "-|-|-",
    "%DYNAMIC_METADATA(ns:deep:list:0)%|%DYNAMIC_METADATA(ns:toString)%|%METADATA(ROUTE)%": "-|-|-",
    "%DYNAMIC_METADATA(ns:deep):6%|%DYNAMIC_METADATA(ns:key):3%": '{"list|dyn',
  });
});

Deno.test("METADATA has nothing of a stream that has none", () => {
  assertFormats(streamView(), {
    "%METADATA(ROUTE:ns)%%METADATA(VIRTUAL_HOST:ns)%%METADATA(CLUSTER:ns)%%METADATA(UPSTREAM_HOST:ns)%": "----",
    "%METADATA(LISTENER:ns)%%METADATA(LISTENER_FILTER_CHAIN:ns)%%METADATA(DYNAMIC:ns)%": "---",
  });
});

Deno.test("METADATA keeps its type in JSON and is not cut there, but for strings", () => {
  assertJsonValues(describedView(), {
    "%DYNAMIC_METADATA(ns:deep)%": '{"list":["a",true,null],"n":1}',
    "%DYNAMIC_METADATA(ns:deep:n)%": "1",
    "%DYNAMIC_METADATA(ns:key)%": '"dynamic"',
    "%DYNAMIC_METADATA(ns:nothing)%": "null",
    "%DYNAMIC_METADATA(ns:deep):3%": '{"list":["a",true,null],"n":1}',
  });
});

Deno.test("what filters left is escaped in log lines, what is configured is not", () => {
  const view = describedView();
  assert.equal(formatted("%DYNAMIC_METADATA(ns:quoted)%", view, { escapesValues: true }), "a\\x22b");
  view.facts.route = { name: "", metadata: of('a"b'), virtualHost: "v", virtualHostMetadata: {} };
  assert.equal(formatted("%METADATA(ROUTE:ns:key)%", view, { escapesValues: true }), 'a"b');
});

Deno.test("FILTER_STATE writes objects in the form that is asked for", () => {
  const fields: Readonly<Record<string, string | number>> = { name: "n", count: 3 };
  const filterState = new Map([
    ["whole", stateObject({ text: "plain text", json: { b: 2, a: "x" }, field: (name) => fields[name] ?? null })],
    ["text", stateObject({ json: "just text" })],
    ["bare", stateObject({})],
  ]);
  const view = streamView({
    facts: beganFacts({ filterState, upstreamFilterState: new Map([["up", filterState.get("text")!]]) }),
  });
  assertFormats(view, {
    "%FILTER_STATE(whole:PLAIN)%|%FILTER_STATE(whole:PLAIN):5%": "plain text|plain",
    "%FILTER_STATE(whole)%|%FILTER_STATE(whole:TYPED)%": '{"a":"x","b":2}|{"a":"x","b":2}',
    "%FILTER_STATE(text)%": '"just text"',
    "%FILTER_STATE(whole:FIELD:name)%|%FILTER_STATE(whole:FIELD:count)%|%FILTER_STATE(whole:FIELD:none)%": "n|3|-",
    "%FILTER_STATE(bare)%|%FILTER_STATE(bare:PLAIN)%|%FILTER_STATE(none)%": "-|-|-",
    "%UPSTREAM_FILTER_STATE(up)%|%UPSTREAM_FILTER_STATE(whole)%": '"just text"|-',
  });
  assertJsonValues(view, {
    "%FILTER_STATE(whole)%": '{"a":"x","b":2}',
    "%FILTER_STATE(whole:PLAIN)%": '"plain text"',
    "%FILTER_STATE(whole:FIELD:count)%": '"3"',
    "%FILTER_STATE(none)%": "null",
  });
  assertFormats(streamView(), { "%FILTER_STATE(whole)%%UPSTREAM_FILTER_STATE(up)%": "--" });
});
