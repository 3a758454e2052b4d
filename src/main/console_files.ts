/**
 * The console's build as the admin server serves it: what `admin-ui/dist/manifest.json` names. Without a build there are
 * no files, and the admin server says so.
 */

import type { ConsoleFile } from "../admin/console_assets.ts";

const DIST = new URL("../../admin-ui/dist/", import.meta.url);

/** What we read of the manifest; admin-ui/build.ts writes it. */
interface Manifest {
  readonly script: string;
  readonly chunks: readonly string[];
  readonly style: string;
  readonly html: string;
}

/** The files of the last build, or none. */
export async function readConsoleFiles(dist: URL = DIST): Promise<ConsoleFile[]> {
  const manifest = await readManifest(dist);
  if (manifest === null) return [];
  const read = async (path: string, isHashed: boolean) => ({
    path,
    bytes: await Deno.readFile(new URL(path, dist)),
    isHashed,
  });
  return await Promise.all([
    read(manifest.html, false),
    ...[manifest.script, ...manifest.chunks].map((path) => read(path, true)),
    read(manifest.style, true),
  ]);
}

async function readManifest(dist: URL): Promise<Manifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL("manifest.json", dist)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
