/** The head of the request that asks a host, over HTTP or gRPC (spec/upstream.md 5.5). */
import type { Clock } from "../../base/clock.ts";
import { latin1Bytes } from "../../base/ascii.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HeaderMutationsConfig } from "../../config/header_mutation_config.ts";
import { HeaderId } from "../../http/header_names.ts";
import { methodOf } from "../../http/method.ts";
import { type HttpVersion, RequestHead } from "../../http/request_head.ts";
import { ConnectionFacts, SILENT_LISTENER } from "../../observe/connection_facts.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { OwnStreamView } from "../../observe/stream_view.ts";
import { HeaderMutations } from "../../route/header_mutation.ts";
import { addressText } from "../../base/address_text.ts";
import type { ControlHost } from "../cluster/control_host.ts";

const USER_AGENT = "Envoy/HC";

/** Whose a check's request is: nobody's, and formats say so with these. */
const NO_ADDRESS = { kind: "ip", host: "127.0.0.1", port: 0 } as const;

/** What is asked of every host alike. */
export interface CheckRequestLine {
  readonly method: string;
  readonly path: string;
  readonly version: HttpVersion;
}

export class CheckRequest {
  readonly #line: CheckRequestLine;
  readonly #cluster: ClusterConfig;
  readonly #clock: Clock;
  readonly #mutations: HeaderMutations | null;

  constructor(line: CheckRequestLine, headers: HeaderMutationsConfig, cluster: ClusterConfig, formats: FormatContext) {
    this.#line = line;
    this.#cluster = cluster;
    this.#clock = formats.clock;
    this.#mutations = HeaderMutations.ofRequests(headers, formats);
  }

  /**
   * The head for a host, with `host` and what `fields` say, then what configuration adds and removes. Null: a format made
   * something of it that may not be sent.
   */
  headFor(
    host: ControlHost,
    authority: string,
    fields: readonly (readonly [id: number, value: string])[],
  ): RequestHead | null {
    const { method, path, version } = this.#line;
    const head = new RequestHead();
    const methodBytes = latin1Bytes(method);
    head.setMethod(methodOf(methodBytes, 0, methodBytes.length));
    head.path = path;
    head.scheme = "http";
    head.version = version;
    head.headers.add(HeaderId.host, authority);
    for (const [id, value] of fields) head.headers.add(id, value);
    head.headers.add(HeaderId.userAgent, USER_AGENT);
    this.#mutations?.apply(head.headers, this.#viewOf(host, head));
    return head.headers.unsendable === null ? head : null;
  }

  #viewOf({ endpoint }: ControlHost, head: RequestHead): OwnStreamView {
    const clock = this.#clock, wallMs = clock.wallMs();
    const facts = new StreamFacts();
    facts.reset(clock.nowMs, wallMs);
    facts.protocol = head.version;
    facts.cluster = this.#cluster;
    facts.upstreamCluster = this.#cluster.name;
    facts.beginAttempt({ ...endpoint, addressText: addressText(endpoint.address) });
    const connection = new ConnectionFacts(0, NO_ADDRESS, NO_ADDRESS, SILENT_LISTENER, clock.nowMs, wallMs);
    const view = new OwnStreamView(facts, connection);
    view.request = head;
    return view;
  }
}
