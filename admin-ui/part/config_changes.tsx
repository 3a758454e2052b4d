/** What the last updates did, over all kinds of resources: the start of the Config page. */

import type { JSX } from "preact";
import type { ConfigChanges, ConfigPush } from "../../src/admin/contract/config.ts";
import { ago, moment } from "../text/ages.ts";
import { TYPE_WORDS } from "../text/config_words.ts";
import { diffLink, resourceLink } from "./config_links.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { LevelIcon } from "./icon.tsx";
import { Panel } from "./panel.tsx";
import { useAnswer } from "./use_answer.ts";

/** Names of each kind that are shown. */
const SHOWN_NAMES = 12;

/** The panel. `revision`: another one asks again. */
export function ConfigChangesPanel({ revision }: { revision: string }): JSX.Element {
  const answer = useAnswer<ConfigChanges>("/config/changes", revision);
  const pushes = answer.body?.items;
  return (
    <Panel id="changes" title="Last updates">
      {answer.error !== ""
        ? <Empty title="Cannot show the last updates">{answer.error}</Empty>
        : pushes === undefined
        ? <Loading rows={4} />
        : pushes.length === 0
        ? (
          <Empty title="No update has come">
            Everything here is of the bootstrap. What a CDS, LDS, RDS or EDS source changes later appears here.
          </Empty>
        )
        : <ol class="pushes">{pushes.map((push) => <Push key={push.id} push={push} />)}</ol>}
    </Panel>
  );
}

function Push({ push }: { push: ConfigPush }): JSX.Element {
  const { feed } = useConsole();
  const { added, changed, removed, refused, counts } = push;
  return (
    <li class="push">
      <LevelIcon level={counts.refused > 0 ? "bad" : "ok"} />
      <div>
        <p class="push-head">
          <b>{TYPE_WORDS[push.type][1] || TYPE_WORDS[push.type][0]}</b>
          {push.version !== "" && ` version ${push.version}`} <span class="is-quiet">{push.source}</span>
        </p>
        <Names word="added" type={push.type} names={added} count={counts.added} />
        <Names word="changed" type={push.type} names={changed} count={counts.changed} isCompared />
        <Names word="removed" type={push.type} names={removed} count={counts.removed} />
        {refused.slice(0, SHOWN_NAMES).map(({ name, error }) => (
          <p class="push-names is-bad" key={name}>
            refused <a href={diffLink(push.type, name)}>{name || "(no name)"}</a>: {error}
          </p>
        ))}
      </div>
      <time class="is-quiet" dateTime={new Date(push.at_ms).toISOString()} title={moment(push.at_ms)}>
        {ago(feed.connection.serverNowMs() - push.at_ms)}
      </time>
    </li>
  );
}

function Names({ word, type, names, count, isCompared = false }: {
  word: string;
  type: string;
  names: readonly string[];
  count: number;
  isCompared?: boolean;
}): JSX.Element | null {
  if (count === 0) return null;
  const shown = names.slice(0, SHOWN_NAMES);
  return (
    <p class="push-names">
      {word} {shown.map((name, at) => [
        at > 0 && ", ",
        <a key={name} href={isCompared ? diffLink(type, name) : resourceLink(type, name)}>{name}</a>,
      ])}
      {count > shown.length && ` and ${count - shown.length} more`}
    </p>
  );
}
