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

Deno.test("parsePath() reads the page, its section and the row in it", () => {
  deepEqual(parsePath("/console/"), { page: "overview", section: null, name: null });
  deepEqual(parsePath("/console"), { page: "overview", section: null, name: null });
  deepEqual(parsePath("/console/clusters"), { page: "overview", section: "clusters", name: null });
  deepEqual(parsePath("/clusters/a%2Fb"), { page: "overview", section: "clusters", name: "a/b" });
  deepEqual(parsePath("/console/nowhere"), { page: "unknown", path: "/nowhere" });
});

Deno.test("parsePath() takes a name as it stands when it is not well encoded", () => {
  deepEqual(parsePath("/console/clusters/100%"), { page: "overview", section: "clusters", name: "100%" });
});

Deno.test("pathOf() and parsePath() agree on any name", () => {
  for (const name of ["web", "a/b?c#d", "名前", "%"]) {
    deepEqual(parsePath(pathOf("clusters", name)), { page: "overview", section: "clusters", name });
  }
});

Deno.test("consolePath() puts the server's links under the console and nowhere else", () => {
  equal(consolePath("/clusters/web"), "/console/clusters/web");
  equal(consolePath("/console/clusters/web"), "/console/clusters/web");
  equal(consolePath("javascript:alert(1)"), "/console/javascript:alert(1)");
  equal(consolePath("//elsewhere/x"), "/console//elsewhere/x");
});

Deno.test("Router keeps filters in the URL and over a change of path", () => {
  const bar = addressBar("/console/?q=web");
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
});

Deno.test("Router counts going twice to one place as two arrivals", () => {
  const router = new Router(addressBar("/console/"));
  const before = router.arrivals.value;
  router.go("/console/workers");
  router.go("/console/workers");
  equal(router.arrivals.value, before + 2);
});
