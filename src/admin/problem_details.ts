/** Refusals of the console's API as `application/problem+json` (RFC 9457; spec/console.md 7.1). */
import type { z } from "zod";
import type { ProblemDetails } from "./contract/problem.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Token needed",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  422: "Cannot be done",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available",
};

/** An answer of that status; `more`: fields of its own. */
export function problem(
  status: number,
  detail: string,
  errors?: ProblemDetails["errors"],
  headers: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body: ProblemDetails = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    ...errors === undefined ? {} : { errors },
    ...more,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** What is wrong with a query. */
export function queryProblem(error: z.ZodError): Response {
  return fieldsProblem("query", error);
}

function fieldsProblem(what: string, error: z.ZodError): Response {
  const errors = error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return problem(400, `Cannot read the ${what}: ${detail}`, errors);
}

/** What is wrong with a body. */
export function bodyProblem(error: z.ZodError): Response {
  return fieldsProblem("body", error);
}
