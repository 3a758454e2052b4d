/** The long text of `--help` and the short one after a refusal, made from the flag table. */

import { FLAG_CHAPTERS, FLAGS, type FlagSpec } from "./flag_table.ts";

/** Where descriptions begin. */
const COLUMN = 43;
const WIDTH = 118;

/** All flags by chapter. */
export function helpText(): string {
  const parts = [
    "denvoy: an L7 proxy that takes Envoy's configuration as it is",
    "",
    ...USAGE,
  ];
  for (const chapter of FLAG_CHAPTERS) {
    parts.push("", `${chapter}:`);
    for (const flag of FLAGS) if (flag.chapter === chapter) parts.push(...flagLines(flag));
  }
  parts.push(
    "",
    "A value is always the next word: --concurrency 4, not --concurrency=4.",
    "Exit codes: 0 after a clean end, 1 when the command line or the configuration was refused or an address was taken.",
  );
  return parts.join("\n") + "\n";
}

/** What stands under a refusal: how to call it and where to read on. */
export function briefUsage(): string {
  return ["Brief USAGE: ", ...USAGE.slice(1), "", "For complete USAGE and HELP type: ", "   denvoy --help", ""].join(
    "\n",
  );
}

const USAGE = [
  "USAGE:",
  "   denvoy -c PATH [--config-yaml YAML] [--mode serve|validate] [--concurrency N] [-l LEVEL] [FLAG …]",
  "   denvoy --demo",
];

function flagLines(flag: FlagSpec): string[] {
  const short = flag.short === "" ? "    " : `-${flag.short}, `;
  const title = `  ${short}--${flag.name}${flag.value === "" ? "" : ` ${flag.value}`}`;
  const [first = "", ...rest] = wrap(flag.help, WIDTH - COLUMN);
  const indent = " ".repeat(COLUMN);
  const lines = title.length < COLUMN - 1 ? [title.padEnd(COLUMN) + first] : [title, indent + first];
  return [...lines, ...rest.map((line) => indent + line)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
