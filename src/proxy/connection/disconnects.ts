/** How the end of a downstream connection is told to the stream that was under way on it, and to logs (spec/http.md 6.1). */
import { type Fault, fault } from "../../base/fault.ts";

/** Why a connection is closed here, in Envoy's words. */
export const LocalCloseReason = {
  /** Nobody had ever asked for anything on it. */
  idle: "on_idle_timeout",
  /** `max_connection_duration`, likewise. */
  duration: "duration_timeout",
  /** It was drained, or its last response had been sent. */
  drained: "deferred_close_on_drained_connection",
  /** The filter chain that served it is gone, and the time to drain is over. */
  chainRemoved: "filter_chain_is_being_removed",
  /** Likewise the whole listener: Envoy's words, which its connections get that are past their filter chain too. */
  listenerRemoved: "purging_socket_that_have_not_progressed_to_connections",
  /** `delayed_close_timeout`: the peer did not close first. */
  delayedClose: "triggered_delayed_close_timeout",
} as const;

/** The client has gone. */
export const REMOTE_DISCONNECT: Fault = disconnect("downstream_remote_disconnect");

/** The client pipelines and does not read. */
export const RESPONSE_FLOOD: Fault = fault(
  "downstream",
  "connection",
  "protocol_error",
  "codec_error:Too_many_responses_queued.",
);

const LOCAL_DISCONNECT = disconnect("downstream_local_disconnect");

/** The connection was closed here; an empty reason is none. */
export function localDisconnect(reason: string): Fault {
  return reason === "" ? LOCAL_DISCONNECT : disconnect(`downstream_local_disconnect(${reason})`);
}

function disconnect(detail: string): Fault {
  return fault("downstream", "connection", "downstream_disconnect", detail);
}
