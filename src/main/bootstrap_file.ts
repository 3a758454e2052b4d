/**
 * The bootstrap as the command line names it: the file of `--config-path`, with `--config-yaml` over it, read and
 * checked (spec/operations.md 2). Here are the files and the environment that `config/` does not touch itself.
 */

import { withCel } from "../base/cel/cel.ts";
import { ConfigError } from "../base/errors.ts";
import { loadBootstrap, type LoadedBootstrap } from "../config/load.ts";
import type { ResourceOptions } from "../config/load_resource.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import { BUILTIN_HTTP_FILTER_SCHEMAS } from "../worker/builtins.ts";
import type { Options } from "./flags.ts";

/** The bootstrap of `--demo` when no other is given. */
export const DEMO_CONFIG_URL: URL = new URL("../../config/demo.yaml", import.meta.url);

/** Path of the bootstrap file; empty when there is none. */
export function configPathOf(options: Options): string {
  if (options.configPath !== "" || options.configYaml !== "" || !options.isDemo) return options.configPath;
  return decodeURIComponent(DEMO_CONFIG_URL.pathname);
}

/** Reads and checks it; throws ConfigError with all that is wrong. */
export function readBootstrap(options: Options): Promise<LoadedBootstrap> {
  return withCel(() => readNow(options));
}

function readNow(options: Options): LoadedBootstrap {
  const path = configPathOf(options);
  return loadBootstrap({
    ...(path === "" ? {} : { file: { text: readConfigFile(path), fileName: path } }),
    ...(options.configYaml === "" ? {} : { overlayYaml: options.configYaml }),
  }, {
    ...resourceOptions(options),
    allowUnknownStaticFields: options.allowUnknownStaticFields,
    tolerateUnknownExtensions: options.tolerateUnknownExtensions,
    node: nodeOverrides(options),
  });
}

/** How resources are read that come while the process runs. */
export function resourceOptions({ allowUnsupported }: Options): ResourceOptions {
  return {
    allowUnsupported,
    readFile: (file) => Deno.readFileSync(file),
    env: (name) => Deno.env.get(name),
    pathExists,
    httpFilters: BUILTIN_HTTP_FILTER_SCHEMAS,
  };
}

/** Something is there and may be asked about. */
export function pathExists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function readConfigFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    throw new ConfigError([{ path: "", reason: `Invalid path: ${path}` }]);
  }
}

function nodeOverrides({ serviceNode, serviceCluster, serviceZone }: Options): Partial<NodeIdentity> {
  return {
    ...(serviceNode === "" ? {} : { id: serviceNode }),
    ...(serviceCluster === "" ? {} : { cluster: serviceCluster }),
    ...(serviceZone === "" ? {} : { zone: serviceZone }),
  };
}
