/**
 * The Control plane page (spec/console.md 5.9): every source of configuration, what it sent last, whether that was taken, and
 * if not, why and because of which resource.
 */

import type { JSX } from "preact";
import type { XdsEvent, XdsItem } from "../../src/admin/contract/xds.ts";
import { createXds, type XdsState } from "../model/xds.ts";
import type { PageProps } from "../page_entry.ts";
import { diffLink, resourceLink } from "../part/config_links.ts";
import { useConsole } from "../part/context.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Empty, Loading } from "../part/empty.tsx";
import { HealthWord } from "../part/health_dot.tsx";
import { Icon } from "../part/icon.tsx";
import { Panel } from "../part/panel.tsx";
import { type Column, VirtualTable } from "../part/virtual_table.tsx";
import { ago, clock, moment } from "../text/ages.ts";
import { byteText, RESULTS, TYPE_WORDS } from "../text/config_words.ts";

/** The page. */
export function Page(_props: PageProps): JSX.Element {
  const { feed } = useConsole();
  const state = feed.model("xds", createXds).state.value;
  return (
    <div class="xds">
      <header class="page-head">
        <h1 tabIndex={-1}>Control plane</h1>
        <span class="page-tools">
          <CopyCurl
            paths={["/stats?filter=update_(attempt|success|rejected|failure)|version_text|init_fetch_timeout"]}
          />
        </span>
      </header>
      {state === null
        ? <Loading rows={8} />
        : state.total === 0
        ? <NoSource state={state} />
        : <Sources state={state} />}
    </div>
  );
}

function NoSource({ state: { bootstrap } }: { state: XdsState }): JSX.Element {
  const from = bootstrap.path === "" ? "the command line" : bootstrap.path;
  return (
    <Empty title="This proxy has no xDS source">
      <p>
        Config comes from <code>{from}</code>, loaded at {clock(bootstrap.loaded_ms)}.{" "}
        <a href={resourceLink("bootstrap", "bootstrap")}>Show it</a>
      </p>
    </Empty>
  );
}

function Sources({ state }: { state: XdsState }): JSX.Element {
  const { router } = useConsole();
  const text = router.query("q"), result = router.query("result");
  const isWanted = (words: readonly string[]) => words.some((word) => word.toLowerCase().includes(text.toLowerCase()));
  const items = state.items.filter(({ source, names, type }) =>
    isWanted([source, type, TYPE_WORDS[type][1], ...names])
  );
  const events = state.events.filter((event) =>
    (result === "" || event.result === result) &&
    isWanted([event.source, event.subject, event.version, event.error, TYPE_WORDS[event.type][1]])
  );
  const refused = state.items.filter(({ nack }) => nack !== null);
  return (
    <>
      {refused.length > 0 && (
        <Panel id="refused" title="Refused now" count={`${refused.length}`}>
          <ul class="nacks">{refused.slice(0, 20).map((item) => <Nack key={item.id} item={item} />)}</ul>
        </Panel>
      )}
      <Panel
        id="sources"
        title="Sources"
        count={state.total > state.items.length ? `first ${state.items.length} of ${state.total}` : `${state.total}`}
        tools={
          <label class="search">
            <Icon name="search" />
            <span class="unseen">Filter sources and messages</span>
            <input
              type="search"
              placeholder="Filter"
              value={text}
              onInput={(event) => router.setQuery("q", event.currentTarget.value)}
            />
          </label>
        }
      >
        {items.length === 0
          ? <Empty title={`No source matches “${text}”`} />
          : <VirtualTable label="Sources" columns={SOURCES} rows={items} keyOf={({ id }) => String(id)} />}
      </Panel>
      <Panel
        id="messages"
        title="Last messages"
        count={`${events.length} of ${state.events.length}`}
        tools={
          <label>
            <span class="unseen">Result</span>
            <select value={result} onChange={(event) => router.setQuery("result", event.currentTarget.value)}>
              <option value="">All results</option>
              {Object.entries(RESULTS).map(([id, [word]]) => <option value={id} key={id}>{word}</option>)}
            </select>
          </label>
        }
      >
        {events.length === 0
          ? <Empty title="No message matches" />
          : <VirtualTable label="Messages" columns={MESSAGES} rows={events} keyOf={({ id }) => String(id)} />}
      </Panel>
    </>
  );
}

