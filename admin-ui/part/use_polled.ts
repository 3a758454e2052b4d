/**
 * An answer of the API that is asked for again while a page is on screen: with the ticks of the event stream, so
 * that it is as fresh as the rest, stands still with it when the reader pauses, and costs nothing in a hidden tab.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { useConsole } from "./context.ts";

/** Seconds between two questions. */
const EVERY_S = 1;

/** What is known: the last answer stays when the next question fails, with why. */
export interface Polled<Answer> {
  readonly data: Answer | null;
  readonly error: ApiError | null;
}

/** Asks for `path` now and every `everyS` seconds; another path is asked for at once, and what was there stays until then. */
export function usePolled<Answer>(path: string, everyS: number = EVERY_S): Polled<Answer> {
  const { api, feed } = useConsole();
  const [state, setState] = useState<Polled<Answer>>({ data: null, error: null });
  const asking = useRef<AbortController | null>(null);
  const asked = useRef({ path: "", atMs: 0 });
  const tickMs = feed.overview.latest.value?.as_of_ms ?? 0;
  useEffect(() => {
    const isOther = asked.current.path !== path;
    // Ticks come a little early or late.
    if (!isOther && (document.hidden || asking.current !== null || tickMs - asked.current.atMs < everyS * 1000 - 500)) {
      return;
    }
    asking.current?.abort();
    const abort = asking.current = new AbortController();
    asked.current = { path, atMs: tickMs };
    api.get<Answer>(path, abort.signal).then(
      (data) => setState({ data, error: null }),
      (error) => {
        if (!abort.signal.aborted && error instanceof ApiError) setState(({ data }) => ({ data, error }));
      },
    ).finally(() => {
      if (asking.current === abort) asking.current = null;
    });
  }, [path, tickMs, everyS]);
  useEffect(() => () => asking.current?.abort(), []);
  return state;
}
