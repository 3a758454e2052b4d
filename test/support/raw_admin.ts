/** Requests to an admin port as `fetch` will not send them: with any Host, any Origin, any path. */

/** The status of one request, sent as it is. */
export async function rawStatus(
  adminUrl: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { hostname, port } = new URL(adminUrl);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const fields = { host: `${hostname}:${port}`, connection: "close", "content-length": "0", ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  await connection.write(new TextEncoder().encode(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`));
  const text = await new Response(connection.readable).text();
  return Number(text.split(" ")[1]);
}
