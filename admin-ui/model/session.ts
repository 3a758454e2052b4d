/** Who is at the browser and what they may do (spec/console.md 7.7, 8.1). Asked once, and after every change of it. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Role, SessionView } from "../../src/admin/contract/session.ts";
import type { Api } from "../api.ts";

const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

/** The session; null until the server has said, or where it knows of none. */
export class Session {
  readonly #api: Pick<Api, "get">;
  readonly #view = signal<SessionView | null>(null);

  constructor(api: Pick<Api, "get">) {
    this.#api = api;
  }

  get view(): ReadonlySignal<SessionView | null> {
    return this.#view;
  }

  /** Asks the server. One that does not know of sessions lets everybody do what it lets them do. */
  async load(): Promise<void> {
    try {
      this.#view.value = await this.#api.get<SessionView>("/session");
    } catch {
      this.#view.value = null;
    }
  }

  /** Why the reader may not do what needs this role, in words; null = they may. Controls stay in sight and say so. */
  refusal(role: Role): string | null {
    const view = this.#view.value;
    if (view === null || ROLES.indexOf(view.role) >= ROLES.indexOf(role)) return view?.read_only_reason ?? null;
    return view.read_only_reason ?? `needs role ${role}`;
  }
}
