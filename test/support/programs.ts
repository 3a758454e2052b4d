/**
 * Where the programs and data of others are found: what is on PATH, Envoy, and the shared folder of conformance data.
 * Tests and benchmarks ask here, so that a machine is described in one place: by its environment.
 */

/** The repository's root, with a slash at the end. */
export const REPOSITORY: string = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The full path of a program on PATH (and where Debian puts daemons), or null. */
export function findProgram(name: string): string | null {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/local/sbin", "/usr/sbin"];
  for (const folder of folders) {
    if (folder !== "" && isFile(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return null;
}

/** Envoy's binary: `$ENVOY_BIN`, `envoy` on PATH, or in the virtual environment `$DENVOY_ENVOY`; or null. */
export function findEnvoy(): string | null {
  const named = Deno.env.get("ENVOY_BIN");
  if (named !== undefined && named !== "") return isFile(named) ? named : null;
  const onPath = findProgram("envoy");
  if (onPath !== null) return onPath;
  const venv = Deno.env.get("DENVOY_ENVOY");
  if (venv === undefined || venv === "") return null;
  return [venv, `${venv}/bin/envoy`, `${venv}/envoy`].find(isFile) ?? null;
}

/** Chromium, under any of the names it is packaged by, or null. */
export function findChromium(): string | null {
  return findProgram("chromium") ?? findProgram("chromium-browser") ?? findProgram("google-chrome");
}

/** The folder of shared data, `$DENVOY_SHARED` or `../shared` beside the repository, or null. */
export function findShared(): string | null {
  const folder = Deno.env.get("DENVOY_SHARED") ?? `${REPOSITORY}../shared`;
  return isFolder(`${folder}/conformance`) ? folder : null;
}

/** Whether `path` is a file. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
