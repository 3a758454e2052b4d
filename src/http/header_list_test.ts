import assert from "node:assert/strict";
import { latin1Bytes } from "../base/ascii.ts";
import { ENTRY_SIZE, HeaderList, IN_ADDED, IS_CANONICAL } from "./header_list.ts";
import { HeaderId, headerIdOf, headerMask } from "./header_names.ts";

/** A list over received lines `name: value CRLF`. */
function received(...fields: [string, string][]): HeaderList {
  const bytes = latin1Bytes(fields.map(([name, value]) => `${name}: ${value}\r\n`).join(""));
  const list = new HeaderList();
  list.reset(bytes);
  let at = 0;
  for (const [name, value] of fields) {
    const nameEnd = at + name.length, valueEnd = nameEnd + 2 + value.length;
    list.append(at, nameEnd, nameEnd + 2, valueEnd, headerIdOf(bytes, at, nameEnd) | IS_CANONICAL);
    at = valueEnd + 2;
  }
  return list;
}

const MIXED: [string, string][] = [["host", "a"], ["x-one", "1"], ["cookie", "c"], ["x-one", "2"], ["cookie", "d"]];

Deno.test("HeaderList finds fields by number and by name", () => {
  const list = received(...MIXED);
  assert.equal(list.get(HeaderId.host), "a");
  assert.equal(list.get(HeaderId.cookie), "c");
  assert.equal(list.get(HeaderId.server), null);
  assert.equal(list.find(HeaderId.server), -1);
  assert.equal(list.getName("x-one"), "1");
  assert.equal(list.getName("host"), "a");
  assert.equal(list.getName("x-two"), null);
  assert.equal(list.findNext(list.find(HeaderId.cookie)), 4);
  assert.equal(list.findNext(4), -1);
  assert.equal(list.size, 5);
});

Deno.test("HeaderList.add() puts a finished line behind the others of its name", () => {
  const list = received(["cookie", "c"]);
  list.add(HeaderId.cookie, "d");
  list.addName("x-new", "\xe9");
  list.addName("host", "h");
  assert.deepEqual(list.entries(), [["cookie", "c"], ["cookie", "d"], ["x-new", "\xe9"], ["host", "h"]]);
  assert.equal(list.get(HeaderId.host), "h");
  for (let entry = 1; entry < 4; entry++) {
    assert.equal(list.table[entry * ENTRY_SIZE + 4]! & (IN_ADDED | IS_CANONICAL), IN_ADDED | IS_CANONICAL);
  }
});

Deno.test("HeaderList.set() replaces every field of the number", () => {
  const list = received(...MIXED);
  list.set(HeaderId.cookie, "e");
  assert.deepEqual(list.entries(), [["host", "a"], ["x-one", "1"], ["x-one", "2"], ["cookie", "e"]]);
  assert.equal(list.findNext(list.find(HeaderId.cookie)), -1);
  list.setBytes(HeaderId.cookie, latin1Bytes("f"));
  list.setName("x-one", "3");
  list.setName("host", "b");
  assert.deepEqual(list.entries(), [["cookie", "f"], ["x-one", "3"], ["host", "b"]]);
});

Deno.test("HeaderList.remove() removes every field of the number, and it may come back", () => {
  const list = received(...MIXED);
  list.remove(HeaderId.cookie);
  list.remove(HeaderId.server);
  assert.equal(list.has(HeaderId.cookie), false);
  assert.equal(list.size, 3);
  list.add(HeaderId.cookie, "again");
  assert.equal(list.get(HeaderId.cookie), "again");
  list.removeName("x-one");
  list.removeName("cookie");
  assert.deepEqual(list.entries(), [["host", "a"]]);
});

Deno.test("HeaderList.removeAny() removes a set, numbers on both sides of 32", () => {
  const list = received(["host", "a"], ["connection", "x"], ["cookie", "c"], ["via", "v"], ["cookie", "d"]);
  const set = headerMask(HeaderId.connection, HeaderId.cookie, HeaderId.trailer);
  assert.equal(list.hasAny(set), true);
  list.removeAny(set);
  assert.equal(list.hasAny(set), false);
  assert.deepEqual(list.entries(), [["host", "a"], ["via", "v"]]);
  list.removeAny(set);
  list.add(HeaderId.trailer, "t");
  assert.equal(list.hasAny(set), true);
});

