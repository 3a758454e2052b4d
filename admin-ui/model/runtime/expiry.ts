/** For how long an override is set (spec/console.md 6.6, 6.9). All times are the server's. */

/** What the reader chose: seconds, `none`, `custom` (minutes beside) or `until` (a time beside). */
export interface ExpiryChoice {
  readonly kind: string;
  readonly minutes: string;
  /** `14:30`, of today or else of tomorrow, by the reader's clock. */
  readonly until: string;
}

/** What is offered, with words. */
export const EXPIRY_KINDS: readonly (readonly [kind: string, word: string])[] = [
  ["none", "Never"],
  ["300", "After 5 min"],
  ["900", "After 15 min"],
  ["3600", "After 1 h"],
  ["custom", "After…"],
  ["until", "At…"],
];

/** Nothing is chosen yet. */
export const NO_EXPIRY: ExpiryChoice = { kind: "none", minutes: "30", until: "" };

/** In how many seconds; null = never, undefined = what is typed is no time. */
export function expirySeconds({ kind, minutes, until }: ExpiryChoice, nowMs: number): number | null | undefined {
  if (kind === "none") return null;
  if (kind === "custom") {
    const seconds = Math.round(Number(minutes) * 60);
    return seconds >= 1 ? seconds : undefined;
  }
  if (kind !== "until") return Number(kind);
  const [, hours, rest] = /^(\d\d):(\d\d)/.exec(until) ?? [];
  if (hours === undefined) return undefined;
  const at = new Date(nowMs);
  at.setHours(Number(hours), Number(rest), 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return Math.ceil((at.getTime() - nowMs) / 1000);
}

/** Time left as a clock that runs down: `4:12`, `1:04:12`; nothing below zero. */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}
