import { written } from "../format.ts";
import { type ForecastText, forecastTextOf } from "../forecast_text.ts";
import type { LoadChange, LoadPreviewOutcome } from "../forecast_port.ts";
import { limitWords } from "../limit_words.ts";
import { loadTextOf } from "../load_text.ts";
import type { CircuitPreviewView, EvsePreviewView, LoadPreviewView } from "../views.ts";
import { commandName } from "./command_list.tsx";
import { Csrf, Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** The form that does in earnest what was looked at. */
export interface AppliedForm {
  /** Null: no form does, it is set in site.yaml. */
  readonly action: string | null;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

interface PreviewProps {
  readonly page: Page;
  readonly change: LoadChange;
  readonly outcome: LoadPreviewOutcome;
  readonly applied: AppliedForm;
}

/** What a change would do to each car, beside what becomes of it without. */
export function PreviewPage({ page, change, outcome, applied }: PreviewProps) {
  const words = forecastTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title}>
      <header class="page-head">
        <h1>{words.title}</h1>
      </header>
      <p class="preview-change">
        <b>{changeName(page, change)}</b> <span>{words.nothingYet}</span>
      </p>
      {outcome.kind === "preview"
        ? <Preview page={page} preview={outcome.preview} />
        : <p class="banner" role="status">{words.refusals[outcome.kind]}</p>}
      <div class="button-row preview-buttons">
        <a class="button" href="/load">{words.back}</a>
        {outcome.kind === "preview" && <Apply page={page} applied={applied} />}
      </div>
    </Layout>
  );
}

function changeName(page: Page, change: LoadChange): string {
  if (change.kind !== "strategy") return `${commandName(page, change)}.`;
  const words = forecastTextOf(page.site.language);
  return `${words.strategyChange(words.strategies[change.strategy])}.`;
}

function Apply({ page, applied }: Pick<PreviewProps, "page" | "applied">) {
  const words = forecastTextOf(page.site.language);
  if (applied.action === null) {
    return may(page, "admin") ? <a class="button" href="/settings">{words.strategyApply}</a> : null;
  }
  return (
    <form method="post" action={applied.action}>
      <Csrf page={page} />
      {applied.fields.map(([name, value]) => <input type="hidden" name={name} value={value} />)}
      <button type="submit" class="button primary">{words.apply}</button>
    </form>
  );
}

function Preview({ page, preview }: { readonly page: Page; readonly preview: LoadPreviewView }) {
  const words = forecastTextOf(page.site.language);
  const { format } = page;
  const { evses, circuits, at, until } = preview;
  return (
    <>
      <p class="hint">{words.rough}</p>
      <p class="hint">{words.reckonedAt(format.clock(at), format.clock(until))}</p>
      {evses.length === 0 && <p class="nothing">{words.nobody}</p>}
      {evses.length > 0 && evses.every(isSame) && <p class="banner" role="status">{words.same}</p>}
      {evses.length > 0 && <EvseTable page={page} preview={preview} />}
      <CircuitTable page={page} circuits={circuits} />
    </>
  );
}

/** Less than anybody notices. */
const SAME_WITHIN = { amps: 0.5, energyWh: 50 };

function isSame({ unchanged, changed }: EvsePreviewView): boolean {
  return isSameAmps(unchanged.soonAmps, changed.soonAmps) &&
    unchanged.hourlyAmps.every((amps, hour) =>
      isSameAmps(amps, changed.hourlyAmps[hour] ?? null)
    ) &&
    Math.abs(unchanged.energyWh - changed.energyWh) < SAME_WITHIN.energyWh;
}

function isSameAmps(left: number | null, right: number | null): boolean {
  if (left === null || right === null) return left === right;
  return Math.abs(left - right) < SAME_WITHIN.amps;
}

const HOUR_MS = 3_600_000;

