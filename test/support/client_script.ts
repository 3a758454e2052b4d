/**
 * Words for scripts about one client of a {@link DataPath}: what it sends, what it is told, when it is over. The origin is
 * the path's latest.
 */
import assert from "node:assert/strict";
import { DataPath, type DataPathOptions, type Peer } from "./data_path.ts";

/** A request that the default route takes to the origin. */
export const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
/** An answer to it. */
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

/** Coarse timers fire up to a tick late. */
const TICK_MS = 10;

/** A path whose manager has these fields, and a client on it. */
export function start(managerFields: readonly string[], options: DataPathOptions = {}): [DataPath, Peer] {
  const path = new DataPath({ managerFields, ...options });
  return [path, path.connect()];
}

/** Sends text and lets come of it what may. */
export function send(path: DataPath, client: Peer, text: string): void {
  client.send(text);
  path.deliver();
}

/** A request to the origin and its answer. */
export function exchange(path: DataPath, client: Peer, request: string = GET): string {
  send(path, client, request);
  send(path, path.origin, OK);
  return client.take();
}

/** Whether a response says that it is the last. */
export function saysClose(response: string): boolean {
  return /\r\nconnection: close\r\n/.test(response);
}

/** Whether the client has seen the end of its connection. */
export function isOver(client: Peer): boolean {
  return client.hasEnded || client.closed !== null;
}

/** Lets time pass as it does: each timer fires when it is due. */
export function pass(path: DataPath, ms: number): void {
  for (let left = ms; left > 0; left -= TICK_MS) path.advance(Math.min(left, TICK_MS));
}

/** The connection ends when this time has passed, and not before. */
export function assertEndsAfter(path: DataPath, client: Peer, ms: number): void {
  pass(path, ms - TICK_MS);
  assert.ok(!isOver(client), `over before ${ms} ms`);
  pass(path, 3 * TICK_MS);
  assert.ok(isOver(client), `not over after ${ms} ms`);
}

/** Counters `http.ingress.downstream_cx_*`, by the end of their names. */
export function assertCounts(path: DataPath, expected: Readonly<Record<string, number>>): void {
  const found = Object.fromEntries(
    Object.keys(expected).map((name) => [name, path.counter(`http.ingress.downstream_cx_${name}`)]),
  );
  assert.deepEqual(found, expected);
}
