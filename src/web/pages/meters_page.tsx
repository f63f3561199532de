import type { MeterFinding } from "../../meters/mod.ts";
import { LINES } from "../../site/mod.ts";
import { THIN } from "../format.ts";
import type { Drawing } from "../live/page_patches.ts";
import { findingWords } from "../findings/finding_words.ts";
import { metersTextOf } from "../meters_text.ts";
import type { MeterPointView, MeterView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import { Banners } from "./banners.tsx";
import { CounterBreaks } from "./counter_breaks.tsx";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import { AskingButton, Layout, Measure } from "./layout.tsx";
import { isOldReading, METER_ICONS } from "./meter_card.tsx";
import { MeterChart } from "./meter_chart.tsx";
import { meterHref } from "./meter_page.tsx";
import { MeterPlot } from "./meter_plot.tsx";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import { METER_SPANS, shownTime } from "../meter_period.ts";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Everything that the page of meters shows. */
export interface MetersScene {
  readonly page: Page;
  readonly meters: readonly MeterView[];
  /** The last minutes, by meter. */
  readonly points: ReadonlyMap<string, readonly MeterPointView[]>;
  /** The rating of what each measures, where it has one. */
  readonly limits: ReadonlyMap<string, number>;
}

/** What the page of meters shows now; `hasPoints`: with the last minutes, which the script gets itself. */
export function metersScene(
  { ports: { views } }: Pick<WebParts, "ports">,
  page: Page,
  hasPoints = true,
): MetersScene {
  const meters = views.meters();
  return {
    page,
    meters,
    points: new Map(meters.map(({ id }) => [id, hasPoints ? views.meterRecent(id) ?? [] : []])),
    limits: new Map(
      views.circuits().flatMap(({ meterId, limitAmps }) =>
        meterId === null ? [] : [[meterId, limitAmps]]
      ),
    ),
  };
}

/** Every meter with what it says now, for whoever stands at the cabinet. */
export function MetersPage({ scene }: { readonly scene: MetersScene }) {
  const words = metersTextOf(scene.page.site.language);
  return (
    <Layout page={scene.page} title={words.title} live="/live?path=%2Fmeters" charts>
      <MetersContent scene={scene} />
    </Layout>
  );
}

function MetersContent({ scene }: { readonly scene: MetersScene }) {
  const { page, meters } = scene;
  const words = metersTextOf(page.site.language);
  return (
    <div id="meters">
      <header class="page-head">
        <h1>{words.title}</h1>
      </header>
      <Banners page={page} />
      {meters.length === 0
        ? (
          <section class="meter-panel">
            <h2>{words.none}</h2>
            <p class="hint">{words.noneHint}</p>
          </section>
        )
        : (
          <>
            <p class="hint">{words.hint}</p>
            <div class="meter-panels">
              {meters.map((meter) => <MeterPanel scene={scene} meter={meter} />)}
            </div>
          </>
        )}
    </div>
  );
}

/** What changes by itself: one part a meter. */
export function drawMeters(scene: MetersScene): Drawing {
  const { page, meters } = scene;
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["banners", String(<Banners page={page} />)],
  ]);
  for (const meter of meters) {
    parts.set(panelElementId(meter.id), String(<MeterPanel scene={scene} meter={meter} />));
  }
  return {
    shape: JSON.stringify(meters.map(({ id }) => id)),
    parts,
    whole: { id: "meters", html: () => String(<MetersContent scene={scene} />) },
  };
}

function panelElementId(id: string): string {
  return elementId("meter-panel", id);
}

interface PanelProps {
  readonly scene: MetersScene;
  readonly meter: MeterView;
}

function MeterPanel({ scene, meter }: PanelProps) {
  const { page } = scene;
  return (
    <section id={panelElementId(meter.id)} class="meter-panel">
      <MeterHead page={page} meter={meter} />
      <Trouble page={page} meter={meter} />
      <Findings page={page} meter={meter} />
      <Doubt page={page} meter={meter} />
      <Values page={page} meter={meter} />
      <LastMinutes scene={scene} meter={meter} />
      <Facts page={page} meter={meter} />
    </section>
  );
}

