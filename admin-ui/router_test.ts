import { deepEqual, equal } from "node:assert/strict";
import { consolePath, parsePath, pathOf, Router, type RouterWindow } from "./router.ts";

/** An address bar without a browser. */
function addressBar(start: string): RouterWindow & { url: URL; entries: number } {
  const bar = {
    url: new URL(start, "http://proxy"),
    entries: 1,
    get location() {
      return bar.url;
    },
    history: {
      pushState(_state: unknown, _title: string, to: string) {
        bar.url = new URL(to, bar.url);
        bar.entries++;
      },
      replaceState(_state: unknown, _title: string, to: string) {
        bar.url = new URL(to, bar.url);
      },
    },
  };
  return bar as unknown as RouterWindow & { url: URL; entries: number };
}

Deno.test("parsePath() gives the steps below the console's root", () => {
  deepEqual(parsePath("/console/"), []);
  deepEqual(parsePath("/console"), []);
  deepEqual(parsePath("/console/clusters"), ["clusters"]);
  deepEqual(parsePath("/clusters/a%2Fb/hosts"), ["clusters", "a/b", "hosts"]);
});

Deno.test("parsePath() takes a name as it stands when it is not well encoded", () => {
  deepEqual(parsePath("/console/clusters/100%"), ["clusters", "100%"]);
});

Deno.test("pathOf() and parsePath() agree on any name", () => {
  for (const name of ["web", "a/b?c#d", "名前", "%"]) {
    deepEqual(parsePath(pathOf("clusters", name)), ["clusters", name]);
  }
});

Deno.test("consolePath() puts the server's links under the console and nowhere else", () => {
  equal(consolePath("/clusters/web"), "/console/clusters/web");
  equal(consolePath("/console/clusters/web"), "/console/clusters/web");
  equal(consolePath("javascript:alert(1)"), "/console/javascript:alert(1)");
  equal(consolePath("//elsewhere/x"), "/console//elsewhere/x");
});

Deno.test("Router keeps filters in the URL for as long as the page is the same", () => {
  const bar = addressBar("/console/clusters?q=web");
  const router = new Router(bar);
  equal(router.query("q"), "web");
  router.setQuery("problems", "1");
  equal(bar.url.search, "?q=web&problems=1");
  equal(bar.entries, 1);
  router.go("/console/clusters/web");
  equal(bar.url.pathname + bar.url.search, "/console/clusters/web?q=web&problems=1");
  equal(bar.entries, 2);
  router.setQuery("q", "");
  equal(bar.url.search, "?problems=1");
  router.go("/console/workers");
  equal(bar.url.pathname + bar.url.search, "/console/workers");
});

Deno.test("Router takes the query of a link that has one", () => {
  const bar = addressBar("/console/clusters?q=web");
  const router = new Router(bar);
  router.go("/console/clusters?q=api");
  equal(router.query("q"), "api");
});

Deno.test("Router counts going twice to one place as two arrivals", () => {
  const router = new Router(addressBar("/console/"));
  const before = router.arrivals.value;
  router.go("/console/workers");
  router.go("/console/workers");
  equal(router.arrivals.value, before + 2);
});
