/** The state of a listener in words: how it is, what it waits for, how long it still drains. */

import type { JSX } from "preact";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { LISTENER_LEVEL } from "../model/listeners.ts";
import { span } from "../text/ages.ts";
import { LISTENER_WORDS } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { HealthWord } from "./health_dot.tsx";

/** Its state as shape and words. */
export function ListenerState({ item }: { item: ListenerItem }): JSX.Element {
  const { state, warming_version: next, waiting_for: waits } = item;
  return (
    <span class="words">
      <HealthWord level={LISTENER_LEVEL[state]} word={LISTENER_WORDS[state]} />
      <TimeLeft untilMs={item.drain_ends_ms} />
      {next !== null && <span class="flag">{next} warming</span>}
      {waits.length > 0 && <span class="aside">waits for {waits.join(", ")}</span>}
    </span>
  );
}

/** Until then. */
export function TimeLeft({ untilMs }: { untilMs: number | null }): JSX.Element | null {
  const { feed } = useConsole();
  return untilMs === null ? null : <span class="aside">{span(untilMs - feed.connection.serverNowMs())} left</span>;
}
