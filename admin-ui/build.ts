/**
 * Builds the console into `admin-ui/dist/`: the first script, a script for each page and for what pages share, one
 * stylesheet, the page, and `manifest.json`, which is what the admin server reads. Scripts and stylesheet carry a hash of their content in the name, so that a browser may keep
 * them for good; the page does not. `deno bundle` does the work, and none is done when no input has changed.
 */

/** `dist/manifest.json`: the files of one build. */
export interface ConsoleManifest {
  /** File name in `dist/`: `app-<hash>.js`. */
  readonly script: string;
  /** File names in `dist/` of what the script asks for: `overview-<HASH>.js`. */
  readonly chunks: readonly string[];
  /** File name in `dist/`: `app-<hash>.css`. */
  readonly style: string;
  /** File name in `dist/`: `index.html`. */
  readonly html: string;
  /** Size in bytes, not compressed; of all scripts together. */
  readonly bytes: { readonly scripts: number; readonly style: number; readonly html: number };
  /** Hash over everything the build read. */
  readonly inputs: string;
}

/** The order of the cascade; a stylesheet not named here comes between, by name. */
const FIRST_STYLES: readonly string[] = ["tokens.css", "base.css", "parts.css", "table.css"];
const LAST_STYLES: readonly string[] = ["viewport.css"];

const source = decodeURIComponent(new URL(".", import.meta.url).pathname);
const repository = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** What the console may take from the server's source: test/structure holds it to that. */
const CONTRACT = "src/admin/contract/";

/** What pins the packages. */
const OUTER_INPUTS: readonly string[] = ["deno.json", "deno.lock"];

/** Builds into `dist` unless it is up to date. */
export async function buildConsole(dist: string = `${source}dist`): Promise<ConsoleManifest> {
  const inputs = await hashInputs();
  const last = await readManifest(dist);
  if (last !== null && last.inputs === inputs && await hasFiles(dist, last)) return last;
  // A name of this process's own: two builds at the same time must not meet in one folder.
  const work = `${dist}/.work-${Deno.pid}`;
  await Deno.mkdir(work, { recursive: true });
  try {
    await Deno.writeTextFile(`${work}/all.css`, await joinedStyles());
    const [scripts, style] = await Promise.all([
      bundleScripts(`${source}main.tsx`, `${work}/scripts`),
      bundleStyle(`${work}/all.css`, `${work}/app.css`),
    ]);
    // No chunk asks for the first script by its name, so it can have another.
    const script = scripts.get("main.js")!;
    scripts.delete("main.js");
    const scriptName = `app-${await hashOf(script)}.js`;
    const styleName = `app-${await hashOf(style)}.css`;
    const page = await Deno.readTextFile(`${source}index.html`);
    const html = new TextEncoder().encode(
      page.replaceAll("{{script}}", () => scriptName).replaceAll("{{style}}", () => styleName),
    );
    const manifest: ConsoleManifest = {
      script: scriptName,
      chunks: [...scripts.keys()].sort(),
      style: styleName,
      html: "index.html",
      bytes: { scripts: script.length + sizeOf(scripts), style: style.length, html: html.length },
      inputs,
    };
    for (const [name, chunk] of scripts) await replaceFile(work, dist, name, chunk);
    await replaceFile(work, dist, scriptName, script);
    await replaceFile(work, dist, styleName, style);
    await replaceFile(work, dist, manifest.html, html);
    // Last, so that whoever reads the manifest finds what it names.
    const json = new TextEncoder().encode(JSON.stringify(manifest, null, 2) + "\n");
    await replaceFile(work, dist, "manifest.json", json);
    await removeOthers(dist, [scriptName, ...manifest.chunks, styleName, manifest.html, "manifest.json"]);
    return manifest;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** By file name; chunks have a hash of their content in it. */
async function bundleScripts(entry: string, folder: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  await bundle(entry, ["--code-splitting", "--outdir", folder]);
  const scripts = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const { name } of Deno.readDir(folder)) scripts.set(name, await Deno.readFile(`${folder}/${name}`));
  return scripts;
}

async function bundleStyle(entry: string, output: string): Promise<Uint8Array<ArrayBuffer>> {
  await bundle(entry, ["--output", output]);
  return await Deno.readFile(output);
}

async function bundle(entry: string, output: readonly string[]): Promise<void> {
  const result = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform", "browser", ...output, entry],
    cwd: repository,
    stdin: "null",
  }).output();
  if (result.success) return;
  const decoder = new TextDecoder();
  throw new Error(`Cannot bundle ${entry}:\n${decoder.decode(result.stderr)}${decoder.decode(result.stdout)}`);
}

function sizeOf(files: ReadonlyMap<string, Uint8Array>): number {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

async function joinedStyles(): Promise<string> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(`${source}style`)) {
    if (entry.isFile && entry.name.endsWith(".css")) names.push(entry.name);
  }
  const rank = (name: string) => {
    const at = FIRST_STYLES.indexOf(name);
    if (at >= 0) return at;
    return FIRST_STYLES.length + (LAST_STYLES.includes(name) ? 1 : 0);
  };
  names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(`${source}style/${name}`)));
  return texts.join("\n");
}

async function hashInputs(): Promise<string> {
  const paths = [...await inputsBelow(source), ...await inputsBelow(repository + CONTRACT)];
  for (const outer of OUTER_INPUTS) paths.push(repository + outer);
  paths.sort();
  const parts: string[] = [];
  for (const path of paths) {
    const content = await Deno.readFile(path).catch(() => null);
    if (content !== null) parts.push(`${path.slice(repository.length)} ${await hashOf(content)}`);
  }
  return await hashOf(new TextEncoder().encode(parts.join("\n")));
}

async function inputsBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = folder + entry.name;
    if (entry.isDirectory && entry.name !== "dist") paths.push(...await inputsBelow(`${path}/`));
    else if (/\.(tsx?|css|html|json)$/.test(entry.name) && !/_test\.tsx?$/.test(entry.name)) paths.push(path);
  }
  return paths;
}

/** Ten hexadecimal digits of SHA-256: enough to tell the builds of one project apart. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.subarray(0, 5).toHex();
}

async function readManifest(dist: string): Promise<ConsoleManifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(`${dist}/manifest.json`));
  } catch {
    return null;
  }
}

async function hasFiles(dist: string, manifest: ConsoleManifest): Promise<boolean> {
  // A manifest of an older build names no chunks.
  for (const name of [manifest.script, ...manifest.chunks ?? [""], manifest.style, manifest.html]) {
    if (await Deno.stat(`${dist}/${name}`).then(() => false, () => true)) return false;
  }
  return true;
}

/** A reader sees the old file or the new one, never half of one. */
async function replaceFile(work: string, dist: string, name: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${work}/${name}`, bytes);
  await Deno.rename(`${work}/${name}`, `${dist}/${name}`);
}

async function removeOthers(dist: string, keep: readonly string[]): Promise<void> {
  for await (const entry of Deno.readDir(dist)) {
    if (entry.isFile && !keep.includes(entry.name)) await Deno.remove(`${dist}/${entry.name}`).catch(() => {});
  }
}

if (import.meta.main) {
  const started = performance.now();
  try {
    const { script, chunks, style, bytes } = await buildConsole();
    const took = (performance.now() - started).toFixed(0);
    console.error(
      `console: ${script} and ${chunks.length} more, ${bytes.scripts} bytes, ${style} ${bytes.style} bytes (${took} ms)`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
