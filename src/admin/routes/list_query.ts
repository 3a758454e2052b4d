/** What every list under `/api/v1` takes: `q`, `limit` and `cursor` (spec/console.md 7.1). */
import { z } from "zod";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 5000;

/** A number of a query. */
export const wholeNumber = z.string().regex(/^\d{1,9}$/, "wants a whole number").transform(Number);

/** The query of a list. */
export const listQuery = z.object({
  /** Part of a name. */
  q: z.string().max(256).default(""),
  limit: wholeNumber.pipe(z.number().min(1).max(MAX_LIMIT)).default(DEFAULT_LIMIT),
  cursor: wholeNumber.default(0),
});
