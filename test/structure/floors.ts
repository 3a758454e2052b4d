/**
 * The floors: who may import whom, which packages and which of Deno's own names each folder may use. Imports go down
 * only; strangers on one floor are joined by someone above them. The tables are the README's, in code.
 */
import { readImports } from "./import_reader.ts";
import { isTestFile } from "./project_sources.ts";
import { placeOf, type SourceText } from "./source_text.ts";

const UP_TO_OBSERVE = ["base", "http", "codec", "transport", "config", "match", "observe"];
const UP_TO_FILTER = [...UP_TO_OBSERVE, "route", "upstream", "filter"];

/** What a folder of src may import beside itself. A path such as `observe/format` opens only that part. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  http: ["base"],
  codec: ["base", "http"],
  transport: ["base"],
  config: ["base", "http"],
  match: ["base", "http", "config"],
  observe: ["base", "http", "config", "match"],
  route: ["base", "http", "config", "match", "observe/filter_state", "observe/format", "observe/stream_view"],
  upstream: UP_TO_OBSERVE,
  filter: [...UP_TO_OBSERVE, "route", "upstream"],
  proxy: UP_TO_FILTER,
  extension: UP_TO_FILTER,
  worker: [...UP_TO_FILTER, "proxy", "extension"],
  control: [...UP_TO_OBSERVE, "route", "upstream"],
  admin: ["base", "http", "config", "match", "observe", "route", "control"],
  main: [...UP_TO_FILTER, "proxy", "worker", "control", "admin"],
};

/** The one list of what there is. */
const EXTENSION_LIST = "src/worker/builtins.ts";

/** What the console shares with the server: the shapes of the API, and the checks that both make of what is typed. */
const CONTRACT = "src/admin/contract/";
/** What the contract takes from below; the browser gets it, so it must need nothing of Deno's. */
const BELOW_CONTRACT: readonly string[] = ["src/config/runtime_text.ts"];

/** Packages by where they may be used: path prefixes. A package that is not here may not be used at all. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  zod: ["src/config/", "src/admin/", "src/extension/"],
  hono: ["src/admin/"],
  yaml: ["src/config/yaml.ts"],
  re2js: ["src/base/re2.ts"],
  "dns-packet": ["src/control/dns/dns_message.ts"],
  // They are one module: see src/base/cel/cel.ts.
  "@bufbuild/cel": ["src/base/cel/engine.ts", "src/base/cel/checks.ts", "src/base/cel/functions.ts"],
  preact: ["admin-ui/"],
  "@preact/signals": ["admin-ui/"],
};

/** Node's modules that open sockets; the others need no floor unless they are named below. */
const NODE_NETWORK: ReadonlySet<string> = new Set(
  ["net", "tls", "dgram", "dns", "dns/promises", "http", "https", "http2"].map((name) => `node:${name}`),
);
/** Node's modules that reach the machine by another door than `Deno`. */
const NODE_SYSTEM: ReadonlySet<string> = new Set(
  ["fs", "fs/promises", "process", "os", "child_process", "worker_threads", "cluster", "v8", "vm"]
    .map((name) => `node:${name}`),
);

const MAY_USE_NETWORK: readonly string[] = ["src/transport/", "src/control/"];
const MAY_SERVE: readonly string[] = ["src/main/", "src/admin/"];
const MAY_USE_SYSTEM: readonly string[] = [
  "src/main/",
  "src/control/",
  "src/worker/",
  "src/observe/access_log/file_sink.ts",
  "mod.ts",
  "admin-ui/build.ts",
];

/** `Deno.listen` and its like, with the types and errors that belong to them. */
const DENO_NETWORK = /^(listen|connect|startTls|resolveDns|Conn|Tcp|Tls|Unix|Listen|Connect|NetAddr|Addr|errors|build)/;

/** What a source does against the floors: `src/a/b.ts:3: why`. Tests may do anything but be imported. */
export function floorViolations(source: SourceText): string[] {
  if (isTestFile(source.path)) return [];
  return [...importViolations(source), ...denoViolations(source)];
}

function importViolations(source: SourceText): string[] {
  const found: string[] = [];
  for (const one of readImports(source)) {
    const why = one.target === null
      ? packageViolation(source.path, one.specifier)
      : fileViolation(source.path, one.target);
    if (why !== null) found.push(`${source.path}:${one.line}: ${why}`);
    if (one.isReexport && source.path !== "mod.ts") {
      found.push(`${source.path}:${one.line}: passes on names of ${one.specifier}, only mod.ts may`);
    }
  }
  return found;
}

