/** A real Envoy process beside ours, for tests that compare the two. It takes the same configuration and flags. */
import { RunningProxy } from "./proxy.ts";

/**
 * Starts Envoy with one worker and resolves when `/ready` says LIVE, or there is an admin API at all. Ends with its
 * scope. `flags`: more of them.
 */
export async function startEnvoy(
  program: string,
  config: string,
  flags: readonly string[] = [],
  until: "live" | "admin" = "live",
): Promise<RunningProxy> {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-test-envoy-" });
  const configPath = `${directory}/envoy.yaml`, adminPath = `${directory}/admin.txt`;
  await Deno.writeTextFile(configPath, config);
  const args = ["-c", configPath, "--admin-address-path", adminPath, "--concurrency", "1", "--use-dynamic-base-id"];
  const child = new Deno.Command(program, {
    args: [...args, "--log-level", "error", ...flags],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const envoy = new RunningProxy(child, directory);
  try {
    await (until === "admin" ? envoy.untilAdmin(adminPath) : envoy.untilReady(adminPath));
    return envoy;
  } catch (error) {
    await envoy.kill();
    throw error;
  }
}
