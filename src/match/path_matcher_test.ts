import assert from "node:assert/strict";
import type { PathMatcherConfig } from "../config/match_config.ts";
import { parseUriTemplate } from "../config/uri_template.ts";
import { compilePathMatcher } from "./path_matcher.ts";

const template = parseUriTemplate("/a/{b}");
assert.ok(typeof template !== "string");

const rows: Array<[config: PathMatcherConfig, matching: string[], other: string[]]> = [
  [{ kind: "prefix", value: "/foo", ignoreCase: false }, ["/foo", "/foobar", "/foo/"], ["/fo", "/Foo", "/", "x/foo"]],
  [{ kind: "prefix", value: "", ignoreCase: false }, ["/", "", "/a"], []],
  [{ kind: "prefix", value: "/Foo", ignoreCase: true }, ["/foo", "/FOObar"], ["/fo", "/goo"]],
  [{ kind: "path", value: "/foo/", ignoreCase: false }, ["/foo/"], ["/foo", "/foo/x", "/FOO/"]],
  [{ kind: "path", value: "/foo", ignoreCase: true }, ["/foo", "/FOO"], ["/foo/", "/fo"]],
  [{ kind: "path", value: "/\u00e4", ignoreCase: false }, ["/\u00e4"], ["/a"]],
  [{ kind: "path_separated_prefix", value: "/api", ignoreCase: false }, ["/api", "/api/", "/api/x"], [
    "/apix",
    "/ap",
    "/API",
    "/api;x",
  ]],
  [{ kind: "path_separated_prefix", value: "/API", ignoreCase: true }, ["/api", "/Api/x"], ["/apix", "/ap"]],
  [{ kind: "safe_regex", regex: "/v[0-9]+(/.*)?" }, ["/v1", "/v22/x"], ["/v", "/V1", "/v1x", "/v1/\n"]],
  [{ kind: "uri_template", template }, ["/a/x"], ["/a/", "/a/x/y"]],
];

for (const [config, matching, other] of rows) {
  Deno.test(`compilePathMatcher() of ${JSON.stringify(config).slice(0, 80)}`, () => {
    const matcher = compilePathMatcher(config);
    for (const path of [...matching, ...other]) {
      const bytes = new TextEncoder().encode(`/${path}/`);
      assert.equal(matcher.matches(bytes, 1, bytes.length - 1), matching.includes(path), JSON.stringify(path));
    }
  });
}
