/**
 * The verdict in words: "Healthy", or how many problems and each with its cause, its age and a link to the place that
 * shows it. New problems are announced once to screen readers; counters never are.
 */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Overview } from "../../src/admin/contract/overview.ts";
import { alarms, problemCount, problemsByWeight } from "../model/overview.ts";
import { consolePath } from "../router.ts";
import { moment, span } from "../text/ages.ts";
import { useConsole } from "./context.ts";
import { LevelIcon } from "./icon.tsx";

/** The top of the page. */
export function Verdict(): JSX.Element {
  const { feed } = useConsole();
  const overview = feed.overview.latest.value;
  return (
    <section class={`verdict is-${overview?.health.level ?? "loading"}`} id="problems" aria-labelledby="verdict-title">
      {overview === null ? <VerdictLoading /> : <VerdictOf overview={overview} />}
    </section>
  );
}

function VerdictLoading(): JSX.Element {
  const { feed } = useConsole();
  const isRefused = feed.connection.link.value.kind === "waiting";
  return (
    <div class="verdict-head">
      <span class="verdict-dot" />
      <div>
        <h1 id="verdict-title" tabIndex={-1}>{isRefused ? "Not connected" : "Connecting"}</h1>
        <p class="verdict-sub">Waiting for the first figures from the proxy</p>
      </div>
    </div>
  );
}

function VerdictOf({ overview }: { overview: Overview }): JSX.Element {
  const { feed } = useConsole();
  const problems = problemsByWeight(overview.health.problems);
  const loud = alarms(problems);
  return (
    <>
      <div class="verdict-head">
        <LevelIcon level={loud.length === 0 ? "ok" : overview.health.level} />
        <div>
          <h1 id="verdict-title" tabIndex={-1}>{loud.length === 0 ? "Healthy" : problemCount(loud.length)}</h1>
          <p class="verdict-sub">{inventory(overview)}</p>
        </div>
      </div>
      {problems.length > 0 && (
        <ul class="problems">
          {problems.map((problem) => (
            <li key={problem.id} class={`problem is-${problem.level}`}>
              <LevelIcon level={problem.level} />
              <a href={consolePath(problem.link)}>{problem.text}</a>
              <span class="problem-age" title={`since ${moment(problem.since_ms)}`}>
                {span(feed.connection.serverNowMs() - problem.since_ms)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Announcer texts={loud.map((problem) => problem.text)} />
    </>
  );
}

/** Says each new text once. */
function Announcer({ texts }: { texts: readonly string[] }): JSX.Element {
  const said = useRef<ReadonlySet<string>>(new Set());
  const spoken = useRef("");
  const fresh = texts.filter((text) => !said.current.has(text));
  said.current = new Set(texts);
  if (fresh.length > 0) spoken.current = fresh.join(". ");
  return <p class="unseen" role="alert">{spoken.current}</p>;
}

function inventory({ clusters, hosts, listeners, server }: Overview): string {
  const open = listeners.active + listeners.warming + listeners.draining;
  const parts = [
    counted(open, "listener"),
    counted(clusters.total, "cluster"),
    counted(hosts.total, "host"),
    counted(server.concurrency, "worker"),
  ];
  return `${parts.join(" · ")} · denvoy ${server.version}`;
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}
