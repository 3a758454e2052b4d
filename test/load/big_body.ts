/**
 * A body of 2 GiB (or as many MiB as the first argument says) up and down through a real proxy, whole and to the byte,
 * with the proxy's memory watched: `deno run -A test/load/big_body.ts [MiB]`. Too long for a test that runs each time.
 * Exits with 1 when a byte is missing or memory grows with the body.
 */
import { bootstrap } from "../support/bootstrap.ts";
import { residentMiB } from "../support/process_memory.ts";
import { startProxy } from "../support/proxy.ts";
import { connectRaw, type RawConnection, startRawOrigin } from "../support/raw_h1.ts";

const MIB = 1024 * 1024;
/** Buffer limits of both sides, read buffers, and room for the garbage collector. */
const MAX_GROWTH_MIB = 64;

const sizeMiB = Number(Deno.args[0] ?? 2048);
const piece = crypto.getRandomValues(new Uint8Array(65536));

async function sendBody(connection: RawConnection): Promise<void> {
  for (let sent = 0; sent < sizeMiB * MIB; sent += piece.length) await connection.sendBytes(piece);
}

/** Reads the body and compares it with what was sent; looks at the proxy's memory once every 64 MiB. */
async function receiveBody(connection: RawConnection, watch: () => Promise<void>): Promise<void> {
  let position = 0;
  let nextLook = 0;
  while (position < sizeMiB * MIB) {
    const bytes = await connection.readSome();
    if (bytes.length === 0) throw new Error(`Cannot go on: the body ended at ${position} of ${sizeMiB * MIB} bytes`);
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== piece[(position + i) % piece.length]) {
        throw new Error(`Cannot go on: wrong byte at ${position + i}`);
      }
    }
    position += bytes.length;
    if (position < nextLook) continue;
    nextLook += 64 * MIB;
    await watch();
  }
}

let peakMiB = 0;
let watch = (): Promise<void> => Promise.resolve();
await using origin = startRawOrigin(async (connection) => {
  for (;;) {
    const head = await connection.readHead();
    if (head.startsWith("POST")) {
      await receiveBody(connection, watch);
      await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    } else {
      await connection.send(`HTTP/1.1 200 OK\r\ncontent-length: ${sizeMiB * MIB}\r\n\r\n`);
      await sendBody(connection);
    }
  }
});
const config = bootstrap({
  routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0s } }"],
  clusters: { origin: [origin.port] },
});
await using proxy = await startProxy({ config });
const restMiB = await residentMiB(proxy.pid);
watch = async () => void (peakMiB = Math.max(peakMiB, await residentMiB(proxy.pid)));

async function run(name: string, body: (connection: RawConnection) => Promise<void>): Promise<boolean> {
  peakMiB = restMiB;
  const startMs = performance.now();
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await body(connection);
  const seconds = (performance.now() - startMs) / 1000;
  const growth = peakMiB - restMiB;
  const isBounded = growth <= MAX_GROWTH_MIB;
  console.log(
    `${name}: ${sizeMiB} MiB in ${seconds.toFixed(1)} s, proxy grew by ${growth.toFixed(0)} MiB` +
      (isBounded ? "" : `, wanted at most ${MAX_GROWTH_MIB}`),
  );
  return isBounded;
}

const upload = await run("upload", async (connection) => {
  await connection.send(`POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ${sizeMiB * MIB}\r\n\r\n`);
  await sendBody(connection);
  const { status } = await connection.readMessage();
  if (status !== 200) throw new Error(`Cannot upload: found status ${status}, wanted 200`);
});
const download = await run("download", async (connection) => {
  await connection.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await connection.readHead();
  await receiveBody(connection, watch);
});
if (!upload || !download) Deno.exitCode = 1;
