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

const document = (...localities: unknown[]) => ({
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
  "null and lists between them": document({
    lb_endpoints: [...list.slice(0, 50), null, ...list.slice(50, 100), list.slice(100, 110), ...list.slice(110)],
  }),
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

/** A memory of a document that is a list of these elements, of which those at `bad` were not sound. */
function remembering(texts: readonly string[], bad: readonly number[] = []): ElementMemory {
  const memory = new ElementMemory();
  memory.begin(texts.join(","));
  memory.beginList();
  let at = 0;
  texts.forEach((text, index) => {
    const place = memory.add(at, at + text.length);
    if (!bad.includes(index)) memory.note(place, { index });
    at += text.length + 1;
  });
  memory.keep();
  return memory;
}

/** Of the elements of `texts`, those that are found where each begins, by their old numbers; null = it is new. */
function found(memory: ElementMemory, texts: readonly string[]): unknown[] {
  memory.begin(texts.join(","));
  memory.beginList();
  const numbers: unknown[] = [];
  for (let at = 0; numbers.length < texts.length;) {
    const run = memory.findRun(at), text = texts[numbers.length]!;
    numbers.push(...run.length === 0 ? [null] : run.map(({ message }) => message!["index"]));
    if (run.length === 0) memory.add(at, at + text.length);
    at = run.at(-1)?.end ?? at + text.length;
    at++;
  }
  return numbers;
}

const LETTERS = ["{a}", "{b}", "{c}", "{d}", "{e}"];

Deno.test("ElementMemory finds what is in its place, beside what is new, gone or was not sound", () => {
  assert.deepEqual(found(remembering(LETTERS), LETTERS), [0, 1, 2, 3, 4]);
  assert.deepEqual(found(remembering(LETTERS), ["{a}", "{B}", "{c}", "{e}"]), [0, null, 2, 4]);
  assert.deepEqual(found(remembering(LETTERS), ["{new}", ...LETTERS]), [null, 0, 1, 2, 3, 4]);
  assert.deepEqual(found(remembering(LETTERS, [2]), LETTERS), [0, 1, null, 3, 4]);
});

Deno.test("ElementMemory finds what changed in one document in its place in the next", () => {
  const memory = remembering(LETTERS), changed = LETTERS.with(1, "{B}");
  memory.begin(changed.join(","));
  memory.beginList();
  assert.equal(memory.findRun(0).length, 1);
  memory.note(memory.add(4, 7), { index: "B" });
  assert.equal(memory.findRun(8).length, 3);
  memory.keep();
  assert.deepEqual(found(memory, changed), [0, "B", 2, 3, 4]);
});

Deno.test("ElementMemory finds many that changed their places, and few of them not", () => {
  const texts = Array.from({ length: 200 }, (_, index) => `{${index}}`);
  const memory = remembering(texts), document = texts.toReversed().join(",");
  memory.begin(document);
  const hits = texts.toReversed().filter((text) => {
    const at = document.indexOf(text);
    return memory.findByText(at, at + text.length) !== null;
  });
  assert.ok(hits.length > 100 && hits.length < 200, `${hits.length} found`);
});

Deno.test("ElementMemory has nothing of a document that was not taken", () => {
  const memory = remembering(LETTERS);
  memory.begin("{a}");
  memory.forget();
  assert.deepEqual(found(memory, LETTERS), [null, null, null, null, null]);
});

Deno.test("ElementMemory remembers no element that may hold an Any", () => {
  const texts = ['{"@type":"a"}', '{"\\u0040type":"a"}', "{b}"];
  assert.deepEqual(found(remembering(texts), texts), [null, null, 2]);
});
