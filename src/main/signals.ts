/**
 * What the process does on a signal (spec/operations.md 3). SIGUSR2 and SIGQUIT keep the system's default: they end it.
 * Only tests of supervision take SIGUSR2.
 */

import type { Logger } from "../base/log.ts";
import { DebuggerGuard } from "./runtime_debugger.ts";

/** What a signal leads to. */
export interface SignalActions {
  /** SIGTERM or SIGINT; called each time one comes. */
  end(): void;
  /** SIGUSR1. */
  reopenLogs(): void;
  /** SIGUSR2, which keeps its default effect where this is not given. */
  crashWorker?(): void;
}

/** The process's signal handlers, from now until {@link SignalHandlers.remove}. */
export class SignalHandlers {
  readonly #debugger: DebuggerGuard;
  readonly #handlers: readonly (readonly [Deno.Signal, () => void])[];

  constructor(actions: SignalActions, log: Logger) {
    this.#debugger = new DebuggerGuard(() => log.warning("closed the debugger that the runtime opens on SIGUSR1"));
    const handlers: [Deno.Signal, () => void][] = [
      ["SIGTERM", () => {
        log.warning("caught ENVOY_SIGTERM");
        actions.end();
      }],
      ["SIGINT", () => {
        log.warning("caught SIGINT");
        actions.end();
      }],
      ["SIGUSR1", () => {
        this.#debugger.watch();
        log.warning("caught SIGUSR1. Reopening access logs.");
        actions.reopenLogs();
      }],
      ["SIGHUP", () => {
        log.warning("caught and eating SIGHUP. See documentation for how to hot restart.");
      }],
    ];
    if (actions.crashWorker !== undefined) handlers.push(["SIGUSR2", () => actions.crashWorker?.()]);
    this.#handlers = handlers;
    for (const [signal, handler] of this.#handlers) Deno.addSignalListener(signal, handler);
  }

  /** The signals have their default effect again. */
  remove(): void {
    this.#debugger.stop();
    for (const [signal, handler] of this.#handlers) Deno.removeSignalListener(signal, handler);
  }
}
