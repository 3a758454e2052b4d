/**
 * Who else gets a copy of a request, and what the copy says (spec/http.md 2.13): one `RequestMirrorPolicy`, compiled.
 */
import type { MirrorPolicyConfig } from "../config/mirror_policy_config.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import { SINGLE_LINE_REQUEST_HEADERS } from "../http/single_line_headers.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { StreamView } from "../observe/stream_view.ts";
import { HeaderSteps } from "./header_steps.ts";

export class MirrorPolicy {
  readonly #config: MirrorPolicyConfig;
  /** Null = the copy keeps its fields. */
  readonly #mutations: HeaderSteps | null;

  constructor(config: MirrorPolicyConfig, context: FormatContext) {
    const { mutations } = config;
    this.#config = config;
    this.#mutations = mutations.length === 0 ? null : new HeaderSteps(mutations, SINGLE_LINE_REQUEST_HEADERS, context);
  }

  /** Whether a request is copied at all. */
  applies(runtime: RuntimeValues, random: number): boolean {
    const { fraction } = this.#config;
    return fraction === null || runtime.fraction(fraction, random);
  }

  /** The cluster that gets the copy; empty = the header that should name it is not there. */
  cluster({ headers }: RequestHead): string {
    const { cluster, clusterHeader } = this.#config;
    return clusterHeader === "" ? cluster : headers.getName(clusterHeader) ?? "";
  }

  /** Whether the copy's fields become others. */
  get mutates(): boolean {
    return this.#mutations !== null;
  }

  /** Changes the fields of the copy, which `view` shows as the request. */
  mutate(headers: HeaderList, view: StreamView): void {
    this.#mutations?.apply(headers, view);
  }

  /** The host of the copy of a request to `host`. */
  host(host: string): string {
    const { addsShadowSuffix, hostRewriteLiteral } = this.#config;
    if (hostRewriteLiteral !== "") return hostRewriteLiteral;
    return addsShadowSuffix ? withShadowSuffix(host) : host;
  }
}

/** `a:80` becomes `a-shadow:80`; a port that is none, as in a bare IPv6 address, is part of the name. */
function withShadowSuffix(host: string): string {
  const port = /:\d*$/.exec(host);
  const isPort = port !== null && (host.indexOf(":") === port.index || host[port.index - 1] === "]");
  return isPort ? `${host.slice(0, port.index)}-shadow${host.slice(port.index)}` : `${host}-shadow`;
}
