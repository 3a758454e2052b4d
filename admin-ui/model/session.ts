/**
 * Who looks at this page, and what they may do (spec/console.md 7.7, 8.1). What a role may not do stays on the page,
 * disabled, with the reason: so people learn what there is.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Role, SessionView } from "../../src/admin/contract/session.ts";

/** What the session asks of the server; {@link Api} is one. */
export interface SessionApi {
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<Answer>;
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** The session, as the server last told. */
export class Session {
  readonly #api: SessionApi;
  readonly #onSignedIn: () => void;
  readonly #staleness: () => string | null;
  readonly #view = signal<SessionView | null>(null);
  #isLoading = false;

  /**
   * `onSignedIn`: what was refused before can be asked for again. `staleness`: why what is on screen is too old to be
   * changed, null = it is not.
   */
  constructor(api: SessionApi, onSignedIn: () => void, staleness: () => string | null = () => null) {
    this.#staleness = staleness;
    this.#api = api;
    this.#onSignedIn = onSignedIn;
  }

  /** Null until the server has told. */
  get view(): ReadonlySignal<SessionView | null> {
    return this.#view;
  }

  /** The server wants a token, and has seen none. */
  get needsToken(): boolean {
    return this.#view.value?.auth_required === true;
  }

  /** Why something that needs this role cannot be done now; null = it can. Until the server has told, it can. */
  refusal(needed: Role): string | null {
    const view = this.#view.value;
    if (view === null || RANK[view.role] >= RANK[needed]) return this.#staleness();
    return view.authenticated ? `needs role ${needed}` : view.read_only_reason ?? `needs role ${needed}`;
  }

  /** Asks who this is: at the start, and when the server has refused something. A proxy that is away changes nothing. */
  async load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#view.value = await this.#api.get<SessionView>("/session");
    } catch {
      // The stream tells that the proxy is away.
    } finally {
      this.#isLoading = false;
    }
  }

  /** Shows a token. Throws ApiError with the server's words. */
  async signIn(token: string): Promise<void> {
    this.#view.value = await this.#api.send<SessionView>("POST", "/session", { token });
    this.#onSignedIn();
  }

  /** The server ends this session's streams too. */
  async signOut(): Promise<void> {
    await this.#api.send("DELETE", "/session");
    await this.load();
  }
}
