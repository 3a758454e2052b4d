/** Who is asking, and what they may do: `/api/v1/session` and the audit (spec/console.md 7.7, 8). */

/** Each may do what those before it may. */
export type Role = "viewer" | "operator" | "admin";

/** Body of `GET /api/v1/session`. */
export interface SessionView {
  authenticated: boolean;
  /** What this peer may do now. */
  role: Role;
  /** Of the token; empty without one. */
  name: string;
  /** Every request that changes something carries the header `x-console: 1`. */
  csrf: "header";
  /** A token is configured, and this peer has not shown one. */
  auth_required: boolean;
  /** Why nothing can be changed, in words; null = it can. */
  read_only_reason: string | null;
}

/** Item of `GET /api/v1/audit`, newest first: something somebody did, or tried. */
export interface AuditItem {
  id: number;
  at_ms: number;
  /** A token's name, `admin-api 127.0.0.1`, `expiry`, `rtds LAYER`, `disk LAYER`. */
  actor: string;
  /** `runtime.change`, `action.drain`, `session.open`… */
  action: string;
  target: string;
  before: string | null;
  after: string | null;
  reason: string;
  result: string;
}
