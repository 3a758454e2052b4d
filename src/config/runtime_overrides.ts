/**
 * The file of `--runtime-admin-persist`: the admin layer's values with who set them, for how long and why
 * (spec/console.md 6.13). Sets that wait to be kept are in it with what was there before, since a restart takes them back.
 */
import { z } from "zod";
import { ConfigError } from "../base/errors.ts";

const valueSchema = z.strictObject({
  value: z.string(),
  set_by: z.string(),
  set_ms: z.number(),
  reason: z.string(),
  change_id: z.string(),
});

const entrySchema = valueSchema.extend({ expires_ms: z.number().nullable(), previous: valueSchema.nullable() });

const overridesSchema = z.strictObject({
  version: z.literal(1),
  /** Number of the last change: ids go on after it. */
  last_change: z.number().int().min(0),
  /** The kill switch is on. */
  is_parked: z.boolean(),
  values: z.array(z.tuple([z.string(), entrySchema])),
  pending: z.array(z.strictObject({
    change_id: z.string(),
    before: z.array(z.tuple([z.string(), entrySchema.nullable()])),
  })),
});

/** A value without what it took the place of. */
export type OverrideValue = z.infer<typeof valueSchema>;
/** A value of the admin layer. */
export type OverrideEntry = z.infer<typeof entrySchema>;
/** The file. */
export type OverridesFile = z.infer<typeof overridesSchema>;

/** Reads the file's text. Throws ConfigError. */
export function readOverrides(text: string, fileName: string): OverridesFile {
  const parsed = overridesSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const reason = `Cannot read ${fileName}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  throw new ConfigError([{ path: "", reason }]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
