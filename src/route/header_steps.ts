/**
 * A list of header mutations done one after the other, compiled: each sees what those before it did, unlike the header
 * lists of a route level (`envoy.config.common.mutation_rules.v3.HeaderMutation`).
 *
 * Differs from Envoy: what removes by a matcher leaves `host` and the request line alone, without which there is no
 * request.
 */
import { assertNever } from "../base/errors.ts";
import type { HeaderStepConfig } from "../config/header_mutation_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { StringMatcher } from "../match/string_matcher.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { StreamView } from "../observe/stream_view.ts";
import { HeaderValue } from "./header_value.ts";

interface HeaderStep {
  apply(headers: HeaderList, view: StreamView): void;
}

export class HeaderSteps {
  readonly #steps: readonly HeaderStep[];

  /** `singleLine`: the names whose values go on one line. */
  constructor(steps: readonly HeaderStepConfig[], singleLine: ReadonlySet<string>, context: FormatContext) {
    this.#steps = steps.map((step) => compileStep(step, singleLine, context));
  }

  /** Changes `headers`, which `view` shows. */
  apply(headers: HeaderList, view: StreamView): void {
    for (let i = 0; i < this.#steps.length; i++) this.#steps[i]!.apply(headers, view);
  }
}

function compileStep(step: HeaderStepConfig, singleLine: ReadonlySet<string>, context: FormatContext): HeaderStep {
  switch (step.kind) {
    case "remove":
      return { apply: (headers) => headers.removeName(step.name) };
    case "remove_matching":
      return new RemoveMatching(new StringMatcher(step.names));
    case "append":
      return new Append(new HeaderValue(step.header, singleLine, context));
    default:
      return assertNever(step);
  }
}

class RemoveMatching implements HeaderStep {
  readonly #names: StringMatcher;

  constructor(names: StringMatcher) {
    this.#names = names;
  }

  apply(headers: HeaderList): void {
    for (let entry = 0; entry < headers.count; entry++) {
      if (!headers.isLive(entry) || headers.idOf(entry) === HeaderId.host) continue;
      const bytes = headers.bytesOf(entry);
      if (this.#names.matchesBytes(bytes, headers.nameStart(entry), headers.nameEnd(entry))) headers.removeEntry(entry);
    }
  }
}

class Append implements HeaderStep {
  readonly #header: HeaderValue;

  constructor(header: HeaderValue) {
    this.#header = header;
  }

  apply(headers: HeaderList, view: StreamView): void {
    const value = this.#header.value(view);
    if (value !== null) this.#header.put(headers, value);
  }
}
