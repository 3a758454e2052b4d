/**
 * The last fifteen minutes: a line for each thing that was not ready, bars where it was not, coloured and patterned by
 * phase; the same in a sentence, and as a table on demand.
 */

import type { JSX } from "preact";
import type { WarmingView } from "../../src/admin/contract/warming.ts";
import { type Bar, type BarPhase, type Lane, lanesOf, TIMELINE_MS } from "../model/warming.ts";
import { clock, moment, span } from "../text/ages.ts";
import { joined, numbers } from "../text/units.ts";
import { PHASE_WORDS, subjectText, versionText } from "../text/warming_words.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { Icon } from "./icon.tsx";
import { Panel } from "./panel.tsx";
import { patternOf, PhasePatterns, PhaseSwatch } from "./phase_pattern.tsx";

/** Lines of the picture; the table has all. */
const MAX_LANES = 30;

/** Changes in the table. */
const MAX_ROWS = 200;

/** Units of the picture's width: seconds. */
const WIDTH = TIMELINE_MS / 1000;

/** What is shorter than this could not be seen. */
const MIN_BAR = 3;

/** The panel, with the patterns that the rows above use too. */
export function WarmingTimeline({ view }: { view: WarmingView | null }): JSX.Element {
  const { router } = useConsole();
  const isTable = router.query("table") === "1";
  const tools = (
    <button
      type="button"
      class="button is-quiet"
      aria-pressed={isTable}
      onClick={() => router.setQuery("table", isTable ? "" : "1")}
    >
      <Icon name="table" /> Table
    </button>
  );
  return (
    <>
      <PhasePatterns />
      <Panel id="timeline" title="Last 15 minutes" tools={tools}>
        {view === null ? <Loading rows={3} /> : isTable ? <ChangeTable view={view} /> : <Lanes view={view} />}
      </Panel>
    </>
  );
}

function Lanes({ view }: { view: WarmingView }): JSX.Element {
  const { feed } = useConsole();
  const nowMs = feed.connection.serverNowMs(), lanes = lanesOf(view, nowMs);
  if (lanes.length === 0) return <Empty title="Nothing has changed in the last 15 minutes" />;
  const phases = [...new Set(lanes.flatMap(({ bars }) => bars.map(({ phase }) => phase)))];
  return (
    <div class="scroll lanes">
      <p class="lane-summary">{summary(lanes)}</p>
      <ul>
        {lanes.slice(0, MAX_LANES).map((lane) => (
          <li class="lane" key={`${lane.subject}/${lane.name}`}>
            <span class="lane-name" title={subjectText(lane)}>
              <span class="aside">{subjectText({ ...lane, name: "" })}</span> {lane.name}
            </span>
            <LanePicture lane={lane} nowMs={nowMs} />
          </li>
        ))}
      </ul>
      <p class="lane lane-axis" aria-hidden="true">
        <span />
        <span class="lane-ticks">
          <span>{clock(nowMs - TIMELINE_MS)}</span>
          <span>{clock(nowMs - TIMELINE_MS / 2)}</span>
          <span>now</span>
        </span>
      </p>
      <p class="lane-legend">
        {phases.map((phase) => (
          <span class="warming-phase" key={phase}>
            <PhaseSwatch phase={phase} /> {PHASE_WORDS[phase]}
          </span>
        ))}
        <span class="warming-phase">
          <svg class="swatch" viewBox="0 0 18 12" aria-hidden="true">
            <path d="M9 2l4 4-4 4-4-4z" class="lane-mark" />
          </svg>
          changed at once
        </span>
      </p>
      {lanes.length > MAX_LANES && <p class="more">{lanes.length - MAX_LANES} more in the table</p>}
    </div>
  );
}

function LanePicture({ lane, nowMs }: { lane: Lane; nowMs: number }): JSX.Element {
  const at = (ms: number) => Math.min(WIDTH, Math.max(0, WIDTH - (nowMs - ms) / 1000));
  return (
    <svg
      class="lane-picture"
      viewBox={`0 0 ${WIDTH} 14`}
      preserveAspectRatio="none"
      role="img"
      aria-label={laneText(lane, nowMs)}
    >
      <title>{laneText(lane, nowMs)}</title>
      <path d={`M0 7H${WIDTH}`} class="lane-line" />
      {lane.bars.map((bar) => {
        const end = at(bar.endMs ?? nowMs), start = Math.min(at(bar.startMs), end - MIN_BAR);
        return <rect key={bar.startMs} x={start} y="1" width={end - start} height="12" fill={patternOf(bar.phase)} />;
      })}
      {lane.marks.map((ms) => <path key={ms} d={`M${at(ms)} 3l3 4-3 4-3-4z`} class="lane-mark" />)}
    </svg>
  );
}

function laneText(lane: Lane, nowMs: number): string {
  const texts = lane.bars.map(({ phase, startMs, endMs }) =>
    `${PHASE_WORDS[phase]} ${
      endMs === null ? `for ${span(nowMs - startMs)} so far` : `for ${joined(numbers.duration(endMs - startMs))}`
    } from ${clock(startMs)}`
  );
  const marks = lane.marks.map((ms) => `changed at ${clock(ms)}`);
  return `${subjectText(lane)}: ${[...texts, ...marks].join(", ")}`;
}

/** The picture in a sentence. */
function summary(lanes: readonly Lane[]): string {
  const open = lanes.filter(({ bars }) => bars.some(({ endMs }) => endMs === null));
  const closed = lanes.flatMap((lane) => lane.bars.flatMap((bar) => bar.endMs === null ? [] : [{ lane, bar }]));
  const lengthOf = ({ startMs, endMs }: Bar) => endMs! - startMs;
  const longest = closed.toSorted((a, b) => lengthOf(b.bar) - lengthOf(a.bar))[0];
  const things = lanes.length === 1 ? "1 thing" : `${lanes.length} things`;
  const still = open.length === 0
    ? "all are ready"
    : `${open.length} ${open.length === 1 ? "is" : "are"} not ready now`;
  const most = longest === undefined
    ? ""
    : ` The longest wait that ended: ${subjectText(longest.lane)}, ${phaseOf(longest.bar)}, ${
      joined(numbers.duration(lengthOf(longest.bar)))
    }.`;
  return `${things} changed, ${still}.${most}`;
}

function phaseOf({ phase }: { readonly phase: BarPhase }): string {
  return PHASE_WORDS[phase];
}

function ChangeTable({ view }: { view: WarmingView }): JSX.Element {
  const { feed } = useConsole();
  const fromMs = feed.connection.serverNowMs() - TIMELINE_MS;
  const rows = view.timeline.filter(({ at_ms }) => at_ms >= fromMs).toReversed().slice(0, MAX_ROWS);
  if (rows.length === 0) return <Empty title="Nothing has changed in the last 15 minutes" />;
  return (
    <div class="scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">What</th>
            <th scope="col">Change</th>
            <th scope="col">Why</th>
            <th scope="col" class="is-wide-only">Version</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, at_ms, subject, name, from, to, reason, version }) => (
            <tr key={id}>
              <td title={moment(at_ms)}>{clock(at_ms)}</td>
              <th scope="row">{subjectText({ subject, name })}</th>
              <td>{from || "absent"} → {to || "gone"}</td>
              <td>{reason}</td>
              <td class="is-wide-only">{versionText(version)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
