import { written } from "../format.ts";
import type { SessionReadingView } from "../session_story.ts";
import { sessionTextOf } from "../session_text.ts";
import type { Page } from "./page.ts";

const PHASES = [0, 1, 2] as const;

/** A session's readings in figures: who does not see the chart misses nothing. */
export function SessionFigures(
  { page, readings }: {
    readonly page: Page;
    readonly readings: readonly SessionReadingView[];
  },
) {
  const { text, format } = page;
  const words = sessionTextOf(page.site.language);
  const has = (of: (reading: SessionReadingView) => unknown) =>
    readings.some((reading) => of(reading) !== null);
  const phases = has(({ currentsAmps }) => currentsAmps) ? PHASES : [];
  const hasSoc = has(({ socPercent }) => socPercent);
  const amps = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : format.current(value);
  return (
    <div class="table-wrap">
      <table class="as-cards session-figures">
        <thead>
          <tr>
            <th scope="col">{text.at}</th>
            <th scope="col" class="number">{words.offered}</th>
            {phases.map((phase) => <th scope="col" class="number">{words.phase(phase + 1)}</th>)}
            <th scope="col" class="number">{text.chargingPower}</th>
            {hasSoc && <th scope="col" class="number">{words.battery}</th>}
          </tr>
        </thead>
        <tbody>
          {readings.map(({ at, offeredAmps, currentsAmps, powerW, socPercent }) => (
            <tr>
              <th scope="row" class="is-title">
                <time datetime={at} title={format.full(at)}>{format.clockSeconds(at)}</time>
              </th>
              <td data-label={words.offered} class="number">{amps(offeredAmps)}</td>
              {phases.map((phase) => (
                <td data-label={words.phase(phase + 1)} class="number">
                  {amps(currentsAmps?.[phase])}
                </td>
              ))}
              <td data-label={text.chargingPower} class="number">
                {powerW === null ? "–" : written(format.power(powerW))}
              </td>
              {hasSoc && (
                <td data-label={words.battery} class="number">
                  {socPercent === null ? "–" : `${Math.round(socPercent)}\u202f%`}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
