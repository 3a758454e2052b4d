/** `/logging` while it runs: levels change in the main thread and in the workers at once (spec/operations.md 6.11, 13.1). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";

const FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

Deno.test("POST /logging silences a logger of the workers, and lets it speak again", async () => {
  const directory = await Deno.makeTempDir({ prefix: "denvoy-test-" });
  const accessLog = `access_log: [{ name: f, typed_config: { "@type": ${FILE_LOG}, path: ${directory}/log } }]`;
  const config = bootstrap({ routes: [directRoute("/", "hi")], managerFields: [accessLog] });
  await using proxy = await startProxy({ config, args: ["--file-flush-interval-msec", "20"] });
  const ask = () => askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  const post = (path: string) => proxy.admin(path, { method: "POST" });
  /** The file is opened again when there is a line to write, and cannot be. */
  const reopenInVain = async (times: number) => {
    await post("/reopen_logs");
    await ask();
    await proxy.until("the file could not be opened", async () => {
      return await proxy.stat("filesystem.reopen_failed") + await proxy.stat("filesystem.write_failed") >= times;
    });
  };
  await ask();
  await proxy.until("the file is there", async () => await proxy.stat("filesystem.write_completed") > 0);
  await Deno.remove(directory, { recursive: true });
  assert.match(await post("/logging?file=off"), /^ {2}file: off$/m);
  await reopenInVain(1);
  assert.match(await post("/logging?file=error"), /^ {2}file: error$/m);
  await reopenInVain(2);
  await proxy.untilLogged(/\[file\].*Cannot \w+ access log/);
  assert.equal(proxy.logs().match(/Cannot \w+ access log/g)?.length, 1, proxy.logs());
});

Deno.test("POST /logging has the main thread say what it kept to itself", async () => {
  const config = bootstrap({ routes: [directRoute("/", "hi")] });
  await using proxy = await startProxy({ config, args: ["--log-level", "off"] });
  await (await fetch(`${proxy.adminUrl}/quitquitquit`)).body?.cancel();
  await proxy.admin("/logging?level=error", { method: "POST" });
  await (await fetch(`${proxy.adminUrl}/reset_counters`)).body?.cancel();
  await proxy.untilLogged(/admin path "\/reset_counters" mutates state/);
  assert.ok(!proxy.logs().includes("/quitquitquit"));
});
