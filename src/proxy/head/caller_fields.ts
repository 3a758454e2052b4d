/** `add_user_agent`: who this proxy is, told upstream as the caller (spec/http.md 1.1). */
import type { NodeIdentity } from "../../config/snapshot.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";

export class CallerFields {
  readonly #node: NodeIdentity;

  constructor(node: NodeIdentity) {
    this.#node = node;
  }

  /** Names the own service cluster and node, and the cluster as agent where the request names none. */
  apply(headers: HeaderList): void {
    const { cluster, id } = this.#node;
    headers.set(HeaderId.xEnvoyDownstreamServiceCluster, cluster);
    const agent = headers.find(HeaderId.userAgent);
    if (agent < 0 || headers.valueStart(agent) === headers.valueEnd(agent)) headers.set(HeaderId.userAgent, cluster);
    if (id !== "") headers.set(HeaderId.xEnvoyDownstreamServiceNode, id);
  }
}
