/**
 * `GET /api/v1/support-bundle`: one tar of what somebody who helps needs to see, made of Envoy's own answers and what the
 * console keeps (spec/console.md 5.14, 8.6). `/files` says before what will be in it. Files are made one after the other
 * while they are sent; secrets are redacted where they are redacted anyway, and `--config-yaml` is left out.
 */
import type { Hono } from "hono";
import { actorOf, type AdminEnv } from "../access.ts";
import type { AuditLog } from "../audit_log.ts";
import { WHOLE_AUDIT } from "../audit_log.ts";
import type { Command } from "../command.ts";
import type { BundleFile } from "../contract/actions.ts";
import { AdminQuery } from "../query.ts";
import type { AdminSource } from "../source.ts";
import { tarEnd, tarHeader, tarPadding } from "../tar.ts";

/** What the bundle is made of. */
export interface BundleParts {
  readonly source: AdminSource;
  readonly commands: readonly Command[];
  readonly audit: AuditLog;
  wallMs(): number;
}

interface Entry extends BundleFile {
  make(actor: string): Promise<string> | string;
}

/** Answers of Envoy's API, where the command is there. */
const PAGES: readonly (readonly [name: string, text: string, path: string, query: string])[] = [
  ["server_info.json", "Version, state, start options, node", "/server_info", ""],
  ["config_dump.json", "The configuration in force, secrets redacted", "/config_dump", "include_eds"],
  ["clusters.json", "Clusters and hosts, those that warm too", "/clusters", "format=json&include_warming"],
  ["listeners.json", "Listening addresses", "/listeners", "format=json"],
  ["init_dump.json", "What is not ready, and why", "/init_dump", ""],
  ["runtime.json", "Runtime layers and values", "/runtime", ""],
  ["certs.json", "Certificates, without their keys", "/certs", ""],
  ["memory.json", "Memory", "/memory", ""],
  ["stats.txt", "Every stat", "/stats", ""],
];

/** Adds the routes to the app. */
export function addSupportBundleRoutes(app: Hono<AdminEnv>, parts: BundleParts): void {
  const entries = entriesOf(parts);
  app.get("/api/v1/support-bundle/files", (context) => {
    const items: BundleFile[] = entries.map(({ name, text }) => ({ name, text }));
    return context.json({ items });
  });
  app.get("/api/v1/support-bundle", (context) => {
    const atMs = parts.wallMs(), stamp = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, "");
    const bytes = ReadableStream.from(tarOf(entries, `denvoy-support-${stamp}`, atMs, actorOf(context)));
    return new Response(bytes, {
      headers: {
        "content-type": "application/x-tar",
        "content-disposition": `attachment; filename="denvoy-support-${stamp}.tar"`,
      },
    });
  });
}

function entriesOf({ source, commands, audit }: BundleParts): Entry[] {
  const pages = PAGES.flatMap(([name, text, path, query]): Entry[] => {
    const command = commands.find((one) => one.path === path);
    if (command === undefined) return [];
    const make = async (actor: string) => {
      const request = new Request(`http://localhost${path}${query === "" ? "" : `?${query}`}`);
      const body = await (await command.answer(new AdminQuery(query), request, actor)).text();
      return path === "/server_info" ? withoutInlineConfig(body) : body;
    };
    return [{ name, text, make }];
  });
  return [
    ...pages,
    { name: "workers.json", text: "Workers", make: () => JSON.stringify(source.workers(), null, 1) },
    { name: "events.jsonl", text: "What happened, newest last", make: () => lines(source.events()) },
    { name: "audit.jsonl", text: "Who did what, newest first", make: () => lines(audit.find(WHOLE_AUDIT)) },
  ];
}

async function* tarOf(
  entries: readonly Entry[],
  folder: string,
  atMs: number,
  actor: string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const { name, make } of entries) {
    const bytes = encoder.encode(await make(actor));
    yield tarHeader(`${folder}/${name}`, bytes.length, atMs);
    if (bytes.length > 0) yield bytes;
    yield tarPadding(bytes.length);
  }
  yield tarEnd();
}

/** It is a configuration as it was written, secrets and all; the one in force is in the bundle. */
function withoutInlineConfig(body: string): string {
  return body.replace(/("config_yaml": )"(?:[^"\\]|\\.)+"/, '$1"[redacted]"');
}

function lines(items: Iterable<unknown>): string {
  return Array.from(items, (item) => `${JSON.stringify(item)}\n`).join("");
}
