/** Endpoints that are read once: what comes of a document must be the same as without a memory, whatever changed. */
import assert from "node:assert/strict";
import { readResponse, type ResponseForm } from "./discovery_response.ts";
import { ElementMemory } from "./element_memory.ts";
import { ResourceLoader, ResourceType } from "./load_resource.ts";
import { ConfigError } from "../base/errors.ts";

const FORM: ResponseForm = {
  messageName: ResourceType.endpoints,
  refusesUnknownFields: false,
  tolerateUnknownExtensions: false,
};

type Change = Record<string, unknown>;

const endpoint = (port: number, change: Change = {}) => ({
  endpoint: { address: { socket_address: { address: "10.0.0.1", port_value: port } } },
  ...change,
});

const many = (first: number, count: number) => Array.from({ length: count }, (_, index) => endpoint(first + index));

const document = (...localities: Change[]) => ({
  resources: [{
    "@type": `type.googleapis.com/${ResourceType.endpoints}`,
    cluster_name: "web",
    endpoints: localities,
  }],
});

/** What a document comes to: its endpoints, or what is wrong with it. */
function outcome(text: string, loader: ResourceLoader, memory: ElementMemory | null): unknown {
  const response = readResponse({ text, fileName: "eds.json" }, FORM, memory);
  if (response.kind !== "read") return response;
  try {
    const { config, warnings } = loader.endpoints(response.resources[0]!);
    memory?.keep();
    return { message: response.resources[0]!.message, config, warnings, unknown: response.unknown };
  } catch (error) {
    memory?.forget();
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

const list: Change[] = many(1000, 150);

const BASE = document({ locality: { region: "r" }, lb_endpoints: list });

const CASES: Record<string, unknown> = {
  "nothing": BASE,
  "a weight": document({
    locality: { region: "r" },
    lb_endpoints: list.with(70, endpoint(1070, { load_balancing_weight: 3 })),
  }),
  "the first": document({ locality: { region: "r" }, lb_endpoints: list.with(0, endpoint(9)) }),
  "one more in the middle": document({ locality: { region: "r" }, lb_endpoints: list.toSpliced(70, 0, endpoint(9)) }),
  "some less": document({ locality: { region: "r" }, lb_endpoints: list.toSpliced(70, 20) }),
  "the order": document({ locality: { region: "r" }, lb_endpoints: list.toReversed() }),
  "all of them": document({ locality: { region: "r" }, lb_endpoints: many(5000, 150) }),
  "the locality": document({ locality: { region: "other" }, priority: 1, lb_endpoints: list }),
  "two localities": document(
    { locality: { region: "a" }, lb_endpoints: list.slice(0, 60) },
    { locality: { region: "none" } },
    { locality: { region: "r" }, load_balancing_weight: 2, lb_endpoints: list.slice(60) },
  ),
  "a repetition": document({ lb_endpoints: [...list, list[3], list[3]] }),
  "one that is bad": document({ lb_endpoints: list.with(70, endpoint(70_000)) }),
  "one whose weight is 0": document({ lb_endpoints: list.with(70, endpoint(1070, { load_balancing_weight: 0 })) }),
  "one with an unknown field": document({ lb_endpoints: list.with(70, endpoint(1070, { colour: "red" })) }),
  "one with a name for an address": document({
    lb_endpoints: list.with(70, { endpoint: { address: { socket_address: { address: "web.test", port_value: 1 } } } }),
  }),
  "one without an address": document({ lb_endpoints: list.with(70, { endpoint: {} }) }),
  "null and a list in the list": document({ lb_endpoints: [...list, null, [endpoint(7)]] }),
  "endpoints in metadata": document({
    lb_endpoints: list,
    metadata: { filter_metadata: { a: { lb_endpoints: list } } },
  }),
  "a name with quotes and brackets": document({
    lb_endpoints: list.with(70, { endpoint: { ...endpoint(1070).endpoint, hostname: `}"'{[\\` } }),
  }),
};

for (const [what, changed] of Object.entries(CASES)) {
  for (const indent of [0, 2]) {
    Deno.test(`readResponse with a memory says the same as without when ${what} changed, indented by ${indent}`, () => {
      const [base, text] = [BASE, changed].map((value) => JSON.stringify(value, null, indent)) as [string, string];
      const memory = new ElementMemory(), loader = new ResourceLoader();
      outcome(base, loader, memory);
      const wanted = outcome(text, new ResourceLoader(), null);
      for (const _ of [1, 2]) assert.deepEqual(outcome(text, loader, memory), wanted);
      assert.deepEqual(outcome(base, loader, memory), outcome(base, new ResourceLoader(), null));
    });
  }
}

Deno.test("readResponse gives the very messages again that did not change", () => {
  const memory = new ElementMemory(), loader = new ResourceLoader();
  const messagesOf = (value: unknown) => {
    const { message, config } = outcome(JSON.stringify(value), loader, memory) as {
      message: { endpoints: { lb_endpoints: unknown[] }[] };
      config: { assignment: { endpoints: unknown[] } };
    };
    return { messages: message.endpoints[0]!.lb_endpoints, configs: config.assignment.endpoints };
  };
  const before = messagesOf(BASE), after = messagesOf(CASES["a weight"]);
  const others = (a: unknown[], b: unknown[]) => a.flatMap((one, index) => one === b[index] ? [] : [index]);
  assert.deepEqual(others(before.messages, after.messages), [70]);
  assert.deepEqual(others(before.configs, after.configs), [70]);
});

Deno.test("ElementMemory has nothing of a document that was not taken", () => {
  const memory = new ElementMemory();
  memory.note("{}", {});
  memory.forget();
  assert.equal(memory.findAt("{}", 0), undefined);
  memory.note("{}", {});
  memory.keep();
  assert.notEqual(memory.findAt("{}", 0), undefined);
  assert.equal(memory.findAt("{}", 0), undefined);
});

Deno.test("ElementMemory remembers no element that may hold an Any", () => {
  const memory = new ElementMemory();
  for (const text of ['{"@type":"a"}', '{"\\u0040type":"a"}']) memory.note(text, {});
  memory.keep();
  assert.equal(memory.findAt('{"@type":"a"}', 0), undefined);
  assert.equal(memory.findAt('{"\\u0040type":"a"}', 0), undefined);
});
