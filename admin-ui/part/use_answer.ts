/** An answer of the server for a part of a page: asked for when it is first shown, and again when what it depends on changes. */

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { useConsole } from "./context.ts";

/** What is known so far. While another answer comes the last one of the same path stays. */
export interface Answer<Body> {
  readonly body: Body | null;
  /** Why there is none; empty = there is, or it comes. */
  readonly error: string;
  readonly status: number;
}

const NONE = { body: null, error: "", status: 0 };

/** `path` below `/api/v1`, null = nothing is asked; another `revision` asks again. `retry` does, too. */
export function useAnswer<Body>(path: string | null, revision = ""): Answer<Body> & { retry: () => void } {
  const { api } = useConsole();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<Answer<Body> & { readonly path: string | null }>({ ...NONE, path });
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    api.get<Body>(path, abort.signal).then(
      (body) => setState({ body, error: "", status: 200, path }),
      (error) => {
        if (abort.signal.aborted) return;
        const status = error instanceof ApiError ? error.status : 0;
        setState({ body: null, error: error instanceof Error ? error.message : String(error), status, path });
      },
    );
    return () => abort.abort();
  }, [path, revision, tries]);
  const known = state.path === path ? state : NONE;
  return {
    body: known.body as Body | null,
    error: known.error,
    status: known.status,
    retry: () => setTries(tries + 1),
  };
}
