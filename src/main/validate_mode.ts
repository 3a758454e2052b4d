/**
 * `--mode validate`: loads the whole configuration, opens nothing, and says whether it is good (spec/operations.md 2).
 * The verdict is on stdout, everything else is log.
 */

import { ConfigError, problemText } from "../base/errors.ts";
import type { Loggers } from "../base/log.ts";
import { configPathOf, readBootstrap } from "./bootstrap_file.ts";
import type { Options } from "./flags.ts";

/** Returns the exit code. */
export async function runValidateMode(options: Options, loggers: Loggers): Promise<0 | 1> {
  const path = configPathOf(options);
  try {
    const { warnings } = await readBootstrap(options);
    for (const warning of warnings) loggers.logger("config").warning(problemText(warning));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    loggers.logger("main").critical(`error initializing configuration '${path}': ${error.message}`);
    return 1;
  }
  console.log(`configuration '${path}' OK`);
  return 0;
}
