/**
 * The admin server: Envoy's endpoints, the console and its API behind one door (spec/operations.md 4, spec/console.md 7).
 * Every request passes the access rules first, every answer leaves with the same headers. It opens no socket: `main`
 * hands requests in, with where they came from.
 */
import { Hono } from "hono";
import type { Clock } from "../base/clock.ts";
import { type AccessRules, actorOf, type AdminEnv, matchedPath, type PeerAddress } from "./access.ts";
import { addDoor } from "./access/door.ts";
import { FailureLimit } from "./access/failure_limit.ts";
import { Gate } from "./access/gate.ts";
import { Sessions } from "./access/sessions.ts";
import { ActionDesk } from "./action_desk.ts";
import { AdminStats } from "./admin_stats.ts";
import { answer } from "./answer.ts";
import type { AuditLog } from "./audit_log.ts";
import { ChangeRate } from "./change_rate.ts";
import { type Command, helpText } from "./command.ts";
import type { ConsoleAssets } from "./console_assets.ts";
import { ConsoleModel } from "./console_model.ts";
import { LiveFeed } from "./live_feed.ts";
import { MainMeter } from "./main_meter.ts";
import { problem } from "./problem_details.ts";
import { AdminQuery } from "./query.ts";
import { addActionRoutes } from "./routes/actions.ts";
import { addApiRoutes } from "./routes/api.ts";
import { addClusterRoutes } from "./routes/cluster_api.ts";
import { addAuditRoute, type AuditPages } from "./routes/audit.ts";
import { clustersCommand } from "./routes/clusters.ts";
import { configDumpCommand } from "./routes/config_dump.ts";
import { addConfigRoutes } from "./routes/config.ts";
import { addConsoleRoutes, CONSOLE_HEADERS } from "./routes/console.ts";
import { drainListenersCommand } from "./routes/drain_listeners.ts";
import { addEventRoute } from "./routes/events.ts";
import { healthCheckCommands } from "./routes/health_check.ts";
import { helpCommand, homeCommand } from "./routes/help.ts";
import { initDumpCommand } from "./routes/init_dump.ts";
import { listenersCommand } from "./routes/listeners.ts";
import { loggingCommand } from "./routes/logging.ts";
import { allocatorCommand, memoryCommand } from "./routes/memory.ts";
import { processCommands } from "./routes/process_commands.ts";
import { addOpenApiRoute } from "./routes/openapi.ts";
import { profilerCommands } from "./routes/profilers.ts";
import { quitCommand } from "./routes/quit.ts";
import { readyCommand } from "./routes/ready.ts";
import { reopenLogsCommand } from "./routes/reopen_logs.ts";
import { resetCountersCommand } from "./routes/reset_counters.ts";
import { addSearchRoutes } from "./routes/search.ts";
import { runtimeCommand, runtimeModifyCommand } from "./routes/runtime.ts";
import { addRuntimeRoutes } from "./routes/runtime_api.ts";
import { addRouteRoutes } from "./routes/routes.ts";
import { serverInfoCommand } from "./routes/server_info.ts";
import { addWarmingRoute } from "./routes/warming.ts";
import { addSessionRoutes } from "./routes/session.ts";
import { prometheusCommand, statsCommand } from "./routes/stats.ts";
import { addStatRoutes } from "./routes/stats_api.ts";
import { addXdsRoutes } from "./routes/xds.ts";
import { addSupportBundleRoutes } from "./routes/support_bundle.ts";
import type { AdminSource } from "./source.ts";
import { StatLooks } from "./stat_looks.ts";

/** How the admin server is to behave; the process itself is the source. */
export interface AdminOptions extends AccessRules {
  /** Value of the `server` header. */
  readonly serverName: string;
  /** `stats_flush_on_admin`: latches all stats; null = a timer does. */
  readonly flushOnRead: (() => Promise<void>) | null;
  /** Null with `--console off`; an empty map while there is no build. */
  readonly console: ConsoleAssets | null;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Told of an error that no endpoint should have, and of what Envoy logs. */
  onError(text: string): void;
}

const TICK_MS = 1000;

/** Between two looks at what nobody has looked at yet. */
const CATCH_UP_MS = 50;

/** A form of a mutating endpoint is a few keys. */
const MAX_FORM_CHARS = 64 * 1024;

