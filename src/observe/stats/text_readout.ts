/** A stat whose value is text, such as a resource version. Only the main thread has them. */
import type { ExtractedName } from "./tag_extraction.ts";

export class TextReadout {
  readonly name: string;
  /** As of {@link Stat.extracted}. */
  extracted: ExtractedName | null = null;
  #value = "";
  #isUsed = false;

  constructor(name: string) {
    this.name = name;
  }

  get value(): string {
    return this.#value;
  }

  set(value: string): void {
    this.#value = value;
    this.#isUsed = true;
  }

  /** It was set at least once, be it to nothing. */
  get isUsed(): boolean {
    return this.#isUsed;
  }
}
