/** The tree of all resources: kinds with their members, what is not as it should be with a mark, and a search over all. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ConfigItem, ConfigType } from "../../src/admin/contract/config.ts";
import { stateOf, TYPE_TITLES } from "../text/config_words.ts";
import { treeLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { Empty } from "./empty.tsx";
import { Icon, LevelIcon } from "./icon.tsx";
import { useShortcuts } from "./keys.ts";
import { RowList } from "./row_list.tsx";

type TreeRow = { readonly type: ConfigType; readonly count: number } | ConfigItem;

/** `type` and `name` of the one that is shown. */
export function ConfigTree({ items, type, name }: {
  items: readonly ConfigItem[];
  type: string;
  name: string;
}): JSX.Element {
  const { router } = useConsole();
  const text = router.query("q"), isProblemsOnly = router.query("problems") === "1";
  const rows = useMemo(() => treeRows(items, text, isProblemsOnly), [items, text, isProblemsOnly]);
  useShortcuts([{ key: "/", words: "Search", run: () => document.getElementById("config-filter")?.focus() }]);
  const at = rows.findIndex((row) => "name" in row && row.type === type && row.name === name);
  return (
    <section class="config-tree" aria-label="Resources">
      <div class="config-find">
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Find a resource</span>
          <input
            id="config-filter"
            type="search"
            placeholder="Find a resource"
            value={text}
            onInput={(event) => router.setQuery("q", event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="button is-quiet"
          aria-pressed={isProblemsOnly}
          onClick={() => router.setQuery("problems", isProblemsOnly ? "" : "1")}
        >
          Problems
        </button>
      </div>
      {rows.length === 0
        ? (
          <Empty title={isProblemsOnly ? "Nothing was refused, and nothing is awaited" : "Nothing matches"}>
            {text !== "" && <>No name or source has “{text}” in it.</>}
          </Empty>
        )
        : (
          <RowList
            label="Resources by kind"
            class="tree-rows"
            count={rows.length}
            target={at}
            row={(index) => <Row key={index} row={rows[index]!} isCurrent={index === at} />}
          />
        )}
    </section>
  );
}

function Row({ row, isCurrent }: { row: TreeRow; isCurrent: boolean }): JSX.Element {
  const { router } = useConsole();
  if (!("name" in row)) {
    return (
      <h3 class="row tree-title">
        {TYPE_TITLES[row.type]} <span class="is-quiet">{row.count}</span>
      </h3>
    );
  }
  const { word, level } = stateOf(row);
  return (
    <a
      class={`row tree-item is-${level}${row.state === "removed" ? " is-gone" : ""}`}
      href={treeLink(router, row.type, row.name)}
      aria-current={isCurrent ? "page" : undefined}
      title={`${row.name}: ${word}`}
    >
      <LevelIcon level={level} />
      <span class="tree-name">{row.name}</span>
      <span class="tree-word">{word === "active" ? row.version : word}</span>
    </a>
  );
}

function treeRows(items: readonly ConfigItem[], text: string, isProblemsOnly: boolean): TreeRow[] {
  const wanted = text.trim().toLowerCase();
  const kept = items.filter((item) =>
    (!isProblemsOnly || item.error !== "" || ["waiting", "refused"].includes(item.state)) &&
    (wanted === "" || item.name.toLowerCase().includes(wanted) || item.source.toLowerCase().includes(wanted))
  );
  const byType = Map.groupBy(kept, ({ type }) => type);
  return (Object.keys(TYPE_TITLES) as ConfigType[]).flatMap((type): TreeRow[] => {
    const own = byType.get(type) ?? [];
    const sorted = own.length > 1 ? own.sort((a, b) => compare(a.name, b.name)) : own;
    return own.length === 0 ? [] : [{ type, count: own.length }, ...sorted];
  });
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

function compare(a: string, b: string): number {
  return COLLATOR.compare(a, b);
}