/** Answers requests, and keeps the console's model and streams going. */
export class AdminServer {
  readonly #app: Hono<AdminEnv>;
  readonly #model: ConsoleModel;
  readonly #feed: LiveFeed;
  readonly #desk: ActionDesk;
  readonly #clock: Clock;
  readonly #looks = new StatLooks();
  readonly #mainMeter = new MainMeter(CATCH_UP_MS);
  /** Null = no token is configured. */
  readonly #sessions: Sessions | null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #catchUpTimer: ReturnType<typeof setInterval> | null = null;

  constructor(source: AdminSource, options: AdminOptions) {
    this.#model = new ConsoleModel(source, options.clock);
    const { clock, audit, tokens } = options;
    this.#clock = clock;
    const pages = { audit, wallMs: () => clock.wallMs(), generation: () => source.generation() };
    this.#desk = new ActionDesk(source, clock, audit);
    this.#feed = new LiveFeed(source, clock, this.#model, this.#desk, pages);
    const { hub } = this.#feed;
    this.#sessions = tokens === null
      ? null
      : new Sessions(clock, tokens, (over) => hub.closeHeld((holder) => holder === over));
    // Who reads a stream has to show again what gives the right to.
    tokens?.listen(() => hub.closeHeld(() => true));
    this.#app = createApp(
      {
        source,
        options,
        pages,
        model: this.#model,
        feed: this.#feed,
        desk: this.#desk,
        looks: this.#looks,
        mainMeter: this.#mainMeter,
      },
      this.#sessions,
    );
  }

  /** Answers one request. `peer` is that of the socket, never of a header. */
  async fetch(request: Request, peer: PeerAddress): Promise<Response> {
    this.#feed.attach();
    return await this.#app.fetch(request, { peer });
  }

  /** What there is to ask for: `GET /api/v1/workers`, each once. */
  get routes(): readonly string[] {
    const handlers = this.#app.routes.filter(({ path }) => path !== "*" && path !== "/*");
    return [...new Set(handlers.map(({ method, path }) => `${method} ${path}`))];
  }

  /** Begins to sample once a second. */
  start(): void {
    this.#timer ??= setInterval(() => this.tick(), TICK_MS);
    this.#catchUpTimer ??= setInterval(() => {
      this.#mainMeter.beat(this.#clock.refresh());
      this.catchUp();
    }, CATCH_UP_MS);
  }

  /** One second's work. */
  tick(): void {
    this.#model.update();
    this.#desk.tick();
    this.#sessions?.tick((holder) => this.#feed.hub.isHeld(holder));
    this.#feed.tick();
    this.#looks.tick(this.#clock.nowMs);
    this.#mainMeter.tick();
  }

  /** Clusters wait for their first look, as after the start of a process with very many. */
  get isBehind(): boolean {
    return this.#model.isBehind;
  }

  /** Looks at a few of them. */
  catchUp(): void {
    if (this.#model.isBehind) this.#model.catchUp();
  }

  /** Something became what is served: who watches hears of it when what is under way is done. */
  onSwap(): void {
    queueMicrotask(() => this.#feed.onSwap());
  }

  /** Stops sampling and ends every event stream. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#catchUpTimer !== null) clearInterval(this.#catchUpTimer);
    this.#catchUpTimer = null;
    this.#feed.close();
  }
}

interface AppParts {
  readonly source: AdminSource;
  readonly options: AdminOptions;
  readonly pages: AuditPages;
  readonly model: ConsoleModel;
  readonly feed: LiveFeed;
  readonly desk: ActionDesk;
  readonly looks: StatLooks;
  readonly mainMeter: MainMeter;
}

function createApp(parts: AppParts, sessions: Sessions | null): Hono<AdminEnv> {
  const { source, options, pages, model, feed, desk, looks } = parts, { audit, clock } = options;
  const app = new Hono<AdminEnv>({ strict: true, getPath: (request) => matchedPath(request.url) });
  const rate = new ChangeRate(clock);
  const commands = commandsOf(parts, rate);
  const changing = new Set(commands.flatMap(({ isMutating, path }) => isMutating ? [path] : []));
  const isMutating = (path: string) => changing.has(path);
  const gate = new Gate({ rules: options, sessions, failures: new FailureLimit(clock), isMutating });
  addHeaders(app, options);
  addCounting(app, new AdminStats(source.stats.own), options.clock);
  addDoor(app, { rules: options, gate, audit, isMutating });
  for (const command of commands) addCommand(app, command, options);
  if (options.console !== null) {
    addApiRoutes(app, model, () => parts.mainMeter.view(source, feed.hub.clientCount));
    addStatRoutes(app, { stats: source.stats, model, looks, clock, flushOnRead: options.flushOnRead });
    addWarmingRoute(app, model);
    addSearchRoutes(app, source);
    addRuntimeRoutes(app, source, rate);
    addClusterRoutes(app, model);
    addConfigRoutes(app, source);
    addXdsRoutes(app, source);
    addRouteRoutes(app, source);
    addEventRoute(app, feed.hub);
    addSessionRoutes(app, { gate, sessions, audit });
    addActionRoutes(app, desk);
    addAuditRoute(app, pages);
    addSupportBundleRoutes(app, { source, commands, audit, wallMs: () => clock.wallMs() });
    addOpenApiRoute(app, source.version);
    addConsoleRoutes(app, options.console);
  }
  app.notFound((context) => {
    if (context.req.path.startsWith("/api/")) return problem(404, `There is no ${context.req.path}`);
    return answer(`invalid path. ${helpText(commands)}`, 404);
  });
  app.onError((error, context) => {
    options.onError(`admin request to ${context.req.path} failed: ${error.stack ?? error.message}`);
    return context.req.path.startsWith("/api/")
      ? problem(500, "The admin server failed, see its log")
      : answer("internal error\n", 500);
  });
  return app;
}

function commandsOf({ source, options, desk }: AppParts, rate: ChangeRate): readonly Command[] {
  const hasConsole = options.console !== null;
  const statsOptions = { stats: source.stats, flushOnRead: options.flushOnRead, hasConsole };
  const commands: Command[] = [
    clustersCommand(source),
    configDumpCommand(source),
    drainListenersCommand(desk),
    ...healthCheckCommands(desk),
    initDumpCommand(source),
    listenersCommand(source),
    loggingCommand(source),
    allocatorCommand(source),
    memoryCommand(source),
    ...processCommands(source),
    ...profilerCommands(source),
    prometheusCommand(statsOptions),
    quitCommand(desk),
    readyCommand(source),
    reopenLogsCommand(desk),
    resetCountersCommand(desk),
    runtimeCommand(source),
    runtimeModifyCommand(source, rate),
    serverInfoCommand(source, options.clock),
    statsCommand(statsOptions),
  ];
  // These two print the list, themselves in it.
  commands.push(homeCommand(commands, hasConsole), helpCommand(commands));
  return commands;
}

function addCommand(app: Hono<AdminEnv>, command: Command, options: AdminOptions): void {
  app.all(command.path, async (context) => {
    const request = context.req.raw;
    if (command.isMutating && request.method !== "POST") {
      options.onError(`admin path "${command.path}" mutates state, method=${request.method} rather than POST`);
      return answer(`Method ${request.method} not allowed, POST required.`, 405);
    }
    return await command.answer(await queryOf(request, command), request, actorOf(context));
  });
}

/** A form is read where there is no query, on every mutating endpoint: Envoy's own pages send one. */
async function queryOf(request: Request, command: Command): Promise<AdminQuery> {
  const question = request.url.indexOf("?");
  const text = question < 0 ? "" : request.url.slice(question + 1);
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (text !== "" || !command.isMutating || !isForm) return new AdminQuery(text);
  if (Number(request.headers.get("content-length") ?? Infinity) > MAX_FORM_CHARS) return new AdminQuery("");
  return new AdminQuery((await request.text()).replaceAll("+", " "));
}

/** The headers of 4.8, on every answer; those of the console on the console's. */
function addHeaders(app: Hono<AdminEnv>, { serverName, clock }: AdminOptions): void {
  app.use("*", async (context, next) => {
    await next();
    const { headers } = context.res;
    if (!headers.has("cache-control")) headers.set("cache-control", "no-cache, max-age=0");
    headers.set("x-content-type-options", "nosniff");
    headers.set("date", new Date(clock.wallMs()).toUTCString());
    headers.set("server", serverName);
    const { path } = context.req;
    if (!path.startsWith("/console") && !path.startsWith("/api/")) return;
    for (const [name, value] of Object.entries(CONSOLE_HEADERS)) headers.set(name, value);
  });
}

function addCounting(app: Hono<AdminEnv>, stats: AdminStats, clock: Clock): void {
  app.use("*", async (context, next) => {
    const startMs = clock.refresh();
    stats.started();
    await next();
    stats.answered(context.res.status, clock.refresh() - startMs);
  });
}
