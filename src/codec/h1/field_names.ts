/**
 * What a parser does with the names of received fields beside lowering them, where its options ask for it: their spelling
 * is kept, or those with an underscore are dropped or refused (spec/http.md 1.4, 1.5). Most parsers have none of this.
 */
import { TO_LOWER } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { H1Options, PreserveCase, UnderscoreGuard } from "./options.ts";

const UNDERSCORE = 95;

/** What becomes of a field. */
export const NameVerdict = { kept: 0, dropped: 1, refused: 2 } as const;

/** One of {@link NameVerdict}. */
export type NameVerdictValue = typeof NameVerdict[keyof typeof NameVerdict];

export class FieldNames {
  /** Null = the parser lowers names itself. */
  readonly preserveCase: PreserveCase | null;
  readonly #underscores: UnderscoreGuard | null;

  private constructor(preserveCase: PreserveCase | null, underscores: UnderscoreGuard | null) {
    this.preserveCase = preserveCase;
    this.#underscores = underscores;
  }

  /** For the heads of messages; null = nothing is asked for. */
  static ofHeads({ preserveCase }: H1Options, underscores: UnderscoreGuard | null): FieldNames | null {
    return preserveCase === null && underscores === null ? null : new FieldNames(preserveCase, underscores);
  }

  /** For their trailers, which are always written in lower case, as in Envoy, and looked at where they are handed on. */
  static ofTrailers({ enableTrailers }: H1Options, underscores: UnderscoreGuard | null): FieldNames | null {
    return !enableTrailers || underscores === null ? null : new FieldNames(null, underscores);
  }

  /** Looks at the name in `bytes[start, end)`, and lowers it where it lies if its spelling is kept. */
  take(bytes: Uint8Array, start: number, end: number, list: HeaderList): NameVerdictValue {
    if (this.#underscores !== null && hasUnderscore(bytes, start, end)) {
      this.#underscores.onFound();
      return this.#underscores.refuses ? NameVerdict.refused : NameVerdict.dropped;
    }
    if (this.preserveCase === null) return NameVerdict.kept;
    list.cases!.note(bytes, start, end);
    for (let at = start; at < end; at++) bytes[at] = TO_LOWER[bytes[at]!]!;
    return NameVerdict.kept;
  }
}

function hasUnderscore(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === UNDERSCORE) return true;
  return false;
}
