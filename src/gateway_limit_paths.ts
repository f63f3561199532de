import type { Chargers, LimitFacts } from "./chargers/mod.ts";
import type { SiteBook } from "./site/mod.ts";
import type { LimitPathView } from "./web/mod.ts";

/** How limits reach each EVSE of a charger, for its page. */
export function limitPathViews(
  chargers: Pick<Chargers, "limitFacts">,
  site: Pick<SiteBook, "slotsOf" | "place">,
  chargerId: string,
): readonly LimitPathView[] {
  return site.slotsOf(chargerId).flatMap(({ slot }) => {
    const place = site.place(slot);
    return place === undefined ? [] : [limitPathView(slot, chargers.limitFacts(place))];
  });
}

const NAMES_16 = {
  TxProfile: "TxProfile",
  TxDefaultProfile: "TxDefaultProfile",
  ChargingStationMaxProfile: "ChargePointMaxProfile",
} as const;

function limitPathView(slot: number, facts: LimitFacts): LimitPathView {
  const { takesLimits, by, unit, expiryProven, failSafe, writes } = facts;
  const isForm = by !== null && by !== "vendor";
  return {
    slot,
    by: !takesLimits ? "none" : isForm ? NAMES_16[by.purpose] : by ?? "unknown",
    stackLevel: takesLimits && isForm ? by.stackLevel : null,
    unit,
    endsByItself: expiryProven,
    failSafe: failSafe === undefined ? "missing" : failSafe ?? "unverified",
    writesToday: writes.today,
    writesMax: writes.max,
    writesTotal: writes.total,
  };
}
