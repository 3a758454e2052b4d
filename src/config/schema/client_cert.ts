/** The connection manager's fields about `x-forwarded-client-cert` (spec/http.md 1.13). */

import { z } from "zod";
import type { ClientCertConfig } from "../forwarding_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { extension, type ExtensionPoint } from "./extension.ts";
import { choice, flag } from "./field.ts";
import { type MatcherPlace, matcherTreeSchema } from "./matcher_tree.ts";

const detailsSchema = z.strictObject({
  subject: flag(false),
  cert: flag(false),
  chain: flag(false),
  dns: flag(false),
  uri: flag(false),
});

const choiceFields = {
  forward_client_cert_details: choice(
    "SANITIZE",
    "FORWARD_ONLY",
    "APPEND_FORWARD",
    "SANITIZE_SET",
    "ALWAYS_FORWARD_ONLY",
  ),
  set_current_client_cert_details: detailsSchema.default(detailsSchema.parse({})),
};

const MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

const ACTIONS: ExtensionPoint = {
  what: "client certificate action",
  packagePrefix: `${MANAGER}.Forward`,
  schemas: new Map([[`${TYPE_URL_PREFIX}${MANAGER}.ForwardClientCertConfig`, {
    schema: z.strictObject(choiceFields).transform(readClientCert),
    isTerminal: false,
  }]]),
};

/** The head alone is known here: what looks at a response never matches, and Envoy has nothing against it. */
const PLACE: MatcherPlace<ClientCertConfig> = {
  action: extension(ACTIONS).transform(({ config }) => config as ClientCertConfig),
  inputs: new Set([
    "request_header",
    "response_header",
    "query_parameter",
    "status_code",
    "status_class",
    "source_ip",
    "direct_source_ip",
  ]),
  inputRefusal: (typeUrl) => `Unsupported data input ${typeUrl}`,
  keepMatchingRefusal: null,
};

/** As members of the manager's message. */
export const clientCertFields = {
  ...choiceFields,
  forward_client_cert_matcher: matcherTreeSchema(PLACE).optional(),
};

/** One choice, of the manager or of its matcher. */
export function readClientCert(message: z.output<z.ZodObject<typeof choiceFields>>): ClientCertConfig {
  return { mode: message.forward_client_cert_details, details: message.set_current_client_cert_details };
}
