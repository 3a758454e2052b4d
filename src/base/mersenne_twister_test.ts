import assert from "node:assert/strict";
import { MersenneTwister } from "./mersenne_twister.ts";

Deno.test("MersenneTwister gives the numbers that the C++ standard asks for", () => {
  const twister = new MersenneTwister();
  // ISO C++ [rand.predef]: the 10,000th number of a default-constructed engine, whose seed is 5489.
  twister.seed(5489);
  for (let i = 1; i < 10_000; i++) twister.next32();
  assert.equal(twister.next32(), 4_123_659_995);
});

Deno.test("MersenneTwister begins again when it is seeded", () => {
  const twister = new MersenneTwister();
  const take = (seed: number) => {
    twister.seed(seed);
    return Array.from({ length: 3 }, () => twister.next32());
  };
  // Published first numbers of the seeds 1 and 5489.
  assert.deepEqual(take(1), [1_791_095_845, 4_282_876_139, 3_093_770_124]);
  assert.deepEqual(take(5489), [3_499_211_612, 581_869_302, 3_890_346_734]);
  assert.deepEqual(take(1), [1_791_095_845, 4_282_876_139, 3_093_770_124]);
});
