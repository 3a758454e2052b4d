/**
 * One endpoint of Envoy's admin interface, and the help text made of all of them (spec/operations.md 5, 6.1). The list
 * that `/help` prints and the table that serves requests are the same, so help names just what is there.
 */
import type { AdminQuery } from "./query.ts";

export interface Command {
  /** Matched exactly. */
  readonly path: string;
  readonly help: string;
  /** Changes something: POST alone is taken. */
  readonly isMutating: boolean;
  readonly params: readonly CommandParam[];
  /** `actor`: who asks, as the audit has it. */
  answer(query: AdminQuery, request: Request, actor: string): Response | Promise<Response>;
}

/** A parameter of a command, for the help text. */
export interface CommandParam {
  readonly name: string;
  readonly help: string;
  /** Of an enumeration. */
  readonly values?: readonly string[];
}

/** `admin commands are:` and what follows. */
export function helpText(commands: readonly Command[]): string {
  const sorted = [...commands].sort((a, b) => a.path < b.path ? -1 : 1);
  return `admin commands are:\n${sorted.map(commandHelp).join("")}`;
}

function commandHelp({ path, help, isMutating, params }: Command): string {
  const lines = params.map(({ name, help, values }) => {
    return `      ${name}: ${help}${values === undefined ? "" : `; One of (${values.join(", ")})`}\n`;
  });
  return `  ${path}${isMutating ? " (POST)" : ""}: ${help}\n${lines.join("")}`;
}
