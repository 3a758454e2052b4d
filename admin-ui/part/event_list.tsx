/** The last things that happened, newest first. */

import type { JSX } from "preact";
import type { EventItem } from "../../src/admin/contract/events.ts";
import { consolePath } from "../router.ts";
import { ago, clock, moment } from "../text/ages.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { LevelIcon } from "./icon.tsx";
import { Panel } from "./panel.tsx";

/** The panel of recent events. */
export function EventPanel(): JSX.Element {
  const { feed } = useConsole();
  const events = feed.overview.latest.value?.events ?? null;
  return (
    <Panel id="events" title="Recent events">
      {events === null
        ? <Loading rows={3} />
        : events.length === 0
        ? <Empty title="Nothing has happened yet">State changes of hosts, listeners and workers appear here.</Empty>
        : <ol class="events" tabIndex={0}>{events.map((event) => <Event key={event.id} event={event} />)}</ol>}
    </Panel>
  );
}

function Event({ event }: { event: EventItem }): JSX.Element {
  const { feed } = useConsole();
  return (
    <li class={`event is-${event.level}`}>
      <LevelIcon level={event.level} />
      <span class="event-text">
        <span class="event-subject">{event.subject} {event.name !== "" && <b>{event.name}</b>}</span>{" "}
        {event.link === "" ? event.text : <a href={consolePath(event.link)}>{event.text}</a>}
      </span>
      <time class="event-time" dateTime={new Date(event.at_ms).toISOString()} title={moment(event.at_ms)}>
        <span class="event-ago">{ago(feed.connection.serverNowMs() - event.at_ms)}</span> {clock(event.at_ms)}
      </time>
    </li>
  );
}
