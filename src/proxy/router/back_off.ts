/**
 * How long a retry waits (spec/http.md 5): a random time below a bound that doubles from retry to retry, or the time that
 * the answer itself asked for, and up to half of it more, so that those who were all told the same do not come at once.
 */
import type { Random } from "../../base/random.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { RetryPolicy } from "../../route/retry_policy.ts";
import { wholeNumber } from "./timeouts.ts";

/** Runtime: the base where the policy has none. */
const BASE_KEY = "upstream.base_retry_backoff_ms";
const BASE_MS = 25;
const MAX_PER_BASE = 10;

/** For one request. */
export class BackOff {
  readonly #policy: RetryPolicy;
  readonly #random: Random;
  readonly #maxMs: number;
  /** The next wait is below it. */
  #boundMs: number;

  constructor(policy: RetryPolicy, { runtime, random }: { readonly runtime: RuntimeValues; readonly random: Random }) {
    const baseMs = policy.backOff?.baseMs ?? Math.max(1, runtime.number(BASE_KEY, BASE_MS));
    this.#policy = policy;
    this.#random = random;
    this.#maxMs = policy.backOff?.maxMs ?? baseMs * MAX_PER_BASE;
    this.#boundMs = baseMs;
  }

  /** The next wait: below base, 2 × base, 4 × base, … and never as long as the maximum. */
  nextMs(): number {
    const boundMs = this.#boundMs;
    this.#boundMs = Math.min(boundMs * 2, this.#maxMs);
    return this.#random.below(boundMs);
  }

  /** The wait that an answer's reset header asks for; null = it asks for none, or for too long a one. */
  rateLimitedMs(headers: HeaderList, nowWallMs: number): number | null {
    const limited = this.#policy.rateLimitedBackOff;
    if (limited === null) return null;
    for (const { name, format } of limited.resetHeaders) {
      const value = wholeNumber(headers.getName(name));
      if (value === null) continue;
      const waitMs = format === "SECONDS" ? value * 1000 : (value - Math.floor(nowWallMs / 1000)) * 1000;
      if (waitMs > 0 && waitMs <= limited.maxMs) return waitMs + this.#random.below(Math.floor(waitMs / 2));
    }
    return null;
  }
}
