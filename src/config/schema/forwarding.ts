/** The connection manager's fields about forwarding headers and identity (spec/http.md 1.12, 1.13). */

import { z } from "zod";
import type { ForwardingConfig } from "../forwarding_config.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { clientCertFields, readClientCert } from "./client_cert.ts";
import { detectionSchema } from "./detection.ts";
import { addInvalid, flag, list, number, text } from "./field.ts";

const schemeSchema = z.strictObject({
  scheme_to_overwrite: z.enum(["http", "https"]).optional(),
  match_upstream: flag(false),
});

/** As members of the manager's message. */
export const forwardingFields = {
  use_remote_address: flag(false),
  xff_num_trusted_hops: number(0),
  skip_xff_append: flag(false),
  original_ip_detection_extensions: detectionSchema,
  internal_address_config: z.strictObject({ unix_sockets: flag(false), cidr_ranges: list(cidrRangeSchema) }).optional(),
  append_x_forwarded_port: flag(false),
  scheme_header_transformation: schemeSchema.optional(),
  via: text(),
  add_user_agent: flag(false),
  ...clientCertFields,
};

/** What those say together that have no place of their own in the snapshot. */
export function readForwarding(
  message: z.output<z.ZodObject<typeof forwardingFields>>,
  context: z.core.$RefinementCtx,
): ForwardingConfig {
  const { original_ip_detection_extensions: detection, internal_address_config: internal } = message;
  const refuse = (field: string) => {
    const reason = `Original IP detection extensions and ${field} may not be mixed`;
    addInvalid(context, message, ["original_ip_detection_extensions"], reason);
  };
  if (detection.length > 0 && message.use_remote_address) refuse("use_remote_address");
  if (detection.length > 0 && message.xff_num_trusted_hops > 0) refuse("xff_num_trusted_hops");
  return {
    detection,
    internalAddresses: internal === undefined
      ? null
      : { unixSockets: internal.unix_sockets, cidrRanges: internal.cidr_ranges },
    appendXForwardedPort: message.append_x_forwarded_port,
    schemeToOverwrite: message.scheme_header_transformation?.scheme_to_overwrite ?? "",
    schemeMatchesUpstream: message.scheme_header_transformation?.match_upstream ?? false,
    via: message.via,
    addUserAgent: message.add_user_agent,
    clientCert: readClientCert(message),
    clientCertMatcher: message.forward_client_cert_matcher ?? null,
  };
}
