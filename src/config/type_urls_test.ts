import assert from "node:assert/strict";
import { DEFAULT_HTTP_FILTERS } from "./load.ts";
import { factoryName, messageNameOf } from "./type_url.ts";
import { supportedExtensions, supportLevel } from "./type_urls.ts";

Deno.test("supportLevel tells supported, inert, unsupported and unknown types apart", () => {
  const level = (name: string) => supportLevel(`type.googleapis.com/${name}`, DEFAULT_HTTP_FILTERS);
  assert.equal(level("envoy.extensions.filters.http.router.v3.Router"), "supported");
  assert.equal(level("envoy.extensions.filters.http.lua.v3.Lua"), "unsupported");
  assert.equal(level("stats.PluginConfig"), "inert");
  assert.equal(level("envoy.extensions.filters.http.router.v2.Router"), "unknown");
});

Deno.test("supportedExtensions lists names as Envoy registers them", () => {
  const router = supportedExtensions(DEFAULT_HTTP_FILTERS).find(({ category }) => category === "envoy.filters.http");
  assert.equal(router?.name, "envoy.filters.http.router");
});

Deno.test("messageNameOf wants something before the slash", () => {
  assert.equal(messageNameOf("a.B"), "");
  assert.equal(messageNameOf("/a.B"), "");
  assert.equal(messageNameOf("x/y/a.B"), "a.B");
  assert.equal(factoryName("envoy.extensions.filters.http.cors.v3.Cors"), "envoy.filters.http.cors");
});
