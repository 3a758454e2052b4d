/**
 * Global search: one field over everything that has a name, by keyboard alone if wanted. Its names come when it opens and
 * again when the configuration changes meanwhile.
 */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { SearchAnswer, SearchNames } from "../../src/admin/contract/search.ts";
import { type Found, type FoundKind, SearchIndex } from "../model/search.ts";
import { consolePath, pathOf } from "../router.ts";
import { useConsole } from "./context.ts";
import { useReturnFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";

/** Typing goes on: the server is asked when it rests for so long. */
const REST_MS = 120;

const KIND_WORDS: Readonly<Record<FoundKind, string>> = {
  page: "Page",
  action: "Do",
  cluster: "Cluster",
  host: "Host",
  listener: "Listener",
  route_config: "Routes",
  domain: "Domain",
  runtime_key: "Runtime",
  stat: "Stat",
};

/** The dialog. */
export function SearchDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { api, feed, router } = useConsole();
  const element = useRef<HTMLDialogElement>(null);
  useReturnFocus(element);
  const own = useOwn(onClose);
  const index = useMemo(() => new SearchIndex(own), []);
  const query = useSignal("");
  const found = useSignal<readonly Found[]>(index.find(""));
  const at = useSignal(0);
  const note = useSignal("");
  const generation = useComputed(() => feed.overview.latest.value?.generation);

  const look = () => {
    found.value = index.find(query.peek());
    at.value = 0;
  };
  useEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  useSignalEffect(() => {
    // Another configuration has other names.
    generation.value;
    const abort = new AbortController();
    api.get<SearchNames>("/search/names", abort.signal).then((names) => {
      index.load(names);
      look();
    }, (error) => {
      if (!abort.signal.aborted) note.value = `Only pages can be found: ${error.message}`;
    });
    return () => abort.abort();
  });
  useSignalEffect(() => {
    const text = query.value.trim();
    if (text === "" || index.isComplete) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.get<SearchAnswer>(`/search?q=${encodeURIComponent(text)}`, abort.signal).then(
        (answer) => found.value = index.merge(index.find(text), answer),
        (error) => {
          if (!abort.signal.aborted) note.value = error.message;
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  });

  const choose = ({ target }: Found) => {
    onClose();
    if (typeof target === "function") target();
    else router.go(consolePath(target));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found.value.length;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && count > 0) {
      event.preventDefault();
      at.value = (at.value + step + count) % count;
      document.getElementById(`found-${at.value}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && found.value[at.value] !== undefined) {
      event.preventDefault();
      choose(found.value[at.value]!);
    }
  };
  return (
    <dialog
      class="dialog search-dialog"
      ref={element}
      aria-label="Search"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <label class="search-field">
        <Icon name="search" />
        <span class="unseen">Search everything that has a name</span>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="found-list"
          aria-activedescendant={found.value.length > 0 ? `found-${at.value}` : undefined}
          autocomplete="off"
          spellcheck={false}
          placeholder="Cluster, host, domain, runtime key, stat, page"
          value={query.value}
          onInput={(event) => {
            query.value = event.currentTarget.value;
            look();
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <ul class="found-list" id="found-list" role="listbox" aria-label="Found">
        {found.value.map((one, index) => (
          <li
            key={`${one.kind}/${one.of}/${one.name}`}
            id={`found-${index}`}
            role="option"
            aria-selected={index === at.value}
            onPointerMove={() => at.value = index}
            onClick={() => choose(one)}
          >
            <span class="found-name">{one.name}</span>
            {one.of !== "" && <span class="aside">{one.of}</span>}
            <span class="found-kind">{KIND_WORDS[one.kind]}</span>
          </li>
        ))}
      </ul>
      {found.value.length === 0 && <p class="found-none">Nothing has a name like this</p>}
      {note.value !== "" && <p class="found-none">{note.value}</p>}
    </dialog>
  );
}

/** Pages, and what can be done from everywhere. */
function useOwn(onClose: () => void): Found[] {
  const { feed, pages } = useConsole();
  const { settings } = feed;
  const act = (name: string, run: () => void): Found => ({
    kind: "action",
    name,
    of: "",
    target: () => {
      onClose();
      run();
    },
  });
  const actions = pages.find(({ step }) => step === "actions");
  return [
    ...pages.map(({ title, step }): Found => ({
      kind: "page",
      name: title,
      of: "",
      target: pathOf(...step === "" ? [] : [step]),
    })),
    ...actions === undefined
      ? []
      : ["Fail health checks", "Drain listeners", "Shut down", "Reset counters", "Reopen logs"]
        .map((name): Found => ({ kind: "action", name, of: "Actions", target: pathOf("actions") })),
    act("Pause the display", () => feed.setPaused(true)),
    ...settings.theme.values.map((theme) => act(`Theme: ${theme}`, () => settings.theme.choose(theme))),
    ...settings.density.values.map((density) => act(`Density: ${density}`, () => settings.density.choose(density))),
    ...settings.zone.values.map((zone) =>
      act(`Clock: ${zone === "utc" ? "UTC" : zone}`, () => settings.zone.choose(zone))
    ),
  ];
}
