/** `HttpConnectionManager.ProxyStatusConfig` (spec/http.md 1.1, RFC 9209). */

import { z } from "zod";
import type { ProxyStatusConfig } from "../forwarding_config.ts";
import { flag, text } from "./field.ts";

/** The field. */
export const proxyStatusSchema = z.strictObject({
  remove_details: flag(false),
  // Details of a connection's end are no part of ours.
  remove_connection_termination_details: flag(false),
  remove_response_flags: flag(false),
  set_recommended_response_code: flag(false),
  use_node_id: flag(false),
  literal_proxy_name: text(),
}).transform((message): ProxyStatusConfig => ({
  removeDetails: message.remove_details,
  removeResponseFlags: message.remove_response_flags,
  setRecommendedResponseCode: message.set_recommended_response_code,
  usesNodeId: message.use_node_id,
  literalName: message.literal_proxy_name,
})).optional();
