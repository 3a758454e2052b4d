/** `layered_runtime`: static, disk, admin and RTDS layers, kept as plain data for the control side (spec/operations.md 7.1). */

import { z } from "zod";
import type { ConfigSource } from "../config_source.ts";
import { configSourceSchema, NO_SOURCE } from "./config_source.ts";
import { addInvalid, flag, list, text } from "./field.ts";

/** One layer, lowest first. */
export interface RuntimeLayerConfig {
  readonly name: string;
  readonly kind: "static" | "disk" | "admin" | "rtds";
  /** Of a static layer: the Struct as written, nested objects not yet joined with dots. */
  readonly values?: RuntimeStruct;
  /** Of an RTDS layer: which resource it is, and where that comes from. */
  readonly rtds?: { readonly name: string; readonly source: ConfigSource };
  readonly disk?: DiskLayerConfig;
}

/** Where the files of a disk layer are: `symlinkRoot/subdirectory[/CLUSTER]`. */
export interface DiskLayerConfig {
  /** A link that is swapped, or a directory. */
  readonly symlinkRoot: string;
  /** Empty = the root itself. */
  readonly subdirectory: string;
  /** The node's cluster is one more directory below. */
  readonly appendServiceCluster: boolean;
}

/** A layer's values as they are written. */
export type RuntimeStruct = Readonly<Record<string, unknown>>;

/** `envoy.service.runtime.v3.Runtime`. */
export interface RuntimeResource {
  readonly name: string;
  readonly values: RuntimeStruct;
}

/** The layers of the bootstrap. */
export interface RuntimeConfig {
  readonly layers: readonly RuntimeLayerConfig[];
}

const layerSchema = z.strictObject({
  name: text(),
  static_layer: z.record(z.string(), z.unknown()).optional(),
  disk_layer: z.strictObject({ symlink_root: text(), subdirectory: text(), append_service_cluster: flag(false) })
    .optional(),
  admin_layer: z.strictObject({}).optional(),
  rtds_layer: z.strictObject({ name: text(), rtds_config: configSourceSchema.optional() }).optional(),
}).transform((message, context): RuntimeLayerConfig => {
  if (message.rtds_layer !== undefined) {
    const { name, rtds_config } = message.rtds_layer;
    if (rtds_config === undefined) {
      addInvalid(context, message, ["rtds_layer"], NO_SOURCE);
      return z.NEVER;
    }
    return { name: message.name, kind: "rtds", rtds: { name, source: rtds_config } };
  }
  if (message.disk_layer !== undefined) {
    const { symlink_root, subdirectory, append_service_cluster } = message.disk_layer;
    const disk = { symlinkRoot: symlink_root, subdirectory, appendServiceCluster: append_service_cluster };
    return { name: message.name, kind: "disk", disk };
  }
  if (message.static_layer === undefined) return { name: message.name, kind: "admin" };
  checkValues(message.static_layer, ["static_layer"], context);
  return { name: message.name, kind: "static", values: message.static_layer };
});

/** What comes by RTDS. */
export const runtimeResourceSchema: z.ZodType<RuntimeResource> = z.strictObject({
  name: text(),
  layer: z.record(z.string(), z.unknown()).default({}),
}).transform(({ name, layer }, context): RuntimeResource => {
  checkValues(layer, ["layer"], context);
  return { name, values: layer };
});

/** Null and lists are no runtime values, at any depth. */
function checkValues(values: object, path: readonly string[], context: z.core.$RefinementCtx): void {
  for (const [key, value] of Object.entries(values)) {
    if (value === null || Array.isArray(value)) {
      addInvalid(
        context,
        value,
        [...path, key],
        `Invalid runtime entry value for ${[...path.slice(1), key].join(".")}`,
      );
    } else if (typeof value === "object") {
      checkValues(value, [...path, key], context);
    }
  }
}

/** `LayeredRuntime`. */
export const layeredRuntimeSchema = z.strictObject({ layers: list(layerSchema) })
  .transform(({ layers }, context): RuntimeConfig => {
    const names = new Set<string>();
    layers.forEach((layer, index) => {
      if (names.has(layer.name)) {
        addInvalid(context, layer, ["layers", index, "name"], `Duplicate layer name: ${layer.name}`);
      }
      names.add(layer.name);
    });
    if (layers.filter((layer) => layer.kind === "admin").length > 1) {
      addInvalid(context, layers, ["layers"], "Too many admin layers specified in LayeredRuntime, at most one may be");
    }
    // An empty layered_runtime is one nameless admin layer.
    return { layers: layers.length === 0 ? [{ name: "", kind: "admin" }] : layers };
  });

/**
 * What no `layered_runtime` at all means.
 * Differs from Envoy: one admin layer, so that values can always be edited.
 */
export const DEFAULT_RUNTIME: RuntimeConfig = { layers: [{ name: "admin", kind: "admin" }] };
