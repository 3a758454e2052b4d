/**
 * The configuration as the console reads it: one resource with its versions, two of them compared, and what updates did
 * (spec/console.md 5.8). Texts are readable already: no secret comes as far as here.
 */
import { readableJson } from "../config/readable_message.ts";
import { ResourceType } from "../config/load_resource.ts";
import type { ResourcePush, ResourceVersion } from "../control/xds/resource_history.ts";
import type { ConfigSourceView, ResourceStatus } from "./config_source.ts";
import type { ConfigItem, ConfigPush, ConfigType, ConfigVersion } from "./contract/config.ts";

/** Names of each kind that are told of an update. */
const MAX_NAMES = 100;

/** What versions of the bootstrap are called. */
export const RUNNING = "running";
export const DISK = "disk";

const TYPES: readonly (readonly [type: ConfigType, messageName: string])[] = [
  ["bootstrap", "envoy.config.bootstrap.v3.Bootstrap"],
  ["listener", ResourceType.listener],
  ["route", ResourceType.routes],
  ["cluster", ResourceType.cluster],
  ["endpoints", ResourceType.endpoints],
  ["secret", "envoy.extensions.transport_sockets.tls.v3.Secret"],
  ["runtime", ResourceType.runtime],
];

/** All kinds, in the order of the tree. */
export const CONFIG_TYPES: readonly ConfigType[] = TYPES.map(([type]) => type);

/** The kind of a message. */
export function typeOf(messageName: string): ConfigType {
  return TYPES.find(([, name]) => name === messageName)?.[0] ?? "bootstrap";
}

/** A text of a resource; where it is a message it is made readable a piece at a time. */
export type ResourceText = { readonly id: string; readonly pieces: () => Iterator<string> };

export class ConfigBrowser {
  readonly #source: ConfigSourceView;

  constructor(source: ConfigSourceView) {
    this.#source = source;
  }

  /** One item at a time; null where another takes its place. */
  *items(): Generator<ConfigItem> {
    for (const { messageName: _name, message: _message, warming: _warming, ...item } of this.#source.resources()) {
      yield item;
    }
  }

  /** Null: there is none. */
  find(type: string, name: string): ResourceStatus | null {
    for (const resource of this.#source.resources()) {
      if (resource.type === type && resource.name === name) return resource;
    }
    return null;
  }

  /** Newest first. */
  versions(resource: ResourceStatus): ConfigVersion[] {
    if (resource.type === "bootstrap") return this.#bootstrapVersions();
    const record = resource.is_static ? null : this.#source.history?.find(resource.messageName, resource.name);
    if (record === null || record === undefined) return [];
    const hasActive = resource.message !== null || resource.state === "active";
    const taken = record.versions.map((version, at) => {
      const isLast = at === record.versions.length - 1;
      const isWarming = isLast && resource.warming !== null;
      const isNow = isWarming || (resource.warming !== null && at === record.versions.length - 2) || isLast;
      const state = resource.state === "removed" || !isNow
        ? "past"
        : isWarming
        ? "warming"
        : hasActive
        ? "active"
        : "past";
      return versionItem(version, state, this.#appliedMs(resource, version, record.versions[at + 1] ?? null));
    });
    if (record.rejected !== null) taken.push(versionItem(record.rejected, "rejected", null));
    return taken.reverse();
  }

  /** `id`: empty = what is in force, or else what comes closest. Null: there is no such text. */
  async text(resource: ResourceStatus, id: string): Promise<ResourceText | { readonly error: string } | null> {
    if (resource.type === "bootstrap" && id === DISK) {
      const disk = await this.#source.readDisk();
      return "error" in disk ? disk : { id, pieces: () => textOnce(disk.json) };
    }
    if (id === "" || (resource.type === "bootstrap" && id === RUNNING)) return this.#present(resource);
    const record = this.#source.history?.find(resource.messageName, resource.name);
    const version = [...record?.versions ?? [], ...record?.rejected == null ? [] : [record.rejected]]
      .find((version) => String(version.id) === id);
    return version === undefined ? null : textOf(resource.messageName, version);
  }

  /** Newest first. */
  pushes(): ConfigPush[] {
    return (this.#source.history?.pushes ?? []).map(pushItem).reverse();
  }

  #present(resource: ResourceStatus): ResourceText | null {
    const { messageName, message, warming, type, is_static } = resource;
    const record = is_static ? null : this.#source.history?.find(messageName, resource.name) ?? null;
    if (message === null && warming === null) {
      const version = resource.state === "refused" ? record?.rejected : record?.versions.at(-1) ?? record?.rejected;
      return version == null ? null : textOf(messageName, version);
    }
    const active = this.versions(resource).find(({ state }) => state === (message === null ? "warming" : "active"));
    const id = type === "bootstrap" ? RUNNING : active?.id ?? "";
    return { id, pieces: () => readableJson(messageName, (message ?? warming)!) };
  }

  #bootstrapVersions(): ConfigVersion[] {
    const { bootstrapPath, bootstrapLoadedMs } = this.#source;
    const source = bootstrapPath === "" ? "command line" : `file ${bootstrapPath}`;
    const fixed = { version: "", source, bytes: null, skipped: 0, error: "", received_ms: bootstrapLoadedMs };
    const running: ConfigVersion = { ...fixed, id: RUNNING, state: "active", applied_ms: bootstrapLoadedMs };
    if (bootstrapPath === "") return [running];
    return [{ ...fixed, id: DISK, state: "past", applied_ms: null, received_ms: Date.now() }, running];
  }

  /** When it came into force, as far as that is remembered. */
  #appliedMs(
    { type, name }: ResourceStatus,
    { receivedMs }: ResourceVersion,
    next: ResourceVersion | null,
  ): number | null {
    if (type !== "cluster" && type !== "listener") return receivedMs;
    const { transitions } = this.#source;
    for (let at = firstSince(transitions, receivedMs); at < transitions.length; at++) {
      const transition = transitions[at]!;
      if (next !== null && transition.atMs > next.receivedMs) return null;
      if (transition.kind === type && transition.name === name && transition.to === "active") return transition.atMs;
    }
    return null;
  }
}

/** Index of the first one at that time or later. */
function firstSince(transitions: ConfigSourceView["transitions"], ms: number): number {
  let low = 0, high = transitions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (transitions[middle]!.atMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textOf(messageName: string, { id, kept, message }: ResourceVersion): ResourceText | null {
  if (kept !== null) return { id: String(id), pieces: () => textOnce(kept.text) };
  return message === null ? null : { id: String(id), pieces: () => readableJson(messageName, message) };
}

function* textOnce(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536);
}

function versionItem(
  { id, version, source, receivedMs, kept, skipped, error }: ResourceVersion,
  state: ConfigVersion["state"],
  applied_ms: number | null,
): ConfigVersion {
  const bytes = kept?.text.length ?? null;
  return { id: String(id), version, state, source, received_ms: receivedMs, applied_ms, bytes, skipped, error };
}

function pushItem(
  { id, atMs, messageName, source, version, added, changed, removed, refused }: ResourcePush,
): ConfigPush {
  const first = <Item>(items: readonly Item[]) => items.slice(0, MAX_NAMES);
  return {
    id,
    at_ms: atMs,
    type: typeOf(messageName),
    source,
    version,
    added: first(added),
    changed: first(changed),
    removed: first(removed),
    refused: first(refused),
    counts: {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      refused: refused.length,
    },
  };
}
