/**
 * The health rules of what warms (spec/console.md 5.1, Appendix B): too long, without an end, or never done because updates
 * come faster than it can warm. Each names what is waited for and links to its row.
 */
import type { Problem } from "./contract/problem.ts";
import type { WaitItem, WarmingItem } from "./contract/warming.ts";
import { warmingKey } from "./warming_view.ts";

/** When a rule warns and when it is bad. */
const LIMITS = {
  warnMs: 15_000,
  badMs: 60_000,
  /** What waits without a timeout is bad earlier: nothing will end it. */
  endlessBadMs: 30_000,
  supersededWarn: 3,
  /** Problems that are told one by one; the rest is a number. */
  maxProblems: 20,
} as const;

type Found = Omit<Problem, "since_ms">;

/** `items`: oldest first; `total`: how many there are; `nowMs`: wall clock. */
export function warmingProblems(items: readonly WarmingItem[], total: number, nowMs: number): Found[] {
  const found = items.flatMap((item) => problemsOf(item, nowMs));
  if (found.length <= LIMITS.maxProblems) return found;
  const shown = found.slice(0, LIMITS.maxProblems);
  const text = `${total - shown.length} more are not ready`;
  return [...shown, { id: "warming", level: "warn", text, link: "/warming" }];
}

function problemsOf(item: WarmingItem, nowMs: number): Found[] {
  // A route configuration waits with its listener, and a layer with the server: one of the two is told.
  if (item.subject === "route_config" || item.subject === "runtime_layer") return [];
  const found: Found[] = [];
  const link = `/warming/${item.subject}/${encodeURIComponent(item.name)}`, key = warmingKey(item);
  const ageMs = nowMs - item.since_ms;
  const isEndless = item.waiting_for.some(({ kind, since_ms, deadline_ms }) =>
    // A name server that does not answer is given up by the resolver.
    deadline_ms === null && kind !== "dns" && nowMs - since_ms > LIMITS.endlessBadMs
  );
  // That the server is not up yet is a rule of its own; that it never will be is told here.
  const isLate = item.subject !== "server" && ageMs > LIMITS.warnMs;
  if (isEndless || isLate) {
    const level = isEndless || ageMs > LIMITS.badMs ? "bad" : "warn";
    found.push({ id: `warming/${key}`, level, text: `${subjectText(item)} ${waitsText(item)}`, link });
  }
  if (item.superseded >= LIMITS.supersededWarn) {
    const text = `${subjectText(item)} was replaced ${item.superseded} times before it was ready: ` +
      "updates come faster than it can warm";
    found.push({ id: `superseded/${key}`, level: "warn", text, link });
  }
  return found;
}

function subjectText({ subject, name }: WarmingItem): string {
  return subject === "server" ? "The server" : `${subject[0]!.toUpperCase()}${subject.slice(1)} ${name}`;
}

const NOUNS: Readonly<Partial<Record<WaitItem["kind"], string>>> = {
  dns: "the first DNS answer for",
  eds: "endpoints of",
  sds: "secret",
  rds: "routes",
  rtds: "runtime layer",
  cds: "the first list of clusters",
  lds: "the first list of listeners",
  health_check: "the first check of",
};

function waitsText({ waiting_for: waits }: WarmingItem): string {
  const [first] = waits;
  if (first === undefined) return "is not ready";
  const what = [NOUNS[first.kind] ?? first.kind, first.name].filter((part) => part !== "").join(" ");
  const more = waits.length > 1 ? ` and ${waits.length - 1} more` : "";
  return `waits for ${what}${more}${first.deadline_ms === null && first.kind !== "dns" ? ", no timeout" : ""}`;
}
