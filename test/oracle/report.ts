/** Findings for people: one line for all, a list of what waits, and two outcomes as one text with marks. */
import type { Finding } from "./oracle.ts";
import { nameOf } from "./oracle.ts";

/** `oracle: N cases, N agree, N differ on purpose, N unexplained`, and `N wait` while there are any. */
export function summaryLine(findings: readonly Finding[]): string {
  const count = (kind: Finding["kind"]) => findings.filter((finding) => finding.kind === kind).length;
  const parts = [
    `${findings.length} cases`,
    `${count("agrees")} agree`,
    `${count("differs on purpose")} differ on purpose`,
    `${count("unexplained")} unexplained`,
  ];
  if (count("waits") > 0) parts.push(`${count("waits")} wait`);
  return `oracle: ${parts.join(", ")}`;
}

/** `N cases of VARIANT wait for: FIELDS`, a line for each variant that denvoy cannot load yet. */
export function waitingLines(findings: readonly Finding[]): string[] {
  return byVariant(findings.filter((finding) => finding.kind === "waits"), "wait for");
}

/** All that differs without being meant to; cases whose configuration denvoy refuses are told together. */
export function unexplainedTexts(findings: readonly Finding[]): string[] {
  const unexplained = findings.filter((finding) => finding.kind === "unexplained");
  return [
    ...byVariant(
      unexplained.filter((finding) => finding.denvoy === null),
      "cannot be asked, the configuration is refused",
    ),
    ...unexplained.filter((finding) => finding.denvoy !== null).map(findingText),
  ];
}

function byVariant(findings: readonly Finding[], words: string): string[] {
  const counts = new Map<string, number>();
  for (const { question, why } of findings) {
    const key = `${question.variant} ${words}: ${why}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${count} cases of ${key}`);
}

/** A finding that is not as it should be, whole: what was sent, what came of it. */
export function findingText(finding: Finding): string {
  const { question, why, envoy, denvoy } = finding;
  const sent = [question.one.send].flat().map((step) => typeof step === "string" ? JSON.stringify(step) : step.does);
  const lines = [nameOf(question), ...sent.map((step) => `  > ${step.length > 300 ? `${step.slice(0, 300)}…` : step}`)];
  if (why !== "") lines.push(`  ${why}`);
  if (envoy !== null && denvoy !== null) lines.push(...markedLines(envoy.lines, denvoy.lines));
  return lines.join("\n");
}

/** Both texts in one: `E` is Envoy's alone, `D` denvoy's alone. */
export function markedLines(envoy: readonly string[], denvoy: readonly string[]): string[] {
  return aligned(envoy, denvoy).map(([theirs, ours]) =>
    theirs === ours ? `    ${theirs}` : theirs === null ? `  D ${ours}` : `  E ${theirs}`
  );
}

/** Both texts side by side. */
export function columns(envoy: readonly string[], denvoy: readonly string[], width: number): string[] {
  return aligned(envoy, denvoy).map(([theirs, ours]) => {
    const mark = theirs === ours ? " " : theirs === null ? ">" : "<";
    return `${(theirs ?? "").slice(0, width).padEnd(width)} ${mark} ${ours ?? ""}`.trimEnd();
  });
}

/** The longest common lines stand beside each other; a line that only one has stands alone. */
function aligned(a: readonly string[], b: readonly string[]): (readonly [string | null, string | null])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const below = lengths[i + 1]!, row = lengths[i]!;
      row[j] = a[i] === b[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
    }
  }
  const rows: (readonly [string | null, string | null])[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) rows.push([a[i++]!, b[j++]!]);
    else if (j >= b.length || i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!) rows.push([a[i++]!, null]);
    else rows.push([null, b[j++]!]);
  }
  return rows;
}
