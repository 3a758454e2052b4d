/**
 * The proxies that are compared, each set up for the same work: one listener, one worker, keep-alive on both sides,
 * the forwarding headers and a request id, no access log. Envoy and denvoy read the same configuration, their own
 * ports apart; denvoy is started as its users start it.
 */
import { findEnvoy, findProgram, findShared, isFile, REPOSITORY } from "../../support/programs.ts";
import { type Child, freePort, SERVING_CORE, startChild, waitUntilServing } from "./child.ts";
import { envoyConfig, haproxyConfig, nginxConfig } from "./peer_config.ts";

/** A peer that serves. */
export interface Peer {
  readonly name: string;
  readonly child: Child;
  readonly port: number;
  /** Of Envoy's admin interface; null where there is none. */
  readonly adminPort: number | null;
}

/** How the peers of one run are started. */
export interface PeerSetup {
  /** The run's temporary folder. */
  readonly folder: string;
  readonly originPort: number;
  readonly concurrency: number;
  /** Cores as `taskset -c` takes them. */
  readonly cores: string;
  readonly openFiles?: number;
  /** Of the configurations that Envoy and denvoy read; one unless given. */
  readonly routes?: number;
}

/** Every peer, in the order of the report. */
export const PEER_NAMES: readonly string[] = ["denvoy", "envoy", "floor", "nginx", "haproxy"];

/** The setup of the plain comparison: one worker on the serving core. */
export function plainSetup(folder: string, originPort: number): PeerSetup {
  return { folder, originPort, concurrency: 1, cores: SERVING_CORE };
}

/** Starts the peer and waits until it answers, or says what is absent. */
export async function startPeer(name: string, setup: PeerSetup): Promise<Peer | { readonly absent: string }> {
  const port = freePort();
  const usesEnvoyConfig = name === "envoy" || name === "denvoy";
  const adminPort = usesEnvoyConfig ? freePort() : null;
  const config = `${setup.folder}/${name}-${setup.concurrency}-${port}.${usesEnvoyConfig ? "yaml" : "conf"}`;
  let command: string;
  let args: string[];
  switch (name) {
    case "denvoy": {
      if (!isFile(`${REPOSITORY}mod.ts`)) return { absent: "mod.ts is not there" };
      command = Deno.execPath();
      args = ["run", "-A", `${REPOSITORY}mod.ts`, "-c", config, "--concurrency", String(setup.concurrency)];
      break;
    }
    case "envoy": {
      const program = findEnvoy();
      if (program === null) return { absent: "no $ENVOY_BIN, no envoy on PATH, no venv in $DENVOY_ENVOY" };
      command = program;
      args = ["-c", config, "--concurrency", String(setup.concurrency), "--disable-hot-restart", "-l", "error"];
      break;
    }
    case "floor": {
      const script = `${findShared()}/bench/floor.ts`;
      if (!isFile(script)) return { absent: "no bench/floor.ts in $DENVOY_SHARED (default ../shared)" };
      command = Deno.execPath();
      args = ["run", "-A", "--no-config", script, String(port), String(setup.originPort)];
      break;
    }
    case "nginx":
    case "haproxy": {
      const program = findProgram(name);
      if (program === null) return { absent: `${name} is not installed` };
      command = program;
      args = name === "nginx" ? ["-c", config, "-p", setup.folder] : ["-db", "-f", config];
      break;
    }
    default:
      throw new Error(`Cannot start peer "${name}": one of ${PEER_NAMES.join(", ")} is wanted`);
  }
  const ports = { port, adminPort, originPort: setup.originPort };
  if (usesEnvoyConfig) await Deno.writeTextFile(config, envoyConfig(ports, setup.routes));
  else if (name === "nginx") await Deno.writeTextFile(config, nginxConfig(ports, setup.folder));
  else if (name === "haproxy") await Deno.writeTextFile(config, haproxyConfig(ports));
  const openFiles = setup.openFiles === undefined ? {} : { openFiles: setup.openFiles };
  const child = startChild({ name, command, args, cores: setup.cores, ...openFiles });
  await waitUntilServing(child, `http://127.0.0.1:${port}/small`);
  return { name, child, port, adminPort };
}
