/**
 * A thread of its own that reads the bootstrap file once more, as a start would, so that the main thread is not held: is
 * told the options, answers with the readable bootstrap or with what is wrong with it, and is ended.
 */
import type { DiskBootstrap } from "../admin/config_source.ts";
import { errorText } from "../base/errors.ts";
import { readableJson } from "../config/readable_message.ts";
import type { CanonicalMessage } from "../config/source_map.ts";
import { readBootstrap } from "./bootstrap_file.ts";
import type { Options } from "./flags.ts";

/** What this file uses of the thread it is the root of. */
const thread = self as unknown as {
  onmessage: ((event: MessageEvent<Options>) => void) | null;
  postMessage(answer: DiskBootstrap): void;
};

thread.onmessage = ({ data }) => {
  void answerOf(data).then((answer) => thread.postMessage(answer));
};

async function answerOf(options: Options): Promise<DiskBootstrap> {
  try {
    const { canonicalBootstrap } = await readBootstrap(options);
    const pieces = readableJson("envoy.config.bootstrap.v3.Bootstrap", canonicalBootstrap as CanonicalMessage);
    return { json: [...pieces].join("") };
  } catch (error) {
    return { error: errorText(error) };
  }
}
