/**
 * A test's stream as header formats see it: one request over HTTP/1.1 from 127.0.0.1, on its way.
 */
import { SystemClock } from "../../base/clock.ts";
import { RandomBytes } from "../../base/random.ts";
import { NO_NODE } from "../../config/snapshot.ts";
import { ConnectionFacts, type EndAddress, SILENT_LISTENER } from "../../observe/connection_facts.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { OwnStreamView } from "../../observe/stream_view.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteInput } from "../../route/route_input.ts";

const LOOPBACK = "127.0.0.1";
const END: EndAddress = { kind: "ip", host: LOOPBACK, port: 0 };
const CLOCK = new SystemClock();

/** What formats need beside streams. */
export function formatContextOf(env: (name: string) => string | undefined): FormatContext {
  return { clock: CLOCK, hostname: "", env, node: NO_NODE, idBytes: new RandomBytes() };
}

/** A view of the stream of `input`, which took `route`. */
export function testView({ head, dynamicMetadata }: RouteInput, route: RouteEntry, cluster: string): OwnStreamView {
  const facts = new StreamFacts(), nowMs = CLOCK.nowMs, wallMs = CLOCK.wallMs();
  facts.reset(nowMs, wallMs);
  facts.downstreamAddress = LOOPBACK;
  facts.isAdmitted = true;
  facts.route = route;
  facts.routeName = route.name;
  facts.upstreamCluster = cluster;
  facts.dynamicMetadata = dynamicMetadata;
  const view = new OwnStreamView(facts, new ConnectionFacts(1, END, END, SILENT_LISTENER, nowMs, wallMs));
  view.request = head;
  return view;
}
