/**
 * The console's files as they are served: compressed once at start, with their types and how long a browser may keep
 * them (spec/console.md 10.1). Names that carry a hash of their content never change.
 */

/** One file of the build, as `main` reads it from the manifest. */
export interface ConsoleFile {
  /** Below `/console/`: `index.html`, `app-1a2b.js`. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** One file ready to be sent. */
export interface ConsoleAsset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Null when compressing gains nothing. */
  readonly gzip: Uint8Array<ArrayBuffer> | null;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** By path below `/console/`. `index.html` answers every path that is no file. */
export type ConsoleAssets = ReadonlyMap<string, ConsoleAsset>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=UTF-8",
  js: "text/javascript; charset=UTF-8",
  css: "text/css; charset=UTF-8",
  svg: "image/svg+xml",
  json: "application/json",
};

/** Makes files ready to be served. */
export async function packConsole(files: Iterable<ConsoleFile>): Promise<ConsoleAssets> {
  const assets = new Map<string, ConsoleAsset>();
  for (const { path, bytes, isHashed } of files) {
    const packed = await gzip(bytes);
    assets.set(path, {
      bytes,
      gzip: packed.length < bytes.length ? packed : null,
      contentType: CONTENT_TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream",
      cacheControl: isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    });
  }
  return assets;
}

/** Served while there is no build: the compat endpoints still answer. */
export const NO_BUILD_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>denvoy</title></head>
<body>
<h1>denvoy</h1>
<p>The console is not part of this build. These answer without it:</p>
<ul>
${
  ["ready", "server_info", "clusters", "listeners", "stats", "stats/prometheus", "config_dump", "help"]
    .map((path) => `<li><a href="/${path}">/${path}</a></li>`).join("\n")
}
</ul>
</body>
</html>
`;

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
