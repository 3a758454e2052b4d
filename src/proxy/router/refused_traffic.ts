/** What a client is told whose request a cluster does not take (spec/upstream.md 3.1, 11). */
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import { HeaderList } from "../../http/header_list.ts";
import type { ResponseFlag } from "../../observe/response_flags.ts";
import type { RefusalKind } from "../../upstream/traffic_refusal.ts";

/** `suppressesHeaders`: no `x-envoy-*` field says so. */
export function refusalReply(kind: RefusalKind, suppressesHeaders: boolean): LocalReply {
  return (suppressesHeaders ? BARE : ANNOUNCED)[kind];
}

const ANNOUNCED: Readonly<Record<RefusalKind, LocalReply>> = {
  maintenance_mode: replyOf("maintenance_mode", "UO", { isOverload: true }),
  drop_overload: replyOf("drop_overload", "DO", { fields: fieldsOf("x-envoy-drop-overload") }),
  unconditional_drop_overload: replyOf("unconditional_drop_overload", "UDO", {
    fields: fieldsOf("x-envoy-unconditional-drop-overload"),
  }),
};

const BARE: Readonly<Record<RefusalKind, LocalReply>> = {
  maintenance_mode: replyOf("maintenance_mode", "UO", {}),
  drop_overload: replyOf("drop_overload", "DO", {}),
  unconditional_drop_overload: replyOf("unconditional_drop_overload", "UDO", {}),
};

function replyOf(
  kind: RefusalKind,
  flag: ResponseFlag,
  told: { readonly isOverload?: boolean; readonly fields?: HeaderList },
): LocalReply {
  return localReply(503, kind.replaceAll("_", " "), kind, { flag, ...told });
}

function fieldsOf(name: string): HeaderList {
  const fields = new HeaderList();
  fields.addName(name, "true");
  return fields;
}
