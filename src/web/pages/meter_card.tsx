import type { MeterRole } from "../../site/mod.ts";
import { findingWords } from "../findings/finding_words.ts";
import { metersTextOf } from "../meters_text.ts";
import type { MeterView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Measure } from "./layout.tsx";
import type { Page } from "./page.ts";

/** A meter that has been silent longer than this shows an old value. */
const STALE_AFTER_MS = 15_000;

/** The picture of each kind of meter. */
export const METER_ICONS: Readonly<Record<MeterRole, IconName>> = {
  grid: "grid",
  circuit: "gauge",
  generation: "sun",
  battery: "battery",
  consumer: "gauge",
};

/** True for a meter whose last reading says nothing about now any more. */
export function isOldReading({ health, ageMs, everyMs }: MeterView): boolean {
  return health !== "good" || (ageMs ?? 0) > Math.max(STALE_AFTER_MS, 3 * (everyMs ?? 0));
}

/** The id of a meter's card. */
export function meterElementId(id: string): string {
  return elementId("meter", id);
}

/** A meter that stands beside the circuits: solar, battery, a large consumer. */
export function MeterCard({ page, meter }: { readonly page: Page; readonly meter: MeterView }) {
  const { format } = page;
  const isOld = isOldReading(meter);
  return (
    <div id={meterElementId(meter.id)} class="meter">
      <p class="meter-name">
        <Icon name={METER_ICONS[meter.role]} />
        <span>{metersTextOf(page.site.language).roles[meter.role]}</span>
        <span class="quiet">{meter.id}</span>
      </p>
      <p class={isOld ? "meter-power is-old" : "meter-power"}>
        {meter.totalPowerW === null
          ? <b>–</b>
          : <Measure quantity={format.power(shownPower(meter))} />}
      </p>
      <MeterNote page={page} meter={meter} isOld={isOld} />
      <MeterTrouble page={page} meter={meter} />
    </div>
  );
}

function MeterNote(
  { page, meter, isOld }: {
    readonly page: Page;
    readonly meter: MeterView;
    readonly isOld: boolean;
  },
) {
  const { text, format } = page;
  if (meter.health === "waiting") return <p class="meter-note">{text.meterWaiting}</p>;
  if (isOld) {
    return (
      <p class="meter-note" title={meter.trouble ?? undefined}>
        <Icon name="clock" />
        <span>
          {meter.ageMs === null ? text.meterFailing : text.measuredAge(format.age(meter.ageMs))}
        </span>
      </p>
    );
  }
  return <p class="meter-note">{directionOf(page, meter)}</p>;
}

/** Why it gives nothing, on the way to what to do about it. */
function MeterTrouble({ page, meter }: { readonly page: Page; readonly meter: MeterView }) {
  const [finding] = meter.findings;
  if (meter.health !== "failing" || finding === undefined) return null;
  return (
    <p class="meter-note">
      <a href="/meters">{findingWords(page.site.language, finding).seen}</a>
    </p>
  );
}

function directionOf({ text }: Page, meter: MeterView): string {
  const isFeeding = (meter.totalPowerW ?? 0) < 0;
  switch (meter.role) {
    case "generation":
      return text.producing;
    case "battery":
      return isFeeding ? text.producing : text.consuming;
    case "grid":
      return isFeeding ? text.feeding : text.drawing;
    default:
      return text.consuming;
  }
}

/** The sign is said in words. */
function shownPower(meter: MeterView): number {
  return Math.abs(meter.totalPowerW ?? 0);
}
