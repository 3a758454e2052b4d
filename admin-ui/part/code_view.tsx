/** A resource to read: YAML or JSON with line numbers, folding, a search that counts, links, and ways to take it along. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { type CodeForm, type CodeLine, codeLines, codeText, linesWith, unfolded } from "../model/code_lines.ts";
import { pathOf } from "../router.ts";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { Icon } from "./icon.tsx";
import { RowList } from "./row_list.tsx";

const NONE: ReadonlySet<number> = new Set();

/** `download`: where the server gives the whole as a file, without its format. */
export function CodeView({ name, resource, download }: {
  name: string;
  resource: unknown;
  download: string;
}): JSX.Element {
  const { router, pages } = useConsole();
  const form: CodeForm = router.query("as") === "json" ? "json" : "yaml";
  const lines = useMemo(() => codeLines(resource, form), [resource, form]);
  const folded = useSignal(NONE);
  const seen = unfolded(lines, folded.value);
  const text = router.query("find"), found = useMemo(() => linesWith(lines, text), [lines, text]);
  const line = Number(router.query("line")) || 0;
  const at = found.indexOf(line);
  const matches = new Set(found);
  const target = seen.findLastIndex(({ number }) => number <= line);
  const goTo = (number: number) => {
    const hiding = lines.filter((outer) => outer.number < number && number <= outer.number + outer.inner);
    folded.value = new Set([...folded.value].filter((one) => !hiding.some(({ number }) => number === one)));
    router.setQuery("line", String(number));
  };
  const step = (by: number) => {
    if (found.length === 0) return;
    const next = at >= 0 ? at + by : by > 0 ? found.findIndex((one) => one > line) : found.length - 1;
    goTo(found[(next + found.length) % found.length]!);
  };
  const toggle = (number: number) => {
    const next = new Set(folded.value);
    if (!next.delete(number)) next.add(number);
    folded.value = next;
  };
  const hasPage = (first: string) => pages.some((page) => page.step === first);
  return (
    <div class="code">
      <div class="code-tools">
        <span class="choice" role="group" aria-label="Written as">
          {(["yaml", "json"] as const).map((one) => (
            <button
              type="button"
              class="button is-quiet"
              key={one}
              aria-pressed={form === one}
              onClick={() => {
                folded.value = NONE;
                router.setQuery("line", "");
                router.setQuery("as", one === "json" ? one : "");
              }}
            >
              {one.toUpperCase()}
            </button>
          ))}
        </span>
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Find in the text</span>
          <input
            type="search"
            placeholder="Find"
            value={text}
            onInput={(event) => router.setQuery("find", event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && step(event.shiftKey ? -1 : 1)}
          />
        </label>
        {text !== "" && (
          <span class="code-found" role="status">
            {found.length === 0 ? "none" : at < 0 ? `${found.length} found` : `${at + 1} of ${found.length}`}
          </span>
        )}
        <span class="code-take">
          <button
            type="button"
            class="button is-quiet"
            onClick={() =>
              folded.value = folded.value.size > 0
                ? NONE
                : new Set(lines.filter(({ inner, indent }) => inner > 0 && indent <= 2).map(({ number }) => number))}
          >
            {folded.value.size > 0 ? "Unfold" : "Fold"}
          </button>
          <CopyButton text={codeText(lines)} label="Copy" />
          <a class="button is-quiet" href={`${download}format=${form}`} download={`${name}.${form}`}>Download</a>
        </span>
      </div>
      <RowList
        label={`Text of ${name}`}
        class="code-lines"
        count={seen.length}
        target={target}
        row={(index) => {
          const one = seen[index]!;
          return (
            <Line
              key={one.number}
              line={one}
              class={`${one.number === line ? " is-target" : ""}${matches.has(one.number) ? " is-found" : ""}`}
              isFolded={folded.value.has(one.number)}
              hasLink={one.link !== null && hasPage(one.link[0]!)}
              onFold={() => toggle(one.number)}
              onPick={() => router.setQuery("line", one.number === line ? "" : String(one.number))}
            />
          );
        }}
      />
    </div>
  );
}

function Line({ line, class: className, isFolded, hasLink, onFold, onPick }: {
  line: CodeLine;
  class: string;
  isFolded: boolean;
  hasLink: boolean;
  onFold: () => void;
  onPick: () => void;
}): JSX.Element {
  const { number, indent, head, value, link, inner } = line;
  return (
    <div class={`row code-line${className}`}>
      <button type="button" class="code-number" tabIndex={-1} aria-label={`Line ${number}`} onClick={onPick}>
        {number}
      </button>
      {inner > 0
        ? (
          <button
            type="button"
            class="code-fold"
            aria-expanded={!isFolded}
            aria-label={`Fold ${inner} lines under line ${number}`}
            onClick={onFold}
          >
            <Icon name="chevron" />
          </button>
        )
        : <span class="code-fold" />}
      <code>
        {" ".repeat(indent)}
        <span class="code-key">{head}</span>
        {hasLink ? <a href={`${pathOf(...link!)}?as=yaml`}>{value}</a> : <span class="code-value">{value}</span>}
        {isFolded && <span class="code-more">… {inner} lines</span>}
      </code>
    </div>
  );
}
