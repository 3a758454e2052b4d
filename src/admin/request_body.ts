/** Bodies of the console's API: JSON of a bounded size, held against a schema (spec/console.md 7.1). */
import type { Context } from "hono";
import type { z } from "zod";
import type { AdminEnv } from "./access.ts";
import { problem } from "./problem_details.ts";

/** More than any request of the API needs; the import of a whole runtime is the largest. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The body as the schema has it, or the refusal to answer with. A request without a body has an empty object. */
export async function readBody<Body>(context: Context<AdminEnv>, schema: z.ZodType<Body>): Promise<Body | Response> {
  const text = await boundedText(context.req.raw);
  if (text === null) return problem(413, `The body is larger than ${MAX_BYTES} bytes`);
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    return problem(400, "The body is no JSON");
  }
  const body = schema.safeParse(value);
  if (body.success) return body.data;
  const errors = body.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return problem(400, `Cannot read the body: ${detail}`, errors);
}

async function boundedText(request: Request): Promise<string | null> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "", bytes = 0;
  for await (const piece of request.body) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) return null;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
