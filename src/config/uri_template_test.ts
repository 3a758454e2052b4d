import assert from "node:assert/strict";
import { parseUriRewrite, parseUriTemplate, uriRewriteProblem } from "./uri_template.ts";

const ONE = "[a-zA-Z0-9._~%!$&'()*+,;:@=-]+", MANY = "[a-zA-Z0-9._~%!$&'()*+,;:@=/-]*";

const templates: Array<[template: string, regex: string, variables: string[]]> = [
  ["/", "/", []],
  ["/a/b/", "/a/b/", []],
  ["/*", `/${ONE}`, []],
  ["/*/x/**", `/${ONE}/x/${MANY}`, []],
  ["/**.mpd", `/${MANY}\\.mpd`, []],
  ["/*.mpd", `/${ONE}\\.mpd`, []],
  ["/{a}", `/(?P<a>${ONE})`, ["a"]],
  ["/{a=*}/{b=**}", `/(?P<a>${ONE})/(?P<b>${MANY})`, ["a", "b"]],
  ["/{a=b/*/c}", `/(?P<a>b/${ONE}/c)`, ["a"]],
  ["/{a=**}/c/", `/(?P<a>${MANY})/c/`, ["a"]],
  ["/x-{a}.json/y", `/x-(?P<a>${ONE})\\.json/y`, ["a"]],
  ["/{a=**}:verb", `/(?P<a>${MANY}):verb`, ["a"]],
  ["/a+(b)$", "/a\\+\\(b\\)\\$", []],
  ["/a*b", "/a*b", []],
  ["/{abcdefghijklmnop}", `/(?P<abcdefghijklmnop>${ONE})`, ["abcdefghijklmnop"]],
];

for (const [template, regex, variables] of templates) {
  Deno.test(`parseUriTemplate() reads ${template}`, () => {
    assert.deepEqual(parseUriTemplate(template), { template, regex, variables });
  });
}

/** As Envoy has it. */
const refused: Array<[template: string, reason: string]> = [
  ["a", 'Invalid pattern: "a"'],
  ["", 'Invalid pattern: ""'],
  ["/\u00e4", 'Invalid pattern: "/\u00e4"'],
  ["/**/*", "Glob after text glob."],
  ["/x{a=**}y/*", "Glob after text glob."],
  ["/{a=**}/{b}", "Implicit variable path glob after text glob."],
  ["/{a}/{a}", 'Repeated variable name: "a"'],
  ["/{a=}", "Empty variable match"],
  ["/{a=/b}", 'Invalid literal: ""'],
  ["/{a=b/}", 'Invalid variable match: "/"'],
  ["/{a=**.m}", 'Invalid variable match: ".m"'],
  ["/{a=***}", 'Invalid variable match: "*"'],
  ["/{=*}", 'Invalid variable name: ""'],
  ["/{a-b}", 'Invalid variable name: "a-b"'],
  ["/{1a}", 'Invalid variable name: "1a"'],
  ["/{a/b}", 'Invalid variable name: "a/b"'],
  [
    "/{abcdefghijklmnopq}",
    'Invalid variable name length (length of "abcdefghijklmnopq" should be at least 1 and no more than 16)',
  ],
  ["/{a}/{b}/{c}/{d}/{e}/{f}", "Exceeded variable count limit (5)"],
  ["/{a", 'Unmatched variable bracket in mixed pattern: "{a"'],
  ["/a{b", 'Invalid literal: "a{b"'],
  ["/a}", 'Invalid literal: "a}"'],
  ["/a}b{c}", 'Invalid prefix literal: "a}b"'],
  ["/x{a}-{b}y", 'Invalid suffix literal: "-{b}y"'],
  ["/{a={b}}", 'Invalid suffix literal: "}"'],
  ["/b{a=x/*}", 'Invalid literal: "b{a=x"'],
  ["/a//b", 'Invalid literal: ""'],
  ["//", 'Invalid literal: ""'],
  ["/a?b", 'Invalid literal: "a?b"'],
  ["/a|b", 'Invalid literal: "a|b"'],
  ["/*{a}", 'Invalid literal: "{a}"'],
  ["/*a/b", "Prefix match not supported."],
];

for (const [template, reason] of refused) {
  Deno.test(`parseUriTemplate() refuses ${template}`, () => {
    assert.equal(parseUriTemplate(template), `path_match_policy.path_template ${template} is invalid: ${reason}`);
  });
}

Deno.test("parseUriRewrite() reads text and variables", () => {
  const text = (text: string) => ({ kind: "text", text }), variable = (text: string) => ({ kind: "variable", text });
  const rewrites: Array<[template: string, parts: unknown[]]> = [
    ["/", [text("/")]],
    ["/a/*/b=c", [text("/a/*/b=c")]],
    ["/{a}", [text("/"), variable("a")]],
    ["/x-{a}{b}/{a}/", [text("/x-"), variable("a"), variable("b"), text("/"), variable("a"), text("/")]],
  ];
  for (const [template, parts] of rewrites) assert.deepEqual(parseUriRewrite(template), { template, parts });
});

for (
  const rewrite of ["x", "{a}", "/{a", "/a}", "/{a=*}", "/{}", "/a?b", "/a#b", "/a//b", "//", "/a|b", "/\u00e4", "/ a"]
) {
  Deno.test(`parseUriRewrite() refuses ${rewrite}`, () => {
    assert.equal(parseUriRewrite(rewrite), `path_rewrite_policy.path_template_rewrite ${rewrite} is invalid`);
  });
}

Deno.test("uriRewriteProblem() wants the variables of the match, and a match", () => {
  const match = parseUriTemplate("/{a}/{b}");
  assert.ok(typeof match !== "string");
  const problem = (template: string, against: typeof match | null = match) => {
    const rewrite = parseUriRewrite(template);
    assert.ok(typeof rewrite !== "string");
    return uriRewriteProblem(against, rewrite);
  };
  assert.equal(problem("/{b}/{a}"), null);
  assert.equal(problem("/x"), null);
  assert.equal(
    problem("/{a}/{c}"),
    "mismatch between variables in path_match_policy /{a}/{b} and path_rewrite_policy /{a}/{c}",
  );
  assert.match(problem("/x", null)!, /^unable to use .*uri_template_rewriter extension without .*uri_template_matcher/);
});
