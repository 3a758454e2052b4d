/**
 * What an expression may call in Envoy: the functions that it knows, by how many arguments they take, and which of them
 * come only with an option. The engine knows more of them, and refuses others only when it gets there.
 */
import type { CelOption } from "./expression.ts";

/** Numbers of arguments, of methods without the value they are called on. */
interface Callable {
  readonly method: readonly number[];
  readonly plain: readonly number[];
}

const method = (...counts: number[]): Callable => ({ method: counts, plain: [] });
const plain = (...counts: number[]): Callable => ({ method: [], plain: counts });
const of = (names: string, callable: Callable) => names.split(" ").map((name): [string, Callable] => [name, callable]);

const ALWAYS: ReadonlyMap<string, Callable> = new Map([
  ...of("contains startsWith endsWith matches", { method: [1], plain: [2] }),
  ...of("size", { method: [0], plain: [1] }),
  ...of("bool bytes double duration dyn int timestamp type uint", plain(1)),
  ...of("re.extract", plain(3)),
  ...of("re.capture re.captureN", plain(2)),
  ...of("getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear", method(0, 1)),
  ...of("getHours getMinutes getSeconds getMilliseconds", method(0, 1)),
]);

const WITH_OPTION: Readonly<Record<CelOption, ReadonlyMap<string, Callable>>> = {
  string_conversion: new Map(of("string", plain(1))),
  // It is an operator.
  string_concat: new Map(),
  string_functions: new Map([
    ...of("lowerAscii upperAscii trim reverse", method(0)),
    ...of("charAt format", method(1)),
    ...of("indexOf lastIndexOf split substring", method(1, 2)),
    ...of("join", method(0, 1)),
    ...of("replace", method(2, 3)),
    ...of("strings.quote", plain(1)),
  ]),
};

/** Whether there is such a function. `name` has its namespace before it. */
export function isCallable(name: string, isMethod: boolean, count: number, options: readonly CelOption[]): boolean {
  const found = ALWAYS.get(name) ??
    options.map((option) => WITH_OPTION[option].get(name)).find((one) => one !== undefined);
  return found !== undefined && (isMethod ? found.method : found.plain).includes(count);
}

/** Whether names of functions begin with `name` and a dot. */
export function isNamespace(name: string): boolean {
  return name === "re" || name === "strings";
}

/** Messages that an expression may make. */
const MESSAGES: ReadonlySet<string> = new Set([
  ...["Duration", "Timestamp", "Struct", "Value", "ListValue"],
  ...["BoolValue", "BytesValue", "DoubleValue", "FloatValue", "StringValue"],
  ...["Int32Value", "Int64Value", "UInt32Value", "UInt64Value"],
].map((name) => `google.protobuf.${name}`));

/** Whether an expression may make a message of this name: of Envoy's own those that are plain values are enough. */
export function isMakeable(name: string): boolean {
  return MESSAGES.has(name);
}
