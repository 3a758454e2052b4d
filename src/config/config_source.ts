/** Where resources come from: `core.v3.ConfigSource` as plain data (spec/xds.md 4). */

/** A file that holds one `DiscoveryResponse`. */
export interface PathSource {
  readonly kind: "path";
  readonly path: string;
  /** A move inside this directory is what makes the file be read again; empty = a move onto the file itself. */
  readonly watchedDirectory: string;
  /** How long the first answer is waited for; 0 = for ever. */
  readonly initialFetchTimeoutMs: number;
}

/** The sources there are so far. */
export type ConfigSource = PathSource;

/** Resources under one name from one source: what several that want the same have in common. */
export function subscriptionKey(source: ConfigSource, name: string): string {
  const { kind, path, watchedDirectory, initialFetchTimeoutMs } = source;
  return JSON.stringify([kind, path, watchedDirectory, initialFetchTimeoutMs, name]);
}

/** The source in words, for operators: `file /etc/envoy/cds.yaml`. */
export function sourceText(source: ConfigSource): string {
  return `file ${source.path}`;
}
