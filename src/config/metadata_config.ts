/** Metadata of listeners, routes, clusters and hosts: free-form JSON by namespace, which filters and formats read. */

/** A value of `google.protobuf.Struct`. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** `google.protobuf.Struct`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** `core.v3.Metadata.filter_metadata`: a struct for each filter. */
export type FilterMetadata = Readonly<Record<string, JsonObject>>;

/** The namespace that load balancing looks in. */
export const LOAD_BALANCER = "envoy.lb";

/** What a host's metadata say: it is a canary. */
export function isCanary(metadata: FilterMetadata): boolean {
  return metadata[LOAD_BALANCER]?.["canary"] === true;
}
