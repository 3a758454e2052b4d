import { testBalancer } from "./cases.ts";
import { RandomChoice } from "./random_choice.ts";

testBalancer("RandomChoice", (hosts, random) => new RandomChoice(hosts, random), {
  tolerance: 0.02,
  ignoresWeights: true,
});
