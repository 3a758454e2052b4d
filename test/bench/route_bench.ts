/** What finding a route costs a request: `deno bench test/bench/route_bench.ts`. */
import { RouteTable } from "../../src/route/route_table.ts";
import { requestInput } from "../support/route_inputs.ts";
import { TEST_FORMATS } from "../support/format_context.ts";
import { routeConfiguration } from "../support/route_configs.ts";

function table(domains: string[], routesEach: number): RouteTable {
  const routes = Array.from(
    { length: routesEach },
    (_, i) => `{ name: r${i}, match: { prefix: /service/number/${i}/ }, route: { cluster: c } }`,
  );
  const hosts = domains.map((domain) =>
    `{ name: "${domain}", domains: ["${domain}"], routes: [${routes.join(", ")}] }`
  );
  return new RouteTable(routeConfiguration(`virtual_hosts: [${hosts.join(", ")}]`), TEST_FORMATS);
}

const LOOKUPS = 1000;

function bench(name: string, table: RouteTable, host: string, path: string, isFound = true): void {
  const input = requestInput("GET", path, { host });
  if ((table.resolve(input) !== null) !== isFound) throw new Error(`Cannot measure ${name}: found is not ${isFound}`);
  Deno.bench({ name: `${LOOKUPS} look-ups: ${name}` }, () => {
    for (let i = 0; i < LOOKUPS; i++) table.resolve(input);
  });
}

const names = Array.from({ length: 1000 }, (_, i) => `host-${i}.example.com`);
const suffixes = Array.from({ length: 1000 }, (_, i) => `*.tenant-${i}.example.com`);

bench("one virtual host *, first of 10 routes", table(["*"], 10), "a.test", "/service/number/0/x");
bench("one virtual host *, last of 10 routes", table(["*"], 10), "a.test", "/service/number/9/x");
bench("1,000 exact hosts", table(names, 1), "host-777.example.com", "/service/number/0/x");
bench("1,000 suffix hosts", table(suffixes, 1), "a.tenant-777.example.com", "/service/number/0/x");
bench(
  "1,000 exact and 1,000 suffix hosts and *, by *",
  table([...names, ...suffixes, "*"], 1),
  "z.test",
  "/service/number/0/",
);

// First match, last match and none: 10,000 routes may cost three times what 10 do.
for (const count of [10, 100, 10_000]) {
  const routes = table(["*"], count), last = count - 1;
  bench(`first of ${count} routes`, routes, "a.test", "/service/number/0/x");
  bench(`last of ${count} routes`, routes, "a.test", `/service/number/${last}/x`);
  bench(`none of ${count} routes`, routes, "a.test", "/service/number/x/x", false);
}
