/**
 * What the route tester asks, as it stands in the form and in the URL: a method, an address, header lines. A whole `curl`
 * command may be pasted in place of the address.
 */

import type { RouteTestRequest } from "../../src/admin/contract/route_trial.ts";

/** The form; every field is what the reader typed. */
export interface TrialForm {
  readonly method: string;
  /** `http://shop.example/cart?id=1`, or a path alone. */
  readonly url: string;
  /** `name: value`, a line each. */
  readonly headers: string;
  /** Empty = the first that fits. */
  readonly listener: string;
  readonly sourceIp: string;
  /** Empty = by chance. */
  readonly random: string;
}

/** Nothing typed yet. */
export const EMPTY_TRIAL: TrialForm = { method: "GET", url: "", headers: "", listener: "", sourceIp: "", random: "" };

/** The request that a form asks about, or what is wrong with it. */
export function requestOf(form: TrialForm): RouteTestRequest | string {
  const address = /^(?:(https?):\/\/([^/?#\s]+))?(\/?[^\s#]*)$/.exec(form.url.trim());
  if (address === null || form.url.trim() === "") return "The address wants to be a URL or a path that begins with /";
  const [, scheme = "http", named, rest = ""] = address;
  const headers: [string, string][] = [];
  for (const line of form.headers.split("\n")) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":", 1);
    if (colon < 0) return `A header line wants a colon: ${line.trim()}`;
    headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  const host = headers.find(([name]) => name.toLowerCase() === "host");
  const authority = named ?? host?.[1] ?? "";
  if (authority === "") return "The address names no host: write it before the path, or as a header host";
  if (form.random !== "" && !/^\d{1,15}$/.test(form.random)) return "The number of the draw wants to be whole";
  return {
    method: form.method.trim() || "GET",
    scheme: scheme as "http" | "https",
    authority,
    path: rest.startsWith("/") ? rest : `/${rest}`,
    headers: headers.filter((header) => header !== host),
    ...form.listener === "" ? {} : { listener: form.listener },
    ...form.sourceIp.trim() === "" ? {} : { source_ip: form.sourceIp.trim() },
    ...form.random === "" ? {} : { random: Number(form.random) },
  };
}

/** The form that a `curl` command fills, or null: it is none. Options that do not bear on routing are passed over. */
export function formOfCurl(text: string): TrialForm | null {
  const [command, ...words] = shellWords(text);
  if (command !== "curl") return null;
  let method = "", url = "";
  const headers: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!, next = words[at + 1] ?? "";
    if (word === "-X" || word === "--request") method = words[++at] ?? "";
    else if (word === "-H" || word === "--header") headers.push(words[++at] ?? "");
    else if (word === "-A" || word === "--user-agent") headers.push(`user-agent: ${words[++at] ?? ""}`);
    else if (word === "-b" || word === "--cookie") headers.push(`cookie: ${words[++at] ?? ""}`);
    else if (word === "-I" || word === "--head") method ||= "HEAD";
    else if (/^(-d|--data(-raw|-binary|-urlencode)?|--json|-F|--form)$/.test(word)) {
      method ||= "POST";
      at++;
    } else if (word === "--url") url = words[++at] ?? "";
    else if (/^(-o|-m|-u|-x|-e|--(max-time|output|user|proxy|referer|cacert|resolve|connect-to))$/.test(word)) at++;
    else if (!word.startsWith("-")) url ||= word;
    else if (next === "") break;
  }
  if (url === "") return null;
  return { ...EMPTY_TRIAL, method: method || "GET", url, headers: headers.join("\n") };
}

/** Words of a command line: quotes and backslashes as a shell reads them. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  for (const [whole] of text.replaceAll("\\\n", " ").matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g)) {
    words.push(
      whole.replace(
        /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
        (_, single?: string, double?: string, one?: string) =>
          single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? one ?? "",
      ),
    );
  }
  return words;
}

/** How the URL holds a form: only what was typed. */
export function queryOf(form: TrialForm): [name: string, value: string][] {
  return (Object.keys(EMPTY_TRIAL) as (keyof TrialForm)[])
    .map((name) => [name, name === "method" && form.method === "GET" ? "" : form[name]]);
}

/** The form that the URL holds. */
export function formOfQuery(query: (name: string) => string): TrialForm {
  return {
    method: query("method") || "GET",
    url: query("url"),
    headers: query("headers"),
    listener: query("listener"),
    sourceIp: query("sourceIp"),
    random: query("random"),
  };
}
