/**
 * What a connection manager does to paths before anyone reads them (spec/http.md 1.8): one of the spellings of a path
 * is made of all, or the request is refused or sent to it. Null where nothing of the kind is asked for; a path that is
 * as it should be costs its scans.
 */
import { ESCAPED_SLASHES_ACTIONS, type NormalizationConfig } from "../../config/forwarding_config.ts";
import {
  hasEscapedSlash,
  hasSlashRun,
  isNormalPath,
  mergeSlashes,
  normalisePath,
  pathEndOf,
  unescapeSlashes,
} from "../../http/path.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

const NORMALIZE_KEY = "http_connection_manager.normalize_path";
const SLASHES_KEY = "http_connection_manager.path_with_escaped_slashes_action";
const SLASHES_ENABLED = {
  numerator: 100,
  denominator: 100,
  runtimeKey: "http_connection_manager.path_with_escaped_slashes_action_enabled",
} as const;

/** What comes of a path. */
export const PathVerdict = { fit: 0, refused: 1, redirected: 2 } as const;

/** One of {@link PathVerdict}. */
export type PathVerdictValue = typeof PathVerdict[keyof typeof PathVerdict];

const KEEP = 0, REFUSE = 1, REDIRECT = 2, FORWARD = 3;

/** By the order of {@link ESCAPED_SLASHES_ACTIONS}. */
const ACTIONS = [KEEP, KEEP, REFUSE, REDIRECT, FORWARD] as const;

export class PathRules {
  readonly #slashes: typeof ACTIONS[number];
  readonly #normalises: boolean;
  readonly #merges: boolean;

  constructor(slashes: typeof ACTIONS[number], normalises: boolean, merges: boolean) {
    this.#slashes = slashes;
    this.#normalises = normalises;
    this.#merges = merges;
  }

  /** Changes the head's path. The query stays as it is. */
  apply(head: RequestHead): PathVerdictValue {
    const { pathBytes: bytes, pathStart: start, pathEnd } = head;
    const end = pathEndOf(bytes, start, pathEnd);
    const unescapes = this.#slashes !== KEEP && hasEscapedSlash(bytes, start, end);
    if (!unescapes && this.#isFit(bytes, start, end)) return PathVerdict.fit;
    let path: Uint8Array = bytes.subarray(start, end);
    if (unescapes) {
      path = unescapeSlashes(path);
      if (this.#slashes === REFUSE) {
        head.replacePath(path);
        return PathVerdict.refused;
      }
    }
    if (this.#normalises) {
      const normal = normalisePath(path);
      if (normal === null) {
        if (unescapes) head.replacePath(path);
        return PathVerdict.refused;
      }
      path = normal;
    }
    head.replacePath(this.#merges ? mergeSlashes(path) : path);
    return unescapes && this.#slashes === REDIRECT ? PathVerdict.redirected : PathVerdict.fit;
  }

  #isFit(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#merges && hasSlashRun(bytes, start, end)) return false;
    return !this.#normalises || isNormalPath(bytes, start, end);
  }
}

/** Compiles the rules. What the configuration leaves open the runtime says now; `random` draws where that is a chance. */
export function compilePathRules(
  config: NormalizationConfig,
  runtime: RuntimeValues,
  random: () => number,
): PathRules | null {
  const normalises = config.normalizePath ?? runtime.percent(NORMALIZE_KEY, 0, random());
  const slashes = slashesAction(config, runtime, random);
  if (slashes === KEEP && !normalises && !config.mergeSlashes) return null;
  return new PathRules(slashes, normalises, config.mergeSlashes);
}

function slashesAction({ escapedSlashes }: NormalizationConfig, runtime: RuntimeValues, random: () => number) {
  const configured = ESCAPED_SLASHES_ACTIONS.indexOf(escapedSlashes);
  const number = configured === 0 ? runtime.number(SLASHES_KEY, 0) : configured;
  return runtime.fraction(SLASHES_ENABLED, random()) ? ACTIONS[number] ?? KEEP : KEEP;
}
