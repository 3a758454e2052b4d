/** Whether there are CEL expressions in what was read: format commands and access log filters have them. */

/** The names that say so. */
const SIGNS: Readonly<Record<string, readonly string[]>> = { command: ["CEL", "TYPED_CEL"], kind: ["cel"] };

/** Looks through plain data. It may find one too many, in somebody's metadata, but none too few. */
export function usesCel(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    typeof inner === "string" ? Object.hasOwn(SIGNS, key) && SIGNS[key]!.includes(inner) : usesCel(inner)
  );
}
