/**
 * Which variants denvoy cannot load yet, asked at its own doorway: the command line's reading of a bootstrap. What it
 * says is "not supported yet" makes the variant's cases wait; any other refusal is a difference from Envoy.
 */
import { ConfigError } from "../../src/base/errors.ts";
import { readBootstrap } from "../../src/main/bootstrap_file.ts";
import { readCommandLine } from "../../src/main/flags.ts";
import { type Variant, variantsBootstrap } from "./variant.ts";

/** Any ports do: nothing is opened. */
const PLACES = { origin: 2, bytes: 3, stuck: 4, logPath: "/dev/null" };

/** Why denvoy does not serve a variant. */
export interface Refusal {
  /** Every problem is that something is not supported yet. */
  readonly isWaiting: boolean;
  /** Fields, and with them what is wrong unless that is that they are not supported yet. */
  readonly reasons: readonly string[];
}

/** Null when denvoy loads the variant. */
export async function refusalOf(name: string, variant: Variant): Promise<Refusal | null> {
  const command = readCommandLine(["--config-yaml", variantsBootstrap([[name, variant, PLACES]])]);
  if (command.kind !== "run") throw new Error(`Cannot read the command line: ${command.text}`);
  try {
    await readBootstrap(command.options);
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const isWaiting = error.problems.every(({ reason }) => reason.includes("not supported yet"));
    return {
      isWaiting,
      reasons: [
        ...new Set(
          error.problems.map(({ path, reason }) =>
            isWaiting ? thingOf(path, reason) : `${thingOf(path, reason)}: ${reason}`
          ),
        ),
      ],
    };
  }
}

/** The last steps of the path say which field it is; of an extension, its type. */
function thingOf(path: string, reason: string): string {
  const type = /envoy\.[\w.]+\.v3\.\w+/.exec(reason)?.[0];
  const field = path.split(".").at(-1)!.replace(/\[\d+\]$/, "");
  return type === undefined ? field : `${type.split(".").at(-1)}.${field}`.replace(/\.typed_config$/, "");
}
