/**
 * A document that holds a `DiscoveryResponse`, up to the resources in it (spec/xds.md 5.3, 6.1, 7.3).
 *
 * ```
 * text ─ document ─ proto_json.ts ─▶ response ─ types, constraints ─▶ resources ─▶ load_resource.ts, each by itself
 *      └── unreadable ──┘                       └──── refused ────┘                └── refused alone ──┘
 * ```
 *
 * What fails here fails for all resources of the response: nothing of it may then be applied.
 *
 * Differs from Envoy: an empty `Any` among the resources is refused, not taken for a resource without fields.
 */

import { ConfigError, type ConfigProblem, problemText } from "../base/errors.ts";
import { checkConstraints } from "./constraints.ts";
import type { ElementMemory } from "./element_memory.ts";
import { type PathStep, pathText } from "./field_path.ts";
import { shortened } from "./known_endpoints.ts";
import { locatedProblem, type MessageText } from "./load_message.ts";
import { ProtoJsonReader } from "./proto_json.ts";
import { type CanonicalMessage, isMessage, SourceMap } from "./source_map.ts";
import { parseDocument } from "./text_format.ts";
import { messageNameOf } from "./type_url.ts";
import { workingCopy } from "./working_tree.ts";

const RESPONSE = "envoy.service.discovery.v3.DiscoveryResponse";
const WRAPPER = "envoy.service.discovery.v3.Resource";

/** What is wanted, and how strict to be. */
export interface ResponseForm {
  /** Full name of the message that every resource is. */
  readonly messageName: string;
  /** Fields that Envoy does not know either refuse the response; otherwise they are left out. */
  readonly refusesUnknownFields: boolean;
  /** Extension types that Envoy does not know are left out with a warning. */
  readonly tolerateUnknownExtensions: boolean;
}

/** One resource of a response. */
export interface ReceivedResource {
  /** Its own, or that of the wrapper it came in. */
  readonly name: string;
  /** Of the response. */
  readonly version: string;
  /** Canonical proto3 JSON, `@type` included. */
  readonly message: CanonicalMessage;
  /** Where its parts stand in the text, and what its TypedStructs stand for. */
  readonly sourceMap: SourceMap;
  /** What is wrong inside its extensions and was seen on reading; paths begin at the resource. It is refused for them. */
  readonly problems: readonly ConfigProblem[];
}

/** What came of a document. */
export type ReadResponse =
  /** It has resources of the type wanted, each sound as far as its own fields go. */
  | {
    readonly kind: "read";
    readonly version: string;
    readonly resources: readonly ReceivedResource[];
    /** Fields and enum names that were left out. */
    readonly unknown: readonly ConfigProblem[];
    readonly warnings: readonly ConfigProblem[];
  }
  /** It is no such document at all. */
  | { readonly kind: "unreadable"; readonly problems: readonly ConfigProblem[] }
  /** It is one, and Envoy takes nothing of it. */
  | {
    readonly kind: "refused";
    readonly version: string;
    readonly problems: readonly ConfigProblem[];
    /** Those of its resources that are the reason, as far as they are of the type wanted. */
    readonly resources: readonly RefusedPart[];
  };

/** A resource for which a response is refused. */
export interface RefusedPart {
  readonly name: string;
  readonly message: CanonicalMessage;
  readonly problems: readonly ConfigProblem[];
}

/** Reads a document as a response with resources of one type. What `memory` has of it is not read again. */
export function readResponse(
  source: MessageText,
  form: ResponseForm,
  memory: ElementMemory | null = null,
): ReadResponse {
  const problems: ConfigProblem[] = [], warnings: ConfigProblem[] = [], unknown: ConfigProblem[] = [];
  const late: ConfigProblem[] = [];
  const sourceMap = new SourceMap();
  const { tolerateUnknownExtensions, refusesUnknownFields } = form;
  const reader = new ProtoJsonReader(
    sourceMap,
    {
      allowUnknownFields: true,
      tolerateUnknownExtensions,
      onUnknown: (problem) => void unknown.push(problem),
      onLateProblem: (problem) => void late.push(problem),
      ...(memory === null ? {} : { memory }),
    },
    problems,
    warnings,
  );
  let response: CanonicalMessage;
  try {
    response = reader.read(RESPONSE, parseDocument(source.text, source.fileName, memory));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { kind: "unreadable", problems: error.problems };
  }
  if (problems.length > 0) return { kind: "unreadable", problems };
  const version = versionOf(response);
  if (refusesUnknownFields && unknown.length > 0) {
    return { kind: "refused", version, problems: unknown.map(strictly), resources: refusedParts(response, unknown) };
  }
  const taken = takeResources(response, sourceMap, form.messageName, late, memory);
  if (taken.problems.length > 0) {
    const { problems } = taken;
    return { kind: "refused", version, problems, resources: refusedParts(response, problems) };
  }
  return { kind: "read", version, resources: taken.resources, unknown, warnings };
}

