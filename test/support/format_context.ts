/** What formats are made with, for tests: a clock that stands still and a machine without a name. */
import { ManualClock } from "../../src/base/clock.ts";
import { RandomBytes } from "../../src/base/random.ts";
import { NO_NODE } from "../../src/config/snapshot.ts";
import type { FormatContext } from "../../src/observe/format/format_context.ts";

export const TEST_FORMATS: FormatContext = {
  clock: new ManualClock(),
  hostname: "",
  node: NO_NODE,
  env: () => undefined,
  idBytes: new RandomBytes(),
};
