/**
 * The part of RE2's syntax that the fast path knows: ASCII text, `.`, classes, groups, `|`, repeats, and anchors where a
 * full match makes them say nothing. It reads only patterns that the engine has taken, and whatever it is not sure of it
 * leaves alone: then it gives null.
 */

/** A pattern as a tree. Sets have a 1 for each byte that they take. */
export type PatternNode =
  | { readonly kind: "set"; readonly set: Uint8Array }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number };

const SPECIAL = /[\\^$.|?*+()[\]{}]/;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const REPEAT = /\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/y;
const GROUP = /\((?:\?:|\?P?<[A-Za-z_]\w*>)?/y;
const FLAGS = /^\(\?([is]+)\)/;

/** The tree of `pattern`, or null. */
export function parsePattern(pattern: string): PatternNode | null {
  for (let i = 0; i < pattern.length; i++) if (pattern.charCodeAt(i) > 127) return null;
  const flags = FLAGS.exec(pattern);
  const parser = new PatternParser(pattern.slice(flags?.[0].length ?? 0), flags?.[1] ?? "");
  return parser.parse();
}

class PatternParser {
  readonly #text: string;
  readonly #foldsCase: boolean;
  readonly #dot: Uint8Array;
  #at = 0;
  #depth = 0;

  constructor(text: string, flags: string) {
    this.#text = text;
    this.#foldsCase = flags.includes("i");
    this.#dot = flags.includes("s") ? setOf(() => true) : setOf((byte) => byte !== 10);
  }

  parse(): PatternNode | null {
    const tree = this.#choice();
    return this.#at === this.#text.length ? tree : null;
  }

  #choice(): PatternNode | null {
    const options: PatternNode[] = [];
    for (;;) {
      const option = this.#sequence();
      if (option === null) return null;
      options.push(option);
      if (this.#text[this.#at] !== "|") return options.length === 1 ? option : { kind: "choice", options };
      this.#at++;
    }
  }

  #sequence(): PatternNode | null {
    const parts: PatternNode[] = [];
    // Outside of all groups these hold by themselves when the whole value must match.
    if (this.#depth === 0 && this.#text[this.#at] === "^") this.#at++;
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined || sign === "|" || sign === ")") return { kind: "sequence", parts };
      if (sign === "$" && this.#depth === 0 && this.#isEndOfOption(this.#at + 1)) {
        this.#at++;
        return { kind: "sequence", parts };
      }
      const atom = this.#atom();
      const part = atom === null ? null : this.#repeated(atom);
      if (part === null) return null;
      parts.push(part);
    }
  }

  #isEndOfOption(at: number): boolean {
    return at === this.#text.length || this.#text[at] === "|";
  }

  #atom(): PatternNode | null {
    const sign = this.#text[this.#at]!;
    if (sign === "(") return this.#group();
    if (sign === "[") return asSet(this.#bracketed());
    if (sign === "\\") return asSet(this.#escaped());
    if (sign === ".") {
      this.#at++;
      return asSet(this.#dot);
    }
    if (SPECIAL.test(sign)) return null;
    this.#at++;
    return asSet(this.#single(sign));
  }

  #group(): PatternNode | null {
    GROUP.lastIndex = this.#at;
    this.#at += GROUP.exec(this.#text)![0].length;
    if (this.#text[this.#at] === "?") return null;
    this.#depth++;
    const inner = this.#choice();
    this.#depth--;
    if (inner === null || this.#text[this.#at] !== ")") return null;
    this.#at++;
    return inner;
  }

  #repeated(part: PatternNode): PatternNode | null {
    const sign = this.#text[this.#at];
    let least = 0, most = Infinity;
    if (sign === "*" || sign === "+" || sign === "?") {
      least = sign === "+" ? 1 : 0;
      if (sign === "?") most = 1;
      this.#at++;
    } else if (sign === "{") {
      REPEAT.lastIndex = this.#at;
      const match = REPEAT.exec(this.#text);
      if (match === null) return null;
      least = Number(match[1]);
      most = match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3]);
      this.#at += match[0].length;
    } else return part;
    // Greedy or not is the same for a full match.
    if (this.#text[this.#at] === "?") this.#at++;
    if (/^[*+?{]/.test(this.#text.slice(this.#at))) return null;
    return { kind: "repeat", part, least, most };
  }

  /** A class in brackets; POSIX names, and a bracket or dash in an unusual place, are left to the engine. */
  #bracketed(): Uint8Array | null {
    this.#at++;
    const isNegated = this.#text[this.#at] === "^";
    if (isNegated) this.#at++;
    const set = new Uint8Array(256);
    for (let isFirst = true;; isFirst = false) {
      const sign = this.#text[this.#at];
      if (sign === undefined || sign === "[" || (sign === "]" && isFirst)) return null;
      if (sign === "]") break;
      if (sign === "-" && !isFirst && this.#text[this.#at + 1] !== "]") return null;
      const low = this.#member(sign);
      if (low === null) return null;
      if (this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]") {
        include(set, low);
        continue;
      }
      this.#at++;
      const high = this.#member(this.#text[this.#at] ?? "");
      const from = onlyMember(low), to = high === null ? -1 : onlyMember(high);
      if (from < 0 || to < from) return null;
      include(set, setOf((byte) => byte >= from && byte <= to));
    }
    this.#at++;
    const folded = this.#foldsCase ? foldCase(set) : set;
    return isNegated ? folded.map((taken) => 1 - taken) : folded;
  }

  /** One member of a class, letter case as written; several for `\d` and the like. */
  #member(sign: string): Uint8Array | null {
    if (sign === "\\") return this.#escaped(false);
    if (sign === "" || sign === "[") return null;
    this.#at++;
    return setOf((byte) => byte === sign.charCodeAt(0));
  }

  #escaped(folds = this.#foldsCase): Uint8Array | null {
    const sign = this.#text[this.#at + 1] ?? "";
    this.#at += 2;
    switch (sign) {
      case "d":
      case "D":
        return classOf(/\d/, sign === "D");
      case "w":
      case "W":
        return classOf(/[0-9A-Za-z_]/, sign === "W");
      case "s":
      case "S":
        return classOf(/[\t\n\f\r ]/, sign === "S");
      case "t":
        return setOf((byte) => byte === 9);
      case "n":
        return setOf((byte) => byte === 10);
      case "r":
        return setOf((byte) => byte === 13);
      default:
        if (!PUNCTUATION.test(sign)) return null;
        return folds ? this.#single(sign) : setOf((byte) => byte === sign.charCodeAt(0));
    }
  }

  #single(sign: string): Uint8Array {
    const set = setOf((byte) => byte === sign.charCodeAt(0));
    return this.#foldsCase ? foldCase(set) : set;
  }
}

function asSet(set: Uint8Array | null): PatternNode | null {
  return set === null ? null : { kind: "set", set };
}

function setOf(takes: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => takes(byte) ? 1 : 0);
}

function classOf(members: RegExp, isNegated: boolean): Uint8Array {
  return setOf((byte) => members.test(String.fromCharCode(byte)) !== isNegated);
}

function include(set: Uint8Array, more: Uint8Array): void {
  for (let byte = 0; byte < 256; byte++) set[byte]! |= more[byte]!;
}

/** The one byte of a set, or -1. */
function onlyMember(set: Uint8Array): number {
  const byte = set.indexOf(1);
  return set.indexOf(1, byte + 1) < 0 ? byte : -1;
}

/** A letter in either case where it is in one. */
function foldCase(set: Uint8Array): Uint8Array {
  const folded = set.slice();
  for (let letter = 65; letter <= 90; letter++) {
    if (set[letter] === 1 || set[letter | 32] === 1) folded[letter] = folded[letter | 32] = 1;
  }
  return folded;
}
