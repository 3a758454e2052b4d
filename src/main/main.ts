/** The command line's entry: reads the flags, sets up the log, runs the mode that was asked for, gives the exit code. */

import { Loggers, type LogRecord } from "../base/log.ts";
import { configPathOf } from "./bootstrap_file.ts";
import { BindError, systemReason } from "./admin_socket.ts";
import { DEMO_HOSTS, DemoOrigins } from "./demo_origins.ts";
import { type Options, readCommandLine } from "./flags.ts";
import { compileLogFormat, DEFAULT_LOG_FORMAT, type LogFormat } from "./log_format.ts";
import { LogOutput } from "./log_sink.ts";
import { Server, StartError } from "./server.ts";
import { SignalHandlers } from "./signals.ts";
import { runValidateMode } from "./validate_mode.ts";
import { addressText } from "../base/address_text.ts";

/** Set for tests of supervision only. */
const HAS_TEST_HOOKS = Deno.env.get("DENVOY_TEST_HOOKS") === "1";

/** Runs denvoy as `args` say, to its end. Returns the exit code (spec/operations.md 3). */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args);
  if (line.kind === "say") {
    const output = line.to === "stdout" ? Deno.stdout : Deno.stderr;
    await output.write(new TextEncoder().encode(line.text));
    return line.exitCode;
  }
  const { options } = line;
  const format = compileLogFormat(
    options.logFormat === "" ? DEFAULT_LOG_FORMAT : options.logFormat,
    options.logFormatEscaped,
    Deno.pid,
  );
  let output: LogOutput;
  try {
    output = new LogOutput(options.logPath);
  } catch (error) {
    console.error(`error: Failed to open log-file '${options.logPath}'. ${systemReason(error)}`);
    return 1;
  }
  const process = new CommandProcess(options, format, output);
  const code = await (options.mode === "validate" ? process.validate() : process.serve());
  output.close();
  return code;
}

/** The log and the mode of one run. */
class CommandProcess {
  readonly #options: Options;
  readonly #format: LogFormat;
  readonly #output: LogOutput;
  readonly #loggers: Loggers;

  constructor(options: Options, format: LogFormat, output: LogOutput) {
    this.#options = options;
    this.#format = format;
    this.#output = output;
    const write = (record: LogRecord) => this.#writeRecords([record]);
    this.#loggers = new Loggers(write, 0, options.logLevels, format.needsLocations);
  }

  validate(): Promise<number> {
    return runValidateMode(this.#options, this.#loggers);
  }

  /** Serves until a signal or `/quitquitquit` ends it. */
  async serve(): Promise<number> {
    const log = this.#loggers.logger("main");
    const server = new Server({
      options: this.#options,
      loggers: this.#loggers,
      writeRecords: (records) => this.#writeRecords(records),
      logLocations: this.#format.needsLocations,
      reopenLogs: () => this.#reopenLogs(server),
    });
    const signals = new SignalHandlers({
      end: () => server.requestEnd(),
      reopenLogs: () => this.#reopenLogs(server),
      ...(HAS_TEST_HOOKS ? { crashWorker: this.#crashByTurns(server) } : {}),
    }, log);
    let origins: DemoOrigins | null = null;
    try {
      if (this.#options.isDemo) origins = startDemoOrigins();
      if (this.#options.baseIdPath !== "") {
        Deno.writeTextFileSync(this.#options.baseIdPath, String(this.#options.baseId));
      }
      await Promise.race([server.start(), server.over]);
      if (origins !== null) this.#sayWhereTheDemoIs(server);
      await server.over;
      await server.stop();
      log.info("exiting");
      return 0;
    } catch (error) {
      if (!(error instanceof StartError || error instanceof BindError)) throw error;
      log.critical(`error \`${error.message}\` initializing config '${configPathOf(this.#options)}'`);
      log.info("exiting");
      console.error(error.message);
      return 1;
    } finally {
      signals.remove();
      await origins?.stop();
    }
  }

  #writeRecords(records: readonly LogRecord[]): void {
    this.#output.write(records.map((record) => this.#format.line(record)).join(""));
  }

  #reopenLogs(server: Server): void {
    try {
      this.#output.reopen();
    } catch (error) {
      this.#loggers.logger("main").error(`cannot open log file ${this.#options.logPath}: ${systemReason(error)}`);
    }
    server.reopenLogs();
  }

  /** The last worker first, then the one before it, and around. */
  #crashByTurns(server: Server): () => void {
    let next = 0;
    return () => {
      next = (next === 0 ? this.#options.concurrency : next) - 1;
      server.crashWorker(next);
    };
  }

  #sayWhereTheDemoIs(server: Server): void {
    const proxy = [...server.listenerAddresses.values()].flat()[0];
    console.log("\ndenvoy is up");
    if (proxy !== undefined) console.log(`  proxy    http://${addressText(proxy)}/`);
    if (server.adminAddress !== null) console.log(`  console  http://${server.adminAddress}/console/`);
    console.log("  Ctrl+C ends it\n");
  }
}

function startDemoOrigins(): DemoOrigins {
  try {
    return new DemoOrigins();
  } catch (error) {
    const ports = DEMO_HOSTS.map((host) => host.port).join(", ");
    throw new StartError(`Cannot start the demo's origins on 127.0.0.1, ports ${ports}: ${systemReason(error)}`);
  }
}
