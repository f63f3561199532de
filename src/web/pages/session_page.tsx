import type { Child } from "hono/jsx";
import { written } from "../format.ts";
import { limitWords } from "../limit_words.ts";
import type { Drawing } from "../live/page_patches.ts";
import { loadTextOf } from "../load_text.ts";
import { rowMinutes, sessionRows } from "../session_rows.ts";
import type { SessionStoryView } from "../session_story.ts";
import { sessionTextOf, stopWords } from "../session_text.ts";
import type { LimitChangeView, TransactionView } from "../views.ts";
import { Layout } from "./layout.tsx";
import { LimitCurve } from "./limit_curve.tsx";
import type { Page } from "./page.ts";
import { SessionRecords } from "./record_links.tsx";
import { SessionCost } from "./session_cost.tsx";
import { SessionDecisions } from "./session_decisions.tsx";
import { SessionFigures } from "./session_figures.tsx";
import { SessionPlot } from "./session_plot.tsx";
import { SessionUpstream } from "./session_upstream.tsx";
import { Status } from "./status.tsx";

/** Everything that the page of one session shows. */
export interface SessionScene {
  readonly page: Page;
  readonly session: TransactionView;
  readonly limits: readonly LimitChangeView[];
  readonly story: SessionStoryView;
  /** Charge detail records can be made. */
  readonly hasOcpi: boolean;
}

/** So many rows are as fine as anybody reads them. */
const ROWS_MAX = 48;
/** Readings that begin later than this after the session leave its first part out. */
const LATE_MS = 10 * 60_000;
/** So much of a session is kept for one curve. */
const DRAWN_MS = 2 * 24 * 3_600_000;

/** One session: what it came to, what it was offered and took, and why. */
export function SessionPage({ scene }: { readonly scene: SessionScene }) {
  const { page, session, limits, story } = scene;
  const title = `${page.text.session} ${session.number}`;
  const live = `/live?path=${encodeURIComponent(page.path)}`;
  return (
    <Layout page={page} title={title} live={live} charts>
      <SessionHead page={page} session={session} />
      <SessionFacts page={page} session={session} />
      <SessionCurve scene={scene} />
      <SessionDecisions page={page} session={session} decisions={story.decisions} />
      <SessionLimits page={page} session={session} limits={limits} />
      <SessionUpstream page={page} session={session} upstream={story.upstream} />
      <SessionRecords page={page} session={session} hasOcpi={scene.hasOcpi} />
    </Layout>
  );
}

/** What changes while a session runs; its curve draws itself. */
export function drawSession(page: Page, session: TransactionView): Drawing {
  const parts = new Map([
    ["status", String(<Status page={page} />)],
    ["session-facts", String(<SessionFacts page={page} session={session} />)],
  ]);
  return { shape: "", parts, whole: null };
}

interface PartProps {
  readonly page: Page;
  readonly session: TransactionView;
}

function SessionHead({ page, session }: PartProps) {
  const words = sessionTextOf(page.site.language);
  const path = `/sessions/${encodeURIComponent(session.id)}`;
  return (
    <header class="page-head">
      <h1>{`${page.text.session} ${session.number}`}</h1>
      <div class="button-row">
        <a class="button" href="/sessions">{words.all}</a>
        <a class="button" href={`${path}/session.json`} download>{words.exportJson}</a>
        <a class="button" href={`${path}/readings.csv`} download>{words.exportReadings}</a>
      </div>
    </header>
  );
}

function SessionFacts({ page, session }: PartProps) {
  const { text, format, nowMs, site } = page;
  const { startedAt, stoppedAt, stopReason, cost } = session;
  const endMs = stoppedAt === null ? nowMs : Date.parse(stoppedAt);
  return (
    <section id="session-facts" class="panel facts">
      <dl>
        <Fact name={text.charger}>
          <a href={`/chargers/${encodeURIComponent(session.chargerId)}`}>{session.chargerId}</a>
          {`, ${text.connector(session.slot)}`}
        </Fact>
        <Fact name={text.started}>{format.dateTime(startedAt)}</Fact>
        <Fact name={text.ended}>
          {stoppedAt === null ? text.running : format.dateTime(stoppedAt)}
          {stopReason !== null && (
            <small title={stopReason}>{stopWords(site.language, stopReason)}</small>
          )}
        </Fact>
        <Fact name={text.durationTitle}>{format.duration(endMs - Date.parse(startedAt))}</Fact>
        <Fact name={text.energy}>{written(format.energy(session.energyWh))}</Fact>
        {cost !== null && (
          <Fact name={text.cost}>
            <SessionCost page={page} bill={cost} correction={session.correctionCost} />
          </Fact>
        )}
        <Fact name={text.card}>{session.token}</Fact>
        {session.remarks.length > 0 && <Fact name={text.flags}>{session.remarks.join("; ")}</Fact>}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SessionCurve({ scene: { page, session, story: { readings } } }: {
  readonly scene: SessionScene;
}) {
  const words = sessionTextOf(page.site.language);
  const isRunning = session.stoppedAt === null;
  const minutes = rowMinutes(readings, ROWS_MAX);
  return (
    <section class="panel session-curve">
      <h2>{words.curveTitle}</h2>
      {readings.length === 0 && !isRunning ? <p class="nothing">{words.noReadings}</p> : (
        <>
          {curveNotes(page, session, readings).map((note) => <p class="hint">{note}</p>)}
          <SessionPlot page={page} session={session} show="current" height={260} />
          <SessionPlot page={page} session={session} show="power" height={170} />
        </>
      )}
      {readings.length > 0 && (
        <details class="figures">
          <summary>{words.inFigures}</summary>
          <p class="hint">{words.everyMinutes(minutes)}</p>
          <SessionFigures page={page} readings={sessionRows(readings, minutes)} />
        </details>
      )}
    </section>
  );
}

/** What the curve does not show, and why. */
function curveNotes(
  page: Page,
  { startedAt, stoppedAt }: TransactionView,
  readings: SessionStoryView["readings"],
): readonly string[] {
  const words = sessionTextOf(page.site.language);
  const startMs = Date.parse(startedAt);
  const endMs = stoppedAt === null ? page.nowMs : Date.parse(stoppedAt);
  const firstAt = readings[0]?.at;
  const isLate = firstAt !== undefined && Date.parse(firstAt) - startMs > LATE_MS;
  return [
    ...(isLate ? [words.notAllReadings] : []),
    ...(endMs - startMs > DRAWN_MS ? [words.longSession] : []),
  ];
}

function SessionLimits({ page, session, limits }: PartProps & Pick<SessionScene, "limits">) {
  const words = loadTextOf(page.site.language);
  return (
    <section class="panel session-limits">
      <h2>{words.limitsTitle}</h2>
      <LimitCurve page={page} session={session} limits={limits} />
      {limits.length === 0
        ? <p class="nothing">{words.limitsNone}</p>
        : <LimitTable page={page} limits={limits} />}
    </section>
  );
}

function LimitTable({ page, limits }: Pick<SessionScene, "page" | "limits">) {
  const { text, format } = page;
  const words = loadTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.from}</th>
            <th class="number">{text.setLimit}</th>
            <th>{words.why}</th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ at, limitAmps, why }) => (
            <tr>
              <td class="is-title">
                <time datetime={at} title={format.full(at)}>{format.clockSeconds(at)}</time>
              </td>
              <td data-label={text.setLimit} class="number">
                {limitAmps === null ? "–" : format.current(limitAmps)}
              </td>
              <td data-label={words.why}>{limitWords(why, page.site.language, format)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
