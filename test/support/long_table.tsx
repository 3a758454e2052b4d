/**
 * For browser tests: a page with a table of so many rows as its address says, in the console's own frame of parts. It is
 * bundled like the console and served under the console's own policy.
 */

import { render } from "preact";
import { signal } from "@preact/signals";
import type { ConsoleContext } from "../../admin-ui/part/context.ts";
import { ConsoleProvider } from "../../admin-ui/part/context.ts";
import { useKeys } from "../../admin-ui/part/keys.ts";
import { VirtualTable } from "../../admin-ui/part/virtual_table.tsx";
import { Feed } from "../../admin-ui/model/feed.ts";
import { Shortcuts } from "../../admin-ui/model/shortcuts.ts";

interface Row {
  readonly name: string;
  readonly size: number;
}

const opened = signal("");

// The table reads keys and settings only.
const context = { feed: new Feed(0, null), shortcuts: new Shortcuts(), pages: [] } as unknown as ConsoleContext;

function LongTable({ rows }: { rows: readonly Row[] }) {
  useKeys(context);
  return (
    <>
      <p id="opened">{opened.value}</p>
      <VirtualTable<Row>
        label="Things"
        columns={[
          { id: "name", title: "Name", isName: true, isSortable: true, cell: (row) => row.name },
          { id: "size", title: "Size", class: "number", isSortable: true, cell: (row) => row.size },
          { id: "half", title: "Half", class: "number", cell: (row) => row.size / 2 },
          { id: "link", title: "Link", cell: (row) => <a href={`#${row.name}`}>{row.name}</a> },
        ]}
        rows={rows}
        keyOf={(row) => row.name}
        sort="-size"
        onSort={() => {}}
        onOpen={(row) => opened.value = row.name}
      />
    </>
  );
}

const rows = Array.from({ length: Number(location.hash.slice(1)) }, (_, size) => ({ name: `thing-${size}`, size }));
render(
  <ConsoleProvider value={context}>
    <LongTable rows={rows} />
  </ConsoleProvider>,
  document.getElementById("app")!,
);
