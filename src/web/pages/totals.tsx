import { Measure } from "./layout.tsx";
import type { Page } from "./page.ts";

/** The site in four numbers. */
export function Totals({ page }: { readonly page: Page }) {
  const { text, format, site: { totals } } = page;
  return (
    <dl id="totals" class="totals" aria-label={text.totals}>
      <div>
        <dt>{text.chargingPower}</dt>
        <dd>
          <Measure quantity={format.power(totals.powerW)} />
        </dd>
      </div>
      <div>
        <dt>{text.charging}</dt>
        <dd>
          <b>{String(totals.charging)}</b>
          <span class="unit">{"\u202f" + text.ofEvses(totals.evses)}</span>
        </dd>
      </div>
      <div>
        <dt>{text.energyToday}</dt>
        <dd>
          <Measure quantity={format.energy(totals.energyTodayWh)} />
        </dd>
      </div>
      <div>
        <dt>{text.chargersConnected}</dt>
        <dd>
          <b>{String(totals.connected)}</b>
          <span class="unit">{"\u202f" + text.ofEvses(totals.chargers)}</span>
        </dd>
      </div>
    </dl>
  );
}
