/**
 * `proxy-status`: what went wrong in this proxy's eyes, behind what others on the way have said (RFC 9209, spec/http.md
 * 1.1). Only a response of a stream with a response flag has it; the first flag that stands for an error names it.
 */
import type { ProxyStatusConfig } from "../../config/forwarding_config.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { ResponseFlag } from "../../observe/response_flags.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";

const NAME = "proxy-status";

/** Error types of RFC 9209 section 2.3, with the status it recommends; 0 = none. */
const RECOMMENDED = {
  destination_unavailable: 503,
  destination_not_found: 500,
  connection_refused: 502,
  connection_terminated: 502,
  connection_timeout: 504,
  connection_limit_reached: 503,
  http_response_timeout: 504,
  http_request_error: 400,
  http_protocol_error: 502,
  proxy_configuration_error: 500,
  dns_error: 502,
} as const;

/**
 * By Envoy's order of the flags, which decides where a stream has several. A malformed request (DPE) has no entry: there the
 * flag is set when the reply is already written, in Envoy.
 */
const ERRORS: readonly (readonly [ResponseFlag, keyof typeof RECOMMENDED])[] = [
  ["LH", "destination_unavailable"],
  ["UH", "destination_unavailable"],
  ["UT", "http_response_timeout"],
  ["LR", "connection_timeout"],
  ["UR", "connection_terminated"],
  ["UF", "connection_refused"],
  ["UC", "connection_terminated"],
  ["UO", "connection_limit_reached"],
  ["NR", "destination_not_found"],
  ["RL", "connection_limit_reached"],
  ["RLSE", "connection_limit_reached"],
  ["URX", "destination_unavailable"],
  ["SI", "http_response_timeout"],
  ["IH", "http_request_error"],
  ["UMSDR", "http_response_timeout"],
  ["NFCF", "proxy_configuration_error"],
  ["DT", "connection_timeout"],
  ["UPE", "http_protocol_error"],
  ["NC", "destination_unavailable"],
  ["DF", "dns_error"],
];

/** What `proxy-status` says of a response. */
export class ProxyStatusRules {
  readonly #config: ProxyStatusConfig;
  readonly #name: string;

  /** `name`: of this proxy. */
  constructor(config: ProxyStatusConfig, name: string) {
    this.#config = config;
    this.#name = name;
  }

  /** Appends to the field, and may replace the status. */
  apply(response: ResponseHead, facts: StreamFacts): void {
    const { flags } = facts;
    if (flags === null) return;
    const error = ERRORS.find(([flag]) => flags.includes(flag))?.[1];
    if (error === undefined) return;
    const { headers } = response;
    const own = this.#text(error, facts);
    const received: string[] = [];
    for (const [name, value] of headers.entries()) if (name === NAME && value !== "") received.push(value);
    headers.setName(NAME, [...received, own].join(", "));
    if (this.#config.setRecommendedResponseCode) response.status = RECOMMENDED[error];
  }

  #text(error: string, { details, flags }: StreamFacts): string {
    const { removeDetails, removeResponseFlags } = this.#config;
    const text = `${this.#name}; error=${error}`;
    if (removeDetails || details === "") return text;
    const said = removeResponseFlags ? details : `${details}; ${flags!.join(",")}`;
    return `${text}; details="${said.replace(/["\\]/g, "\\$&")}"`;
  }
}
