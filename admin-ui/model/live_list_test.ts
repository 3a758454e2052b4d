import { deepEqual, equal } from "node:assert/strict";
import type { ListFrame } from "../../src/admin/contract/frames.ts";
import { LiveList } from "./live_list.ts";

interface Thing {
  readonly name: string;
  readonly size: number;
}

const snapshot = (...items: Thing[]): ListFrame<Thing> => ({
  op: "snapshot",
  data: { items, total: items.length, next_cursor: null, as_of_ms: 0, generation: 1 },
});

function list(): LiveList<Thing> {
  return new LiveList((item) => `thing/${item.name}`);
}

Deno.test("items is null until the first snapshot, and empty after an empty one", () => {
  const things = list();
  equal(things.items.value, null);
  things.apply(snapshot());
  things.publish();
  deepEqual(things.items.value, []);
});

Deno.test("apply() replaces on snapshot, puts on upsert, takes out on remove", () => {
  const things = list();
  things.apply(snapshot({ name: "a", size: 1 }, { name: "b", size: 1 }));
  things.apply({ op: "upsert", key: "thing/a", data: { name: "a", size: 2 } });
  things.apply({ op: "upsert", key: "thing/c", data: { name: "c", size: 1 } });
  things.apply({ op: "remove", key: "thing/b" });
  things.publish();
  deepEqual(things.items.value, [{ name: "a", size: 2 }, { name: "c", size: 1 }]);
  things.apply(snapshot({ name: "z", size: 9 }));
  things.publish();
  deepEqual(things.items.value, [{ name: "z", size: 9 }]);
});

Deno.test("publish() shows nothing new when nothing came in", () => {
  const things = list();
  things.apply(snapshot({ name: "a", size: 1 }));
  things.publish();
  const shown = things.items.value;
  things.publish();
  equal(things.items.value, shown);
});

Deno.test("apply() without publish() leaves what is shown alone", () => {
  const things = list();
  things.apply(snapshot());
  things.publish();
  things.apply({ op: "upsert", key: "thing/a", data: { name: "a", size: 1 } });
  deepEqual(things.items.value, []);
});

Deno.test("apply() ignores an op it does not know", () => {
  const things = list();
  things.apply(snapshot({ name: "a", size: 1 }));
  things.publish();
  const shown = things.items.value;
  things.apply({ op: "patch" } as unknown as ListFrame<Thing>);
  things.publish();
  equal(things.items.value, shown);
});

Deno.test("clear() goes back to not loaded", () => {
  const things = list();
  things.apply(snapshot({ name: "a", size: 1 }));
  things.publish();
  things.clear();
  things.publish();
  equal(things.items.value, null);
});
