/**
 * The console of a control side whose time and sources are in a test's hand (`told_control.ts`): the admin server, its API
 * and its pages are the real ones, behind a real socket. Of workers there are none.
 */
import { Loggers } from "../../src/base/log.ts";
import { AdminServer } from "../../src/admin/app.ts";
import { AuditLog } from "../../src/admin/audit_log.ts";
import { packConsole } from "../../src/admin/console_assets.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { readConsoleFiles } from "../../src/main/console_files.ts";
import { EventLog } from "../../src/main/event_log.ts";
import { defaultOptions } from "../../src/main/flags.ts";
import { ProcessSource } from "../../src/main/admin_source.ts";
import { ServerStage } from "../../src/main/server_state.ts";
import type { Fields } from "./dynamic_files.ts";
import { ToldControl } from "./told_control.ts";

export class ToldConsole implements AsyncDisposable {
  readonly control: ToldControl;
  readonly stage = new ServerStage();
  readonly #admin: AdminServer;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(control: ToldControl, assets: Awaited<ReturnType<typeof packConsole>>) {
    this.control = control;
    const text = JSON.stringify({ node: { id: "told", cluster: "test" } });
    const source = new ProcessSource({
      options: defaultOptions(),
      configPath: "told.json",
      loaded: loadBootstrap({ file: { text, fileName: "told.json" } }),
      stats: control.book,
      stage: this.stage,
      loggers: new Loggers(() => {}, 0, [], false),
      eventLog: new EventLog(),
      control: () => control.side,
      pool: () => null,
      failHealthChecks: () => {},
      reopenLogs: () => {},
      quit: () => {},
    });
    const admin = this.#admin = new AdminServer(source, {
      serverName: "denvoy",
      flushOnRead: null,
      tokens: null,
      protect: "none",
      corsOrigins: [],
      audit: new AuditLog(() => control.loop.clock.wallMs()),
      console: assets,
      clock: control.loop.clock,
      isPathAllowed: null,
      allowedHosts: [],
      isEnvoyOpen: false,
      onError: (text) => {
        throw new Error(text);
      },
    });
    control.side.timeline.onSwap(() => admin.onSwap());
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => admin.fetch(request, { kind: "loopback", address: "127.0.0.1" }),
    );
    admin.start();
  }

  /** `bootstrap`: its fields. The console must have been built. */
  static async open(bootstrap: Fields): Promise<ToldConsole> {
    return new ToldConsole(new ToldControl(bootstrap), await packConsole(await readConsoleFiles()));
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Time goes by, and the admin server takes its looks meanwhile. */
  pass(ms: number): void {
    this.control.loop.pass(ms);
    this.#admin.tick();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#admin.close();
    await this.#server.shutdown();
    await this.control[Symbol.asyncDispose]();
  }
}
