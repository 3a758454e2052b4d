/**
 * A strict reader of Prometheus' text exposition format, version 0.0.4: what a Prometheus would not take, or would take for
 * something else, is an error here.
 */

/** One line with a value. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** What one `# TYPE` line opens. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: Sample[];
}

const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"/;
const VALUE = /^(?:NaN|[+-]?Inf|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** Reads an exposition; throws on the first line that is wrong. */
export function parseExposition(text: string): ReadonlyMap<string, MetricFamily> {
  const families = new Map<string, MetricFamily>(), series = new Set<string>();
  let family: MetricFamily | null = null;
  if (text !== "" && !text.endsWith("\n")) throw new Error("The last line has no end");
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith("# TYPE ")) {
      const [, , name = "", type = "", ...rest] = line.split(" ");
      if (NAME.exec(name)?.[0] !== name || !TYPES.includes(type) || rest.length > 0) throw new Error(`Bad: ${line}`);
      if (families.has(name)) throw new Error(`A second family of the name: ${line}`);
      families.set(name, family = { name, type, samples: [] });
      continue;
    }
    const sample = parseSample(line);
    if (family === null || !isOf(family, sample)) throw new Error(`Stands outside its family: ${line}`);
    const key = line.slice(0, line.lastIndexOf(" "));
    if (series.has(key)) throw new Error(`A second value of a series: ${line}`);
    series.add(key);
    family.samples.push(sample);
  }
  for (const { type, name, samples } of families.values()) {
    if (samples.length === 0) throw new Error(`${name} has no samples`);
    if (type === "histogram") checkHistograms(name, samples);
    if (type === "counter" && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below zero`);
  }
  return families;
}

function parseSample(line: string): Sample {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw new Error(`No name: ${line}`);
  const labels = new Map<string, string>();
  let rest = line.slice(name.length);
  if (rest.startsWith("{")) {
    rest = rest.slice(1);
    while (!rest.startsWith("}")) {
      const [whole, label, value] = LABEL.exec(rest) ?? [];
      if (whole === undefined) throw new Error(`Bad label: ${line}`);
      if (labels.has(label!)) throw new Error(`A label twice: ${line}`);
      labels.set(label!, value!.replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char));
      rest = rest.slice(whole.length);
      if (rest.startsWith(",")) rest = rest.slice(1);
      else if (!rest.startsWith("}")) throw new Error(`Bad label: ${line}`);
    }
    rest = rest.slice(1);
  }
  const value = rest.slice(1);
  if (!rest.startsWith(" ") || !VALUE.test(value)) throw new Error(`Bad value: ${line}`);
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function isOf({ name, type }: MetricFamily, sample: Sample): boolean {
  const suffixes = type === "histogram"
    ? ["_bucket", "_sum", "_count"]
    : type === "summary"
    ? ["", "_sum", "_count"]
    : [""];
  if (!suffixes.some((suffix) => sample.name === name + suffix)) return false;
  const reserved = type === "histogram" ? "le" : "quantile";
  const needs = sample.name === `${name}_bucket` || (type === "summary" && sample.name === name);
  return sample.labels.has(reserved) === needs || (type !== "histogram" && type !== "summary");
}

/** Buckets rise with their bounds, the last is of everything, and sum and count are there. */
function checkHistograms(name: string, samples: readonly Sample[]): void {
  const byLabels = Map.groupBy(samples, ({ labels }) => {
    return JSON.stringify([...labels].filter(([label]) => label !== "le"));
  });
  for (const [labels, group] of byLabels) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((sample) => Number(sample.labels.get("le")!.replace("Inf", "Infinity")));
    const rises = (values: readonly number[], strictly: boolean) =>
      values.every((value, at) => at === 0 || (strictly ? value > values[at - 1]! : value >= values[at - 1]!));
    if (!rises(bounds, true) || !rises(buckets.map(({ value }) => value), false)) {
      throw new Error(`Buckets of ${name}${labels} do not rise`);
    }
    const count = group.filter((sample) => sample.name === `${name}_count`);
    if (count.length !== 1 || group.filter((sample) => sample.name === `${name}_sum`).length !== 1) {
      throw new Error(`${name}${labels} has no sum or no count`);
    }
    if (bounds.at(-1) !== Infinity || buckets.at(-1)!.value !== count[0]!.value) {
      throw new Error(`The last bucket of ${name}${labels} is not of everything`);
    }
  }
}
