import assert from "node:assert/strict";
import { StatBook } from "../observe/stats/stat_book.ts";
import { AdminConnections } from "./admin_connections.ts";

Deno.test("AdminConnections counts a peer once, and holds it for active while it asks", () => {
  const book = new StatBook(), connections = new AdminConnections(book.own);
  const figures = () =>
    ["listener.admin", "listener.admin.main_thread", "http.admin"].map((scope) => [
      book.valueOf(`${scope}.downstream_cx_total`),
      book.valueOf(`${scope}.downstream_cx_active`),
    ]);
  connections.onRequest("127.0.0.1 1000");
  connections.onRequest("127.0.0.1 1000");
  connections.onRequest("127.0.0.1 1001");
  assert.deepEqual(figures(), [[2, 2], [2, 2], [2, 2]]);
  connections.onEnd("127.0.0.1 1000");
  connections.onEnd("127.0.0.1 1001");
  assert.deepEqual(figures(), [[2, 1], [2, 1], [2, 1]]);
  connections.onEnd("127.0.0.1 1000");
  connections.onRequest("127.0.0.1 1000");
  assert.deepEqual(figures(), [[2, 1], [2, 1], [2, 1]]);
});

Deno.test("AdminConnections takes the connection of a peer for closed that was long not heard of", () => {
  const book = new StatBook(), connections = new AdminConnections(book.own);
  for (let port = 1; port <= 1030; port++) {
    connections.onRequest(`127.0.0.1 ${port}`);
    if (port > 1) connections.onEnd(`127.0.0.1 ${port}`);
  }
  assert.equal(book.valueOf("http.admin.downstream_cx_total"), 1030);
  assert.equal(book.valueOf("http.admin.downstream_cx_destroy"), 6);
  connections.onEnd("127.0.0.1 1");
  assert.equal(book.valueOf("http.admin.downstream_cx_active"), 0);
});
