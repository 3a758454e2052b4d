/** What finding a route costs a request: `deno bench test/bench/route_bench.ts`. */
import { RouteTable } from "../../src/route/route_table.ts";
import { requestHead } from "../support/request_heads.ts";
import { routeConfiguration } from "../support/route_configs.ts";

function table(domains: string[], routesEach: number): RouteTable {
  const routes = Array.from(
    { length: routesEach },
    (_, i) => `{ name: r${i}, match: { prefix: /service/number/${i}/ }, route: { cluster: c } }`,
  );
  const hosts = domains.map((domain) =>
    `{ name: "${domain}", domains: ["${domain}"], routes: [${routes.join(", ")}] }`
  );
  return new RouteTable(routeConfiguration(`virtual_hosts: [${hosts.join(", ")}]`));
}

const LOOKUPS = 1000;

function bench(name: string, table: RouteTable, host: string, path: string): void {
  const head = requestHead("GET", path, { host });
  if (table.resolve(head) === null) throw new Error(`Cannot measure ${name}: found no route, wanted one`);
  Deno.bench({ name: `${LOOKUPS} look-ups: ${name}` }, () => {
    for (let i = 0; i < LOOKUPS; i++) table.resolve(head);
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
