import { chargerTextOf } from "../charger_text.ts";
import { written } from "../format.ts";
import { rowMinutes, sessionRows } from "../session_rows.ts";
import type { SessionReadingView } from "../session_story.ts";
import { sessionTextOf } from "../session_text.ts";
import type { EvseView } from "../views.ts";
import { elementId } from "./element_id.ts";
import type { Page } from "./page.ts";
import { SessionCost } from "./session_cost.tsx";
import { SessionFigures } from "./session_figures.tsx";
import { SessionPlot } from "./session_plot.tsx";

interface SessionPanelProps {
  readonly page: Page;
  readonly evse: EvseView;
  /** The newest of its session, oldest first. */
  readonly readings: readonly SessionReadingView[];
}

const ROWS_MAX = 12;

/** The id of the panel of the session at an EVSE. */
export function sessionPanelId(slot: number): string {
  return elementId("session-at", slot);
}

/** The session in progress at an EVSE: what it is offered and takes, its energy and its cost. */
export function ChargerSession({ page, evse, readings }: SessionPanelProps) {
  const { transaction, slot } = evse;
  if (transaction === null) return <section id={sessionPanelId(slot)} hidden></section>;
  const words = sessionTextOf(page.site.language);
  const { text, format } = page;
  const rows = sessionRows(readings, rowMinutes(readings, ROWS_MAX)).slice(-ROWS_MAX).toReversed();
  return (
    <section id={sessionPanelId(slot)} class="panel charger-session">
      <h2>{chargerTextOf(page.site.language).sessionTitle(slot)}</h2>
      <dl class="session-sums">
        <div>
          <dt>{text.energy}</dt>
          <dd>{written(format.energy(evse.energyWh ?? transaction.energyWh))}</dd>
        </div>
        <div>
          <dt>{text.durationTitle}</dt>
          <dd>{format.duration(page.nowMs - Date.parse(transaction.startedAt))}</dd>
        </div>
        {transaction.cost !== null && (
          <div>
            <dt>{text.cost}</dt>
            <dd>
              <SessionCost
                page={page}
                bill={transaction.cost}
                correction={transaction.correctionCost}
              />
            </dd>
          </div>
        )}
      </dl>
      <SessionPlot page={page} session={transaction} show="current" height={220} />
      <SessionPlot page={page} session={transaction} show="power" height={150} />
      <details class="figures">
        <summary>{words.lastFigures}</summary>
        {rows.length === 0
          ? <p class="hint">{words.waitingForReadings}</p>
          : <SessionFigures page={page} readings={rows} />}
      </details>
      <p class="more">
        <a href={`/sessions/${encodeURIComponent(transaction.id)}`}>{words.wholeSession}</a>
      </p>
    </section>
  );
}
