import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { NO_PICK_CONTEXT } from "./load_balancer.ts";
import { countPicks, namedHosts, testBalancer } from "./cases.ts";
import { roundRobin } from "./round_robin.ts";

testBalancer("roundRobin()", roundRobin, { tolerance: 0.01 });

/** The names of `count` picks. */
function order(weights: number[], seed: number, count: number): string {
  const balancer = roundRobin(namedHosts(...weights), new Random(seed));
  return Array.from({ length: count }, () => balancer.pick(NO_PICK_CONTEXT)!.name).join("");
}

Deno.test("roundRobin() goes round in the given order where weights are equal", () => {
  for (let seed = 0; seed < 8; seed++) {
    const text = order([3, 3, 3], seed, 7);
    assert.ok("abcabcabcabc".includes(text), text);
  }
});

Deno.test("roundRobin() gives every run of picks its shares where weights differ", () => {
  for (let seed = 0; seed < 8; seed++) {
    const text = order([4, 2, 1], seed, 70);
    for (let at = 0; at + 7 <= text.length; at++) {
      const window = text.slice(at, at + 7);
      const shares = ["a", "b", "c"].map((name) => window.split(name).length - 1);
      assert.ok(Math.abs(shares[0]! - 4) <= 1 && Math.abs(shares[1]! - 2) <= 1 && Math.abs(shares[2]! - 1) <= 1, text);
    }
  }
});

Deno.test("roundRobin() spreads a heavy host instead of picking it in a burst", () => {
  for (let seed = 0; seed < 8; seed++) assert.ok(!order([2, 1, 1], seed, 40).includes("aaa"));
});

Deno.test("roundRobin() keeps its shares over many picks and hosts", () => {
  const weights = Array.from({ length: 26 }, (_, position) => position + 1);
  const total = 26 * 27 / 2;
  const picks = countPicks(roundRobin(namedHosts(...weights), new Random(5)), total * 1000);
  for (const { name, weight } of namedHosts(...weights)) {
    assert.ok(Math.abs(picks[name]! - weight * 1000) <= 2, `${name}: ${picks[name]}`);
  }
});
