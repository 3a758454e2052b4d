/** A file as a subscription looks at it. */
import { createHash } from "node:crypto";

/** What a file holds. */
export interface FileContent {
  readonly text: string;
  /** Equal for equal texts. */
  readonly hash: string;
  /** Its length. */
  readonly bytes: number;
}

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** Null = there is no such file, or it may not be read. Links are followed. */
export function readContent(path: string): FileContent | null {
  try {
    const bytes = Deno.readFileSync(path);
    return { text: DECODER.decode(bytes), hash: createHash("sha1").update(bytes).digest("hex"), bytes: bytes.length };
  } catch {
    return null;
  }
}

/** What stands at the path is a link, which may come to lead elsewhere without being touched. */
export function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}
