/**
 * The origin behind every peer: one nginx process on the load's core, answering from memory and the page cache, so
 * that a run measures the proxy. The three cases are its three paths.
 */
import { findProgram } from "../../support/programs.ts";
import { type Child, freePort, LOAD_CORE, startChild, waitUntilServing } from "./child.ts";

/** One kind of request. */
export interface BenchCase {
  readonly name: string;
  readonly path: string;
  readonly bodyBytes: number;
}

const SMALL_BODY = JSON.stringify({
  id: 4711,
  name: "a small answer",
  tags: ["one", "two", "three"],
  price: 12.5,
  ok: true,
});

/** Every case, in the order of the report. */
export const CASES: readonly BenchCase[] = [
  { name: "small", path: "/small", bodyBytes: SMALL_BODY.length },
  { name: "10k", path: "/10k", bodyBytes: 10 * 1024 },
  { name: "1m", path: "/1m", bodyBytes: 1024 * 1024 },
];

/** A running origin. */
export interface Origin {
  readonly child: Child;
  readonly port: number;
}

/** Starts the origin with its files in `folder`. */
export async function startOrigin(folder: string): Promise<Origin> {
  const nginx = findProgram("nginx");
  if (nginx === null) throw new Error("Cannot start the origin: nginx is not installed");
  const port = freePort();
  for (const one of CASES) {
    if (one.name !== "small") await Deno.writeFile(`${folder}${one.path}`, new Uint8Array(one.bodyBytes).fill(120));
  }
  const config = `${folder}/origin.conf`;
  await Deno.writeTextFile(
    config,
    `daemon off; master_process off; pid ${folder}/origin.pid; error_log stderr crit;
worker_rlimit_nofile 65536;
events { worker_connections 16384; }
http {
  access_log off; server_tokens off; default_type application/json;
  sendfile on; tcp_nopush on; open_file_cache max=16;
  keepalive_timeout 3600; keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${folder};
    location = /small { return 200 '${SMALL_BODY}'; }
  }
}
`,
  );
  const child = startChild({ name: "origin", command: nginx, args: ["-c", config, "-p", folder], cores: LOAD_CORE });
  await waitUntilServing(child, `http://127.0.0.1:${port}/small`);
  return { child, port };
}
