import assert from "node:assert/strict";
import { sampleAdmin } from "../sample_source.ts";
import { openApiDocument, pathTemplate } from "./document.ts";
import { OPERATIONS } from "./operations.ts";

interface Described {
  readonly operationId: string;
  readonly "x-role": string | null;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

function describedPaths(): Record<string, Record<string, Described>> {
  return openApiDocument("1").paths as Record<string, Record<string, Described>>;
}

Deno.test("openApiDocument() has every route of /api/v1 that the app has, and no other", () => {
  const routes = sampleAdmin().admin.routes.filter((route) => route.includes(" /api/"));
  const described = Object.entries(describedPaths()).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assert.ok(routes.length > 30);
  assert.deepEqual(described.sort(), routes.map(pathTemplate).sort());
});

Deno.test("openApiDocument() gives each operation its own id, a role, and refusals as problem+json", () => {
  const operations = Object.values(describedPaths()).flatMap((methods) => Object.values(methods));
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, OPERATIONS.length);
  for (const { operationId, responses, ...operation } of operations) {
    assert.ok(operation["x-role"] !== undefined, operationId);
    for (const status of ["400", "401", "403", "429"]) {
      assert.deepEqual(Object.keys(responses[status]!.content!), ["application/problem+json"], operationId);
    }
  }
});

Deno.test("openApiDocument() names every step of a path as a parameter", () => {
  for (const [path, methods] of Object.entries(describedPaths())) {
    const steps = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      assert.deepEqual(parameters.filter((one) => one.in === "path").map(({ name }) => name), steps, path);
    }
  }
});

Deno.test("openApiDocument() takes roles from the rules, queries and bodies from the routes' own schemas", () => {
  const paths = describedPaths();
  const roles = [
    ["get", "/session", null],
    ["get", "/clusters", "viewer"],
    ["patch", "/runtime", "operator"],
    ["post", "/runtime/validate", "viewer"],
    ["post", "/actions/{kind}", "operator"],
  ] as const;
  for (const [method, path, role] of roles) assert.equal(paths[`/api/v1${path}`]![method]!["x-role"], role, path);
  const query = paths["/api/v1/clusters"]!["get"]!.parameters;
  assert.deepEqual(query.map(({ name }) => name), ["q", "limit", "cursor", "filter", "sort"]);
  assert.deepEqual(query[1]!.schema, { type: "string", pattern: "^\\d{1,9}$" });
  const body = paths["/api/v1/runtime"]!["patch"]!.requestBody!.content["application/json"].schema;
  assert.deepEqual(Object.keys((body as { properties: object }).properties), [
    "reason",
    "dry_run",
    "confirm_within_s",
    "ops",
  ]);
  assert.match(JSON.stringify(paths["/api/v1/actions/{kind}"]), /`shutdown` needs `admin`/);
});

Deno.test("OPERATIONS name answers by types that the contract has", async () => {
  const folder = new URL("../contract/", import.meta.url);
  let contract = "";
  for await (const { name } of Deno.readDir(folder)) contract += await Deno.readTextFile(new URL(name, folder));
  for (const [, path, , returns] of OPERATIONS) {
    for (const [type] of returns.replace("an OpenAPI document", "").matchAll(/\b[A-Z]\w+/g)) {
      assert.match(contract, new RegExp(`export (interface|type) ${type}\\b`), `${path}: ${type}`);
    }
  }
});

Deno.test("GET /api/v1/openapi.json answers the document", async () => {
  const answer = await sampleAdmin().ask("/api/v1/openapi.json");
  assert.equal(answer.headers.get("content-type"), "application/json");
  const document = await answer.json();
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(document.info.version, "0.1.0");
});