function fileViolation(from: string, to: string): string | null {
  if (isTestFile(to)) return `imports the test ${to}`;
  if (from === "mod.ts") return null;
  if (to === "mod.ts") return "imports mod.ts, which is above all";
  if (from.startsWith("admin-ui/")) {
    return to.startsWith("admin-ui/") || to.startsWith(CONTRACT)
      ? null
      : `the console imports ${to}, only ${CONTRACT} is shared with it`;
  }
  if (from.startsWith(CONTRACT)) {
    return to.startsWith(CONTRACT) || BELOW_CONTRACT.includes(to)
      ? null
      : `the contract goes to the browser too, and imports ${to}`;
  }
  const own = folderOf(from);
  const allowed = MAY_IMPORT[own];
  if (allowed === undefined) return `the folder ${own} is on no floor`;
  if (!to.startsWith("src/")) return `imports ${to}, which is outside of src`;
  const theirs = folderOf(to);
  if (theirs === own) {
    if (own !== "extension" || extensionOf(from) === extensionOf(to)) return null;
    return `an extension imports another: ${to}`;
  }
  // Whoever knew an extension by name could not do without it.
  if (theirs === "extension" && from !== EXTENSION_LIST) return `only ${EXTENSION_LIST} imports extensions: ${to}`;
  const inside = to.slice("src/".length);
  if (allowed.some((open) => inside.startsWith(`${open}/`) || inside === `${open}.ts`)) return null;
  return `${own} may not import ${theirs}: ${to}`;
}

function packageViolation(path: string, specifier: string): string | null {
  const at = (places: readonly string[]) => places.some((place) => path.startsWith(place));
  if (specifier.startsWith("node:")) {
    if (NODE_NETWORK.has(specifier) && !at(MAY_USE_NETWORK)) return `${specifier} is for ${MAY_USE_NETWORK.join(", ")}`;
    if (NODE_SYSTEM.has(specifier) && !at(MAY_USE_SYSTEM)) return `${specifier} is for ${MAY_USE_SYSTEM.join(", ")}`;
    return null;
  }
  if (/^[a-z]+:/.test(specifier)) return `${specifier} must be named through the import map of deno.json`;
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const places = PACKAGES[name];
  if (places === undefined) return `the package ${name} is on no floor`;
  return at(places) ? null : `${name} is for ${places.join(", ")}`;
}

function denoViolations(source: SourceText): string[] {
  const found: string[] = [];
  const at = (places: readonly string[]) => places.some((place) => source.path.startsWith(place));
  for (const match of source.code.matchAll(/(?<![\w$.])Deno\b(?:\s*\.\s*(\w+))?/g)) {
    const name = match[1] ?? "";
    if (at(MAY_USE_SYSTEM) && !DENO_NETWORK.test(name) && name !== "serve") continue;
    if (DENO_NETWORK.test(name) && at([...MAY_USE_NETWORK, ...(isHarmless(name) ? MAY_USE_SYSTEM : [])])) continue;
    if (isServing(name) && at(MAY_SERVE)) continue;
    found.push(`${placeOf(source, match.index)}: Deno.${name} is not for this floor`);
  }
  for (const match of source.code.matchAll(/(?<![\w$.])(?<!(?:async|function)\s+)fetch\s*\((?!\s*\w+\s*:)/g)) {
    if (at(["src/control/", "src/main/", "src/admin/", "admin-ui/api.ts"])) continue;
    found.push(`${placeOf(source, match.index)}: fetch is for the control side, and for api.ts in the console`);
  }
  return found;
}

/** What comes with the network but opens nothing. */
function isHarmless(name: string): boolean {
  return name === "errors" || name === "build";
}

function isServing(name: string): boolean {
  return name === "serve" || name === "NetAddr" || name === "HttpServer" || name === "ServeTcpOptions";
}

/** `src/route/x.ts` is of `route`. */
function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** An extension is a file or a folder: `src/extension/http/cors.ts` and `src/extension/http/cors/rule.ts` are one. */
function extensionOf(path: string): string {
  return path.split("/").slice(2, 4).join("/").replace(/\.ts$/, "");
}
