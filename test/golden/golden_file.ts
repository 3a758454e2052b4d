/**
 * Golden files: one exchange a file, readable as it stands, so that a case can be added without code.
 *
 * ```
 * # What the case is about, and its clause.
 * # manager: use_remote_address: true
 * ---- request
 * GET / HTTP/1.1
 * host: a.test
 *
 * ---- forwarded
 * ---- answer
 * ---- response
 * ```
 *
 * A line of the file is a line of the message, ended by CRLF; one that ends in a backslash is not ended at all.
 */

export type GoldenSection = "request" | "forwarded" | "answer" | "response";

export interface GoldenFile {
  /** The first line's text. */
  readonly title: string;
  /** Fields of the connection manager, as lines of its configuration. */
  readonly managerFields: readonly string[];
  /** Bytes as text; an absent section is empty: nothing is sent, or nothing may come. */
  readonly sections: Readonly<Record<GoldenSection, string>>;
}

/** Reads a golden file; throws on what it does not understand. */
export function parseGolden(text: string): GoldenFile {
  const sections: Record<GoldenSection, string> = { request: "", forwarded: "", answer: "", response: "" };
  let title = "";
  const managerFields: string[] = [];
  let section: GoldenSection | null = null;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const name = /^---- (.*)$/.exec(line)?.[1];
    if (name !== undefined) {
      if (!(name in sections)) throw new Error(`Cannot read a golden file: found section "${name}"`);
      section = name as GoldenSection;
    } else if (section !== null) {
      sections[section] += line.endsWith("\\") ? line.slice(0, -1) : `${line}\r\n`;
    } else if (line.startsWith("# manager: ")) {
      managerFields.push(line.slice("# manager: ".length));
    } else if (line.startsWith("# ")) {
      title += (title === "" ? "" : " ") + line.slice(2);
    } else if (line !== "") {
      throw new Error(`Cannot read a golden file: found ${JSON.stringify(line)} before the first section`);
    }
  }
  if (title === "" || sections.request === "") {
    throw new Error("Cannot read a golden file: title or request is missing");
  }
  return { title, managerFields, sections };
}

/** Bytes as a golden file has them. */
export function goldenText(wire: string): string {
  const lines = wire.split("\r\n");
  const last = lines.pop()!;
  return lines.map((line) => `${line}\n`).join("") + (last === "" ? "" : `${last}\\\n`);
}

/** Makes one chunk of all chunks of a message: how the bytes were fed shows in their number. Other text stays as it is. */
export function joinChunks(wire: string): string {
  const bodyStart = wire.indexOf("\r\n\r\n") + 4;
  if (!wire.slice(0, bodyStart).includes("\r\ntransfer-encoding: chunked\r\n")) return wire;
  let body = "";
  let at = bodyStart;
  for (;;) {
    const lineEnd = wire.indexOf("\r\n", at);
    const size = lineEnd < 0 ? 0 : parseInt(wire.slice(at, lineEnd), 16);
    if (!(size > 0)) break;
    body += wire.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
  const chunk = body === "" ? "" : `${body.length.toString(16)}\r\n${body}\r\n`;
  return wire.slice(0, bodyStart) + chunk + wire.slice(at);
}
