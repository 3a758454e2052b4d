/** Every area of the differential suite. */
import { CEL } from "./area/cel.ts";
import { CONNECTIONS } from "./area/connections.ts";
import { EARLY_MUTATIONS } from "./area/early_mutations.ts";
import { FILTERS } from "./area/filters.ts";
import { HEADERS } from "./area/headers.ts";
import { LOG_FILTERS } from "./area/log_filters.ts";
import { INTERNAL_REDIRECTS } from "./area/internal_redirects.ts";
import { LOAD_BALANCING } from "./area/load_balancing.ts";
import { LOGS } from "./area/logs.ts";
import { MALFORMED } from "./area/malformed.ts";
import { MIRRORS } from "./area/mirrors.ts";
import { OUTLIER } from "./area/outlier.ts";
import { PATHS_AND_HOSTS } from "./area/paths.ts";
import { POOLS } from "./area/pools.ts";
import { PRIORITIES } from "./area/priorities.ts";
import { REPLIES } from "./area/replies.ts";
import { RETRIES } from "./area/retries.ts";
import { REWRITES } from "./area/rewrites.ts";
import { ROUTES } from "./area/routes.ts";
import { SANITIZING } from "./area/sanitizing.ts";
import { SCOPES } from "./area/scopes.ts";
import { SPELLING } from "./area/spelling.ts";
import { TIMEOUTS } from "./area/timeouts.ts";
import { TUNNELLING } from "./area/tunnelling.ts";
import { TUNNELS } from "./area/tunnels.ts";
import { TRUST } from "./area/trust.ts";
import { UPGRADES } from "./area/upgrades.ts";
import type { Area } from "./oracle_case.ts";

export const AREAS: readonly Area[] = [
  HEADERS,
  EARLY_MUTATIONS,
  SANITIZING,
  TRUST,
  SPELLING,
  MALFORMED,
  PATHS_AND_HOSTS,
  ROUTES,
  REWRITES,
  TIMEOUTS,
  RETRIES,
  UPGRADES,
  TUNNELS,
  TUNNELLING,
  REPLIES,
  LOGS,
  LOG_FILTERS,
  CEL,
  CONNECTIONS,
  FILTERS,
  INTERNAL_REDIRECTS,
  MIRRORS,
  POOLS,
  SCOPES,
  OUTLIER,
  LOAD_BALANCING,
  PRIORITIES,
];
