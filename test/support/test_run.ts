/**
 * One run of `deno test` over a list of files, bounded: a run that says nothing for too long is ended, what it had
 * found by then is counted, and the files it never spoke of are named. Leak checks are on.
 */
import { countResults, countSpoken, type TestCounts } from "./junit_counts.ts";
import { REPOSITORY } from "./programs.ts";

/** No single test takes near as long, not even one that starts a browser on a busy machine. */
const MAX_SILENCE_MS = 120_000;
const SILENT_FILES_NAMED = 8;

/** Runs the files, side by side or one after the other, passing on all that is printed. */
export async function runTestFiles(files: readonly string[], sideBySide: boolean): Promise<TestCounts> {
  const report = await Deno.makeTempFile({ prefix: "denvoy-junit-", suffix: ".xml" });
  try {
    const args = ["test", "-A", "--no-check", "--trace-leaks", "--sanitize-ops", "--sanitize-resources"];
    if (sideBySide) args.push("--parallel");
    args.push(`--junit-path=${report}`, ...files);
    const child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: REPOSITORY,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let spoken = "";
    let isSilent = false;
    const end = () => {
      isSilent = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(end, MAX_SILENCE_MS);
    const passOn = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, out: typeof Deno.stdout) => {
      const decoder = new TextDecoder();
      for await (const bytes of stream) {
        clearTimeout(timer);
        timer = setTimeout(end, MAX_SILENCE_MS);
        spoken += decoder.decode(bytes, { stream: true });
        out.writeSync(bytes);
      }
    };
    await Promise.all([passOn(child.stdout, Deno.stdout), passOn(child.stderr, Deno.stderr)]);
    const status = await child.status;
    clearTimeout(timer);
    if (!isSilent) return countResults(await Deno.readTextFile(report), status.success);
    const unheard = files.filter((file) => !spoken.includes(file)).slice(0, SILENT_FILES_NAMED).join(", ");
    console.log(
      `Cannot finish the tests: nothing was heard for ${MAX_SILENCE_MS / 1000} s; not heard from: ${unheard}`,
    );
    const counts = countSpoken(spoken);
    return { ...counts, failed: counts.failed + 1 };
  } finally {
    await Deno.remove(report);
  }
}
