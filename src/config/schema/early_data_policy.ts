/**
 * `RouteAction.early_data_policy`: which requests may set out before a TLS handshake is done (spec/http.md 2.12). Upstream
 * connections are plain HTTP/1, where no request does: the policy is checked, and there is nothing for it to decide. For
 * the same reason a 425 is tried again only where the retry policy says so, as in Envoy.
 */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";

const policies: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.early_data.v3.DefaultEarlyDataPolicy`, {
    schema: z.strictObject({}),
    isTerminal: false,
  }],
]);

/** The field. */
export const earlyDataPolicySchema = namedExtension({
  what: "early data policy",
  packagePrefix: "envoy.extensions.early_data.",
  schemas: policies,
});
