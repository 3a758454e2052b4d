import assert from "node:assert/strict";
import { readRouteCheckFlags, type RouteCheckFlags } from "./flags.ts";

const DEFAULTS: RouteCheckFlags = {
  routesPath: "r.yaml",
  testsPath: "t.yaml",
  showsDetails: false,
  onlyShowsFailures: false,
  failUnder: 0,
  coversAll: false,
  detailsCoverage: false,
  checksDeprecation: true,
};

function read(line: string) {
  return readRouteCheckFlags(line.split(" "));
}

Deno.test("readRouteCheckFlags takes the two files and nothing else for granted", () => {
  assert.deepEqual(read("-c r.yaml -t t.yaml"), { kind: "run", flags: DEFAULTS });
});

Deno.test("readRouteCheckFlags takes both spellings of every flag", () => {
  const flags = {
    ...DEFAULTS,
    showsDetails: true,
    onlyShowsFailures: true,
    failUnder: 12.5,
    coversAll: true,
    detailsCoverage: true,
    checksDeprecation: false,
  };
  const switches = "--only-show-failures --covall --detailed-coverage --disable-deprecation-check";
  assert.deepEqual(read(`-d -f 12.5 -c r.yaml -t t.yaml ${switches}`), { kind: "run", flags });
  const long = "--details --fail-under 12.5 --config-path r.yaml --test-path t.yaml";
  assert.deepEqual(read(`${switches} ${long}`), { kind: "run", flags });
});

const refusals: Array<[line: string, reason: string]> = [
  ["-c r.yaml", "Both --config-path/c and --test-path/t are mandatory"],
  ["-c r.yaml -t", "--test-path has no value, wanted TESTS"],
  ["-c r.yaml -c s.yaml", "--config-path is given twice, wanted once"],
  ["-c r.yaml -t t.yaml -f -1", "--fail-under: found '-1', wanted a percentage"],
  ["-c r.yaml -t t.yaml -f 1%", "--fail-under: found '1%', wanted a percentage"],
  ["r.yaml t.yaml", "Couldn't find match for argument 'r.yaml'"],
  ["--detail", "Couldn't find match for argument '--detail', did you mean --details"],
  ["--output-path x", "--output-path: results as binary protobuf are known to Envoy, not supported here"],
];

for (const [line, reason] of refusals) {
  Deno.test(`readRouteCheckFlags refuses "${line}"`, () => {
    assert.deepEqual(read(line), { kind: "refused", reason });
  });
}

Deno.test("readRouteCheckFlags helps without any file", () => {
  assert.equal(read("-h").kind, "help");
});
