/** One resource: where it stands, its versions, and its text. */

import type { ComponentChildren, JSX } from "preact";
import type { ConfigItem, ConfigResource, ConfigVersion, ConfigVersions } from "../../src/admin/contract/config.ts";
import { pathOf } from "../router.ts";
import { ago, moment } from "../text/ages.ts";
import { byteText, stateOf, STATUS_MEANINGS, TYPE_WORDS } from "../text/config_words.ts";
import { CodeView } from "./code_view.tsx";
import { diffLink, resourceLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { HealthWord } from "./health_dot.tsx";
import { useAnswer } from "./use_answer.ts";

/** The path of a resource below `/api/v1`. */
export function resourcePath(type: string, name: string): string {
  return `/config/${encodeURIComponent(type)}/${encodeURIComponent(name)}`;
}

/** Shows it in the version that the address names. `revision`: another one means that it may have changed. */
export function ConfigResourceView({ type, name, revision }: {
  type: string;
  name: string;
  revision: string;
}): JSX.Element {
  const { router } = useConsole();
  const version = router.query("version"), path = resourcePath(type, name);
  const query = version === "" ? "?" : `?version=${encodeURIComponent(version)}&`;
  const answer = useAnswer<ConfigResource>(path + query.slice(0, -1), revision);
  const versions = useAnswer<ConfigVersions>(`${path}/versions`, revision).body?.items ?? [];
  if (answer.error !== "") {
    return (
      <Empty title="Cannot show this">
        <p>{answer.error}</p>
        <button type="button" class="button" onClick={answer.retry}>Try again</button>{" "}
        {version !== "" && <a class="button" href={resourceLink(type, name)}>Show what runs</a>}
      </Empty>
    );
  }
  if (answer.body === null) return <Loading rows={8} />;
  const { item, resource, version_id: id } = answer.body;
  return (
    <>
      <Header item={item} />
      {versions.length > 0 && <Versions item={item} versions={versions} shown={id} />}
      {resource === null
        ? <Empty title="There is nothing to show yet">Nothing of this name has come from {item.source}.</Empty>
        : <CodeView name={name} resource={resource} download={`/api/v1${path}${query}`} />}
      <p class="config-note">
        Secrets and whatever the API marks as sensitive stand here as <code>[redacted]</code>.
      </p>
    </>
  );
}

function Header({ item }: { item: ConfigItem }): JSX.Element {
  const { feed } = useConsole();
  const { word, level } = stateOf(item), [kind, api] = TYPE_WORDS[item.type];
  const updated = item.updated_ms;
  return (
    <header class="config-head">
      <p class="config-kind">{kind}{!item.is_static && api !== "" && ` by ${api}`}</p>
      <h2 tabIndex={-1}>{item.name}</h2>
      <dl class="facts is-row">
        <Fact term="State">
          <HealthWord level={level} word={word} />
        </Fact>
        {item.version !== "" && <Fact term="Version">{item.version}</Fact>}
        {item.client_status !== null && (
          <Fact term="Status">
            <span title={STATUS_MEANINGS[item.client_status]}>{item.client_status}</span>
          </Fact>
        )}
        {updated !== null && (
          <Fact term={item.state === "removed" ? "Removed" : "In force since"}>
            <span title={moment(updated)}>{ago(feed.connection.serverNowMs() - updated)}</span>
          </Fact>
        )}
        {item.source !== "" && <Fact term="Source">{item.source}</Fact>}
        {item.type === "cluster" && (
          <Fact term="See also">
            <a href={pathOf("clusters", item.name)}>Its hosts</a>
          </Fact>
        )}
      </dl>
      {item.error !== "" && (
        <p class="config-error" role="note">
          <b>The last update was not taken:</b> {item.error}
        </p>
      )}
    </header>
  );
}

function Fact({ term, children }: { term: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const VERSION_STATES: Readonly<Record<ConfigVersion["state"], readonly ["ok" | "info" | "bad", string]>> = {
  active: ["ok", "in force"],
  warming: ["info", "warming"],
  past: ["info", "replaced"],
  rejected: ["bad", "refused"],
};

function Versions({ item, versions, shown }: {
  item: ConfigItem;
  versions: readonly ConfigVersion[];
  shown: string;
}): JSX.Element {
  const { feed } = useConsole();
  const isFile = item.type === "bootstrap", path = pathOf("config", item.type, item.name);
  const compared = (version: ConfigVersion, at: number) => {
    const before = isFile
      ? versions.find(({ id }) => id === "running")
      : versions.slice(at + 1).find(({ state }) => state !== "rejected");
    return before === undefined || before === version ? null : diffLink(item.type, item.name, before.id, version.id);
  };
  return (
    <div class="scroll config-versions">
      <table class="table" aria-label="Versions">
        <thead>
          <tr>
            <th scope="col">{isFile ? "Which" : "Version"}</th>
            <th scope="col">State</th>
            <th scope="col">Received</th>
            <th scope="col" class="is-wide-only">In force after</th>
            <th scope="col" class="number is-wide-only">Size</th>
            <th scope="col">Compare</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version, at) => {
            const [level, word] = VERSION_STATES[version.state];
            const { applied_ms: applied, received_ms: received } = version, link = compared(version, at);
            return (
              <tr key={version.id} class={version.id === shown ? "is-target" : ""}>
                <th scope="row">
                  <a href={`${path}?version=${version.id}`} aria-current={version.id === shown ? "true" : undefined}>
                    {isFile ? version.id === "disk" ? "on disk" : "running" : version.version || "(no version)"}
                  </a>
                  {version.skipped > 0 && <span class="is-quiet">, {version.skipped} before it not kept</span>}
                </th>
                <td>{isFile && version.id === "disk" ? "as it is now" : <HealthWord level={level} word={word} />}</td>
                <td title={moment(received)}>{ago(feed.connection.serverNowMs() - received)}</td>
                <td class="is-wide-only">
                  {applied === null ? "–" : `${Math.max(0, Math.round(applied - received))}\u00a0ms`}
                </td>
                <td class="number is-wide-only">{byteText(version.bytes)}</td>
                <td>{link === null ? "–" : <a href={link}>{isFile ? "with what runs" : "with the one before"}</a>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
