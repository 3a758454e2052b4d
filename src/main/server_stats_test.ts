/** Tests of the process's own stats. */

import assert from "node:assert/strict";
import { StatKind } from "../observe/stats/definitions.ts";
import { StatBook } from "../observe/stats/stat_book.ts";
import { ServerStats } from "./server_stats.ts";

function made(concurrency = 2): { book: StatBook; stats: ServerStats } {
  const book = new StatBook();
  return { book, stats: new ServerStats(book.own, concurrency, "1.2.3") };
}

/** What Envoy's admin shows of these groups, from real Envoy; without what belongs to features that are not here. */
const ENVOY_NAMES = [
  ..."listener_added listener_create_failure listener_create_success listener_in_place_updated listener_modified"
    .split(" ").map((name) => `listener_manager.${name}`),
  ..."listener_removed listener_stopped total_filter_chains_draining total_listeners_draining"
    .split(" ").map((name) => `listener_manager.${name}`),
  ..."total_listeners_warming workers_pinned workers_started".split(" ").map((name) => `listener_manager.${name}`),
  ..."admin_overrides_active deprecated_feature_seen_since_process_start deprecated_feature_use load_error load_success"
    .split(" ").map((name) => `runtime.${name}`),
  ..."num_keys num_layers override_dir_exists override_dir_not_exists".split(" ").map((name) => `runtime.${name}`),
  ..."compilation_settings.fips_mode concurrency days_until_first_cert_expiring debug_assertion_failures".split(" ")
    .map((name) => `server.${name}`),
  ..."dropped_stat_flushes dynamic_unknown_fields envoy_bug_failures envoy_notifications hot_restart_epoch".split(" ")
    .map((name) => `server.${name}`),
  ..."hot_restart_generation live main_thread.watchdog_mega_miss main_thread.watchdog_miss memory_allocated".split(" ")
    .map((name) => `server.${name}`),
  ..."memory_heap_size memory_physical_size parent_connections seconds_until_first_ocsp_response_expiring state"
    .split(" ").map((name) => `server.${name}`),
  ..."static_unknown_fields stats_recent_lookups total_connections uptime version wip_protos".split(" ")
    .map((name) => `server.${name}`),
  ..."worker_0.watchdog_mega_miss worker_0.watchdog_miss worker_1.watchdog_miss".split(" ").map((name) =>
    `server.${name}`
  ),
  ..."main_thread.watchdog_mega_miss main_thread.watchdog_miss workers.watchdog_mega_miss workers.watchdog_miss"
    .split(" "),
];

Deno.test("ServerStats has Envoy's names as soon as the bootstrap is loaded", () => {
  const { book, stats } = made();
  stats.loaded(0, 1);
  const missing = ENVOY_NAMES.filter((name) => book.find(name) === undefined);
  assert.deepEqual(missing, []);
});

Deno.test("ServerStats shows live at once and state only after a flush", () => {
  const { book, stats } = made();
  assert.equal(book.valueOf("server.live"), 1);
  stats.setLive(false);
  assert.equal(book.valueOf("server.live"), 0);
  assert.equal(book.valueOf("server.state"), 0);
  stats.flush({
    state: "DRAINING",
    uptimeS: 12,
    heapUsedBytes: 1,
    heapTotalBytes: 2,
    rssBytes: 3,
    connections: 4,
    workersStarted: 2,
    activeClusters: 2,
  });
  assert.equal(book.valueOf("server.state"), 1);
  assert.equal(book.valueOf("server.uptime"), 12);
  assert.equal(book.valueOf("server.total_connections"), 4);
  assert.equal(book.valueOf("listener_manager.workers_started"), 2);
});

Deno.test("ServerStats counts a worker's missed pings for it and for all workers", () => {
  const { book, stats } = made();
  stats.workerPinged(1, "miss");
  stats.workerPinged(1, "mega_miss");
  stats.workerPinged(0, "answered");
  assert.equal(book.valueOf("server.worker_1.watchdog_miss"), 1);
  assert.equal(book.valueOf("server.worker_1.watchdog_mega_miss"), 1);
  assert.equal(book.valueOf("server.worker_0.watchdog_miss"), 0);
  assert.equal(book.valueOf("workers.watchdog_miss"), 1);
  stats.mainTicked(300);
  assert.equal(book.valueOf("server.main_thread.watchdog_miss"), 1);
  assert.equal(book.valueOf("server.main_thread.watchdog_mega_miss"), 0);
});

Deno.test("ServerStats records how long the start took", () => {
  const { book, stats } = made();
  stats.started(12.5);
  const stat = book.find("server.initialization_time_ms");
  assert.equal(stat?.kind, StatKind.histogram);
  assert.equal(stat?.value, 1);
});

Deno.test("ServerStats makes a number of the version that rises with it", () => {
  assert.equal(made().book.valueOf("server.version"), 1_002_003);
});
