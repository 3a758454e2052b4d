/** `/console/`: the console's files, and its page for every other path below (spec/console.md 8.5, 10.1, 10.4). */
import type { Hono } from "hono";
import type { AdminEnv } from "../access.ts";
import { type ConsoleAsset, type ConsoleAssets, NO_BUILD_PAGE } from "../console_assets.ts";

/** Headers of every console answer: nothing from elsewhere, nothing inline, no framing. */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
    ...["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), " +
    "payment=(), usb=()",
};

/** Adds the routes to the app. */
export function addConsoleRoutes(app: Hono<AdminEnv>, assets: ConsoleAssets): void {
  app.get("/console", () => new Response(null, { status: 302, headers: { location: "/console/" } }));
  app.get("/console/*", (context) => {
    const path = context.req.path.slice("/console/".length);
    const asset = assets.get(path);
    if (asset !== undefined) return assetAnswer(asset, context.req.header("accept-encoding"));
    // What looks like a file and is none must not be answered with a page: a stale script name would get HTML.
    if (/\.(js|css|map|svg|png|ico|json)$/.test(path)) return new Response("not found\n", { status: 404 });
    const page = assets.get("index.html");
    if (page !== undefined) return assetAnswer(page, context.req.header("accept-encoding"));
    return new Response(NO_BUILD_PAGE, { headers: { "content-type": "text/html; charset=UTF-8" } });
  });
}

function assetAnswer(asset: ConsoleAsset, acceptEncoding = ""): Response {
  const headers = new Headers({
    "content-type": asset.contentType,
    "cache-control": asset.cacheControl,
    vary: "accept-encoding",
  });
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))/.test(acceptEncoding);
  if (asset.gzip === null || !takesGzip) return new Response(asset.bytes, { headers });
  headers.set("content-encoding", "gzip");
  return new Response(asset.gzip, { headers });
}
