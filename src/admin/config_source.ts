/** What the console's Config and Control plane pages ask of the process: part of {@link AdminSource} (source.ts). */
import type { CanonicalMessage } from "../config/source_map.ts";
import type { ResourceHistory } from "../control/xds/resource_history.ts";
import type { SourceBook } from "../control/xds/source_book.ts";
import type { Transition } from "../control/timeline.ts";
import type { BootstrapFile, ConfigItem } from "./contract/config.ts";

/** One resource as it is now. */
export interface ResourceStatus extends ConfigItem {
  /** Full name of the message. */
  readonly messageName: string;
  /** What is in force; null = nothing is. */
  readonly message: CanonicalMessage | null;
  /** What is to take its place; null = nothing warms. */
  readonly warming: CanonicalMessage | null;
}

/** What the bootstrap file says now: JSON of a readable message, or why it would not start. */
export type DiskBootstrap =
  | { readonly json: string }
  | { readonly error: string };

/** The configuration with its versions, and where it comes from. */
export interface ConfigSourceView {
  /** Where resources come from; null = the bootstrap is still being read. */
  readonly sources: SourceBook | null;
  readonly history: ResourceHistory | null;
  /** Changes of state, oldest first. */
  readonly transitions: readonly Transition[];
  /** Changes with everything that {@link resources} says. */
  readonly revision: string;
  /** All resources, one at a time. */
  resources(): Iterable<ResourceStatus>;
  /** The file that the process was started from. */
  bootstrapFile(): Promise<BootstrapFile>;
  /** Where it is and when it was read, without a look at it. */
  readonly bootstrapPath: string;
  readonly bootstrapLoadedMs: number;
  /** Reads the file anew, elsewhere than on this thread. */
  readDisk(): Promise<DiskBootstrap>;
}
