import assert from "node:assert/strict";
import { type ConsoleFile, packConsole } from "../console_assets.ts";
import { sampleAdmin } from "../sample_source.ts";

const encoder = new TextEncoder();
const PAGE = `<!doctype html><title>denvoy</title>${"<p>text</p>".repeat(50)}`;
const FILES: ConsoleFile[] = [
  { path: "index.html", bytes: encoder.encode(PAGE), isHashed: false },
  { path: "app-1a2b.js", bytes: encoder.encode("console.log(1);".repeat(50)), isHashed: true },
  { path: "tiny-1.css", bytes: encoder.encode("a{}"), isHashed: true },
];

async function consoleAdmin() {
  return sampleAdmin({ console: await packConsole(FILES) });
}

Deno.test("/console/ is the page, never cached without asking, with a strict policy", async () => {
  const { ask } = await consoleAdmin();
  const answer = await ask("/console/");
  assert.equal(await answer.text(), PAGE);
  assert.equal(answer.headers.get("content-type"), "text/html; charset=UTF-8");
  assert.equal(answer.headers.get("cache-control"), "no-cache");
  assert.match(answer.headers.get("content-security-policy")!, /^default-src 'none'; script-src 'self';/);
  for (const name of ["x-frame-options", "referrer-policy", "cross-origin-opener-policy", "permissions-policy"]) {
    assert.ok(answer.headers.has(name), name);
  }
});

Deno.test("/console/ gives its page for every path of the console", async () => {
  const { ask } = await consoleAdmin();
  for (const path of ["/console/clusters", "/console/clusters/a.b"]) {
    assert.equal(await (await ask(path)).text(), PAGE, path);
  }
  assert.equal((await ask("/console")).headers.get("location"), "/console/");
});

Deno.test("a hashed file may be kept for good, and comes compressed to who takes it", async () => {
  const { ask } = await consoleAdmin();
  const plain = await ask("/console/app-1a2b.js");
  assert.equal(plain.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.equal(plain.headers.get("content-encoding"), null);
  const packed = await ask("/console/app-1a2b.js", { headers: { "accept-encoding": "br, gzip" } });
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  const unpacked = packed.body!.pipeThrough(new DecompressionStream("gzip"));
  assert.equal(await new Response(unpacked).text(), await plain.text());
  const refused = await ask("/console/app-1a2b.js", { headers: { "accept-encoding": "gzip;q=0" } });
  assert.equal(refused.headers.get("content-encoding"), null);
  const tiny = await ask("/console/tiny-1.css", { headers: { "accept-encoding": "gzip" } });
  assert.equal(tiny.headers.get("content-encoding"), null);
});

Deno.test("a file that is not there is not the page", async () => {
  const { ask } = await consoleAdmin();
  assert.equal((await ask("/console/app-old.js")).status, 404);
});

Deno.test("without a build there is a page of links", async () => {
  const { ask } = sampleAdmin();
  assert.match(await (await ask("/console/")).text(), /<a href="\/clusters">/);
});
