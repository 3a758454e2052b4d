/** `/api/v1/runtime` and all below it: runtime values, seen and edited (spec/console.md 7.4, Appendix D). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { ConfigError } from "../../base/errors.ts";
import { readTyped } from "../../config/runtime_yaml.ts";
import type { AdminOp } from "../../control/runtime/admin_values.ts";
import type { ChangeOutcome } from "../../control/runtime/admin_book.ts";
import type { LiveRuntime } from "../../control/runtime/live_runtime.ts";
import { actorOf, type AdminEnv } from "../access.ts";
import { JSON_TYPE, streamAnswer } from "../answer.ts";
import type { ChangeRate } from "../change_rate.ts";
import type { RuntimeConflict } from "../contract/runtime.ts";
import {
  formsIn,
  keyRefusal,
  meaningOf,
  RUNTIME_LIMITS,
  valueRefusal,
  valueWarnings,
} from "../contract/runtime_check.ts";
import { problem, queryProblem } from "../problem_details.ts";
import { EXPORT_FORMS } from "../runtime/export.ts";
import { viewPieces } from "../runtime/feed.ts";
import { readImport } from "../runtime/import.ts";
import { appliedBody, catalogOf, changeOf, keyWarnings, shapeOf } from "../runtime/view.ts";
import type { AdminSource } from "../source.ts";

/** A whole change set of the greatest values would be 64 MB: nobody means that. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_REASON_CHARS = 1024;
const MAX_SECONDS = 366 * 86_400;

const seconds = z.number().int().min(1).max(MAX_SECONDS);
const reason = z.string().max(MAX_REASON_CHARS).default("");
const base = z.string().nullable().optional();

/** A set of changes. */
export const PatchBody = z.strictObject({
  reason,
  dry_run: z.boolean().default(false),
  confirm_within_s: seconds.optional(),
  ops: z.array(z.discriminatedUnion("op", [
    z.strictObject({
      op: z.literal("set"),
      key: z.string(),
      value: z.string(),
      base,
      expires_in_s: seconds.optional(),
    }),
    z.strictObject({ op: z.literal("delete"), key: z.string(), base }),
  ])).min(1).max(RUNTIME_LIMITS.ops),
});

/** A value to look at. */
export const ValidateBody = z.strictObject({ key: z.string(), value: z.string() });
/** Values of a file. */
export const ImportBody = z.strictObject({
  text: z.string(),
  format: z.string().optional(),
  dry_run: z.boolean().default(true),
  reason,
});
/** Overrides off or on. */
export const SwitchBody = z.strictObject({ reason, discard: z.boolean().default(false) });

/** Of the history. */
export const HistoryQuery = z.object({
  key: z.string().max(RUNTIME_LIMITS.keyChars).optional(),
  limit: z.string().regex(/^\d{1,4}$/).transform(Number).pipe(z.number().min(1).max(1000)).default(200),
});

/** Of the export. */
export const ExportQuery = z.object({
  format: z.enum(["static_layer", "rtds", "json", "curl", "disk"]).default("static_layer"),
  what: z.enum(["admin", "effective"]).default("admin"),
});

type Handler = (context: Context<AdminEnv>, runtime: LiveRuntime) => Response | Promise<Response>;

/** Adds the routes to the app. */
export function addRuntimeRoutes(app: Hono<AdminEnv>, source: AdminSource, rate: ChangeRate): void {
  const read = (path: string, handler: Handler) => app.get(path, (context) => withRuntime(source, context, handler));
  const change = (path: string, handler: Handler) =>
    app.post(path, (context) => {
      if (!rate.take(actorOf(context))) return problem(429, "Too many changes: 20 a second are allowed, wait a second");
      return withRuntime(source, context, handler);
    });
  app.get("/api/v1/runtime", () => streamAnswer(viewPieces(source.runtime()), JSON_TYPE));
  read("/api/v1/runtime/catalog", (context, runtime) => context.json({ items: catalogOf(runtime) }));
  read("/api/v1/runtime/history", history);
  read("/api/v1/runtime/export", exportValues);
  app.patch("/api/v1/runtime", (context) => {
    if (!rate.take(actorOf(context))) return problem(429, "Too many changes: 20 a second are allowed, wait a second");
    return withRuntime(source, context, patch);
  });
  app.post("/api/v1/runtime/validate", (context) => withRuntime(source, context, validate));
  change("/api/v1/runtime/import", importValues);
  change("/api/v1/runtime/changes/:id/confirm", async (context, runtime) => {
    return outcomeAnswer(context, await runtime.book.confirm(context.req.param("id") ?? ""));
  });
  change("/api/v1/runtime/changes/:id/undo", async (context, runtime) => {
    return outcomeAnswer(context, await runtime.book.undo(context.req.param("id") ?? "", actorOf(context)));
  });
  change("/api/v1/runtime/overrides/disable", (context, runtime) => setParked(context, runtime, false));
  change("/api/v1/runtime/overrides/enable", (context, runtime) => setParked(context, runtime, true));
}

