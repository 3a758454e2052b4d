/**
 * One message in a file of its own, checked: the steps of load.ts for whatever is no bootstrap. All problems of the
 * document are gathered and thrown together.
 */

import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "../base/errors.ts";
import { checkConstraints, type ConstraintReport } from "./constraints.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { ProtoJsonReader } from "./proto_json.ts";
import { readWithSchema } from "./schema_read.ts";
import { type CanonicalMessage, SourceMap } from "./source_map.ts";
import { parseDocument } from "./text_format.ts";
import { removeInertFields, workingCopy } from "./working_tree.ts";

/** A document, and its file's name, whose extension says what it is written in. */
export interface MessageText {
  readonly text: string;
  readonly fileName: string;
}

/** What is read, and how. */
export interface MessageForm<Output> {
  /** Full name of the message. */
  readonly messageName: string;
  readonly schema: z.ZodType<Output>;
  /** Deprecated fields are warned of, and those that are no longer allowed refused. */
  readonly checksDeprecation: boolean;
  /** Says what the message's own descriptor does not. */
  readonly check?: (tree: CanonicalMessage, report: ConstraintReport) => void;
}

/** A message, checked. */
export interface LoadedMessage<Output> {
  readonly config: Output;
  /** The message as proto3 JSON, no defaults added. */
  readonly canonical: Readonly<CanonicalMessage>;
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Reads and checks a message; throws ConfigError with every problem found. What Envoy knows and denvoy lacks is left
 * out with a warning, where that is safe.
 */
export function loadMessage<Output>(source: MessageText, form: MessageForm<Output>): LoadedMessage<Output> {
  const { messageName } = form;
  const problems: ConfigProblem[] = [], warnings: ConfigProblem[] = [];
  const sourceMap = new SourceMap();
  const reader = new ProtoJsonReader(
    sourceMap,
    { allowUnknownFields: false, tolerateUnknownExtensions: false },
    problems,
    warnings,
  );
  const canonical = reader.read(messageName, parseDocument(source.text, source.fileName));
  const working = workingCopy(canonical, sourceMap);
  const into = (list: ConfigProblem[]) => (path: readonly PathStep[], reason: string) =>
    void list.push(locatedProblem(sourceMap, working, path, reason));
  const problem = into(problems), warning = into(warnings), ignored = () => {};

  const deprecation = form.checksDeprecation
    ? { disallowed: problem, warning }
    : { disallowed: ignored, warning: ignored };
  checkConstraints(messageName, working, sourceMap, { problem, ...deprecation });
  form.check?.(working, problem);
  const isSound = problems.length === 0;
  removeInertFields(messageName, working, warning);
  const config = readWithSchema(form.schema, messageName, working, true, {
    unsupported: (path, reason) => {
      if (!problems.some((known) => known.path === pathText(path))) problem(path, reason);
    },
    // With earlier problems this may be their consequence: say it once they are gone.
    invalid: isSound ? problem : ignored,
    warning,
  });
  if (config === null || problems.length > 0) throw new ConfigError(problems);
  return { config, canonical, warnings };
}

/** A problem at `path`, with its place in the text and the Any around it. */
export function locatedProblem(
  sourceMap: SourceMap,
  tree: CanonicalMessage,
  path: readonly PathStep[],
  reason: string,
): ConfigProblem {
  const { position, typeUrl } = sourceMap.locate(tree, path);
  return {
    path: pathText(path),
    reason,
    ...(typeUrl === "" ? {} : { typeUrl }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
  };
}
