import { written } from "../format.ts";
import type { Text } from "../text.ts";
import type { DemandView, EvseView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Csrf } from "./layout.tsx";
import type { Page } from "./page.ts";
import { PreviewButton } from "./preview_forms.tsx";

/** Within that, a time of day says enough. */
const NEAR_MS = 12 * 3_600_000;

interface DemandProps {
  readonly page: Page;
  readonly evse: EvseView;
}

/** What the driver of an EVSE's session wants, in a line; null where nobody knows. */
export function demandText({ text, format, nowMs }: Page, { demand }: EvseView): string | null {
  if (demand === null) return null;
  const { departure, remainingWh, urgent } = demand;
  const parts = [
    ...(departure === null ? [] : [by(text, demand.departureBy, leaves())]),
    ...(remainingWh === null ? [] : [by(text, demand.energyBy, needs(remainingWh))]),
    ...(urgent ? [text.demandUrgent] : []),
  ];
  return parts.length === 0 ? null : parts.join(", ");

  function leaves(): string {
    const isNear = Math.abs(Date.parse(departure ?? "") - nowMs) < NEAR_MS;
    const time = isNear ? format.clock(departure ?? "") : format.dateTime(departure ?? "");
    return Date.parse(departure ?? "") > nowMs
      ? text.demandLeaves(time)
      : text.demandWasToLeave(time);
  }
  function needs(wh: number): string {
    return wh === 0 ? text.demandMet : text.demandNeeds(written(format.energy(wh)));
  }
}

/** Words of operators stand for themselves; of others it is said whose they are. */
function by(text: Text, source: DemandView["departureBy"], words: string): string {
  return source === null || source === "operator" ? words : `${words} (${text.demandBy[source]})`;
}

/** Puts the session of an EVSE before all others, or takes that back; with a look at what it would do. */
export function FirstForm(
  { page, evse, hasPreview = false }: DemandProps & { readonly hasPreview?: boolean },
) {
  const { text } = page;
  const isFirst = evse.priority?.by === "operator";
  return (
    <form
      method="post"
      action={`/evses/${evse.slot}/priority`}
      class={hasPreview ? "button-row" : undefined}
    >
      <Csrf page={page} />
      <button type="submit" name="order" value={isFirst ? "as-others" : "first"} class="button">
        {isFirst ? text.asOthers : text.thisOneFirst}
      </button>
      {hasPreview && (
        <PreviewButton
          page={page}
          change="priority"
          subject={evse}
          name="order"
          value={isFirst ? "as-others" : "first"}
        />
      )}
    </form>
  );
}

/** When the vehicle leaves and what it needs. An empty form takes back what was said. */
export function DemandForm({ page, evse }: DemandProps) {
  const { text } = page;
  const [departure, energy, urgent] = ["departure", "energy", "urgent"].map((name) =>
    elementId(name, evse.slot)
  );
  return (
    <form method="post" action={`/evses/${evse.slot}/demand`} class="inline-form">
      <Csrf page={page} />
      <div class="field-row">
        <label for={departure} class="stacked">
          {text.demandDeparture}
          <input id={departure} name="departure" type="time" />
        </label>
        <label for={energy} class="stacked">
          {text.demandEnergy}
          <input
            id={energy}
            name="energyKwh"
            type="number"
            min="0.1"
            max="2000"
            step="0.1"
            inputmode="decimal"
          />
        </label>
        <label for={urgent} class="stacked">
          {text.demandNoWaiting}
          <input id={urgent} name="urgent" type="checkbox" />
        </label>
        <button type="submit" class="button">{text.setDemand}</button>
        <PreviewButton page={page} change="demand" subject={evse} />
      </div>
      <p class="hint">{text.demandHint}</p>
    </form>
  );
}
