/** What tests of runtime values ask of a real proxy: its values as they are, and changes of them. */
import type { RuntimeApplied, RuntimeOp, RuntimePatch, RuntimeView } from "../../src/admin/contract/runtime.ts";
import type { RunningProxy } from "./proxy.ts";
import { connectRaw } from "./raw_h1.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

/** Body of `GET /api/v1/runtime`. */
export async function runtimeOf(proxy: RunningProxy): Promise<RuntimeView> {
  return JSON.parse(await proxy.admin("/api/v1/runtime"));
}

/** The value that counts at a key; null = the default. */
export async function effectiveOf(proxy: RunningProxy, key: string): Promise<string | null> {
  const { entries } = await runtimeOf(proxy);
  return entries.find((entry) => entry.key === key)?.effective ?? null;
}

/** Asks for a change, or something else under `/api/v1/runtime`. */
export async function sendRuntime(
  proxy: RunningProxy,
  method: "PATCH" | "POST",
  path: string,
  body: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { "content-type": "application/json", "x-console": "1" };
  const response = await fetch(`${proxy.adminUrl}/api/v1/runtime${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** Makes a change set, which must be taken. */
export async function patchRuntime(
  proxy: RunningProxy,
  ops: readonly RuntimeOp[],
  more: Partial<RuntimePatch> = {},
): Promise<RuntimeApplied> {
  const { status, body } = await sendRuntime(proxy, "PATCH", "", { reason: "test", ops, ...more });
  if (status !== 200) throw new Error(`The change was answered with ${status}: ${JSON.stringify(body)}`);
  return body as unknown as RuntimeApplied;
}

/** Sets values by Envoy's endpoint. */
export async function modifyRuntime(proxy: RunningProxy, values: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${proxy.adminUrl}/runtime_modify?${queryText(values)}`, { method: "POST" });
  return `${response.status} ${await response.text()}`;
}

/** Statuses of requests, by connection: `perConnection` on each of so many, which spread over all workers. */
export async function statusesOf(address: string, connections: number, perConnection: number): Promise<number[][]> {
  return await Promise.all(Array.from({ length: connections }, async () => {
    await using connection = await connectRaw(address);
    const statuses: number[] = [];
    for (let i = 0; i < perConnection; i++) {
      await connection.send(GET);
      statuses.push((await connection.readMessage()).status);
    }
    return statuses;
  }));
}

/** `+` is no space in a query of Envoy's. */
function queryText(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join(
    "&",
  );
}