Deno.test("HeaderList.removeEntry() keeps the number while another line of it is there", () => {
  const list = received(...MIXED);
  list.removeEntry(2);
  list.removeEntry(2);
  assert.equal(list.get(HeaderId.cookie), "d");
  assert.equal(list.isLive(2), false);
  list.removeEntry(4);
  assert.equal(list.has(HeaderId.cookie), false);
  list.removeEntry(1);
  assert.deepEqual(list.entries(), [["host", "a"], ["x-one", "2"]]);
});

Deno.test("HeaderList.openLine() takes a value as bytes", () => {
  const list = received(["host", "a"]);
  list.openLine(HeaderId.xForwardedFor).writeDecimal(127);
  list.closeLine();
  assert.deepEqual(list.entries(), [["host", "a"], ["x-forwarded-for", "127"]]);
});

Deno.test("HeaderList.moveTo() follows the received bytes and leaves the added ones", () => {
  const list = received(["host", "a"], ["x-one", "1"]);
  list.add(HeaderId.via, "v");
  const moved = new Uint8Array(list.bytes.length + 7);
  moved.set(list.bytes, 7);
  list.bytes.fill(0);
  list.moveTo(moved, 7);
  assert.deepEqual(list.entries(), [["host", "a"], ["x-one", "1"], ["via", "v"]]);
  list.moveTo(moved, 0);
  assert.equal(list.get(HeaderId.host), "a");
});

Deno.test("HeaderList.reset() forgets all, added lines too", () => {
  const list = received(...MIXED);
  list.add(HeaderId.via, "v");
  list.reset(new Uint8Array(0));
  assert.equal(list.count, 0);
  assert.equal(list.has(HeaderId.host), false);
  assert.equal(list.has(HeaderId.via), false);
  assert.equal(list.getName("x-one"), null);
  list.add(HeaderId.host, "b");
  assert.deepEqual(list.entries(), [["host", "b"]]);
});

Deno.test("HeaderList grows past its first size", () => {
  const list = new HeaderList();
  for (let count = 0; count < 200; count++) list.addName(`x-${count}`, `${count}`);
  assert.equal(list.size, 200);
  assert.equal(list.getName("x-0"), "0");
  assert.equal(list.getName("x-199"), "199");
});

Deno.test("HeaderList.joinRepeats() makes one line of several, of the fields asked for", () => {
  const list = received(["via", "a"], ["cookie", "c"], ["via", "b"], ["x-one", "1"], ["cookie", "d"], ["via", ""]);
  assert.equal(list.hasRepeats, true);
  assert.equal(list.getJoined(HeaderId.via), "a,b,");
  assert.equal(list.getJoined(HeaderId.host), null);
  assert.deepEqual(["via", "host", "x-two"].map((name) => list.getNameJoined(name)), ["a,b,", null, null]);
  list.joinRepeats(headerMask(HeaderId.via, HeaderId.host, HeaderId.xForwardedHost));
  assert.deepEqual(list.entries(), [["cookie", "c"], ["x-one", "1"], ["cookie", "d"], ["via", "a,b,"]]);

  const single = received(["via", "a"], ["x-one", "1"], ["x-one", "2"]);
  assert.equal(single.hasRepeats, false);
  assert.equal(single.getNameJoined("x-one"), "1,2");
  list.reset(list.bytes);
  assert.equal(list.hasRepeats, false);
});

Deno.test("HeaderList.shortenValue() cuts a value where it lies, and the line is no longer copied whole", () => {
  const list = received(["host", "a.test:80"]);
  list.shortenValue(0, list.valueEnd(0) - 3);
  assert.equal(list.get(HeaderId.host), "a.test");
  assert.equal(list.table[4]! & IS_CANONICAL, 0);
});
