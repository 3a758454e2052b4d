/** A level as shape and word, and the strip that shows how many of a kind are in each state. */

import type { JSX } from "preact";
import type { Level } from "../../src/admin/contract/problem.ts";
import { LevelIcon } from "./icon.tsx";

/** Shape and word together. `meaning` is for hover. */
export function HealthWord({ level, word, meaning }: { level: Level; word: string; meaning?: string }): JSX.Element {
  return (
    <span class={`health-word is-${level}`} title={meaning}>
      <LevelIcon level={level} />
      <span>{word}</span>
    </span>
  );
}

/** One part of a {@link StateStrip}. */
export interface StripPart {
  readonly count: number;
  readonly tone: "ok" | "warn" | "bad" | "idle";
}

/** A bar of the parts, told in words beside it: it is hidden from screen readers. */
export function StateStrip({ parts }: { parts: readonly StripPart[] }): JSX.Element {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  let from = 0;
  return (
    <svg class="strip" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect x="0" y="0" width="100" height="4" class="strip-ground" />
      {total > 0 && parts.map((part) => {
        const width = (part.count / total) * 100;
        const at = from;
        from += width;
        return width > 0 && <rect key={part.tone} x={at} y="0" width={width} height="4" class={`strip-${part.tone}`} />;
      })}
    </svg>
  );
}

/** A share of 0 to 1 as a bar. */
export function ShareBar({ share }: { share: number }): JSX.Element {
  return <StateStrip parts={[{ count: share, tone: "ok" }, { count: Math.max(0, 1 - share), tone: "idle" }]} />;
}