/** The resources that problems of the response are about. */
function refusedParts(response: CanonicalMessage, problems: readonly ConfigProblem[]): RefusedPart[] {
  const entries = response["resources"];
  return (Array.isArray(entries) ? entries : []).flatMap((entry: CanonicalMessage, index): RefusedPart[] => {
    const inner = isWrapper(entry) ? entry["resource"] : entry, place = `resources[${index}]`;
    const own = problems.filter(({ path }) => path === place || path.startsWith(`${place}.`));
    if (own.length === 0 || !isMessage(inner)) return [];
    return [{ name: String(inner["cluster_name"] ?? inner["name"] ?? ""), message: inner, problems: own }];
  });
}

function isWrapper(entry: CanonicalMessage): boolean {
  return messageNameOf(String(entry["@type"] ?? "")) === WRAPPER;
}

function strictly(problem: ConfigProblem): ConfigProblem {
  const reason = problemText(withoutType(problem));
  return { path: "", reason: `Protobuf message (type ${RESPONSE} reason ${reason}) has unknown fields` };
}

/** For reasons that name the type themselves. */
function withoutType({ typeUrl: _, ...problem }: ConfigProblem): ConfigProblem {
  return problem;
}

function versionOf(response: CanonicalMessage): string {
  return String(response["version_info"] ?? "");
}

/** The resources of a canonical response, or what is wrong with any of them. `late`: problems seen on reading. */
function takeResources(
  response: CanonicalMessage,
  sourceMap: SourceMap,
  messageName: string,
  late: readonly ConfigProblem[],
  memory: ElementMemory | null,
): { readonly resources: readonly ReceivedResource[]; readonly problems: readonly ConfigProblem[] } {
  const isOuter = ({ typeUrl = "" }: ConfigProblem) => ["", messageName, WRAPPER].includes(messageNameOf(typeUrl));
  const problems = late.filter(isOuter), inner = late.filter((problem) => !isOuter(problem));
  const resources: ReceivedResource[] = [];
  const entries = response["resources"];
  (Array.isArray(entries) ? entries : []).forEach((entry: CanonicalMessage, index) => {
    const isWrapped = isWrapper(entry);
    const path: PathStep[] = isWrapped ? ["resources", index, "resource"] : ["resources", index];
    const message = isWrapped ? entry["resource"] : entry;
    const typeUrl = isMessage(message) ? String(message["@type"] ?? "") : "";
    if (!isMessage(message) || messageNameOf(typeUrl) !== messageName) {
      const found = typeUrl === "" ? "found an empty Any" : `found ${typeUrl}`;
      const reason = `Unable to unpack as ${messageName}: ${found}`;
      problems.push(withoutType(locatedProblem(sourceMap, response, path, reason)));
      return;
    }
    const short = memory === null ? null : shortened(message, sourceMap, (endpoint) => memory.isFound(endpoint));
    if (short === null || outerViolations(messageName, short, sourceMap, path).length > 0) {
      problems.push(...outerViolations(messageName, message, sourceMap, path));
    }
    const name = isWrapped ? entry["name"] : message["cluster_name"] ?? message["name"];
    resources.push({
      name: String(name ?? ""),
      version: versionOf(response),
      message,
      sourceMap,
      problems: problemsBelow(inner, `${pathText(path)}.`),
    });
  });
  return { resources, problems };
}

function problemsBelow(problems: readonly ConfigProblem[], prefix: string): ConfigProblem[] {
  return problems.filter(({ path }) => path.startsWith(prefix))
    .map((problem) => ({ ...problem, path: problem.path.slice(prefix.length) }));
}

/** Broken constraints outside of extensions: those inside one cost only the resource that has it. */
function outerViolations(
  messageName: string,
  message: CanonicalMessage,
  sourceMap: SourceMap,
  path: readonly PathStep[],
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const working = workingCopy(message, sourceMap);
  const report = (inner: readonly PathStep[], reason: string) => {
    const problem = locatedProblem(sourceMap, working, inner, reason);
    if (problem.typeUrl === undefined) problems.push({ ...problem, path: pathText([...path, ...inner]) });
  };
  checkConstraints(messageName, working, sourceMap, {
    problem: (inner, reason) => report(inner, `Proto constraint validation failed (${reason})`),
    disallowed: report,
    warning: () => {},
  });
  return problems;
}
