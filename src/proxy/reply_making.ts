/**
 * Making a reply of our own ready to leave (spec/http.md 6.2): its head, what the route's header lists and the configured
 * mapping make of it, and its body or its form as a gRPC status.
 */
import { ByteBlock } from "../base/byte_block.ts";
import type { LocalReply } from "../filter/local_reply.ts";
import { isGrpcRequest } from "../http/grpc.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { Method } from "../http/method.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { StreamView } from "../observe/stream_view.ts";
import { applyMutations } from "../route/header_mutation.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import { makeGrpcReply } from "./grpc_reply.ts";
import { beginReply, describeBody } from "./local_reply.ts";
import type { ReplyMapping } from "./reply_mapping.ts";
import { writeAttemptCount } from "./router/attempt_count.ts";

/** The stream that is answered, as its reply sees it. */
export interface RepliedStream {
  readonly head: RequestHead;
  /** The reply is made here. */
  readonly response: ResponseHead;
  readonly facts: StreamFacts;
  readonly responseView: StreamView;
  /** The head is whole: it may be asked what kind of request it is. */
  readonly isHeadReceived: boolean;
}

/** What besides the reply itself decides how it looks. */
export interface ReplySettings {
  readonly route: RouteEntry | null;
  readonly mapping: ReplyMapping | null;
  /** How many attempts it tells of; 0 = it does not. */
  readonly attempts: number;
}

/** Fills the stream's response with a reply. Returns its body, or null. */
export function makeReply(stream: RepliedStream, reply: LocalReply, settings: ReplySettings): ByteBlock | null {
  beginReply(stream.response, reply);
  return finishReply(stream, reply, settings);
}

/** The same for a response that `beginReply` has begun. */
export function finishReply(
  stream: RepliedStream,
  reply: LocalReply,
  { route, mapping, attempts }: ReplySettings,
): ByteBlock | null {
  const { response, head, facts } = stream, mutations = route?.mutations.response ?? null;
  const draft = { status: reply.status, body: reply.body, contentType: null };
  if (mutations !== null) applyMutations(mutations, response.headers, stream.responseView);
  if (reply.contentType !== null) response.headers.set(HeaderId.contentType, reply.contentType);
  if (reply.fields !== null) addFields(response.headers, reply.fields);
  if (attempts > 0) writeAttemptCount(response.headers, attempts);
  // The route's own formats come before the status is one to tell: they say 0, as Envoy's do.
  if (mutations !== null || mapping !== null) facts.responseCode = reply.status;
  mapping?.apply(draft, response, stream.responseView, facts);
  if (stream.isHeadReceived && isGrpcRequest(head.headers)) {
    makeGrpcReply(response, draft, reply.grpcStatus);
    return null;
  }
  describeBody(response, draft);
  return draft.body.length > 0 && head.methodId !== Method.head ? new ByteBlock(draft.body.slice()) : null;
}

function addFields(headers: HeaderList, fields: HeaderList): void {
  for (const [name, value] of fields.entries()) headers.addName(name, value);
}
