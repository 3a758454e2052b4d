/**
 * Real Envoy and denvoy on the same configuration, asked the same: every case runs on both sides, and what came of it
 * is compared. A difference is mended or is a case that says so; one that says so and agrees after all is wrong too.
 */
import { startEnvoy } from "../support/envoy.ts";
import { startProxy } from "../support/proxy.ts";
import type { Area, OracleCase } from "./oracle_case.ts";
import { areTalliesAlike, type Outcome } from "./outcome.ts";
import { type Launch, type Side, startSide } from "./side.ts";
import type { Variant } from "./variant.ts";
import { type Refusal, refusalOf } from "./waiting.ts";

/** Variants whose cases run at the same time: enough that timeouts pass side by side, few enough for two cores. */
const AT_ONCE = 12;

/** A case on one variant. */
export interface Question {
  readonly area: string;
  /** The listener's name. */
  readonly variant: string;
  readonly one: OracleCase;
}

/** What came of a question. */
export interface Finding {
  readonly question: Question;
  readonly kind: "agrees" | "differs on purpose" | "unexplained" | "waits";
  /** Of `unexplained` and `waits`: why. */
  readonly why: string;
  readonly envoy: Outcome | null;
  readonly denvoy: Outcome | null;
}

/** A case's whole name. */
export function nameOf({ variant, one }: Question): string {
  return `${variant}: ${one.name}`;
}

/** Everything there is to ask. */
export function questionsOf(areas: readonly Area[]): Question[] {
  return areas.flatMap((area) =>
    area.cases.flatMap((one) =>
      [one.on].flat().map((variant) => ({ area: area.name, variant: `${area.name}_${variant}`, one }))
    )
  );
}

/** The variants that the questions are about, by their listeners' names. */
export function variantsOf(areas: readonly Area[], questions: readonly Question[]): Map<string, Variant> {
  const asked = new Set(questions.map((question) => question.variant));
  return new Map(
    areas.flatMap((area) =>
      Object.entries(area.variants).map(([name, variant]): [string, Variant] => [`${area.name}_${name}`, variant])
    ).filter(([name]) => asked.has(name)),
  );
}

/** How real Envoy is started. */
export function envoyLaunch(program: string): Launch {
  return (config, args) => startEnvoy(program, config, args);
}

/** Asks both sides everything, in the order of the questions. */
export async function consult(
  envoyPath: string,
  areas: readonly Area[],
  questions: readonly Question[],
): Promise<Finding[]> {
  const variants = variantsOf(areas, questions);
  const refusals = new Map<string, Refusal>();
  for (const [name, variant] of variants) {
    const refusal = await refusalOf(name, variant);
    if (refusal !== null) refusals.set(name, refusal);
  }
  const loadable = new Map([...variants].filter(([name]) => !refusals.has(name)));
  const askable = questions.filter((question) => !refusals.has(question.variant));
  const denvoyLaunch: Launch = (config, args) => startProxy({ config, args });
  const [theirs, ours] = await Promise.all([
    askSide(envoyLaunch(envoyPath), variants, questions),
    askSide(denvoyLaunch, loadable, askable),
  ]);
  return questions.map((question) => {
    const envoy = theirs.get(question)!;
    const refusal = refusals.get(question.variant);
    if (refusal === undefined) return compared(question, envoy, ours.get(question)!);
    const kind = refusal.isWaiting ? "waits" : "unexplained";
    return { question, kind, why: refusal.reasons.join(", "), envoy, denvoy: null };
  });
}

/** Asks one side. */
export async function askSide(
  launch: Launch,
  variants: ReadonlyMap<string, Variant>,
  questions: readonly Question[],
): Promise<Map<Question, Outcome>> {
  const outcomes = new Map<Question, Outcome>();
  if (variants.size === 0) return outcomes;
  await using side = await startSide(launch, variants);
  await askAll(side, variants, questions, (question, outcome) => outcomes.set(question, outcome));
  return outcomes;
}

async function askAll(
  side: Side,
  variants: ReadonlyMap<string, Variant>,
  questions: readonly Question[],
  tell: (question: Question, outcome: Outcome) => void,
): Promise<void> {
  const waiting = [...variants.keys()];
  const askNext = async () => {
    for (let variant = waiting.shift(); variant !== undefined; variant = waiting.shift()) {
      for (const question of questions) {
        if (question.variant === variant) tell(question, await side.run(variant, question.one));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askNext));
}

function compared(question: Question, envoy: Outcome, denvoy: Outcome): Finding {
  const finding = { question, why: "", envoy, denvoy };
  const agrees = question.one.tally !== undefined && envoy.tally !== null && denvoy.tally !== null
    ? areTalliesAlike(envoy.tally, denvoy.tally)
    : envoy.lines.join("\n") === denvoy.lines.join("\n");
  if (envoy.inVain !== null) return { ...finding, kind: "unexplained", why: `Envoy: in vain it ${envoy.inVain}` };
  if (question.one.differs === undefined) {
    if (agrees) return { ...finding, kind: "agrees" };
    return {
      ...finding,
      kind: "unexplained",
      why: denvoy.inVain === null ? "" : `denvoy: in vain it ${denvoy.inVain}`,
    };
  }
  if (!agrees) return { ...finding, kind: "differs on purpose" };
  return { ...finding, kind: "unexplained", why: "agrees, though it says that it differs" };
}