function withRuntime(source: AdminSource, context: Context<AdminEnv>, handler: Handler): Response | Promise<Response> {
  const runtime = source.runtime();
  return runtime === null ? problem(503, "The proxy is starting") : handler(context, runtime);
}

function history(context: Context<AdminEnv>, runtime: LiveRuntime): Response {
  const query = HistoryQuery.safeParse(context.req.query());
  if (!query.success) return queryProblem(query.error);
  const { key, limit } = query.data;
  const { changes } = runtime.book.history;
  const found = key === undefined ? changes : changes.filter(({ keys }) => keys.some((one) => one.key === key));
  return context.json({ items: found.slice(0, limit).map((one) => changeOf(runtime, one)), total: found.length });
}

function exportValues(context: Context<AdminEnv>, runtime: LiveRuntime): Response {
  const query = ExportQuery.safeParse(context.req.query());
  if (!query.success) return queryProblem(query.error);
  const { contentType, fileName, make } = EXPORT_FORMS[query.data.format];
  const values = query.data.what === "admin"
    ? Array.from(runtime.book.values, ([key, { reading }]) => [key, reading] as const)
    : Array.from(runtime.stack.effective, ([key, { reading }]) => [key, reading] as const);
  values.sort(([a], [b]) => a < b ? -1 : 1);
  const headers = { "content-type": contentType, "content-disposition": `inline; filename="${fileName}"` };
  return new Response(make(new Map(values)), { headers });
}

async function patch(context: Context<AdminEnv>, runtime: LiveRuntime): Promise<Response> {
  const body = await readBody(context, PatchBody);
  if (body instanceof Response) return body;
  const nowMs = Date.now(), errors: FieldError[] = [], ops: AdminOp[] = [];
  const seen = new Set<string>();
  for (const op of body.ops) {
    if (seen.has(op.key)) {
      errors.push({ field: op.key, key: op.key, message: "The key is in the set twice", expected: "once" });
    }
    seen.add(op.key);
    const about = { key: op.key, ...op.base === undefined ? {} : { base: op.base } };
    if (op.op === "delete") {
      ops.push({ ...about, reading: null, expiresMs: null });
      continue;
    }
    const reading = readValue(runtime, op.key, op.value);
    if ("message" in reading) errors.push({ field: op.key, key: op.key, ...reading });
    else {ops.push({
        ...about,
        reading,
        expiresMs: op.expires_in_s === undefined ? null : nowMs + op.expires_in_s * 1000,
      });}
  }
  if (errors.length > 0) return refusedValues(errors);
  return outcomeAnswer(
    context,
    await runtime.book.change({
      ops,
      actor: actorOf(context),
      source: "admin",
      reason: body.reason,
      confirmWithinMs: body.confirm_within_s === undefined ? null : body.confirm_within_s * 1000,
      isDryRun: body.dry_run,
    }),
  );
}

async function validate(context: Context<AdminEnv>, runtime: LiveRuntime): Promise<Response> {
  const body = await readBody(context, ValidateBody);
  if (body instanceof Response) return body;
  const { key, value } = body;
  const reading = readValue(runtime, key, value), shape = shapeOf(runtime.known.of(key));
  if ("message" in reading) {
    return context.json({
      ok: false,
      errors: [{ key, ...reading }],
      type: shape.type,
      parsed: {},
      meaning: "",
      warnings: [],
    });
  }
  const parsed = formsIn(reading), admin = runtime.stack.admin?.name ?? "";
  const { shadowedBy } = runtime.outlook(admin, key, value);
  const warnings = [...valueWarnings(shape, parsed), ...keyWarnings(runtime, key)];
  if (shadowedBy !== null) warnings.push(`Layer ${shadowedBy} has the key too and wins: this has no effect`);
  return context.json({ ok: true, errors: [], type: shape.type, parsed, meaning: meaningOf(shape, parsed), warnings });
}

