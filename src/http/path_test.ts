import assert from "node:assert/strict";
import { latin1Bytes, latin1Text } from "../base/ascii.ts";
import { Random } from "../base/random.ts";
import {
  hasEscapedSlash,
  hasSlashRun,
  isNormalPath,
  mergeSlashes,
  normalisePath,
  pathEndOf,
  unescapeSlashes,
} from "./path.ts";

function through(step: (path: Uint8Array) => Uint8Array | null, path: string): string | null {
  const result = step(latin1Bytes(path));
  return result === null ? null : latin1Text(result, 0, result.length);
}

/** What real Envoy makes of these. */
const NORMAL: readonly (readonly [path: string, normal: string | null])[] = [
  ["/", "/"],
  ["/a/b", "/a/b"],
  ["/a/../b", "/b"],
  ["/a/%2e%2E/c", "/c"],
  ["/a/.%2e/c", "/c"],
  ["/a/./b/", "/a/b/"],
  ["/a/.", "/a/"],
  ["/a/b/..", "/a/"],
  ["/..", "/"],
  ["/../..", "/"],
  ["/%2e/", "/"],
  ["//a//../b", "//a/b"],
  ["/a//.//b", "/a///b"],
  ["/a/b/c/./../../g", "/a/g"],
  ["/.a/..b/...", "/.a/..b/..."],
  ["/a%2e%2e/b", "/a../b"],
  // escapes: undone where the byte is unreserved, else left with the case they have
  ["/a%2eb", "/a.b"],
  ["/%41%7e%2d%5f", "/A~-_"],
  ["/a%20%22%3c%60%7b", "/a%20%22%3c%60%7b"],
  ["/%c3%a9%C3", "/%c3%a9%C3"],
  ["/%252e%252e/x", "/%252e%252e/x"],
  ["/..%2fa", "/..%2fa"],
  ["/%zz", "/%zz"],
  ["/%2", "/%2"],
  ["/%", "/%"],
  ["/%0a%7F", "/%0a%7F"],
  ["/a%00b", null],
  // an escape undone makes no other
  ["/%%32e%%32e/x", "/%252e%252e/x"],
  ["/%%34%31", "/%2541"],
  ["/%4%31", "/%2541"],
  ["/%x%31", "/%x1"],
  // backslashes and unsafe bytes
  ["/a\\..\\b", "/b"],
  ["/a%5cb", "/a%5cb"],
  ["/a!\"$&'()*+,-./0:;<=>", "/a!%22$&'()*+,-./0:;%3C=%3E"],
  ["/@A[\\]^_`a{|}~", "/@A[/]%5E_%60a%7B%7C%7D~"],
  ["/\xc3\xa9\xff", "/%C3%A9%FF"],
  // parameters of dot segments
  ["/a/..;/b", "/b"],
  ["/a/..;x=1", "/"],
  ["/a/.;x/b", "/a/b"],
  ["/..;a/..;b/c", "/c"],
  ["/a/..;..;/b", "/b"],
  ["/a/..;\\b", "/"],
  ["/.;%00/a", "/a"],
  ["/a/;..;/b", "/a/;..;/b"],
  ["/a/b;../c", "/a/b;../c"],
  ["/a/b/..%3b/c", "/a/b/..%3b/c"],
  ["/a/...;/b", "/a/...;/b"],
  ["/a;b=1/../c", "/c"],
];

Deno.test("normalisePath() gives the one spelling of a path", () => {
  for (const [path, normal] of NORMAL) assert.equal(through(normalisePath, path), normal, path);
});

Deno.test("normalisePath() goes on where Envoy leaves a dot segment with a parameter", () => {
  assert.equal(through(normalisePath, "/a/%2e%2e;/b"), "/b");
  assert.equal(through(normalisePath, "/a/%2e;x/b"), "/a/b");
  assert.equal(through(normalisePath, "/a/.%2e;x;y/b"), "/b");
  assert.equal(through(normalisePath, "/a\\..;\\b"), "/b");
});

Deno.test("isNormalPath() says yes of no path that normalisePath() would change", () => {
  for (const [path, normal] of NORMAL) {
    const bytes = latin1Bytes(`x${path}y`);
    if (isNormalPath(bytes, 1, bytes.length - 1)) assert.equal(normal, path);
  }
  assert.equal(isNormalPath(latin1Bytes("/api/v1/users;x=1/a.b"), 0, 21), true);
});

Deno.test("each step of normalisation changes nothing when it is done again", () => {
  const random = new Random(11);
  const parts = [
    "/",
    "/",
    "..",
    ".",
    ";",
    "%2e",
    "%2E",
    "%2f",
    "%5C",
    "%",
    "%%",
    "%3",
    "2e",
    "2",
    "5",
    "\\",
    "a",
    "%41",
    "%25",
  ];
  for (let round = 0; round < 20_000; round++) {
    let path = "/";
    for (let count = random.below(12); count >= 0; count--) path += parts[random.below(parts.length)]!;
    for (const step of [normalisePath, mergeSlashes, unescapeSlashes]) {
      const once = through(step, path);
      if (once === null) continue;
      assert.equal(through(step, once), once, `${path} by ${step.name}`);
      assert.match(once, /^\//);
    }
    const all = (path: string) => {
      const normal = through(normalisePath, through(unescapeSlashes, path)!);
      return normal === null ? null : through(mergeSlashes, normal);
    };
    const once = all(path);
    if (once === null) continue;
    assert.equal(all(once), once, path);
    assert.doesNotMatch(once, /\/\.\.?(;[^/]*)?(\/|$)|\\|.\/\//);
  }
});

Deno.test("unescapeSlashes() undoes both slashes and nothing else", () => {
  const cases = [["/a%2Fb", "/a/b"], ["/a%5cb%5C", "/a\\b\\"], ["/%252f", "/%252f"], ["/%2", "/%2"], ["/%%2f", "/%/"], [
    "/%2x",
    "/%2x",
  ]];
  for (const [path, wanted] of cases) {
    assert.equal(through(unescapeSlashes, path!), wanted);
    const bytes = latin1Bytes(path!);
    assert.equal(hasEscapedSlash(bytes, 0, bytes.length), path!.length !== wanted!.length, path!);
  }
  assert.equal(hasEscapedSlash(latin1Bytes("/a%2f"), 0, 4), false, "not past the end");
});

Deno.test("mergeSlashes() leaves one slash of each run, and two of a path of slashes", () => {
  for (
    const [path, wanted] of [["/", "/"], ["//", "//"], ["///", "//"], ["//x///y", "/x/y"], ["/a//", "/a/"], [
      "/a",
      "/a",
    ]]
  ) {
    assert.equal(through(mergeSlashes, path!), wanted);
    const bytes = latin1Bytes(path!);
    assert.equal(hasSlashRun(bytes, 0, bytes.length), path!.includes("//"));
  }
});

Deno.test("pathEndOf() is where the query begins", () => {
  assert.equal(pathEndOf(latin1Bytes("/a?b?c"), 0, 6), 2);
  assert.equal(pathEndOf(latin1Bytes("/a"), 0, 2), 2);
});
