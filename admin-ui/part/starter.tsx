/** What a newcomer sees whose proxy has neither listener nor cluster: three steps to the first request. */

import type { JSX } from "preact";
import { STARTER_YAML } from "../text/starter.ts";
import { CopyButton } from "./copy_button.tsx";

/** The steps. */
export function Starter(): JSX.Element {
  return (
    <section class="steps" aria-labelledby="starter-title">
      <h2 id="starter-title">Nothing is configured yet: three steps to the first request</h2>
      <ol>
        <li>
          <h3>A listener and a cluster</h3>
          <p>Save this as envoy.yaml; the cluster is where your own server answers.</p>
          <pre class="starter" tabIndex={0}>{STARTER_YAML}</pre>
          <CopyButton text={STARTER_YAML} label="Copy the example" />
        </li>
        <li>
          <h3>Start with it</h3>
          <Command text="deno run -A mod.ts -c envoy.yaml" />
        </li>
        <li>
          <h3>Ask it something</h3>
          <Command text="curl -i http://127.0.0.1:10000/" />
          <p>The request shows up here within a second.</p>
        </li>
      </ol>
    </section>
  );
}

function Command({ text }: { text: string }): JSX.Element {
  return (
    <p class="command">
      <code>{text}</code>
      <CopyButton text={text} hint="Copy the command" />
    </p>
  );
}
