/** What a response to an HTTP check says of the host (spec/upstream.md 5.4): the same for HTTP/1 and HTTP/2. */
import { latin1Bytes } from "../../base/ascii.ts";
import type { HttpCheckConfig, StatusRange } from "../../config/health_check_config.ts";
import { StringMatcher } from "../../match/string_matcher.ts";
import type { CheckStats } from "./check_stats.ts";
import type { HealthCheckContext } from "./health_check_context.ts";
import { PayloadMatcher } from "./payload_matcher.ts";
import type { CheckFailure, ProbeEvents } from "./probe.ts";

const DEGRADED = "x-envoy-degraded";
const IMMEDIATE_FAIL = "x-envoy-immediate-health-check-fail";
const CHECKED_CLUSTER = "x-envoy-upstream-healthchecked-cluster";

/** Reads the fields of a response by lower case name. */
export type FieldReader = (name: string) => string | null;

export class HttpVerdict {
  readonly #config: HttpCheckConfig;
  readonly #context: HealthCheckContext;
  readonly #stats: CheckStats;
  readonly #serviceName: StringMatcher | null;
  readonly #body: PayloadMatcher;
  #bodyBytes = 0;
  #status = 0;
  #isDegraded = false;
  #isImmediateFail = false;
  #checkedCluster = "";

  constructor(config: HttpCheckConfig, context: HealthCheckContext, stats: CheckStats) {
    this.#config = config;
    this.#context = context;
    this.#stats = stats;
    this.#serviceName = config.serviceName === null ? null : new StringMatcher(config.serviceName);
    this.#body = new PayloadMatcher(config.receive);
  }

  /** A response begins. */
  takeHead(status: number, field: FieldReader): void {
    this.#status = status;
    this.#isDegraded = field(DEGRADED) !== null;
    this.#isImmediateFail = field(IMMEDIATE_FAIL) !== null;
    this.#checkedCluster = this.#serviceName === null ? "" : field(CHECKED_CLUSTER) ?? "";
    this.#body.reset();
    this.#bodyBytes = 0;
  }

  /** A piece of its body, of which only the first bytes count. */
  takeBody(bytes: Uint8Array, start: number, end: number): void {
    const limit = this.#config.responseBufferBytes;
    const taken = limit === 0 ? end - start : Math.min(end - start, limit - this.#bodyBytes);
    this.#body.take(bytes, start, start + taken);
    this.#bodyBytes += taken;
  }

  /** The response is complete: tells what it comes to. */
  tell(events: ProbeEvents): void {
    const failure = this.#failure();
    if (failure === null) events.onPass(this.#isDegraded);
    else events.onFail(failure);
  }

  #failure(): CheckFailure | null {
    const { expectedStatuses, retriableStatuses } = this.#config;
    if (!isWithin(expectedStatuses, this.#status)) {
      return this.#active(`HTTP ${this.#status}`, isWithin(retriableStatuses, this.#status));
    }
    if (!this.#body.isComplete) return this.#active("the body is not what was expected", false);
    if (this.#serviceName === null || !this.#verifiesCluster()) return null;
    this.#stats.verifyCluster.inc();
    const name = latin1Bytes(this.#checkedCluster);
    if (this.#serviceName.matchesBytes(name, 0, name.length)) return null;
    return this.#active(`the host is of the cluster "${this.#checkedCluster}"`, false);
  }

  #verifiesCluster(): boolean {
    const { runtime, random } = this.#context;
    return runtime.percent("health_check.verify_cluster", 100, random.next32());
  }

  #active(text: string, isRetriable: boolean): CheckFailure {
    return { type: "ACTIVE", text, httpStatus: this.#status, isRetriable, excludesHost: this.#isImmediateFail };
  }
}

function isWithin(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(({ start, end }) => status >= start && status < end);
}
