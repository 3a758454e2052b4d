/** A connection manager's configuration for unit tests: what it is about as YAML, read by the real loader. */
import type { HttpConnectionManagerConfig } from "../../src/config/http_config.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { bootstrap } from "./bootstrap.ts";

/** The manager with these fields, lines of YAML, and every default. */
export function managerConfig(...managerFields: readonly string[]): HttpConnectionManagerConfig {
  const text = bootstrap({ managerFields, routes: ["{ match: { prefix: / }, direct_response: { status: 200 } }"] });
  const { snapshot } = loadBootstrap({ file: { text, fileName: "test.yaml" } });
  return snapshot.listeners[0]!.filterChains[0]!.filters[0]!;
}
