/** Who did what, and who tried (spec/console.md 5.14): the latest live, all of it as a file. The filter is in the URL. */

import type { JSX } from "preact";
import type { AuditItem } from "../../src/admin/contract/session.ts";
import { arrangeAudit, createAudit } from "../model/audit.ts";
import { useConsole } from "../part/context.ts";
import { Empty, Loading } from "../part/empty.tsx";
import { Icon } from "../part/icon.tsx";
import { Panel } from "../part/panel.tsx";
import { clock, moment } from "../text/ages.ts";

/** The page. */
export function Page(): JSX.Element {
  const { feed, router } = useConsole();
  const items = feed.model("audit", createAudit).items.value;
  const text = router.query("q"), outcome = router.query("outcome");
  const shown = items === null ? [] : arrangeAudit(items, text, outcome);
  const query = new URLSearchParams({ format: "jsonl", q: text, outcome });
  return (
    <div class="audit">
      <h1 class="page-title">Audit</h1>
      <Panel
        id="audit"
        title="Who did what"
        count={items === null ? undefined : `${shown.length}`}
        tools={
          <>
            <label class="search">
              <Icon name="search" />
              <span class="unseen">Filter the audit</span>
              <input
                id="cluster-filter"
                type="search"
                placeholder="Actor, action, target…"
                value={text}
                onInput={({ currentTarget }) => router.setQuery("q", currentTarget.value)}
              />
            </label>
            <button
              type="button"
              class="button"
              aria-pressed={outcome === "refused"}
              onClick={() => router.setQuery("outcome", outcome === "refused" ? "" : "refused")}
            >
              Refused only
            </button>
            <a class="button" href={`/api/v1/audit?${query}`} download>Export</a>
          </>
        }
      >
        {items === null
          ? <Loading rows={6} />
          : items.length === 0
          ? (
            <Empty title="Nothing was changed since the process started">
              Every change that somebody makes or tries shows here. With <code>--admin-audit-path FILE</code>{" "}
              it is kept in a file too.
            </Empty>
          )
          : shown.length === 0
          ? <Empty title="Nothing matches the filter" />
          : <Table items={shown} />}
      </Panel>
    </div>
  );
}

function Table({ items }: { items: readonly AuditItem[] }): JSX.Element {
  return (
    <div class="scroll">
      <table class="table audit-table">
        <thead>
          <tr>
            {["Time", "Who", "What", "Before → after", "Result"].map((title) => <th scope="col" key={title}>{title}
            </th>)}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id} class={item.result.startsWith("refused") ? "is-refused" : undefined}>
              <td title={moment(item.at_ms)}>{clock(item.at_ms)}</td>
              <td>{item.actor}</td>
              <td>
                {item.action}
                <div class="aside">{item.target}</div>
              </td>
              <td>
                {item.before !== item.after && `${item.before ?? "none"} → ${item.after ?? "none"}`}
                {item.reason !== "" && <div class="aside">{item.reason}</div>}
              </td>
              <td>{item.result}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