function Nack({ item }: { item: XdsItem }): JSX.Element {
  const { feed } = useConsole();
  const { version, error, resources, since_ms } = item.nack!;
  return (
    <li class="nack">
      <p>
        <HealthWord
          level="bad"
          word={`${TYPE_WORDS[item.type][1]} ${version === "" ? "update" : `version ${version}`}`}
        />
        {" from "}
        {item.source}, <span title={moment(since_ms)}>{ago(feed.connection.serverNowMs() - since_ms)}</span>
      </p>
      <p class="nack-error">{error}</p>
      {resources.length > 0 && (
        <p>
          Because of {resources.map((name, at) => [
            at > 0 && ", ",
            <a key={name} href={diffLink(item.type, name)}>
              {name || "(no name)"}
            </a>,
          ])}. {item.version === ""
            ? "Nothing has been taken from there yet."
            : `What was taken last, version ${item.version}, stays in force.`}
        </p>
      )}
    </li>
  );
}

const SOURCES: readonly Column<XdsItem>[] = [
  {
    id: "type",
    title: "Type",
    isName: true,
    cell: ({ type, names }) => (
      <span class="words">
        <b>{TYPE_WORDS[type][1]}</b>
        {names.length > 0 && <a href={resourceLink(type, names[0]!)}>{names.join(", ")}</a>}
      </span>
    ),
  },
  { id: "source", title: "Source", class: "xds-source", cell: ({ source }) => source },
  {
    id: "state",
    title: "State",
    cell: ({ nack, last_error, accepted_ms }) =>
      nack !== null
        ? <HealthWord level="bad" word="Refused" meaning={nack.error} />
        : last_error !== ""
        ? <HealthWord level="warn" word="Failing" meaning={last_error} />
        : accepted_ms === null
        ? <HealthWord level="info" word="Waiting" />
        : <HealthWord level="ok" word="Accepted" />,
  },
  { id: "version", title: "Version", source: "version_text", cell: ({ version }) => version || "–" },
  { id: "age", title: "Last accepted", cell: ({ accepted_ms }) => <Age ms={accepted_ms} /> },
  { id: "resources", title: "Resources", class: "number is-wide-only", cell: ({ resources }) => resources },
  { id: "bytes", title: "Size", class: "number is-wide-only", cell: ({ bytes }) => byteText(bytes) },
  {
    id: "accepted",
    title: "Accepted",
    source: "update_success",
    class: "number is-wide-only",
    cell: ({ counts }) => counts.accepted,
  },
  {
    id: "rejected",
    title: "Refused",
    source: "update_rejected",
    class: "number is-wide-only",
    cell: ({ counts }) => counts.rejected,
  },
  {
    id: "failed",
    title: "Failed",
    source: "update_failure and init_fetch_timeout",
    class: "number is-wide-only",
    cell: ({ counts }) => counts.failed + counts.timeouts,
  },
  { id: "since", title: "Since", class: "is-wide-only", cell: ({ since_ms }) => <Age ms={since_ms} /> },
];

const MESSAGES: readonly Column<XdsEvent>[] = [
  { id: "time", title: "Time", cell: ({ at_ms }) => <span title={moment(at_ms)}>{clock(at_ms)}</span> },
  {
    id: "result",
    title: "Result",
    cell: ({ result }) => <HealthWord level={RESULTS[result][1]} word={RESULTS[result][0]} />,
  },
  {
    id: "type",
    title: "Type",
    isName: true,
    cell: ({ type, subject }) => `${TYPE_WORDS[type][1]}${subject === "" ? "" : ` ${subject}`}`,
  },
  { id: "version", title: "Version", cell: ({ version }) => version || "–" },
  { id: "resources", title: "Resources", class: "number is-wide-only", cell: ({ resources }) => resources },
  { id: "bytes", title: "Size", class: "number is-wide-only", cell: ({ bytes }) => byteText(bytes) },
  {
    id: "words",
    title: "Source and error",
    class: "xds-words",
    cell: ({ source, error }) => error === "" ? source : <span title={error}>{error}</span>,
  },
];

function Age({ ms }: { ms: number | null }): JSX.Element {
  const { feed } = useConsole();
  if (ms === null) return <span>–</span>;
  return <span title={moment(ms)}>{ago(feed.connection.serverNowMs() - ms)}</span>;
}
