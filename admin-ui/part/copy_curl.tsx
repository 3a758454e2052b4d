/**
 * The "API" button of a page (spec/console.md Appendix F): which of Envoy's endpoints say the same, each as a `curl` line
 * to copy.
 */

import type { JSX } from "preact";
import { CopyButton } from "./copy_button.tsx";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

/** Paths with their query; one that changes something has its method before it: `POST /drain_listeners`. */
export function CopyCurl({ paths }: { paths: readonly string[] }): JSX.Element {
  return (
    <Menu
      class="button is-quiet"
      hint="The same from a shell"
      isStaying
      button={
        <>
          <Icon name="api" /> API
        </>
      }
    >
      <ul class="curl-list">
        {paths.map((path) => {
          const line = curlLine(path, location.origin);
          return (
            <li key={path}>
              {path.startsWith("/") ? <a href={path}>{path}</a> : <code>{path}</code>}
              <CopyButton text={line} hint={`Copy: ${line}`} />
            </li>
          );
        })}
      </ul>
    </Menu>
  );
}

/** The command for a shell: quoted, so that `&` and `?` are the URL's. */
export function curlLine(path: string, origin: string): string {
  const [method, target] = path.startsWith("/") ? ["GET", path] : path.split(" ", 2) as [string, string];
  const url = `'${(origin + target).replaceAll("'", "%27")}'`;
  return method === "GET" ? `curl -s ${url}` : `curl -s -X ${method} ${url}`;
}
