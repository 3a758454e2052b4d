/** `server` and `date` of a response (spec/http.md 1.15). */
import { latin1Bytes } from "../../base/ascii.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { HttpDate } from "../../http/date.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";

export class ServerFields {
  readonly #transformation: HttpConnectionManagerConfig["serverHeaderTransformation"];
  readonly #name: Uint8Array;
  readonly #date: HttpDate;

  constructor({ serverHeaderTransformation, serverName }: HttpConnectionManagerConfig, date: HttpDate) {
    this.#transformation = serverHeaderTransformation;
    this.#name = latin1Bytes(serverName);
    this.#date = date;
  }

  /** Names this server where it is to be named, and dates what is not dated. */
  apply(headers: HeaderList, wallMs: number): void {
    const transformation = this.#transformation;
    if (transformation === "OVERWRITE" || transformation === "APPEND_IF_ABSENT" && !headers.has(HeaderId.server)) {
      headers.setBytes(HeaderId.server, this.#name);
    }
    if (!headers.has(HeaderId.date)) headers.setBytes(HeaderId.date, this.#date.bytes(wallMs));
  }
}
