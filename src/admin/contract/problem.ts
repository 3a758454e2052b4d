/** How bad things are, and how refusals are told (spec/console.md 5.1, 7.1). */

/** How bad something is. `info` raises no alarm. */
export type Level = "ok" | "info" | "warn" | "bad";

/** Something an operator should look at. The list of them is the verdict of the Overview page. */
export interface Problem {
  /** Rule and subject: `errors`, `cluster-empty/web`. Stable for as long as the problem lasts. */
  id: string;
  level: "info" | "warn" | "bad";
  since_ms: number;
  /** One sentence in plain words, no full stop. */
  text: string;
  /** Path under `/console` that shows the cause. */
  link: string;
}

/** Body of every error answer under `/api` (RFC 9457, `application/problem+json`). */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}
