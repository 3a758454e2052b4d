/** How long a value still stands, running down by the server's clock. */

import type { JSX } from "preact";
import { countdown } from "../../model/runtime/expiry.ts";
import { useConsole } from "../../part/context.ts";
import { moment } from "../../text/ages.ts";

/** The badge. */
export function ExpiryBadge({ expiresMs }: { expiresMs: number }): JSX.Element {
  const { feed } = useConsole();
  return (
    <span class="badge is-warn" title={`Goes back by itself at ${moment(expiresMs)}`}>
      {`expires in ${countdown(expiresMs - feed.connection.serverNowMs())}`}
    </span>
  );
}
