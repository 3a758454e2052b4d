/**
 * URI templates through real Envoy and through ours: which templates load and why not, which paths they match, and what a
 * rewrite makes of them.
 */
import assert from "node:assert/strict";
import { parseUriRewrite, parseUriTemplate, uriRewriteProblem } from "../../src/config/uri_template.ts";
import { UriRewrite, UriTemplate } from "../../src/match/uri_template.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { connectRaw, startRawOrigin } from "../support/raw_h1.ts";

const TYPES = "type.googleapis.com/envoy.extensions.path";

const TEMPLATES = (
  "/ /a /a/ /* /*/ /** /a/* /a/** /**/ /*/** /**.mpd /*.mpd /a*b /a** /*** /x{a}y /x{a=**}y /{a=**}/c /{a} /{a}:verb " +
  "/**:verb /{a=b/*} /{a=b/**} /{a=**/b} /**/b /a/**/b /a/{b}/ /{a}* /{a=m*} /a.b /a+b /a(b)$ /v{a}/{b=c/*/d}/{e=**} " +
  "/%41 /{a}.{b}"
).split(" ");

const PATHS = (
  "/ // /a /a/ /a/b /a/b/ /a/b/c /a//b /aXb /a*b /ab /aab /a.b /a+b /a(b)$ /a.mpd /a/b.mpd /.mpd /a=b /a%20b /%41 /A /a;b " +
  "/a[b] /a|b /a^b /~ /a'b /a?q=/x /xay /xy /xa/by /x%41y /a:verb /a/b:verb /:verb /b/c /b/c/d /v1/c/2/d/ /v1/c/2/d/e/f " +
  "/v1/c/2/d /v/c/2/d/e /a/{b} /a`b /m /mm"
).split(" ");

/** One of each kind of refusal; the rest are in the parser's own test. */
const REFUSED = "/**/* /a/{b}/{b} /{a=**}/{b} /x{a}-{b}y /{a/b} /*a/b /{a".split(" ");

const REWRITES: readonly (readonly [template: string, rewrite: string])[] = [
  ["/{a}/{b}", "/x/{b}/{a}"],
  ["/{a}/{b}", "/{a}{a}"],
  ["/{a}/**", "/{a}"],
  ["/x{a=**}", "/y/{a}"],
  ["/{a=**}", "/y/{a}/z"],
  ["/{a=**}/c", "/{a}"],
  ["/v{a}/{b=c/*/d}/{e=**}", "/{e}/{b}-{a}"],
  ["/{a}*", "/y/{a}"],
];

const REFUSED_REWRITES = "/{a /a//b /{c}".split(" ");

function policy(kind: "match" | "rewrite", text: string): string {
  const [type, field] = kind === "match"
    ? ["match.uri_template.v3.UriTemplateMatchConfig", "path_template"]
    : ["rewrite.uri_template.v3.UriTemplateRewriteConfig", "path_template_rewrite"];
  return JSON.stringify({ name: "u", typed_config: { "@type": `${TYPES}.${type}`, [field]: text } });
}

function parsed(template: string) {
  const config = parseUriTemplate(template);
  assert.ok(typeof config !== "string", String(config));
  return config;
}

testNeeding("envoy", `${TEMPLATES.length} URI templates match Envoy's paths`, async (envoyPath) => {
  const loading = TEMPLATES.filter((template) => typeof parseUriTemplate(template) !== "string");
  assert.deepEqual(TEMPLATES.filter((template) => !loading.includes(template)), ["/{a}.{b}"]);
  const virtualHosts = loading.map((template, index) =>
    `{ name: h${index}, domains: [h${index}], routes: [{ match: { path_match_policy: ${policy("match", template)} }, ` +
    "direct_response: { status: 201 } }] }"
  );
  await using envoy = await startEnvoy(envoyPath, bootstrap({ virtualHosts }));
  await using connection = await connectRaw(envoy.listenerUrl("web"));
  const disagreements: string[] = [];
  for (const [index, text] of loading.entries()) {
    const template = new UriTemplate(parsed(text));
    for (const path of PATHS) {
      await connection.send(`GET ${path} HTTP/1.1\r\nhost: h${index}\r\n\r\n`);
      const { status } = await connection.readMessage();
      const bytes = new TextEncoder().encode(path.split("?")[0]);
      if (template.matches(bytes, 0, bytes.length) !== (status === 201)) {
        disagreements.push(`${text} on ${path}: Envoy says ${status}`);
      }
    }
  }
  assert.deepEqual(disagreements, []);
});

testNeeding("envoy", "templates that are refused are refused in Envoy's words", async (envoyPath) => {
  const route = (match: string, rewrite?: string) =>
    `{ match: { path_match_policy: ${policy("match", match)} }, route: { cluster: none` +
    `${rewrite === undefined ? "" : `, path_rewrite_policy: ${policy("rewrite", rewrite)}`} } }`;
  const refusals: Array<[ours: string | null, config: string]> = [
    ...REFUSED.map((template): [string | null, string] => {
      const config = parseUriTemplate(template);
      return [typeof config === "string" ? config : null, route(template)];
    }),
    ...REFUSED_REWRITES.map((rewrite): [string | null, string] => {
      const config = parseUriRewrite(rewrite);
      const problem = typeof config === "string" ? config : uriRewriteProblem(parsed("/{a}/{b}"), config);
      return [problem, route("/{a}/{b}", rewrite)];
    }),
  ];
  for (const [ours, routeText] of refusals) {
    assert.ok(ours !== null, routeText);
    const config = bootstrap({ routes: [routeText], clusters: { none: [] } });
    await assert.rejects(startEnvoy(envoyPath, config), (error: Error) => {
      assert.ok(error.message.includes(ours), `ours: ${ours}\nEnvoy's: ${error.message}`);
      return true;
    });
  }
});

testNeeding("envoy", "rewrites make Envoy's paths", async (envoyPath) => {
  let arrived = "";
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      arrived = (await connection.readMessage()).startLine.split(" ")[1]!;
      await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    }
  });
  const virtualHosts = REWRITES.map(([template, rewrite], index) =>
    `{ name: h${index}, domains: [h${index}], routes: [{ match: { path_match_policy: ${policy("match", template)} }, ` +
    `route: { cluster: origin, path_rewrite_policy: ${policy("rewrite", rewrite)} } }] }`
  );
  await using envoy = await startEnvoy(envoyPath, bootstrap({ virtualHosts, clusters: { origin: [origin.port] } }));
  await using connection = await connectRaw(envoy.listenerUrl("web"));
  let rewritten = 0;
  for (const [index, [template, text]] of REWRITES.entries()) {
    const config = parseUriRewrite(text);
    assert.ok(typeof config !== "string");
    const rewrite = new UriRewrite(parsed(template), config);
    for (const path of PATHS) {
      arrived = "";
      await connection.send(`GET ${path} HTTP/1.1\r\nhost: h${index}\r\n\r\n`);
      const { status } = await connection.readMessage();
      const [plain, query] = path.split("?") as [string, string?];
      const bytes = new TextEncoder().encode(plain);
      const ours = rewrite.rewrite(bytes, 0, bytes.length);
      if (status === 404) assert.equal(ours, null, `${template} on ${path}`);
      else assert.equal(query === undefined ? ours : `${ours}?${query}`, arrived, `${template} to ${text} on ${path}`);
      if (ours !== null) rewritten++;
    }
  }
  assert.ok(rewritten > 50, String(rewritten));
});
