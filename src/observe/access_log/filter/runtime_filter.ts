/**
 * A share of the streams. The request id decides, so that all proxies a request passes agree about it; where it is none
 * that tells, or is not to be asked, chance does.
 */
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import { HeaderId } from "../../../http/header_names.ts";
import type { RequestHead } from "../../../http/request_head.ts";
import type { StreamView } from "../../stream_view.ts";
import type { AccessLogFilter, FilterContext } from "./access_log_filter.ts";

/** Hexadecimal digits at an id's start that make a number. */
const PIVOT_DIGITS = 8;

export class RuntimeFilter implements AccessLogFilter {
  readonly #config: AccessLogFilterConfig & { readonly kind: "runtime" };
  readonly #context: FilterContext;

  constructor(config: AccessLogFilterConfig & { readonly kind: "runtime" }, context: FilterContext) {
    this.#config = config;
    this.#context = context;
  }

  passes({ request }: StreamView): boolean {
    const { runtimeKey, sampled, useIndependentRandomness } = this.#config;
    const { runtime, random } = this.#context;
    const pivot = useIndependentRandomness || request === null ? -1 : pivotOf(request);
    const drawn = (pivot < 0 ? random.next32() : pivot) % sampled.denominator;
    return drawn < runtime.number(runtimeKey, sampled.numerator);
  }
}

/** The number a request id begins with, or -1. */
function pivotOf({ headers }: RequestHead): number {
  const entry = headers.find(HeaderId.xRequestId);
  if (entry < 0) return -1;
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry);
  if (headers.valueEnd(entry) - start < PIVOT_DIGITS) return -1;
  let pivot = 0;
  for (let at = start; at < start + PIVOT_DIGITS; at++) {
    const digit = digitOf(bytes[at]!);
    if (digit < 0) return -1;
    pivot = pivot * 16 + digit;
  }
  return pivot;
}

/** The value of a hexadecimal digit, or -1. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
