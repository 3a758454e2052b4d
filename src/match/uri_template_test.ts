import assert from "node:assert/strict";
import { parseUriRewrite, parseUriTemplate } from "../config/uri_template.ts";
import { UriRewrite, UriTemplate } from "./uri_template.ts";

function parsed(template: string) {
  const config = parseUriTemplate(template);
  assert.ok(typeof config !== "string", String(config));
  return config;
}

const rows: Array<[template: string, matching: string[], other: string[]]> = [
  ["/a/*", ["/a/b", "/a/b.c"], ["/a", "/a/", "/a/b/", "/a/b/c"]],
  ["/a/**", ["/a/", "/a/b", "/a/b/c", "/a//b"], ["/a", "/ab"]],
  ["/*/", ["/a/"], ["/a", "//", "/a/b/"]],
  ["/**.mpd", ["/a.mpd", "/a/b.mpd", "/.mpd"], ["/a.mpdx", "/ampd"]],
  ["/x{a}y", ["/xay", "/x%41y"], ["/xy", "/xa/by"]],
  ["/{a=**/b}", ["/a/b", "/a/c/b"], ["/b", "/a/bc"]],
  ["/v1/{u}/f", ["/v1/~me/f", "/v1/a=b;c,d'e/f"], ["/v1/a|b/f", "/v1/a^b/f", "/v1/\xe4/f"]],
  ["/a.b", ["/a.b"], ["/aXb"]],
  ["/a*b", ["/ab", "/b", "/aab"], ["/a*b"]],
  ["/a**", [], ["/a", "/a**", "/"]],
];

for (const [template, matching, other] of rows) {
  Deno.test(`UriTemplate ${template}`, () => {
    const matcher = new UriTemplate(parsed(template));
    for (const path of [...matching, ...other]) {
      const bytes = Uint8Array.from(`x${path}?`, (unit) => unit.charCodeAt(0));
      assert.equal(matcher.matches(bytes, 1, bytes.length - 1), matching.includes(path), path);
    }
  });
}

Deno.test("UriRewrite puts variables where the rewrite has them", () => {
  const cases: Array<[template: string, rewrite: string, path: string, result: string | null]> = [
    ["/{a}/{b}", "/x/{b}/{a}", "/1/2", "/x/2/1"],
    ["/{a}/{b}", "/{a}{a}", "/1/2", "/11"],
    ["/{a}/{b}", "/x", "/1", null],
    ["/f/{rest=**}", "/g/{rest}", "/f/", "/g/"],
    ["/f/{rest=**}", "/g/{rest}", "/f/a/b%20c", "/g/a/b%20c"],
    ["/{a=**}/c", "/{a}", "/x/c/y/c", "/x/c/y"],
    ["/v{n}/{m=b/*}", "/{m}/{n}", "/v1/b/2", "/b/2/1"],
    ["/a**", "/x", "/a", null],
  ];
  for (const [template, text, path, result] of cases) {
    const rewrite = parseUriRewrite(text);
    assert.ok(typeof rewrite !== "string");
    const bytes = new TextEncoder().encode(`x${path}?q`);
    assert.equal(
      new UriRewrite(parsed(template), rewrite).rewrite(bytes, 1, bytes.length - 2),
      result,
      `${template} ${path}`,
    );
  }
});

Deno.test("UriTemplate stays linear on a long path", () => {
  const matcher = new UriTemplate(parsed("/{a}/x/{b}/x/{c}/x/{d=**}/end"));
  const bytes = new TextEncoder().encode(`/${"x/".repeat(30_000)}`);
  assert.equal(matcher.matches(bytes, 0, bytes.length), false);
});
