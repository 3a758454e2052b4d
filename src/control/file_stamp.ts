/** Whether a file may hold something else than when it was looked at last. Links are followed. */

/** Other when the file was written or replaced; empty = there is none. */
export async function fileStamp(path: string): Promise<string> {
  return stampOf(await Deno.stat(path).catch(() => null));
}

/** The same at once. */
export function fileStampNow(path: string): string {
  try {
    return stampOf(Deno.statSync(path));
  } catch {
    return "";
  }
}

function stampOf(info: Deno.FileInfo | null): string {
  return info === null ? "" : `${info.mtime?.getTime()} ${info.ctime?.getTime()} ${info.size} ${info.ino} ${info.dev}`;
}
