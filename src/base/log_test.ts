/** Tests of the leveled log. */

import assert from "node:assert/strict";
import { LOGGER_NAMES, loggerNameOf, Loggers, LogLevel, logLevelOf, type LogRecord, SILENT_LOGGER } from "./log.ts";

const ALL_INFO = LOGGER_NAMES.map(() => LogLevel.INFO);

function recording(withLocations = false): { loggers: Loggers; records: LogRecord[] } {
  const records: LogRecord[] = [];
  return { loggers: new Loggers((record) => records.push(record), 2, ALL_INFO, withLocations), records };
}

Deno.test("Logger makes records of its level and above", () => {
  const { loggers, records } = recording();
  const log = loggers.logger("upstream");
  log.trace("1");
  log.debug("2");
  log.info("3");
  log.warning("4");
  log.error("5");
  log.critical("6", '"ConnectionId":"7"');
  assert.deepEqual(records.map(({ level, text }) => [level, text]), [
    [LogLevel.INFO, "3"],
    [LogLevel.WARNING, "4"],
    [LogLevel.ERROR, "5"],
    [LogLevel.CRITICAL, "6"],
  ]);
  assert.deepEqual(records.map((record) => [record.logger, record.thread, record.tags])[3], [
    "upstream",
    2,
    '"ConnectionId":"7"',
  ]);
});

Deno.test("Loggers change the level of the logger they gave out", () => {
  const { loggers, records } = recording();
  const log = loggers.logger("http");
  assert.deepEqual([log.isTrace, log.isDebug, log.isInfo], [false, false, true]);
  loggers.levels = LOGGER_NAMES.map((name) => name === "http" ? LogLevel.DEBUG : LogLevel.OFF);
  assert.deepEqual([log.isTrace, log.isDebug, log.isInfo], [false, true, true]);
  loggers.logger("main").critical("not heard");
  log.debug("heard");
  assert.deepEqual(records.map((record) => record.text), ["heard"]);
  assert.equal(loggers.levels[LOGGER_NAMES.indexOf("http")], LogLevel.DEBUG);
  assert.equal(loggers.logger("http"), log);
});

Deno.test("Logger tells where it was called when locations are wanted", () => {
  const { loggers, records } = recording(true);
  (function sayIt() {
    loggers.logger("main").info("here");
  })();
  const [record] = records;
  assert.equal(record!.file, "src/base/log_test.ts");
  assert.equal(record!.functionName, "sayIt");
  assert.ok(record!.line > 40 && record!.line < 60, String(record!.line));
});

Deno.test("Logger tells no place when locations are not wanted", () => {
  const { loggers, records } = recording();
  loggers.logger("main").info("here");
  assert.deepEqual([records[0]!.file, records[0]!.line, records[0]!.functionName], ["", 0, ""]);
});

Deno.test("SILENT_LOGGER says nothing", () => {
  assert.equal(SILENT_LOGGER.level, LogLevel.OFF);
  SILENT_LOGGER.critical("nobody hears");
});

Deno.test("logLevelOf() and loggerNameOf() know names letter for letter", () => {
  assert.equal(logLevelOf("warning"), LogLevel.WARNING);
  assert.equal(logLevelOf("off"), LogLevel.OFF);
  for (const text of ["warn", "INFO", "", "toString"]) assert.equal(logLevelOf(text), undefined);
  assert.equal(loggerNameOf("upstream"), "upstream");
  for (const text of ["Upstream", "", "constructor"]) assert.equal(loggerNameOf(text), undefined);
});

Deno.test("LOGGER_NAMES has no name twice", () => {
  assert.equal(new Set(LOGGER_NAMES).size, LOGGER_NAMES.length);
});
