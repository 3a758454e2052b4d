/**
 * The endpoints of assignments that were read before: what is the very same message (element_memory.ts) need not be checked
 * and made again. An assignment is then read with those alone that are new, and the first of each locality, which says what
 * the locality does; the others are put back into their places.
 */
import type { EndpointConfig, LocalityConfig } from "./cluster_config.ts";
import type { ReadAssignment } from "./schema/endpoint.ts";
import { type CanonicalMessage, listIn, type SourceMap } from "./source_map.ts";

/** An assignment with fewer endpoints is read as a whole. */
const FEWEST = 100;

export class KnownEndpoints {
  readonly #configs = new WeakMap<CanonicalMessage, EndpointConfig>();

  /** The assignment without what need not be read again; null = all of it has to be. */
  shortened(message: CanonicalMessage, sourceMap: SourceMap): CanonicalMessage | null {
    return shortened(message, sourceMap, (endpoint) => this.#configs.has(endpoint));
  }

  /** What was read of `message`, whole: every endpoint of it is known from now on. */
  note(message: CanonicalMessage, { localities }: ReadAssignment): void {
    listIn(message, "endpoints").forEach((locality, index) => {
      const configs = localities[index]!;
      listIn(locality, "lb_endpoints").forEach((endpoint, at) => this.#configs.set(endpoint, configs[at]!));
    });
  }

  /** What was read of the shortened assignment becomes what the whole one says. */
  complete(message: CanonicalMessage, read: ReadAssignment): ReadAssignment {
    const localities = listIn(message, "endpoints").map((locality, index) => {
      const endpoints = listIn(locality, "lb_endpoints");
      return endpoints.length === 0 ? [] : this.#completeLocality(endpoints, read.localities[index]!);
    });
    return { ...read, localities };
  }

  #completeLocality(endpoints: readonly CanonicalMessage[], read: readonly EndpointConfig[]): EndpointConfig[] {
    const { locality, priority } = read[0]!;
    let next = 0;
    let last: LocalityConfig | null = null, isLastSame = false;
    return endpoints.map((endpoint, index) => {
      const known = this.#configs.get(endpoint);
      if (known === undefined) {
        const config = read[next++]!;
        this.#configs.set(endpoint, config);
        return config;
      }
      if (index === 0) next++;
      if (known.locality !== last) {
        last = known.locality;
        isLastSame = JSON.stringify(last) === JSON.stringify(locality);
      }
      if (isLastSame && known.priority === priority) return known;
      const moved = { ...known, locality, priority };
      this.#configs.set(endpoint, moved);
      return moved;
    });
  }
}

/** The same for the first checks, which need no locality. `isKnown`: it is the very message that was checked before. */
export function shortened(
  message: CanonicalMessage,
  sourceMap: SourceMap,
  isKnown: (endpoint: CanonicalMessage) => boolean,
): CanonicalMessage | null {
  const endpoints = message["endpoints"];
  if (!Array.isArray(endpoints)) return null;
  const copyOf = (original: CanonicalMessage, changed: CanonicalMessage) => {
    const copy = { ...original, ...changed };
    sourceMap.alias(original, copy);
    return copy;
  };
  let count = 0, left = 0;
  const localities = endpoints.map((locality: CanonicalMessage) => {
    const all = listIn(locality, "lb_endpoints");
    const some = all.filter((endpoint, index) => index === 0 || !isKnown(endpoint));
    count += all.length;
    left += some.length;
    return copyOf(locality, { lb_endpoints: some });
  });
  return count < FEWEST || left === count ? null : copyOf(message, { endpoints: localities });
}