function EvseTable({ page, preview }: { readonly page: Page; readonly preview: LoadPreviewView }) {
  const words = forecastTextOf(page.site.language);
  const { format, text } = page;
  const { evses, at, until } = preview;
  const hours = Math.floor((Date.parse(until) - Date.parse(at)) / HOUR_MS);
  const times = Array.from(
    { length: hours },
    (_, hour) => format.clock(Date.parse(at) + (hour + 1) * HOUR_MS),
  );
  const energy = words.energyUntil(format.clock(until));
  return (
    <div class="table-wrap">
      <table class="as-cards preview-table">
        <thead>
          <tr>
            <th>{text.connectorTitle}</th>
            <th class="number">{words.hasNow}</th>
            <th class="number">{words.soon}</th>
            {times.map((time) => <th class="number">{time}</th>)}
            <th class="number">{energy}</th>
            <th>{loadTextOf(page.site.language).why}</th>
          </tr>
        </thead>
        <tbody>
          {evses.map((evse) => {
            const { slot, chargerId, nowAmps, unchanged, changed } = evse;
            return (
              <tr>
                <td class="is-title">{`${slot} · ${chargerId}`}</td>
                <td data-label={words.hasNow} class="number">{amps(page, nowAmps)}</td>
                <td data-label={words.soon} class="number">
                  <AmpsChange page={page} before={unchanged.soonAmps} after={changed.soonAmps} />
                </td>
                {times.map((time, hour) => (
                  <td data-label={time} class="number">
                    <AmpsChange
                      page={page}
                      before={unchanged.hourlyAmps[hour] ?? null}
                      after={changed.hourlyAmps[hour] ?? null}
                    />
                  </td>
                ))}
                <td data-label={energy} class="number">
                  <Change
                    words={words}
                    before={written(format.energy(unchanged.energyWh))}
                    after={written(format.energy(changed.energyWh))}
                    isSame={Math.abs(unchanged.energyWh - changed.energyWh) < SAME_WITHIN.energyWh}
                  />
                </td>
                <td data-label={loadTextOf(page.site.language).why} class="is-wide-cell">
                  {limitWords(changed.why, page.site.language, format)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function amps(page: Page, value: number | null): string {
  return value === null ? "–" : page.format.current(value);
}

function AmpsChange({ page, before, after }: {
  readonly page: Page;
  readonly before: number | null;
  readonly after: number | null;
}) {
  const words = forecastTextOf(page.site.language);
  const shown = (value: number | null) => value === null ? words.left : page.format.current(value);
  return (
    <Change
      words={words}
      before={shown(before)}
      after={shown(after)}
      isSame={isSameAmps(before, after)}
    />
  );
}

/** What is, crossed out where it changes, and what would be. */
function Change({ words, before, after, isSame }: {
  readonly words: ForecastText;
  readonly before: string;
  readonly after: string;
  readonly isSame: boolean;
}) {
  if (isSame) return <span>{before}</span>;
  return (
    <span class="preview-cell">
      <span class="sr">{words.instead(before, after)}</span>
      <s class="quiet" aria-hidden="true">{before}</s> <b aria-hidden="true">{after}</b>
    </span>
  );
}

function CircuitTable(
  { page, circuits }: { readonly page: Page; readonly circuits: readonly CircuitPreviewView[] },
) {
  const words = forecastTextOf(page.site.language);
  const { format, text } = page;
  return (
    <section>
      <h2>{text.circuits}</h2>
      <div class="table-wrap">
        <table class="as-cards preview-table">
          <thead>
            <tr>
              <th>{text.circuits}</th>
              <th class="number">{words.mostOn}</th>
              <th class="number">{loadTextOf(page.site.language).limit}</th>
            </tr>
          </thead>
          <tbody>
            {circuits.map(({ id, limitAmps, unchangedAmps, changedAmps }) => (
              <tr>
                <td class="is-title">{id}</td>
                <td data-label={words.mostOn} class="number">
                  <AmpsChange page={page} before={unchangedAmps} after={changedAmps} />
                </td>
                <td data-label={loadTextOf(page.site.language).limit} class="number">
                  {format.current(limitAmps)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
