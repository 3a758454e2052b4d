/** `envoy.config.core.v3.CidrRange`, and its twin in `xds.core.v3`. */

import { z } from "zod";
import { parseWritten } from "../../base/ip_address.ts";
import type { CidrRangeConfig } from "../match_config.ts";
import { addInvalid, number, text } from "./field.ts";

/** `CidrRange`. A prefix longer than the address is the whole address, as in Envoy. */
export const cidrRangeSchema = z.strictObject({
  address_prefix: text(),
  prefix_len: number(0),
}).transform(({ address_prefix, prefix_len }, context): CidrRangeConfig => {
  const family = parseWritten(address_prefix, new Uint32Array(4));
  if (family === 0) {
    addInvalid(
      context,
      address_prefix,
      ["address_prefix"],
      `invalid ip/mask combo '${address_prefix}/${prefix_len}' (format is <ip>/<# mask bits>)`,
    );
  }
  return { address: address_prefix, prefixLength: Math.min(prefix_len, family === 4 ? 32 : 128) };
});
