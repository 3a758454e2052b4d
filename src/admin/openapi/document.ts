/** The OpenAPI 3.1 document of `/api/v1`, made of the table of operations. */
import { z } from "zod";
import { routeRuleOf } from "../access/route_rules.ts";
import type { Role } from "../contract/session.ts";
import { type Operation, OPERATIONS } from "./operations.ts";

/** A tree of JSON. */
export type Document = Readonly<Record<string, unknown>>;

const PREFIX = "/api/v1";

const REFUSALS: Readonly<Record<number, string>> = {
  400: "The query or the body cannot be read: `errors` says where",
  401: "A token is needed",
  403: "The role may not do this, or the page that asks may not",
  404: "There is nothing of that name",
  409: "Something else is in force by now",
  413: "Too large",
  422: "Nothing was changed: `errors` says why",
  429: "Too many of these at once: wait",
  503: "Not available now",
};

const PROBLEM = {
  type: "object",
  description: "Problem details of RFC 9457",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } },
    },
  },
};

/** The document of the proxy of this version. */
export function openApiDocument(version: string): Document {
  const paths: Record<string, Record<string, Document>> = {};
  for (const operation of OPERATIONS) {
    const [method, path] = operation;
    (paths[pathTemplate(PREFIX + path)] ??= {})[method] = operationOf(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "denvoy",
      version,
      description: "What the console reads and does. Times are epoch milliseconds, `null` is what nobody knows. " +
        "The types that answers are named by stand in `src/admin/contract/`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of `--admin-token-file`" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "denvoy_session",
          description: "Of `POST /api/v1/session`; its name ends with the port: `denvoy_session_9901`",
        },
      },
    },
  };
}

/** `/a/{name}` for `/a/:name`. */
export function pathTemplate(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

function operationOf([method, path, summary, returns, details = {}]: Operation): Document {
  const { query, body, steps = {}, status = 200, contentType = "application/json", refusals = [] } = details;
  const roles = rolesOf(method.toUpperCase(), PREFIX + path, steps), isReading = method === "get";
  return {
    operationId: [method, ...path.split("/").filter(Boolean).map((step) => step.replaceAll(/\W/g, "_"))].join("_"),
    summary,
    description: roleText(roles),
    tags: [path.split("/")[1]],
    "x-role": roles.values().next().value,
    security: [...roles.values()].includes(null) ? [] : [{}, { token: [] }, { session: [] }],
    parameters: [
      ...Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => {
        const values = steps[name];
        const schema = { type: "string", ...values === undefined ? {} : { enum: values } };
        return { name, in: "path", required: true, schema };
      }),
      ...query === undefined ? [] : queryParameters(query),
      ...isReading ? [] : [X_CONSOLE],
    ],
    ...body === undefined ? {} : { requestBody: { content: { "application/json": { schema: schemaOf(body) } } } },
    responses: {
      [status]: { description: `\`${returns}\``, ...status === 204 ? {} : { content: { [contentType]: {} } } },
      ...Object.fromEntries([400, 401, 403, 429, ...refusals].map((code) => [code, refusal(code)])),
    },
  };
}

/** No form of another site can send it. */
const X_CONSOLE = { name: "x-console", in: "header", required: true, schema: { type: "string", example: "1" } };

function refusal(status: number): Document {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description: REFUSALS[status], content: { "application/problem+json": { schema } } };
}

function queryParameters(query: z.ZodType): Document[] {
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties as Document).map(([name, schema]) => {
    return { name, in: "query", required: (required as string[]).includes(name), schema };
  });
}

/** As it is sent, before defaults are filled in. */
function schemaOf(schema: z.ZodType): Document {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

/** By path: of a step with few values, each is another. The least comes first. */
function rolesOf(
  method: string,
  path: string,
  steps: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, Role | null> {
  const [step, values] = Object.entries(steps)[0] ?? ["", [""]];
  const roles = values.map((value) => {
    const rule = routeRuleOf(method, path.replace(`:${step}`, value));
    return [value, rule !== null ? rule.role : method === "GET" ? "viewer" : "admin"] as const;
  });
  const order = [null, "viewer", "operator", "admin"];
  return new Map(roles.sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b)));
}

function roleText(roles: ReadonlyMap<string, Role | null>): string {
  const [least = null] = roles.values();
  const others = [...roles].filter(([, role]) => role !== least).map(([value, role]) =>
    `\`${value}\` needs \`${role}\``
  );
  return [least === null ? "For everyone" : `Needs the role \`${least}\``, ...others].join(", ");
}
