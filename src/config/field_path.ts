/** Field paths as people read them: `static_resources.listeners[0].metadata["a.b"]`. */

/** A field name or map key, or an index in a list. */
export type PathStep = string | number;

const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Joins steps; a map key that is no field name is put in brackets and quotes. */
export function pathText(steps: readonly PathStep[]): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!FIELD_NAME.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
