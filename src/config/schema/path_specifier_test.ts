import assert from "node:assert/strict";
import { z } from "zod";
import { pathText } from "../field_path.ts";
import { readWithSchema } from "../schema_read.ts";
import { pathSpecifierFields, pathSpecifierOf } from "./path_specifier.ts";
import { pathRewritePolicySchema } from "./uri_template.ts";

const schema = z.strictObject(pathSpecifierFields).transform((message) => ({ path: pathSpecifierOf(message) }));

function read(tree: Record<string, unknown>, by: z.ZodType = schema): unknown {
  const refused: string[] = [];
  const refuse = (path: readonly (string | number)[], reason: string) => refused.push(`${pathText(path)}: ${reason}`);
  const reports = { unsupported: refuse, invalid: refuse, warning: refuse };
  const config = readWithSchema(by, "envoy.config.route.v3.RouteMatch", tree, false, reports);
  return refused.length > 0 ? refused : config;
}

function policy(kind: string, fields: Record<string, unknown>) {
  return { name: "u", typed_config: { "@type": `type.googleapis.com/envoy.extensions.path.${kind}`, ...fields } };
}

const match = (path_template: string) => policy("match.uri_template.v3.UriTemplateMatchConfig", { path_template });
const rewrite = (path_template_rewrite: string) =>
  policy("rewrite.uri_template.v3.UriTemplateRewriteConfig", { path_template_rewrite });

Deno.test("pathSpecifierOf() takes the one that is set", () => {
  assert.deepEqual(read({}), { path: null });
  assert.deepEqual(read({ prefix: "" }), { path: { kind: "prefix", value: "", ignoreCase: false } });
  assert.deepEqual(read({ path: "/a", case_sensitive: false }), {
    path: { kind: "path", value: "/a", ignoreCase: true },
  });
  assert.deepEqual(read({ path_separated_prefix: "/a" }), {
    path: { kind: "path_separated_prefix", value: "/a", ignoreCase: false },
  });
  assert.deepEqual(read({ safe_regex: { regex: "/a+" }, case_sensitive: false }), {
    path: { kind: "safe_regex", regex: "/a+" },
  });
  assert.deepEqual(read({ path_match_policy: match("/a/") }), {
    path: { kind: "uri_template", template: { template: "/a/", regex: "/a/", variables: [] } },
  });
});

Deno.test("pathSpecifierFields refuse bad expressions and templates, and other policies by name", () => {
  assert.deepEqual(read({ safe_regex: { regex: "a(" } }), ["safe_regex.regex: missing ): a("]);
  assert.deepEqual(read({ path_match_policy: match("a") }), [
    'path_match_policy.typed_config.path_template: path_match_policy.path_template a is invalid: Invalid pattern: "a"',
  ]);
  assert.deepEqual(read({ path_match_policy: policy("match.other.v3.Other", {}) }), [
    "path_match_policy.typed_config: extension type envoy.extensions.path.match.other.v3.Other is known to Envoy, not " +
    "supported yet",
  ]);
});

Deno.test("pathRewritePolicySchema reads a rewrite, and refuses a bad one", () => {
  assert.deepEqual(read(rewrite("/{a}"), pathRewritePolicySchema), {
    template: "/{a}",
    parts: [{ kind: "text", text: "/" }, { kind: "variable", text: "a" }],
  });
  assert.deepEqual(read(rewrite("a"), pathRewritePolicySchema), [
    "typed_config.path_template_rewrite: path_rewrite_policy.path_template_rewrite a is invalid",
  ]);
});
