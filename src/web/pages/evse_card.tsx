import { maskToken } from "../commands/command.ts";
import { THIN, written } from "../format.ts";
import type { EvseView } from "../views.ts";
import { STATE_LOOKS } from "./evse_tone.ts";
import { demandText } from "./demand_forms.tsx";
import { elementId } from "./element_id.ts";
import { reasonShown } from "./evse_reason.ts";
import { Icon } from "./icon.tsx";
import { Measure } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Values that a charger measured longer ago than this are shown as old. */
export const STALE_AFTER_MS = 150_000;

/** A car that has paused draws some watts for its electronics. */
const FLOW_MIN_W = 100;

interface EvseProps {
  readonly page: Page;
  readonly evse: EvseView;
}

/** The id of an EVSE's card. */
export function evseElementId(slot: number): string {
  return elementId("evse", slot);
}

/** One connector on the site page: what it does, why, and how much. */
export function EvseCard({ page, evse }: EvseProps) {
  const { tone } = STATE_LOOKS[evse.state];
  return (
    <article id={evseElementId(evse.slot)} class={`evse tone-${tone}`}>
      <header>
        <span class="slot" title={page.text.connector(evse.slot)}>{String(evse.slot)}</span>
        <a class="evse-name" href={`/chargers/${encodeURIComponent(evse.chargerId)}`}>
          {evse.chargerId}
        </a>
        <EvseStateBadge page={page} evse={evse} />
      </header>
      <EvseBody page={page} evse={evse} />
    </article>
  );
}

/** What an EVSE measures, its session and the reason of its state. */
export function EvseBody({ page, evse }: EvseProps) {
  const isOld = isStale(evse);
  const isFlowing = flows(evse);
  const reason = reasonShown(page, evse) ?? page.text.stateReasons[evse.state];
  const demand = demandText(page, evse);
  return (
    <div class="evse-body">
      {!isFlowing && reason !== null && <p class="evse-reason is-first">{reason}</p>}
      <div class={isOld ? "evse-values is-old" : "evse-values"}>
        <EvseFlow page={page} evse={evse} />
        <EvseSession page={page} evse={evse} />
      </div>
      {isOld && evse.measuredAgeMs !== null && (
        <p class="evse-age">
          <Icon name="clock" />
          {page.text.measuredAge(page.format.age(evse.measuredAgeMs))}
        </p>
      )}
      {isFlowing && reason !== null && <p class="evse-reason">{reason}</p>}
      {demand !== null && <p class="evse-reason">{demand}</p>}
      {evse.protocolState !== null && needsExpert(evse) && (
        <p class="evse-protocol">{evse.protocolState}</p>
      )}
    </div>
  );
}

/** The state as icon and word. */
export function EvseStateBadge({ page, evse }: EvseProps) {
  return (
    <span class="state">
      <Icon name={STATE_LOOKS[evse.state].icon} />
      <span>{page.text.states[evse.state]}</span>
    </span>
  );
}

function EvseFlow({ page, evse }: EvseProps) {
  const { text, format } = page;
  if (evse.transaction === null || evse.powerW === null) {
    const isFree = evse.state === "available" && evse.maxCurrentAmps !== null;
    return isFree && evse.maxCurrentAmps !== null
      ? <p class="evse-idle">{text.upTo(format.current(evse.maxCurrentAmps))}</p>
      : null;
  }
  const offered = evse.offeredAmps;
  return (
    <>
      {flows(evse) && (
        <p class="evse-power">
          <Measure quantity={format.power(evse.powerW)} />
        </p>
      )}
      <p class="evse-current">
        {evse.measuredAmps !== null && <span>{currents(page, evse.measuredAmps)}</span>}
        {offered !== null && <span class="quiet">{text.allowed(format.current(offered))}</span>}
      </p>
    </>
  );
}

function EvseSession({ page, evse }: EvseProps) {
  const { text, format, nowMs } = page;
  const { transaction } = evse;
  if (transaction === null) return null;
  const runningMs = nowMs - Date.parse(transaction.startedAt);
  const { cost } = transaction;
  return (
    <ul class="evse-session">
      <li>{written(format.energy(evse.energyWh ?? transaction.energyWh))}</li>
      <li>{format.duration(runningMs)}</li>
      {cost !== null && <li title={text.cost}>{format.money(cost.total, cost.currency)}</li>}
      {evse.socPercent !== null && (
        <li>{text.batteryPercent(`${Math.round(evse.socPercent)}${THIN}%`)}</li>
      )}
      <li class="token" title={text.card}>{maskToken(transaction.token)}</li>
    </ul>
  );
}

/** "16 A × 3" where the phases are alike, else each of them. */
export function currents(page: Page, amps: readonly [number, number, number]): string {
  const flowing = amps.filter((value) => value >= 0.5);
  const [least, most] = [Math.min(...flowing), Math.max(...flowing)];
  if (flowing.length === 0) return page.format.current(0);
  if (most - least > 1.5) {
    return amps.map((value) => String(Math.round(value))).join(" · ") + `${THIN}A`;
  }
  const mean = flowing.reduce((sum, value) => sum + value, 0) / flowing.length;
  return `${page.format.current(mean)}${THIN}×${THIN}${flowing.length}`;
}

/** True when power flows that is worth a large number. */
function flows(evse: EvseView): boolean {
  return evse.transaction !== null && (evse.powerW ?? 0) >= FLOW_MIN_W;
}

/** True when the numbers of an EVSE are older than they should be. */
export function isStale(evse: EvseView): boolean {
  return evse.transaction !== null && evse.measuredAgeMs !== null &&
    evse.measuredAgeMs > STALE_AFTER_MS;
}

/** The protocol's word says more than ours where several of its words share one of ours. */
function needsExpert(evse: EvseView): boolean {
  return !["charging", "available"].includes(evse.state);
}
