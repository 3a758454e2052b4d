import assert from "node:assert/strict";
import { parseExposition } from "./exposition.ts";

Deno.test("parseExposition() reads what is right", () => {
  const families = parseExposition(
    '# TYPE a counter\na{b="c\\"\\\\\\n"} 1\na{} 2\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 3\nh_sum{} 4.5\nh_count{} 3\n' +
      '# TYPE s summary\ns{quantile="0.5"} NaN\ns_sum{} 0\ns_count{} 0\n',
  );
  assert.deepEqual([...families.keys()], ["a", "h", "s"]);
  assert.equal(families.get("a")!.samples[0]!.labels.get("b"), 'c"\\\n');
});

const WRONG: readonly (readonly [why: RegExp, text: string])[] = [
  [/no end/, "# TYPE a counter\na 1"],
  [/outside/, "a 1\n"],
  [/outside/, "# TYPE a counter\nb 1\n"],
  [/second family/, "# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n# TYPE a counter\na 2\n"],
  [/second value/, "# TYPE a gauge\na 1\na 2\n"],
  [/Bad:/, "# TYPE a thing\na 1\n"],
  [/Bad:/, "# TYPE 1a gauge\n1a 1\n"],
  [/Bad label/, '# TYPE a gauge\na{b="c"d"} 1\n'],
  [/Bad label/, '# TYPE a gauge\na{b-c="d"} 1\n'],
  [/Bad label/, '# TYPE a gauge\na{b="\\x"} 1\n'],
  [/label twice/, '# TYPE a gauge\na{b="1",b="2"} 1\n'],
  [/Bad value/, "# TYPE a gauge\na nan\n"],
  [/Bad value/, "# TYPE a gauge\na  1\n"],
  [/below zero/, "# TYPE a counter\na -1\n"],
  [/no samples/, "# TYPE a counter\n"],
  [/No name/, "# TYPE a counter\n{} 1\n"],
  [/do not rise/, '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n'],
  [/not of everything/, '# TYPE h histogram\nh_bucket{le="1"} 2\nh_sum 1\nh_count 2\n'],
  [/no sum/, '# TYPE h histogram\nh_bucket{le="+Inf"} 2\nh_count 2\n'],
];

for (const [why, text] of WRONG) {
  Deno.test(`parseExposition() refuses ${JSON.stringify(text).slice(0, 80)}`, () => {
    assert.throws(() => parseExposition(text), why);
  });
}
