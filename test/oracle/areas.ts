/** Every area of the differential suite. */
import { HEADERS } from "./area/headers.ts";
import { MALFORMED } from "./area/malformed.ts";
import { PATHS_AND_HOSTS } from "./area/paths.ts";
import type { Area } from "./oracle_case.ts";

export const AREAS: readonly Area[] = [HEADERS, MALFORMED, PATHS_AND_HOSTS];
