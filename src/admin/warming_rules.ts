/** Health rules of what warms for too long, or never gets ready because it changes too often (spec/console.md 5.1). */
import type { Unready } from "../control/timeline.ts";
import type { Problem } from "./contract/problem.ts";

/** When they warn and when they are bad. */
const LIMITS = {
  warmingWarnMs: 15_000,
  warmingBadMs: 60_000,
  /** Of a wait that no timeout ends. */
  endlessBadMs: 30_000,
  /** Updates that came before the one before was ready. */
  supersededWarn: 3,
} as const;

type Found = Omit<Problem, "since_ms">;

/** What warms. The server itself is the rule `state`. */
export function warmingProblems(unready: readonly Unready[], wallMs: number): Found[] {
  return unready.filter(({ kind }) => kind !== "server").flatMap((one): Found[] => {
    const ms = wallMs - one.sinceMs;
    const isEndless = one.waits.some(({ sinceMs, untilMs }) =>
      untilMs === null && wallMs - sinceMs > LIMITS.endlessBadMs
    );
    const isStorm = one.superseded >= LIMITS.supersededWarn;
    if (ms <= LIMITS.warmingWarnMs && !isEndless && !isStorm) return [];
    const level = ms > LIMITS.warmingBadMs || isEndless ? "bad" : "warn";
    const id = `warming/${one.kind}/${one.name}`;
    return [{ id, level, text: warmingText(one, isStorm), link: "/warming" }];
  });
}

function warmingText({ kind, name, waits, superseded }: Unready, isStorm: boolean): string {
  const subject = `${kind === "route_config" ? "Routes" : kind[0]!.toUpperCase() + kind.slice(1)} ${name}`;
  if (isStorm) return `${subject} was replaced ${superseded} times before it was ready`;
  const [first, ...others] = waits;
  if (first === undefined) return `${subject} is not ready`;
  const what = first.kind === "health_check" ? `the first check of ${first.subject}` : `${first.kind} ${first.subject}`;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${subject} waits for ${what}${more}${first.untilMs === null ? ", no timeout" : ""}`;
}
