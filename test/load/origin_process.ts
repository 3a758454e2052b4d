/** An origin of its own process, to be killed: `deno run -A origin_process.ts PORT DELAY_MS`. */
const [port = "0", delayMs = "0"] = Deno.args;

Deno.serve(
  { hostname: "127.0.0.1", port: Number(port), onListen: ({ port }) => console.log(port) },
  async () => {
    if (Number(delayMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(delayMs)));
    return new Response(`origin ${Deno.pid}\n`);
  },
);
