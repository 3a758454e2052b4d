/** `original_ip_detection_extensions`: how the client's address is found (spec/http.md 1.12). */

import { z } from "zod";
import type { DetectionConfig } from "../forwarding_config.ts";
import { descriptorPool } from "../descriptor/descriptor_pool.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, extensionList, flag, list, number, text } from "./field.ts";
import { headerName } from "./header_matcher.ts";

/** What a reply to a request without an address may have for a status; any other is 403. */
const FIRST_REJECT_STATUS = 400;
const LAST_REJECT_STATUS = 511;
const FORBIDDEN = 403;

const xffSchema = z.strictObject({
  xff_num_trusted_hops: number(0),
  xff_trusted_cidrs: z.strictObject({ cidrs: list(cidrRangeSchema) }).optional(),
  skip_xff_append: flag(true),
}).transform((message, context): DetectionConfig => {
  if (message.xff_num_trusted_hops > 0 && message.xff_trusted_cidrs !== undefined) {
    addInvalid(context, message, [], "Cannot set both xff_num_trusted_hops and xff_trusted_cidrs");
  }
  return {
    kind: "xff",
    trustedHops: message.xff_num_trusted_hops,
    trustedCidrs: message.xff_trusted_cidrs?.cidrs ?? [],
    skipXffAppend: message.skip_xff_append,
  };
});

const customHeaderSchema = z.strictObject({
  header_name: text(),
  allow_extension_to_set_address_as_trusted: flag(false),
  reject_with_status: z.strictObject({ code: z.string().transform(rejectStatus) }).optional(),
}).transform((message): DetectionConfig => {
  return {
    kind: "custom_header",
    headerName: headerName(message.header_name),
    mayBeInternal: message.allow_extension_to_set_address_as_trusted,
    rejectStatus: message.reject_with_status?.code ?? 0,
  };
});

const detectors: ExtensionSchemas = new Map([
  detector("xff.v3.XffConfig", xffSchema),
  detector("custom_header.v3.CustomHeaderConfig", customHeaderSchema),
]);

function detector(name: string, schema: z.ZodType) {
  return [`${TYPE_URL_PREFIX}envoy.extensions.http.original_ip_detection.${name}`, {
    schema,
    isTerminal: false,
  }] as const;
}

/** The number of a code given by its name. */
function rejectStatus(code: string): number {
  const status = descriptorPool.requireEnum("envoy.type.v3.StatusCode").values
    .find(({ name }) => name === code)?.number ?? 0;
  return status >= FIRST_REJECT_STATUS && status <= LAST_REJECT_STATUS ? status : FORBIDDEN;
}

/** The field. */
export const detectionSchema = extensionList(
  namedExtension({
    what: "original IP detection extension",
    packagePrefix: "envoy.extensions.http.original_ip_detection.",
    schemas: detectors,
  }).transform(({ config }) => config as DetectionConfig),
);
