/** curl, which shares no code with us, as a client: what it gets through the proxy is what it gets from the origin. */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { testNeeding } from "../support/needs.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

async function run(curl: string, args: string[]): Promise<string> {
  const child = new Deno.Command(curl, { args: ["--silent", "--show-error", "--max-time", "20", ...args] });
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Answers with what it was asked. */
function startEcho(): Origin {
  return startOrigin(async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    return new Response(`${request.method} ${body.length} ${digest.toHex()}\n`);
  });
}

function startInFront(origin: Origin): Promise<RunningProxy> {
  const config = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  return startProxy({ config });
}

testNeeding("curl", "curl gets through the proxy what it gets without", async (curl) => {
  await using origin = startEcho();
  await using proxy = await startInFront(origin);
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) >> 5));
    const requests: string[][] = [
      [],
      ["--head"],
      ["--data", "a=b"],
      ["--request", "DELETE"],
      ["--data-binary", `@${file}`], // curl says Expect: 100-continue for this
      ["--data-binary", `@${file}`, "--header", "transfer-encoding: chunked"],
      ["--upload-file", file],
      ["--form", `file=@${file}`, "--header", "content-type: multipart/form-data; boundary=x"],
      ["--http1.1", "--header", "connection: close"],
    ];
    for (const args of requests) {
      const isHead = args.includes("--head");
      const more = isHead ? ["--output", "/dev/null", "--write-out", "%{http_code}"] : [];
      const direct = await run(curl, [...args, ...more, `${origin.url}/x`]);
      const proxied = await run(curl, [...args, ...more, `${proxy.listenerUrl("web")}/x`]);
      if (!args.includes("--form")) assert.equal(proxied, direct, args.join(" "));
    }
  } finally {
    await Deno.remove(file);
  }
});

testNeeding("curl", "curl uses one connection for many requests", async (curl) => {
  await using origin = startEcho();
  await using proxy = await startInFront(origin);
  const url = proxy.listenerUrl("web");
  const text = await run(curl, [
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code} %{num_connects}\n",
    `${url}/[1-20]`,
  ]);
  const lines = text.trim().split("\n");
  assert.equal(lines.length, 20);
  assert.equal(lines[0], "200 1");
  for (const line of lines.slice(1)) assert.equal(line, "200 0");
});
