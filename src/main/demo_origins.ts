/**
 * The origins behind `config/demo.yaml`: two hosts for `/` and two for `/api/`, on loopback. Each says who it is, takes
 * a little while as a real one does, and offers a few paths to play with. Here `Deno.serve` is good enough.
 *
 * ```
 * /            a page that tells who answered       /api/items    a list, as JSON
 * /slow?ms=N   answers after N milliseconds         /api/echo     what was received, as JSON
 * /status/N    answers with status N                /stream?n=N   N lines, one every 100 ms
 * ```
 */

/** Ports of the hosts, as `config/demo.yaml` has them. */
export const DEMO_HOSTS = [
  { name: "web-1", port: 10_001 },
  { name: "web-2", port: 10_002 },
  { name: "api-1", port: 10_003 },
  { name: "api-2", port: 10_004 },
] as const;

/** Some requests take longer than others: between 1 and this many milliseconds. */
const MAX_LATENCY_MS = 15;
/** What `/slow` and `/stream` allow at most. */
const MAX_SLOW_MS = 60_000;
const MAX_LINES = 600;

/** The running origins. */
export class DemoOrigins {
  readonly #servers: readonly Deno.HttpServer[];

  /** Starts all. Throws when a port is taken, after closing those that were free. */
  constructor() {
    const servers: Deno.HttpServer[] = [];
    try {
      for (const { name, port } of DEMO_HOSTS) {
        const options = { hostname: "127.0.0.1", port, onListen: () => {} };
        servers.push(Deno.serve(options, (request) => answer(name, request)));
      }
    } catch (error) {
      for (const server of servers) server.shutdown();
      throw error;
    }
    this.#servers = servers;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.shutdown()));
  }
}

async function answer(host: string, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const headers = { "x-demo-host": host };
  await wait(1 + Math.random() * (MAX_LATENCY_MS - 1));
  const [, first = "", second = ""] = url.pathname.replace(/^\/api(?=\/)/, "").split("/");
  switch (first) {
    case "slow": {
      await wait(bounded(url.searchParams.get("ms"), 1000, MAX_SLOW_MS));
      return new Response(`${host} took its time\n`, { headers });
    }
    case "status": {
      const status = Number(second);
      if (!(status >= 200 && status <= 599)) break;
      const isBare = status === 204 || status === 205 || status === 304;
      return new Response(isBare ? null : `${host} answers ${status}\n`, { status, headers });
    }
    case "stream": {
      const lines = bounded(url.searchParams.get("n"), 10, MAX_LINES);
      return new Response(ticking(host, lines), { headers: { ...headers, "content-type": "text/plain" } });
    }
    case "items":
      return Response.json({ host, items: ["amber", "birch", "cedar"] }, { headers });
    case "echo": {
      const body = await request.text();
      const received = Object.fromEntries(request.headers);
      return Response.json({ host, method: request.method, path: url.pathname, headers: received, body }, { headers });
    }
    case "":
      return url.pathname.startsWith("/api/") ? Response.json({ host }, { headers }) : page(host, headers);
  }
  return new Response(`${host} has nothing at ${url.pathname}\n`, { status: 404, headers });
}

function page(host: string, headers: Record<string, string>): Response {
  const links = ["/slow?ms=2000", "/status/503", "/stream?n=20", "/api/items", "/api/echo"];
  const list = links.map((link) => `<li><a href="${link}">${link}</a></li>`).join("");
  const html = `<!doctype html><title>denvoy demo</title><h1>${host}</h1>
<p>You reached this host through denvoy. Load the page again and another may answer.</p><ul>${list}</ul>
<p>The console is at <a href="http://127.0.0.1:9901/console/">127.0.0.1:9901</a>.</p>\n`;
  return new Response(html, { headers: { ...headers, "content-type": "text/html; charset=utf-8" } });
}

/** One line every 100 ms; stops when nobody reads any more. */
function ticking(host: string, lines: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === lines) return controller.close();
      if (sent > 0) await wait(100);
      controller.enqueue(encoder.encode(`${host} line ${++sent} of ${lines}\n`));
    },
  });
}

function bounded(text: string | null, unset: number, most: number): number {
  const number = text === null ? unset : Math.floor(Number(text));
  return Number.isFinite(number) ? Math.min(Math.max(0, number), most) : unset;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
