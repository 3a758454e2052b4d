/** Which headers each step on a request's way added, removed or changed. */
import type { HeaderChange } from "../../admin/contract/route_trial.ts";
import type { HeaderList } from "../../http/header_list.ts";

export class HeaderTrace {
  readonly changes: HeaderChange[] = [];
  #last: ReadonlyMap<string, string>;

  constructor(headers: HeaderList) {
    this.#last = valuesOf(headers);
  }

  /** Notes what is other than at the last look; `by` is who did it. */
  look(headers: HeaderList, by: string): void {
    const now = valuesOf(headers);
    for (const name of new Set([...this.#last.keys(), ...now.keys()])) {
      const before = this.#last.get(name) ?? null, after = now.get(name) ?? null;
      if (before !== after) this.changes.push({ name, before, after, by });
    }
    this.#last = now;
  }
}

/** Fields of one name in one text. */
function valuesOf(headers: HeaderList): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of headers.entries()) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}
