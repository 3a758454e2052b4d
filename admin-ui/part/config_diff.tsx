/** Two versions of a resource compared: one under the other, or side by side. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ConfigDiff, ConfigVersion, ConfigVersions, DiffLine } from "../../src/admin/contract/config.ts";
import { sideBySide } from "../model/diff_rows.ts";
import { resourceLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { resourcePath } from "./config_resource.tsx";
import { useAnswer } from "./use_answer.ts";

/** The resource and the versions are those of the address. */
export function ConfigDiffView(): JSX.Element {
  const { router } = useConsole();
  const type = router.query("type"), name = router.query("name"), isWhole = router.query("all") === "1";
  const chosen = { type, name, a: router.query("a"), b: router.query("b") };
  const query = new URLSearchParams({ ...chosen, context: isWhole ? "100000" : "3" });
  const answer = useAnswer<ConfigDiff>(`/config/diff?${query}`);
  const versions = useAnswer<ConfigVersions>(`${resourcePath(type, name)}/versions`).body?.items ?? [];
  const isSplit = router.query("split") === "1", diff = answer.body;
  return (
    <>
      <header class="config-head">
        <p class="config-kind">Comparison</p>
        <h2 tabIndex={-1}>
          <a href={resourceLink(type, name)}>{name}</a>
        </h2>
        <div class="diff-tools">
          <Choice label="From" versions={versions} id={diff?.a ?? chosen.a} onPick={(id) => router.setQuery("a", id)} />
          <Choice label="to" versions={versions} id={diff?.b ?? chosen.b} onPick={(id) => router.setQuery("b", id)} />
          <Toggle name="split" word="Side by side" />
          <Toggle name="all" word="All lines" />
          {diff !== null && (
            <span class="diff-sum" role="status">
              <b class="is-added">+{diff.added}</b> <b class="is-removed">−{diff.removed}</b> lines
            </span>
          )}
        </div>
      </header>
      {answer.error !== ""
        ? (
          <Empty title="Cannot compare them">
            <p>{answer.error}</p>
            <button type="button" class="button" onClick={answer.retry}>Try again</button>
          </Empty>
        )
        : diff === null
        ? <Loading rows={8} />
        : diff.added + diff.removed === 0
        ? (
          <Empty title="They say the same">
            The order of fields does not count, and what is redacted looks the same whatever it was.
          </Empty>
        )
        : isSplit
        ? <Split lines={diff.lines} />
        : <Unified lines={diff.lines} />}
    </>
  );
}

function Choice({ label, versions, id, onPick }: {
  label: string;
  versions: readonly ConfigVersion[];
  id: string;
  onPick: (id: string) => void;
}): JSX.Element {
  return (
    <label class="diff-choice">
      {label}{" "}
      <select value={id} onChange={(event) => onPick(event.currentTarget.value)}>
        {versions.every((version) => version.id !== id) && <option value={id}>{id === "" ? "nothing" : id}</option>}
        {versions.map(({ id, version, state }) => (
          <option value={id} key={id}>
            {id === "disk" ? "on disk" : id === "running" ? "running" : `${version || "(no version)"}, ${WORDS[state]}`}
          </option>
        ))}
      </select>
    </label>
  );
}

const WORDS: Readonly<Record<ConfigVersion["state"], string>> = {
  active: "in force",
  warming: "warming",
  past: "replaced",
  rejected: "refused",
};

function Toggle({ name, word }: { name: string; word: string }): JSX.Element {
  const { router } = useConsole();
  const isOn = router.query(name) === "1";
  return (
    <button
      type="button"
      class="button is-quiet"
      aria-pressed={isOn}
      onClick={() => router.setQuery(name, isOn ? "" : "1")}
    >
      {word}
    </button>
  );
}

const SIGNS: Readonly<Record<DiffLine["op"], string>> = { same: " ", added: "+", removed: "−", gap: " ", note: "@" };

function lineWords(line: DiffLine): string {
  if (line.op === "gap") return `… ${line.count} lines the same`;
  return (line.op === "note" ? "" : "  ".repeat(line.depth)) + line.text;
}

function Unified({ lines }: { lines: readonly DiffLine[] }): JSX.Element {
  return (
    <div class="rows diff" role="region" aria-label="Differences" tabIndex={0}>
      {lines.map((line, at) => (
        <div class={`diff-line is-${line.op}`} key={at}>
          <span class="diff-sign">{SIGNS[line.op]}</span>
          <code>{lineWords(line)}</code>
        </div>
      ))}
    </div>
  );
}

function Split({ lines }: { lines: readonly DiffLine[] }): JSX.Element {
  const rows = useMemo(() => sideBySide(lines), [lines]);
  return (
    <div class="rows diff is-split" role="region" aria-label="Differences, side by side" tabIndex={0}>
      {rows.map(([left, right], at) => (
        <div class="diff-pair" key={at}>
          {[left, right].map((line, side) => (
            <div class={`diff-line is-${line?.op ?? "none"}`} key={side}>
              <span class="diff-sign">{line === null ? "" : SIGNS[line.op]}</span>
              <code>{line === null ? "" : lineWords(line)}</code>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
