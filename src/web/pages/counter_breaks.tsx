import { THIN } from "../format.ts";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import type { CounterBreakView, MeterView } from "../views.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Says of which registers a meter's energy is counted on although they did not go on. */
export function CounterBreaks(
  { page, meter }: { readonly page: Page; readonly meter: MeterView },
) {
  return (
    <>
      {meter.counterBreaks.map((each) => (
        <p class="meter-break quiet">
          <Moment page={page} at={each.at} />
          {": "}
          {breakText(page, each)}
        </p>
      ))}
    </>
  );
}

function breakText(page: Page, { direction, kind, fromWh, toWh, times }: CounterBreakView): string {
  const words = meterHistoryTextOf(page.site.language);
  const energy = (wattHours: number) => {
    const { value, unit } = page.format.energy(wattHours);
    return `${value}${THIN}${unit}`;
  };
  const what = words.breaks[kind](words.registers[direction], energy(fromWh), energy(toWh));
  return times > 1 ? `${what} (${words.brokeTimes(times)})` : what;
}
