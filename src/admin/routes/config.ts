/** The configuration with its versions: `/api/v1/config` and below it (spec/console.md 5.8, 7.2). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { runInSlices } from "../../observe/stats/slices.ts";
import type { AdminEnv } from "../access.ts";
import { apiStream, listPieces } from "../api_stream.ts";
import { ConfigBrowser, DISK, RUNNING } from "../config_browser.ts";
import { diffLines, withGaps } from "../config_diff.ts";
import type { ResourceStatus } from "../config_source.ts";
import type { ConfigDiff, DiffLine } from "../contract/config.ts";
import { indentedText, yamlLines } from "../contract/yaml_lines.ts";
import { problem, queryProblem } from "../problem_details.ts";
import type { AdminSource } from "../source.ts";

/** What is longer is not taken apart on this thread; as it stands it can be had. */
const MAX_PARSED_CHARS = 1024 * 1024;

const MAX_NAME = 16_384;
const versionId = z.string().max(20).default("");

const ResourceQuery = z.object({ version: versionId, format: z.enum(["json", "yaml"]).optional() });

const DiffQuery = z.object({
  type: z.string().max(20),
  name: z.string().max(MAX_NAME),
  a: versionId,
  b: versionId,
  context: z.string().regex(/^\d{1,6}$/, "wants a whole number").transform(Number).default(3),
});

/** Adds the routes to the app. */
export function addConfigRoutes(app: Hono<AdminEnv>, source: AdminSource): void {
  const browser = new ConfigBrowser(source.config);
  const tagOf = (own = "") => `${source.bootId.slice(0, 8)}-${source.config.revision}${own}`;
  app.get("/api/v1/config", async (context) => {
    const bootstrap = await source.config.bootstrapFile();
    const head = { as_of_ms: Date.now(), generation: source.generation(), bootstrap };
    const tag = tagOf(`-${source.generation()}-${bootstrap.differs}`);
    return apiStream(context.req.raw, tag, () => listPieces(head, "items", browser.items()));
  });
  app.get(
    "/api/v1/config/changes",
    ({ req }) => apiStream(req.raw, tagOf(), () => listPieces({}, "items", browser.pushes())),
  );
  app.get("/api/v1/config/diff", (context) => diffAnswer(context, browser, tagOf()));
  app.get("/api/v1/config/:type/:name/versions", ({ req }) => {
    const resource = browser.find(req.param("type"), req.param("name"));
    if (resource === null) return noResource(req.param("type"), req.param("name"));
    return apiStream(req.raw, tagOf(), () => listPieces({}, "items", browser.versions(resource)));
  });
  app.get("/api/v1/config/:type/:name", (context) => resourceAnswer(context, browser, tagOf()));
}

async function resourceAnswer(
  { req }: Context<AdminEnv, "/api/v1/config/:type/:name">,
  browser: ConfigBrowser,
  tag: string,
): Promise<Response> {
  const query = ResourceQuery.safeParse(req.query());
  if (!query.success) return queryProblem(query.error);
  const resource = browser.find(req.param("type"), req.param("name"));
  if (resource === null) return noResource(req.param("type"), req.param("name"));
  const { version, format } = query.data;
  const text = await browser.text(resource, version);
  if (text !== null && "error" in text) return problem(422, `The file would not be taken now: ${text.error}`);
  if (text === null && (version !== "" || format !== undefined)) return noVersion(version);
  // The file may be another one the next moment.
  const own = version === DISK ? `${tag}-${crypto.randomUUID()}` : tag;
  if (text !== null && format === "json") return apiStream(req.raw, own, text.pieces);
  if (text !== null && format === "yaml") {
    const tree = await parsed(text.pieces());
    if (tree === null) return tooLarge("print as YAML");
    return apiStream(req.raw, own, () => yamlPieces(tree.value), "text/yaml; charset=UTF-8");
  }
  const { messageName: _name, message: _message, warming: _warming, ...item } = resource;
  return apiStream(req.raw, own, function* () {
    yield `{"item":${JSON.stringify(item)},"version_id":${JSON.stringify(text?.id ?? "")},"resource":`;
    if (text === null) yield "null";
    else yield* Iterator.from(text.pieces());
    yield "}";
  });
}

async function diffAnswer({ req }: Context<AdminEnv>, browser: ConfigBrowser, tag: string): Promise<Response> {
  const query = DiffQuery.safeParse(req.query());
  if (!query.success) return queryProblem(query.error);
  const { type, name, context } = query.data;
  const resource = browser.find(type, name);
  if (resource === null) return noResource(type, name);
  const { a, b } = withDefaults(resource, browser, query.data);
  const sides: unknown[] = [];
  for (const id of [a, b]) {
    const text = id === "" ? null : await browser.text(resource, id);
    if (text !== null && "error" in text) return problem(422, `The file would not be taken now: ${text.error}`);
    if (text === null && id !== "") return noVersion(id);
    const tree = text === null ? { value: undefined } : await parsed(text.pieces());
    if (tree === null) return tooLarge("compare");
    sides.push(tree.value);
  }
  const all: DiffLine[] = [];
  await runInSlices(diffLines(sides[0], sides[1]).map((line) => all.push(line)));
  const count = (op: DiffLine["op"]) => all.reduce((sum, line) => sum + Number(line.op === op), 0);
  const lines = withGaps(all, context);
  const { lines: _, ...head }: ConfigDiff = { a, b, added: count("added"), removed: count("removed"), lines };
  const own = a === DISK || b === DISK ? `${tag}-${crypto.randomUUID()}` : tag;
  return apiStream(req.raw, own, () => listPieces(head, "lines", lines));
}

/** Unless something else is asked for: what came last against what was there before. */
function withDefaults(
  resource: ResourceStatus,
  browser: ConfigBrowser,
  { a, b }: { readonly a: string; readonly b: string },
): { a: string; b: string } {
  if (resource.type === "bootstrap") return { a: a || RUNNING, b: b || DISK };
  const versions = browser.versions(resource), newest = b || versions[0]?.id || "";
  const at = versions.findIndex(({ id }) => id === newest);
  return { a: a || versions.slice(at + 1).find(({ state }) => state !== "rejected")?.id || "", b: newest };
}

/** Null = it is too long. */
async function parsed(pieces: Iterator<string>): Promise<{ readonly value: unknown } | null> {
  const texts: string[] = [];
  let length = 0;
  function* collect() {
    for (const piece of Iterator.from(pieces)) {
      texts.push(piece);
      length += piece.length;
      if (length > MAX_PARSED_CHARS) return;
      yield;
    }
  }
  await runInSlices(collect());
  return length > MAX_PARSED_CHARS ? null : { value: JSON.parse(texts.join("")) };
}

function* yamlPieces(value: unknown): Generator<string> {
  for (const line of yamlLines(value)) yield `${indentedText(line)}\n`;
}

function noResource(type: string, name: string): Response {
  return problem(404, `There is no ${type} ${JSON.stringify(name)}`);
}

function noVersion(id: string): Response {
  return problem(404, id === "" ? "There is nothing of it to show" : `There is no version ${JSON.stringify(id)}`);
}

function tooLarge(what: string): Response {
  return problem(413, `This is too large to ${what} here: ask for each version with ?format=json`);
}