async function importValues(context: Context<AdminEnv>, runtime: LiveRuntime): Promise<Response> {
  const body = await readBody(context, ImportBody);
  if (body instanceof Response) return body;
  let values;
  try {
    values = readImport(body.text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return problem(422, error.message);
  }
  if (values.size > RUNTIME_LIMITS.ops) {
    return problem(422, `Found ${values.size} keys, at most ${RUNTIME_LIMITS.ops} can be imported at once`);
  }
  const ops: AdminOp[] = [];
  const items = Array.from(values, ([key, value]) => {
    const before = runtime.book.values.get(key)?.reading.text ?? null;
    const reading = readValue(runtime, key, value);
    if ("message" in reading) return { key, value, before, state: "invalid", ...reading };
    if (before === value) return { key, value, before, state: "same" };
    ops.push({ key, reading, base: before, expiresMs: null });
    return { key, value, before, state: before === null ? "add" : "change" };
  });
  if (body.dry_run) return context.json({ items, applied: null });
  if (items.some(({ state }) => state === "invalid")) {
    return problem(422, "Some values cannot be set: nothing was imported");
  }
  if (ops.length === 0) return context.json({ items, applied: null });
  const outcome = await runtime.book.change({
    ops,
    actor: actorOf(context),
    source: "admin",
    reason: body.reason === "" ? "import" : body.reason,
    confirmWithinMs: null,
    isDryRun: false,
  });
  if (outcome.kind !== "applied") return outcomeAnswer(context, outcome);
  return context.json({ items, applied: appliedBody(outcome.change) });
}

async function setParked(context: Context<AdminEnv>, runtime: LiveRuntime, isEnabling: boolean): Promise<Response> {
  const body = await readBody(context, SwitchBody);
  if (body instanceof Response) return body;
  const want = !isEnabling ? "disable" : body.discard ? "discard" : "enable";
  return outcomeAnswer(context, await runtime.book.setParked(want, actorOf(context), body.reason));
}

/** Why a value cannot be set, in the words of the contract's checks. */
interface FieldError {
  field: string;
  key: string;
  message: string;
  expected: string;
}

function readValue(runtime: LiveRuntime, key: string, value: string) {
  const wrongKey = keyRefusal(key);
  if (wrongKey !== null) return wrongKey;
  if (value === "") return { message: "The value is empty", expected: "a value, or a deletion of the key" };
  if (new TextEncoder().encode(value).length > RUNTIME_LIMITS.valueBytes) {
    return { message: "The value is too long", expected: `at most ${RUNTIME_LIMITS.valueBytes} bytes` };
  }
  try {
    const reading = readTyped(value);
    return valueRefusal(shapeOf(runtime.known.of(key)), formsIn(reading)) ?? reading;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { message: error.message, expected: "YAML" };
  }
}

function refusedValues(errors: readonly FieldError[]): Response {
  const detail = errors.slice(0, 5).map(({ key, message }) => `${key}: ${message}`).join("; ");
  return problem(422, `Nothing was changed: ${detail}`, [...errors]);
}

const STATUSES = {
  no_admin_layer: 503,
  parked: 409,
  too_many_keys: 422,
  unknown_change: 404,
  not_pending: 409,
  superseded: 409,
  not_saved: 500,
} as const;

function outcomeAnswer(context: Context<AdminEnv>, outcome: ChangeOutcome): Response {
  switch (outcome.kind) {
    case "applied":
      return context.json(appliedBody(outcome.change));
    case "refused": {
      const code = outcome.why === "parked" ? "overrides_disabled: " : "";
      return problem(STATUSES[outcome.why], `${code}${outcome.text}`);
    }
    case "conflicts": {
      const conflicts = outcome.conflicts.map(({ key, base, current }): RuntimeConflict => ({
        key,
        base,
        current: current?.reading.text ?? null,
        set_by: current?.setBy ?? "",
        set_ms: current?.setMs ?? null,
        reason: current?.reason ?? "",
      }));
      return problem(409, "Somebody else changed these keys meanwhile: nothing was changed", undefined, {}, {
        conflicts,
      });
    }
  }
}

async function readBody<Schema extends z.ZodType>(
  context: Context<AdminEnv>,
  schema: Schema,
): Promise<z.infer<Schema> | Response> {
  if (Number(context.req.header("content-length") ?? 0) > MAX_BODY_BYTES) return problem(413, "The body is too long");
  const text = await context.req.text();
  if (text.length > MAX_BODY_BYTES) return problem(413, "The body is too long");
  let json: unknown;
  try {
    json = text === "" ? {} : JSON.parse(text);
  } catch {
    return problem(400, "Cannot read the body: it is no JSON");
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  return problem(
    400,
    `Cannot read the body: ${errors.map(({ field, message }) => `${field}: ${message}`).join("; ")}`,
    errors,
  );
}
