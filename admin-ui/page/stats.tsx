/**
 * The stats explorer (spec/console.md 5.7): the server searches the names, the page draws a line for what is on screen.
 * All of it is in the address, the pinned stats too, so a link is a dashboard. `?filter=` is a regular expression, as Envoy's.
 */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { STAT_TYPES, type StatPage } from "../../src/admin/contract/stats.ts";
import { EVERY_S, pinsOf, StatHistory, statsPath, togglePin } from "../model/stats.ts";
import { useConsole } from "../part/context.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Drawer, useOpenItem } from "../part/drawer.tsx";
import { Empty, Loading } from "../part/empty.tsx";
import { Icon } from "../part/icon.tsx";
import { StatDetails } from "../part/stat_drawer.tsx";
import { StatTable } from "../part/stat_table.tsx";
import { usePolled } from "../part/use_polled.ts";

/** Rows at first, and all there can be. */
const FIRST_ROWS = 100;
const MOST_ROWS = 1000;

/** How long a typist may rest before the server is asked. */
const DEBOUNCE_MS = 150;

/** The page. */
export function Page(): JSX.Element {
  const { router } = useConsole();
  const limit = useSignal(FIRST_ROWS);
  const drawer = useOpenItem("open");
  const history = useRef(new StatHistory()).current;
  const { data, error } = usePolled<StatPage>(statsPath((name) => router.query(name), limit.value), EVERY_S);
  if (data !== null) history.push(data.as_of_ms, [...data.items, ...data.named]);
  const pins = pinsOf(router.query("pin"));
  const opened = data?.named.find(({ name }) => name === drawer.id);
  const shared = { history, selected: drawer.id, onOpen: drawer.open };
  return (
    <div class="clusters-page">
      <header class="page-head">
        <h1 tabIndex={-1}>Stats</h1>
        <span class="panel-count">{data?.total}</span>
        <div class="panel-tools">
          <CopyCurl paths={data?.exports ?? []} />
        </div>
      </header>
      <div class="filters">
        <Search />
        {STAT_TYPES.map((type) => <Choice key={type} name="type" value={type} title={type} />)}
        <Choice name="used" value="1" title="used only" />
        <Choice name="changed" value="1" title="changed in 60 s" />
      </div>
      <div class="stat-facets" role="group" aria-label="Beginnings of names">
        {data?.facets.map(({ prefix, title, count }) => (
          <Choice key={prefix} name="prefix" value={prefix} title={title} count={count} />
        ))}
      </div>
      {error !== null && <p class="note is-warn" role="status">{error.message}</p>}
      {data === null ? error === null && <Loading rows={8} /> : (
        <>
          {pins.length > 0 && (
            <section>
              <h2>Pinned</h2>
              <StatTable
                label="Pinned"
                items={data.named.filter(({ name }) => pins.includes(name))}
                {...shared}
              />
            </section>
          )}
          {data.total > 0
            ? <StatTable label="Stats" items={data.items} {...shared} />
            : (
              <Empty title="No stat matches.">
                {router.query("changed") !== "" && <p>Changes are noticed from the first look on.</p>}
                {data.unused > 0 && (
                  <p>
                    {data.unused} stats exist that were never touched:{" "}
                    <button type="button" class="button" onClick={() => router.setQuery("used", "")}>
                      show unused
                    </button>
                  </p>
                )}
              </Empty>
            )}
          {data.total > data.items.length && (
            <button
              type="button"
              class="button"
              onClick={() => limit.value = MOST_ROWS}
            >
              {data.items.length} of {data.total} shown: show more
            </button>
          )}
        </>
      )}
      {drawer.id !== "" && (
        <Drawer
          kind={opened?.type ?? "Stat"}
          title={drawer.id}
          onClose={drawer.close}
          tools={
            <button
              type="button"
              class="button"
              aria-pressed={pins.includes(drawer.id)}
              onClick={() => router.setQuery("pin", togglePin(pins, drawer.id))}
            >
              Pin
            </button>
          }
        >
          {opened !== undefined
            ? <StatDetails item={opened} values={history.values(opened.name)} />
            : <Empty title="There is no such stat now" />}
        </Drawer>
      )}
    </div>
  );
}

function Search(): JSX.Element {
  const { router } = useConsole();
  const typed = useSignal<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(null);
  const filter = router.query("filter");
  return (
    <label class="search">
      <Icon name="search" />
      <span class="unseen">Search names</span>
      <input
        id="cluster-filter"
        type="search"
        placeholder="Part, glob * or /regex/"
        value={typed.value ?? (router.query("q") || filter && `/${filter}/`)}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          clearTimeout(timer.current ?? undefined);
          timer.current = setTimeout(() => {
            router.setQuery("filter", "");
            router.setQuery("q", typed.value!);
            typed.value = null;
          }, DEBOUNCE_MS);
        }}
      />
    </label>
  );
}

/** One value of the query, put in by a press and taken out by the next. */
function Choice({ name, value, title, count = null }: {
  name: string;
  value: string;
  title: string;
  count?: number | null;
}): JSX.Element {
  const { router } = useConsole();
  const isOn = router.query(name) === value;
  return (
    <button
      type="button"
      class="button is-quiet"
      aria-pressed={isOn}
      onClick={() => router.setQuery(name, isOn ? "" : value)}
    >
      {title} {count !== null && <span class="unit">{count}</span>}
    </button>
  );
}
