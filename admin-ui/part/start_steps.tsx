/** The start of the proxy as its steps, each with how long it took or takes. */

import type { JSX } from "preact";
import type { StartStep, WarmingView } from "../../src/admin/contract/warming.ts";
import { span } from "../text/ages.ts";
import { joined, numbers } from "../text/units.ts";
import { STEP_WORDS } from "../text/warming_words.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icon.tsx";

/** The row of steps, the state that they end in last. */
export function StartSteps({ server: { state, steps } }: { server: WarmingView["server"] }): JSX.Element {
  const isUp = state === "LIVE" || state === "DRAINING";
  return (
    <ol class="start-steps" aria-label="Start of the server">
      {steps.map((step) => (
        <li class={`start-step is-${step.state}`} key={step.id}>
          <span class="start-mark">{step.state === "done" && <Icon name="done" />}</span>
          <span class="start-word">{STEP_WORDS[step.id]}</span>
          <span class="start-time">
            <StepTime step={step} />
          </span>
        </li>
      ))}
      <li class={`start-step is-${isUp ? "done" : "todo"}`}>
        <span class="start-mark">{isUp && <Icon name="done" />}</span>
        <span class="start-word">{isUp ? state : "LIVE"}</span>
        <span class="start-time">{isUp ? "serves" : "not yet"}</span>
      </li>
    </ol>
  );
}

function StepTime({ step: { state, since_ms, took_ms } }: { step: StartStep }): JSX.Element {
  const { feed } = useConsole();
  if (took_ms !== undefined) return <>{joined(numbers.duration(Math.round(took_ms)))}</>;
  if (state === "todo" || since_ms === undefined) return <>to come</>;
  return <>waiting {span(feed.connection.serverNowMs() - since_ms)}</>;
}
