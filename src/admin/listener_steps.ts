/** What a connection passes on its way into a listener, in words: steps to be drawn one below the other. */
import type { ListenerStep, ListenerView, ManagerView } from "./contract/listeners.ts";

/** From the socket to the clusters. */
export function listenerSteps(
  { item, chains, reuse_port, buffer_limit_bytes }: Omit<ListenerView, "steps">,
): ListenerStep[] {
  const sockets = reuse_port ? "a socket for each worker" : "one socket for all workers";
  const limit = buffer_limit_bytes % 1024 === 0 ? `${buffer_limit_bytes / 1024} KiB` : `${buffer_limit_bytes} B`;
  return [
    {
      kind: "Listener",
      text: `${sockets}, buffers ${limit}`,
      names: item.addresses.map((text) => ({ text, link: "", note: "", is_bad: false })),
    },
    ...chains.flatMap(({ name, match, filters }) => [
      { kind: `Filter chain ${name}`.trim(), text: match.join(", ") || "takes every connection", names: [] },
      ...filters.flatMap(managerSteps),
    ]),
  ];
}

function managerSteps(manager: ManagerView): ListenerStep[] {
  const { type, stat_prefix, codec, http_filters, routes, clusters, clusters_total: total } = manager;
  const more = total - clusters.length;
  return [
    { kind: type, text: `stat_prefix ${stat_prefix}, codec ${codec}`, names: [] },
    {
      kind: "HTTP filters",
      text: "",
      names: http_filters.map(({ name: text, disabled, overrides }) => {
        const notes = [disabled ? "disabled" : "", overrides > 0 ? `${overrides} overrides in routes` : ""];
        return { text, link: "", note: notes.filter(Boolean).join(", "), is_bad: false };
      }),
    },
    {
      kind: "Routes",
      text: "",
      names: routes.map(({ name, source, is_there, virtual_hosts: hosts }) => ({
        text: name || "(no name)",
        link: `/routes/${encodeURIComponent(name)}`,
        note: is_there ? `${source}, virtual hosts: ${hosts}` : "not there yet: requests are answered 404",
        is_bad: !is_there,
      })),
    },
    {
      kind: "Clusters",
      text: total === 0 ? "none named" : more > 0 ? `and ${more} more` : "",
      names: clusters.map(({ name: text, state }) => {
        const is_bad = state !== "active";
        return { text, link: `/clusters/${encodeURIComponent(text)}`, note: is_bad ? state : "", is_bad };
      }),
    },
  ];
}
