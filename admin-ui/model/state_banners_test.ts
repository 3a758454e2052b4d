import { deepEqual, equal } from "node:assert/strict";
import { Feed } from "./feed.ts";
import { overviewOf } from "./overview_cases.ts";
import { stateBanners } from "./state_banners.ts";

/** A feed that has shown this overview, at 100 s of both clocks. */
function feedOf(over: Parameters<typeof overviewOf>[0]): Feed {
  const feed = new Feed(100_000, null);
  const history = { step_s: 1, start_ms: 0, series: {} };
  const data = JSON.stringify({ op: "snapshot", data: overviewOf(over), history });
  feed.apply({ event: "overview", id: "1", data }, 100_000);
  return feed;
}

Deno.test("stateBanners() says nothing of a proxy that is well", () => {
  deepEqual(stateBanners(feedOf({})), []);
});

Deno.test("stateBanners() counts down to the end of an override within five minutes", () => {
  const expiry = (ms: number) => feedOf({ runtime: { revision: 1, overrides: 2, next_expiry_ms: ms } });
  deepEqual(stateBanners(expiry(100_000 + 300_000)), []);
  const [banner] = stateBanners(expiry(100_000 + 252_000));
  equal(banner!.text.replaceAll("\u00a0", " "), "A runtime override ends in 4 min, of 2 in force");
});

Deno.test("stateBanners() tells drains, failed health checks and why nothing can be changed", () => {
  const { server } = overviewOf();
  const feed = feedOf({
    server: { ...server, draining: true, health_check_failed: true, read_only_reason: "you came from elsewhere" },
  });
  deepEqual(stateBanners(feed).map(({ id }) => id), ["draining", "failed", "read-only"]);
});
