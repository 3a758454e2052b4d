/**
 * Holds idle keep-alive connections: `deno run -A idle_client.ts PORT CONNECTIONS READY_FILE`. Each connection does
 * one request for `/small`; when all have their whole answer the ready file is written, and the program waits to be
 * ended. It ends by itself, with an error, when the other side closes one.
 */
const port = Number(Deno.args[0]), connections = Number(Deno.args[1]), readyFile = Deno.args[2]!;

/** So many are opened at a time: more would overflow a listener's backlog. */
const LANES = 64;

const request = new TextEncoder().encode("GET /small HTTP/1.1\r\nhost: bench.test\r\nuser-agent: idle\r\n\r\n");
const open: Deno.TcpConn[] = [];

async function openOne(buffer: Uint8Array): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(request);
  let text = "";
  const decoder = new TextDecoder();
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error(`Cannot finish a request: the connection closed after "${text}"`);
    text += decoder.decode(buffer.subarray(0, count));
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) continue;
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(`Cannot finish a request: 200 is wanted, found "${text}"`);
    const length = /content-length: *(\d+)/i.exec(text);
    if (length === null) throw new Error(`Cannot finish a request: content-length is wanted, found "${text}"`);
    if (text.length >= headEnd + 4 + Number(length[1])) break;
  }
  open.push(connection);
}

async function lane(): Promise<void> {
  const buffer = new Uint8Array(4096);
  while (started < connections) {
    started++;
    await openOne(buffer);
  }
}

let started = 0;
await Promise.all(Array.from({ length: LANES }, lane));
await Deno.writeTextFile(readyFile, String(open.length));
await Promise.race(open.map((connection) => connection.read(new Uint8Array(1))));
throw new Error("Cannot hold the connections: one was closed or sent more");
