/** Tests of the end of the process, without one. */

import assert from "node:assert/strict";
import { SILENT_LOGGER } from "../base/log.ts";
import type { DrainMessage } from "../worker/messages.ts";
import { type Drainable, Shutdown } from "./shutdown.ts";

class Busy implements Drainable {
  readonly drains: DrainMessage[] = [];
  readonly idle = Promise.withResolvers<void>();
  isReady = true;

  beginDraining(): void {
    this.isReady = false;
  }

  drain(message: DrainMessage): void {
    this.drains.push(message);
  }

  activeRequests(): number {
    return 3;
  }

  untilIdle(): Promise<void> {
    return this.idle.promise;
  }
}

/** Whether `promise` has settled once everything that could settle it by itself has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return settled;
}

Deno.test("Shutdown drains on the first request and is over when nothing is active", async () => {
  const process = new Busy();
  const shutdown = new Shutdown(process, 60_000, SILENT_LOGGER);
  shutdown.request();
  assert.equal(process.isReady, false);
  assert.deepEqual(process.drains, [{
    kind: "drain",
    strategy: "immediate",
    timeMs: 60_000,
    closeIdle: true,
  }]);
  assert.equal(await isSettled(shutdown.over), false);
  process.idle.resolve();
  assert.equal(await isSettled(shutdown.over), true);
});

Deno.test("Shutdown is over at the second request, whatever is active", async () => {
  const process = new Busy();
  const shutdown = new Shutdown(process, 60_000, SILENT_LOGGER);
  shutdown.request();
  shutdown.request();
  assert.equal(await isSettled(shutdown.over), true);
  assert.equal(process.drains.length, 1);
});

Deno.test("Shutdown with a drain time of 0 is over at once and drains nothing", async () => {
  const process = new Busy();
  const shutdown = new Shutdown(process, 0, SILENT_LOGGER);
  shutdown.request();
  assert.equal(await isSettled(shutdown.over), true);
  assert.equal(process.isReady, true);
  assert.deepEqual(process.drains, []);
});

Deno.test("Shutdown is over when its time is up", async () => {
  const shutdown = new Shutdown(new Busy(), 1, SILENT_LOGGER);
  shutdown.request();
  await shutdown.over;
});
