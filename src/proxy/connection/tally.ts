/**
 * What one downstream connection adds to the stats of its manager and its listener, from accept to end (spec/http.md
 * 1.2, spec/operations.md 12.3 and 12.4). Bytes are added up while the connection has nothing better to do.
 */
import type { Connection } from "../../transport/transport.ts";
import type { HcmContext } from "../hcm_context.ts";

/** The account of one connection. */
export class ConnectionTally {
  readonly #connection: Connection;
  readonly #context: HcmContext;
  readonly #startMs: number;
  #isHttp1 = false;
  #isSoftDraining = false;
  #bytesReadCounted = 0;
  #bytesWrittenCounted = 0;

  /** The connection was accepted. */
  constructor(connection: Connection, context: HcmContext) {
    const { stats, listenerStats, services } = context;
    this.#connection = connection;
    this.#context = context;
    this.#startMs = services.loop.clock.nowMs;
    stats.cxTotal.inc();
    stats.cxActive.inc();
    listenerStats.cxTotal.inc();
    listenerStats.cxActive.inc();
    listenerStats.cxPerSocketEvent.record(1);
    listenerStats.workerCxTotal.inc();
    listenerStats.workerCxActive.inc();
  }

  /** Its first bytes told the protocol. */
  noteHttp1(): void {
    this.#isHttp1 = true;
    this.#context.stats.cxHttp1Total.inc();
    this.#context.stats.cxHttp1Active.inc();
  }

  /** It ends with its next response. */
  noteSoftDrain(): void {
    this.#isSoftDraining = true;
    this.#context.stats.cxHttp1SoftDrain.inc();
  }

  /** It ends, and a request with it. */
  noteCutRequest(isLocal: boolean): void {
    const { stats } = this.#context;
    stats.cxDestroyActiveRq.inc();
    (isLocal ? stats.cxDestroyLocalActiveRq : stats.cxDestroyRemoteActiveRq).inc();
  }

  /** Bytes since the last call. */
  countBytes(): void {
    const { bytesRead, bytesWritten } = this.#connection;
    const { cxRxBytesTotal, cxTxBytesTotal } = this.#context.stats;
    cxRxBytesTotal.add(bytesRead - this.#bytesReadCounted);
    cxTxBytesTotal.add(bytesWritten - this.#bytesWrittenCounted);
    this.#bytesReadCounted = bytesRead;
    this.#bytesWrittenCounted = bytesWritten;
  }

  /** The connection is no more. */
  end(isLocal: boolean): void {
    const { stats, listenerStats, services } = this.#context;
    this.countBytes();
    stats.cxDestroy.inc();
    listenerStats.cxDestroy.inc();
    (isLocal ? stats.cxDestroyLocal : stats.cxDestroyRemote).inc();
    const lengthMs = Math.round(services.loop.clock.nowMs - this.#startMs);
    stats.cxLengthMs.record(lengthMs);
    listenerStats.cxLengthMs.record(lengthMs);
    stats.cxActive.dec();
    if (this.#isHttp1) stats.cxHttp1Active.dec();
    if (this.#isSoftDraining) stats.cxHttp1SoftDrain.dec();
    listenerStats.cxActive.dec();
    listenerStats.workerCxActive.dec();
  }
}