/** The last ten minutes, and the way to what was before. */
function LastMinutes({ scene: { page, points, limits }, meter }: PanelProps) {
  const words = meterHistoryTextOf(page.site.language);
  const time = shownTime("now", undefined, page.site.timezone, page.nowMs);
  const show = meter.currentsAmps === null ? "power" : "current";
  return (
    <>
      <MeterPlot
        page={page}
        meterId={meter.id}
        time={time}
        show={show}
        limitAmps={limits.get(meter.id) ?? null}
        label={words.chart(meter.id, words.shows[show], words.lastMinutes)}
        height={150}
        fallback={<MeterChart page={page} meterId={meter.id} points={points.get(meter.id) ?? []} />}
      />
      <nav class="choices is-small" aria-label={`${meter.id}: ${words.history}`}>
        {METER_SPANS.filter((span) => span !== "now").map((span) => (
          <a href={meterHref(meter.id, span)}>{words.spans[span]}</a>
        ))}
      </nav>
    </>
  );
}

interface MeterProps {
  readonly page: Page;
  readonly meter: MeterView;
}

function MeterHead({ page, meter }: MeterProps) {
  const { format } = page;
  const words = metersTextOf(page.site.language);
  const isOld = isOldReading(meter);
  const isOdd = meter.findings.length > 0;
  const state = meter.health !== "good" ? meter.health : isOld ? "old" : isOdd ? "odd" : "good";
  const tone = {
    waiting: "tone-unreachable",
    good: "tone-charging",
    odd: "tone-waiting",
    failing: "tone-fault",
    old: "tone-unreachable",
  };
  const icon =
    ({ waiting: "clock", good: "check", odd: "question", failing: "fault", old: "clock" } as const)[
      state
    ];
  return (
    <header class="meter-head">
      <Icon name={METER_ICONS[meter.role]} />
      <h2>{meter.id}</h2>
      <span class="quiet">{words.roles[meter.role]}</span>
      <span class={`meter-state ${tone[state]}`}>
        <Icon name={icon} />
        {words.states[state]}
      </span>
      {meter.ageMs !== null && (
        <span class="quiet meter-age">
          {isOld ? words.measured(format.age(meter.ageMs)) : ""}
        </span>
      )}
    </header>
  );
}

/** Why it gives nothing, in the site's language where it can be said, and as it was told. */
function Trouble({ page, meter }: MeterProps) {
  const { trouble, findings } = meter;
  if (trouble === null) return null;
  const words = metersTextOf(page.site.language);
  const [finding] = findings;
  return (
    <div class="meter-trouble tone-fault">
      {finding === undefined ? <p lang="en">{trouble}</p> : (
        <>
          <Finding page={page} finding={finding} />
          <p class="quiet">
            {words.told} <span lang="en">{trouble}</span>
          </p>
        </>
      )}
    </div>
  );
}

