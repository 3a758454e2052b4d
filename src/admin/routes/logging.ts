/** `/logging`: the levels of all loggers, shown and changed, in every thread at once (spec/operations.md 6.11). */
import { LOG_LEVEL_NAMES, LOGGER_NAMES, LogLevel, logLevelOf } from "../../base/log.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import type { AdminQuery } from "../query.ts";
import type { AdminSource } from "../source.ts";

const USAGE = "usage: /logging?<name>=<level> (change single level)\n" +
  "usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)\n" +
  "usage: /logging?level=<level> (change all levels)\n" +
  "usage: /logging?group=<group_name>:<level> (change group of loggers)\n" +
  `levels: ${LOG_LEVEL_NAMES.join(" ")} \n`;

/** Makes the command `/logging`. */
export function loggingCommand(source: AdminSource): Command {
  return {
    path: "/logging",
    help: "query/change logging levels",
    isMutating: true,
    params: [
      {
        name: "paths",
        help: "Change multiple logging levels by setting to <logger_name1>:<desired_level1>," +
          "<logger_name2>:<desired_level2>. If fine grain logging is enabled, use __FILE__ or a glob experision as the " +
          "logger name. For example, source/common*:warning",
      },
      {
        name: "group",
        help: "Change given logger group to desired level, set to <logger_group_name>:<desired_level>. " +
          "logger_group_name must be a logger name.",
      },
      {
        name: "level",
        help: "desired logging level, this will change all loggers's level",
        values: ["", ...LOG_LEVEL_NAMES],
      },
    ],
    answer(query) {
      const changed = changedLevels(source.logLevels(), query);
      const isRefused = typeof changed === "string";
      if (!isRefused && changed !== null) source.setLogLevels(changed);
      const list = activeLoggers(source.logLevels());
      return isRefused ? answer(`error: ${changed}\n\n${USAGE}${list}`, 400) : answer(list);
    },
  };
}

/** What the query makes of the levels: all of them anew, null without a change, or why it is refused. */
function changedLevels(levels: readonly LogLevel[], query: AdminQuery): LogLevel[] | null | string {
  const [change, ...others] = query.given();
  if (change === undefined) return null;
  if (others.length > 0) return "invalid number of parameters";
  const [name, value] = change;
  if (name === "group") return "group parameter requires fine-grain logging to be enabled";
  if (name === "level") {
    const level = logLevelOf(value);
    return level === undefined ? "unknown logger level" : levels.map(() => level);
  }
  return withLevels(levels, name === "paths" ? value.split(",").map(pairOf) : [[name, value]]);
}

/** All or nothing. Names are looked at after all levels, as in Envoy. */
function withLevels(levels: readonly LogLevel[], pairs: readonly (readonly [string, string])[]): LogLevel[] | string {
  const wanted: (readonly [string, LogLevel])[] = [];
  for (const [name, text] of pairs) {
    if (name === "" || text === "") return "empty logger name or empty logger level";
    const level = logLevelOf(text);
    if (level === undefined) return "unknown logger level";
    wanted.push([name, level]);
  }
  const changed = [...levels];
  for (const [name, level] of wanted) {
    const position = LOGGER_NAMES.findIndex((known) => known === name);
    if (position < 0) return "unknown logger name";
    changed[position] = level;
  }
  return changed;
}

/** `admin:debug`. */
function pairOf(text: string): readonly [string, string] {
  const colon = text.lastIndexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

function activeLoggers(levels: readonly LogLevel[]): string {
  const lines = LOGGER_NAMES.map((name, position) =>
    `  ${name}: ${LOG_LEVEL_NAMES[levels[position] ?? LogLevel.INFO]}\n`
  );
  return `active loggers:\n${lines.join("")}\n`;
}
