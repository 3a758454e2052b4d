/**
 * The CEL engine, set up to be Envoy's: see cel.ts, which alone imports this file, when it is needed.
 *
 * The engine knows the whole language; Envoy leaves out loops and most functions on strings, and so what it would refuse
 * is refused here (checks.ts). Where a function gives something else there, ours goes first (functions.ts).
 */
import { errorText } from "../errors.ts";
import {
  celEnv,
  celError,
  type CelInput as EngineInput,
  celList,
  type CelMap as EngineMap,
  celMap,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  parse,
  plan,
} from "@bufbuild/cel";
import { type CelOption, CelProblem, type CelProgram, type CelRoots } from "./expression.ts";
import { checkExpression, identifiersOf } from "./checks.ts";
import { functionsWith } from "./functions.ts";
import { durationMessage, timestampMessage } from "./messages.ts";
import {
  CelDuration,
  type CelFields,
  type CelInput,
  CelList,
  CelMap,
  type CelOutcome,
  CelTimestamp,
  CelTypeName,
  CelUnsigned,
} from "./values.ts";

/** What functions an expression has. */
type Environment = ReturnType<typeof celEnv>;
/** What the engine gives. */
type EngineOutcome = ReturnType<ReturnType<typeof plan>>;

/** By their options. */
const environments = new Map<string, Environment>();

/** See `compileCel` in cel.ts. */
export function compileExpression(source: string, options: readonly CelOption[], roots: CelRoots): CelProgram {
  const parsed = parsedExpression(source);
  const { run, names } = planned(() => {
    checkExpression(parsed.expr, options);
    return { run: plan(environmentWith(options), parsed), names: identifiersOf(parsed.expr) };
  });
  const bindings = bindingsOf(names, roots);
  return { evaluate: () => outcomeOf(run(bindings)) };
}

function parsedExpression(source: string): ReturnType<typeof parse> {
  try {
    // A comment at the end wants its line to end.
    return parse(`${source}\n`);
  } catch (error) {
    throw new CelProblem(`${errorText(error)}: ${source}`, true);
  }
}

function planned<Plan>(make: () => Plan): Plan {
  try {
    return make();
  } catch (error) {
    if (error instanceof CelProblem) throw error;
    throw new CelProblem(errorText(error), false);
  }
}

function environmentWith(options: readonly CelOption[]): Environment {
  const key = options.join(" ");
  let environment = environments.get(key);
  if (environment === undefined) {
    environment = celEnv({ funcs: functionsWith(options) });
    environments.set(key, environment);
  }
  return environment;
}

// ---- into the engine

/** Each name is looked up when it is come to. One that nobody knows is an error even where it is asked whether it is there. */
function bindingsOf(names: Iterable<string>, roots: CelRoots): Record<string, EngineInput> {
  const bindings = Object.create(null);
  for (const name of names) {
    const error = celError(`no such thing: ${name}`);
    const root = Object.hasOwn(roots, name) ? roots[name]! : () => undefined;
    const get = () => {
      const value = root();
      return value === undefined ? error : inputOf(value);
    };
    Object.defineProperty(bindings, name, { get, enumerable: true });
  }
  return bindings;
}

/** The maps that stand for our fields: each made once, and recognised when an expression gives it back. */
const maps = new WeakMap<CelFields, EngineMap>();
const origins = new WeakMap<EngineMap, CelFields>();

function mapOf(fields: CelFields): EngineMap {
  let map = maps.get(fields);
  if (map === undefined) {
    map = celMap(new FieldMap(fields));
    maps.set(fields, map);
    origins.set(map, fields);
  }
  return map;
}

function inputOf(value: CelInput): EngineInput {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof CelUnsigned) return celUint(value.value);
  if (value instanceof CelTimestamp) return timestampMessage(value.seconds, value.nanos);
  if (value instanceof CelDuration) return durationMessage(value.nanos);
  return isList(value) ? celList(value.map(inputOf)) : mapOf(value);
}

function isList(value: readonly CelInput[] | CelFields): value is readonly CelInput[] {
  return Array.isArray(value);
}

/** Fields, as a map that the engine can look things up in. */
class FieldMap implements ReadonlyMap<string, EngineInput> {
  readonly #fields: CelFields;

  constructor(fields: CelFields) {
    this.#fields = fields;
  }

  get size(): number {
    return this.#names.length;
  }

  get #names(): readonly string[] {
    return this.#fields.names() ?? [];
  }

  get(name: unknown): EngineInput | undefined {
    const value = typeof name === "string" ? this.#fields.get(name) : undefined;
    return value === undefined ? undefined : inputOf(value);
  }

  has(name: unknown): boolean {
    return this.get(name) !== undefined;
  }

  keys(): MapIterator<string> {
    return this.#whole.keys();
  }

  values(): MapIterator<EngineInput> {
    return this.#whole.values();
  }

  entries(): MapIterator<[string, EngineInput]> {
    return this.#whole.entries();
  }

  [Symbol.iterator](): MapIterator<[string, EngineInput]> {
    return this.entries();
  }

  forEach(visit: (value: EngineInput, name: string, map: ReadonlyMap<string, EngineInput>) => void): void {
    this.#whole.forEach((value, name) => visit(value, name, this));
  }

  get #whole(): Map<string, EngineInput> {
    return new Map(this.#names.map((name) => [name, this.get(name)!]));
  }
}

// ---- out of it

function outcomeOf(value: EngineOutcome): CelOutcome {
  if (isCelError(value)) return undefined;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (isCelUint(value)) return new CelUnsigned(value.value);
  if (isCelList(value)) return new CelList([...value].map(outcomeOf));
  if (isCelMap(value)) return mapOutcome(value);
  if (isCelType(value)) return new CelTypeName(value.name);
  const { message } = value;
  if (!("seconds" in message && "nanos" in message)) return undefined;
  const seconds = message.seconds as bigint, nanos = message.nanos as number;
  return value.desc.typeName === "google.protobuf.Timestamp"
    ? new CelTimestamp(seconds, nanos)
    : new CelDuration(seconds * 1_000_000_000n + BigInt(nanos));
}

function mapOutcome(map: EngineMap): CelMap {
  const fields = origins.get(map);
  const text = () => fields?.messageText() ?? null;
  if (fields !== undefined && fields.names() === null) return new CelMap(null, text);
  return new CelMap(() => Array.from(map, ([key, value]) => [outcomeOf(key), outcomeOf(value)] as const), text);
}