/** What looks wrong though it reads. */
function Findings({ page, meter }: MeterProps) {
  const { trouble, findings } = meter;
  if (trouble !== null || findings.length === 0) return null;
  return (
    <ul class="meter-findings tone-waiting">
      {findings.map((finding) => (
        <li>
          <Icon name="question" />
          <div>
            <Finding page={page} finding={finding} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** That circuits do not rely on it, and the way to say that it is right. */
function Doubt({ page, meter: { id, doubtedSince } }: MeterProps) {
  if (doubtedSince === null) return null;
  const words = metersTextOf(page.site.language);
  return (
    <div class="meter-doubt">
      <p>{words.doubted}</p>
      {may(page, "installer") && (
        <AskingButton
          page={page}
          id={elementId("believe", id)}
          label={words.believe}
          title={words.believeTitle(id)}
          action={`/meters/${encodeURIComponent(id)}/believe`}
          confirm={<button type="submit" class="button danger">{words.believe}</button>}
        >
          <p>{words.believeExplained}</p>
        </AskingButton>
      )}
    </div>
  );
}

/** What is seen, what it probably is, and what to do next. */
function Finding({ page, finding }: { readonly page: Page; readonly finding: MeterFinding }) {
  const { seen, cause, next } = findingWords(page.site.language, finding);
  const words = metersTextOf(page.site.language);
  return (
    <>
      <p class="finding-seen">{seen}</p>
      <p>
        <span class="quiet">{words.cause}</span> {cause}
      </p>
      <p>
        <span class="quiet">{words.next}</span> {next}
      </p>
    </>
  );
}

function powerText({ format }: Page, watts: number): string {
  const { value, unit } = format.power(watts);
  return `${value}${THIN}${unit}`;
}

function secondsText(ms: number): string {
  return ms < 10_000 ? (ms / 1_000).toFixed(1) : String(Math.round(ms / 1_000));
}

/** What it measures, line by line. */
function Values({ page, meter }: MeterProps) {
  const words = metersTextOf(page.site.language);
  const { voltagesV, currentsAmps, powersW, totalPowerW } = meter;
  const isOld = isOldReading(meter);
  const cell = (value: number | undefined, shown: (value: number) => string) =>
    value === undefined
      ? (
        <td>
          <span aria-hidden="true">–</span>
          <span class="sr">{words.notMeasured}</span>
        </td>
      )
      : <td>{shown(value)}</td>;
  const hasLines = voltagesV !== null || currentsAmps !== null || powersW !== null;
  return (
    <>
      <p class={isOld ? "meter-power is-old" : "meter-power"}>
        {totalPowerW === null ? <b>–</b> : <Measure quantity={page.format.power(totalPowerW)} />}
      </p>
      {hasLines && (
        <table class={isOld ? "meter-lines is-old" : "meter-lines"}>
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col">{words.current}</th>
              <th scope="col">{words.voltage}</th>
              <th scope="col">{words.power}</th>
            </tr>
          </thead>
          <tbody>
            {LINES.map((line) => (
              <tr>
                <th scope="row">
                  <span class={`line-name ${line}`}>{line}</span>
                </th>
                {cell(currentsAmps?.[line], (amps) => `${amps.toFixed(1)}${THIN}A`)}
                {cell(voltagesV?.[line], (volts) => `${volts.toFixed(1)}${THIN}V`)}
                {cell(powersW?.[line], (watts) => powerText(page, watts))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Facts({ page, meter }: MeterProps) {
  const { format } = page;
  const words = metersTextOf(page.site.language);
  const energy = (name: string, wattHours: number | null) => {
    if (wattHours === null) return [];
    const { value, unit } = format.energy(wattHours);
    return [`${name} ${value}${THIN}${unit}`];
  };
  const facts = [
    ...energy(words.imported, meter.importWh),
    ...energy(words.exported, meter.exportWh),
    ...(meter.frequencyHz === null
      ? []
      : [`${words.frequency} ${meter.frequencyHz.toFixed(2)}${THIN}Hz`]),
    ...(meter.everyMs === null ? [] : [words.pace(secondsText(meter.everyMs))]),
    words.readings(String(meter.readings)),
    ...(meter.refused === 0 ? [] : [words.refused(meter.refused)]),
  ];
  return (
    <div class="meter-facts quiet">
      <p>{facts.join(" · ")}</p>
      <CounterBreaks page={page} meter={meter} />
      {meter.lastRefusal !== null && meter.lastRefusal.reason !== meter.trouble && (
        <p>
          {words.lastRefusal(format.age(meter.lastRefusal.ageMs))}{" "}
          <span lang="en">{meter.lastRefusal.reason}</span>
        </p>
      )}
    </div>
  );
}
