/** Listeners: what is open where, and why something is not. */

import type { JSX } from "preact";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { LISTENER_LEVEL, listenersByTrouble } from "../model/listeners.ts";
import { errorTone, rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { LISTENER_WORDS, SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { NumberCell } from "./figure.tsx";
import { HealthWord } from "./health_dot.tsx";
import { Panel } from "./panel.tsx";

/** The panel of listeners. */
export function ListenerPanel(): JSX.Element {
  const { feed } = useConsole();
  const items = feed.listeners.items.value;
  return (
    <Panel id="listeners" title="Listeners" count={items === null ? undefined : String(items.length)}>
      {items === null ? <Loading rows={2} /> : items.length === 0
        ? (
          <Empty title="No listeners yet">
            A listener is where clients connect. Add <code>static_resources.listeners</code> to the configuration.
          </Empty>
        )
        : (
          <div class="scroll">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Listener</th>
                  <th scope="col">State</th>
                  <th scope="col" class="number">Requests/s</th>
                  <th scope="col" class="number is-wide-only">Errors</th>
                  <th scope="col" class="number">Active cx</th>
                </tr>
              </thead>
              <tbody>{listenersByTrouble(items).map((item) => <ListenerRow key={item.name} item={item} />)}</tbody>
            </table>
          </div>
        )}
    </Panel>
  );
}

function ListenerRow({ item }: { item: ListenerItem }): JSX.Element {
  const { router } = useConsole();
  const [section, name] = router.route.value;
  const isTarget = section === "listeners" && name === item.name;
  const level = LISTENER_LEVEL[item.state];
  return (
    <tr class={`is-${level}${isTarget ? " is-target" : ""}`} id={`listener-${item.name}`}>
      <th scope="row">
        <span class="name">{item.name}</span>
        {(item.addresses.length === 0 ? ["not bound"] : item.addresses).map((address) => (
          <span class="address is-below" key={address} title={address}>{address}</span>
        ))}
        {item.error !== null && <span class="reason">{item.error}</span>}
      </th>
      <td>
        <HealthWord level={level} word={LISTENER_WORDS[item.state]} />
      </td>
      <NumberCell figure={rate(item.rps)} source={SOURCES.listenerRate} />
      <NumberCell
        figure={numbers.percent(item.error_ratio)}
        source={SOURCES.errors}
        tone={errorTone(item.error_ratio)}
        isWideOnly
      />
      <NumberCell figure={numbers.count(item.active_cx)} source={SOURCES.listenerConnections} />
    </tr>
  );
}
