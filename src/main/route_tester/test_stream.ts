/** The stream of a tested request: what formats, checks and routing may ask about it and its connection. */
import { addressText } from "../../base/address_text.ts";
import type { RouteTestRequest } from "../../admin/contract/route_trial.ts";
import type { ListenerConfig } from "../../config/listener_config.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ConnectionFacts, type EndAddress } from "../../observe/connection_facts.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { OwnStreamView } from "../../observe/stream_view.ts";
import type { HcmContext } from "../../proxy/hcm_context.ts";
import type { AdjustedStream } from "../../proxy/head/request_adjust.ts";
import type { DownstreamPeer } from "../../proxy/head/downstream_peer.ts";
import { addFields, beginHead } from "../route_check/test_request.ts";

const LOOPBACK = "127.0.0.1";

export class TestStream implements AdjustedStream {
  readonly head: RequestHead;
  readonly facts: StreamFacts = new StreamFacts();
  readonly view: OwnStreamView;
  readonly peer: DownstreamPeer;
  /** Both ends of the connection. */
  readonly connectionEnds: string;

  constructor(request: RouteTestRequest, listener: ListenerConfig, context: HcmContext) {
    const head = this.head = beginHead(request.method, request.path, request.authority);
    addFields(head.headers, request.headers.map(([name, value]) => ({ name: name.toLowerCase(), value })));
    if (request.scheme === "https") head.scheme = "https";
    head.isUpgrade = head.methodId === Method.connect || head.headers.has(HeaderId.upgrade);
    const { clock } = context.services.loop, nowMs = clock.refresh(), wallMs = clock.wallMs();
    const peer: EndAddress = { kind: "ip", host: request.source_ip ?? LOOPBACK, port: 0 };
    const address = listener.addresses[0]!;
    const local: EndAddress = address.kind === "ip"
      ? { kind: "ip", host: address.host, port: address.port }
      : { kind: "pipe", path: address.path };
    this.connectionEnds = addressText(peer) + addressText(local);
    this.peer = {
      peerAddress: peer.host,
      localPort: local.kind === "ip" ? local.port : 0,
      isSecure: false,
      clientCertificate: null,
    };
    this.facts.reset(nowMs, wallMs);
    this.facts.isAdmitted = true;
    this.view = new OwnStreamView(
      this.facts,
      new ConnectionFacts(1, peer, local, context.listenerFacts, nowMs, wallMs),
    );
    this.view.request = head;
  }
}
