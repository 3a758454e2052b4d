/**
 * The Config page (spec/console.md 5.8): all resources as a tree, one of them as text with its versions, two versions
 * compared, and what the last updates changed.
 */

import type { JSX } from "preact";
import type { BootstrapFile, ConfigTree as TreeBody } from "../../src/admin/contract/config.ts";
import { createXds } from "../model/xds.ts";
import type { PageProps } from "../page_entry.ts";
import { ConfigChangesPanel } from "../part/config_changes.tsx";
import { diffLink } from "../part/config_links.ts";
import { ConfigDiffView } from "../part/config_diff.tsx";
import { ConfigResourceView } from "../part/config_resource.tsx";
import { ConfigTree } from "../part/config_tree.tsx";
import { useConsole } from "../part/context.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Empty, Loading, PanelBoundary } from "../part/empty.tsx";
import { LevelIcon } from "../part/icon.tsx";
import { useAnswer } from "../part/use_answer.ts";
import { pathOf } from "../router.ts";
import { clock } from "../text/ages.ts";

/** The page. */
export function Page({ steps }: PageProps): JSX.Element {
  const { feed, router } = useConsole();
  const revision = feed.model("xds", createXds).state.value?.revision ?? "";
  const tree = useAnswer<TreeBody>("/config", revision);
  const isDiff = steps[0] === "diff";
  const [type = "", name = ""] = isDiff ? [router.query("type"), router.query("name")] : steps;
  const isStart = type === "" || name === "";
  return (
    <div class={`config${isStart ? "" : " has-resource"}`}>
      <header class="page-head">
        <h1 tabIndex={-1}>Config</h1>
        {!isStart && <a class="button is-quiet config-back" href={`${pathOf("config")}?q=`}>All resources</a>}
        <span class="page-tools">
          <CopyCurl paths={["/config_dump?include_eds"]} />
        </span>
      </header>
      {tree.body !== null && <FileNote file={tree.body.bootstrap} />}
      <div class="config-columns">
        <PanelBoundary name="the resources">
          {tree.body !== null
            ? <ConfigTree items={tree.body.items} type={type} name={name} />
            : tree.error === ""
            ? <Loading rows={12} />
            : (
              <Empty title="Cannot show the resources">
                <p>{tree.error}</p>
                <button type="button" class="button" onClick={tree.retry}>Try again</button>
              </Empty>
            )}
        </PanelBoundary>
        <div class="config-main">
          <PanelBoundary name="this resource" key={`${type}/${name}`}>
            {isDiff
              ? <ConfigDiffView />
              : isStart
              ? <ConfigChangesPanel revision={revision} />
              : <ConfigResourceView type={type} name={name} revision={revision} />}
          </PanelBoundary>
        </div>
      </div>
    </div>
  );
}

/** Whether a restart would start with something else. */
function FileNote({ file }: { file: BootstrapFile }): JSX.Element | null {
  if (file.differs === false || file.path === "") return null;
  const diff = diffLink("bootstrap", "bootstrap", "running", "disk");
  return (
    <p class="banner is-warn">
      <LevelIcon level="warn" />
      {file.differs === null
        ? <span>The bootstrap file {file.path} cannot be read any more. What runs is of {clock(file.loaded_ms)}.</span>
        : (
          <span>
            The file {file.path} differs from what runs; a restart is needed for it. <a href={diff}>Compare them</a>
          </span>
        )}
    </p>
  );
}
