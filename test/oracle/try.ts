/**
 * Explores the cases from the command line:
 *
 * ```
 * deno run -A test/oracle/try.ts NAME…           both answers to every case whose name holds one of the texts, side by side
 * deno run -A test/oracle/try.ts --envoy NAME…   Envoy's alone
 * deno run -A test/oracle/try.ts --steady N …    asks Envoy N times and shows the cases whose answers are not all alike
 * deno run -A test/oracle/try.ts --unexplained   shows only what differs without being meant to
 * deno run -A test/oracle/try.ts --waiting       lists the variants that denvoy cannot load yet, and starts nothing
 * deno run -A test/oracle/try.ts --config NAME   prints the bootstrap
 * ```
 *
 * A name is `area_variant: case`; without one all cases are meant.
 */
import { findEnvoy } from "../support/programs.ts";
import { AREAS } from "./areas.ts";
import { askSide, consult, envoyLaunch, nameOf, type Question, questionsOf, variantsOf } from "./oracle.ts";
import { columns, summaryLine, unexplainedTexts } from "./report.ts";
import { variantsBootstrap } from "./variant.ts";
import { refusalOf } from "./waiting.ts";

const FLAGS = Deno.args.filter((word) => word.startsWith("--"));
const steadyRounds = FLAGS.includes("--steady") ? Number(Deno.args[Deno.args.indexOf("--steady") + 1]) : 0;
const texts = Deno.args.filter((word, index) => !word.startsWith("--") && Deno.args[index - 1] !== "--steady");
const all = questionsOf(AREAS);
const questions = texts.length === 0
  ? all
  : all.filter((question) => texts.some((text) => nameOf(question).includes(text)));
const variants = variantsOf(AREAS, questions);

if (questions.length === 0) {
  console.log(`No case is named like ${texts.join(" or ")}; areas: ${AREAS.map((area) => area.name).join(", ")}`);
  Deno.exit(1);
}
if (FLAGS.includes("--config")) {
  const places = { origin: 2, bytes: 3, stuck: 4, logPath: "/dev/stdout" };
  console.log(variantsBootstrap([...variants].map(([name, variant]) => [name, variant, places] as const)));
} else if (FLAGS.includes("--waiting")) {
  await showWaiting();
} else {
  const envoyPath = findEnvoy();
  if (envoyPath === null) throw new Error("Cannot ask Envoy: not found on PATH, in $ENVOY_BIN or in $DENVOY_ENVOY");
  if (steadyRounds > 0) await showUnsteady(envoyPath, steadyRounds);
  else if (FLAGS.includes("--envoy")) await showEnvoy(envoyPath);
  else await showBoth(envoyPath, FLAGS.includes("--unexplained"));
}

async function showBoth(envoyPath: string, onlyUnexplained: boolean): Promise<void> {
  const findings = await consult(envoyPath, AREAS, questions);
  const width = Math.max(60, Math.floor((terminalColumns() - 3) / 2));
  for (const text of onlyUnexplained ? unexplainedTexts(findings) : []) console.log(`\n${text}`);
  for (const finding of onlyUnexplained ? [] : findings) {
    console.log(`\n== ${nameOf(finding.question)}: ${finding.kind}${finding.why === "" ? "" : `, ${finding.why}`}`);
    for (const line of columns(finding.envoy?.lines ?? [], finding.denvoy?.lines ?? [], width)) console.log(line);
  }
  console.log(`\n${summaryLine(findings)}`);
}

async function showEnvoy(envoyPath: string): Promise<void> {
  const outcomes = await askSide(envoyLaunch(envoyPath), variants, questions);
  for (const [question, outcome] of outcomes) {
    console.log(`\n== ${nameOf(question)}${outcome.inVain === null ? "" : `: in vain it ${outcome.inVain}`}`);
    for (const line of outcome.lines) console.log(line);
  }
}

async function showUnsteady(envoyPath: string, rounds: number): Promise<void> {
  const seen = new Map<Question, Set<string>>();
  for (let round = 0; round < rounds; round++) {
    const outcomes = await askSide(envoyLaunch(envoyPath), variants, questions);
    for (const [question, { lines, inVain }] of outcomes) {
      const texts = seen.get(question) ?? new Set();
      seen.set(question, texts.add([...lines, ...inVain === null ? [] : [`in vain it ${inVain}`]].join("\n")));
    }
  }
  const unsteady = [...seen].filter(([, texts]) =>
    texts.size > 1 || [...texts].some((text) => text.includes("in vain"))
  );
  for (const [question, texts] of unsteady) {
    console.log(`\n== ${nameOf(question)}`);
    for (const text of texts) console.log(`${text}\n  --`);
  }
  console.log(`\n${questions.length} cases, ${rounds} rounds: ${unsteady.length} not steady`);
}

async function showWaiting(): Promise<void> {
  for (const [name, variant] of variants) {
    const refusal = await refusalOf(name, variant);
    if (refusal === null) continue;
    const count = questions.filter((question) => question.variant === name).length;
    console.log(
      `${count} cases of ${name} ${refusal.isWaiting ? "wait for" : "are refused"}: ${refusal.reasons.join(", ")}`,
    );
  }
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 160;
  }
}
