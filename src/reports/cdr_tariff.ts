import { type Decimal, decimal } from "../lib/decimal.ts";
import { compact } from "../lib/json.ts";
import { clip, markOf } from "../lib/text.ts";
import {
  type CostBound,
  type Tariff,
  TARIFF_PARTS,
  type TariffConditions,
  type TariffPart,
  type TariffPartName,
  type TariffPrice,
  taxFactor,
} from "../transactions/mod.ts";
import type {
  OcpiPrice,
  OcpiPriceComponent,
  OcpiRestrictions,
  OcpiTariff,
} from "./ocpi_objects.ts";
import type { OcpiOptions } from "./ocpi_options.ts";

/** Ids have so many characters in OCPI. */
const ID_LENGTH_MAX = 36;
const TEXT_LENGTH_MAX = 512;

/** An id as OCPI takes it: one that is too long keeps its beginning and gets a mark of the whole. */
export function ocpiId(id: string): string {
  if (id.length <= ID_LENGTH_MAX) return id;
  return `${clip(id, ID_LENGTH_MAX - 12)}-${markOf(id).slice(0, 11)}`;
}

/** A number as OCPI has them: four decimals. */
export function ocpiNumber(value: Decimal | number): number {
  return decimal(value).toDecimalPlaces(4).toNumber();
}

/**
 * A tariff of ours as OCPI tells it: an element for each price, in their order, of which the first that
 * applies counts. What OCPI has no restriction for (times of charging or idling, seasons, payment) is
 * told in words beside it, so that nobody takes the price for one that always holds.
 */
export function ocpiTariff(
  tariff: Tariff,
  { countryCode, partyId }: OcpiOptions,
  startedAt: string,
): OcpiTariff {
  const prices = TARIFF_PARTS.flatMap((name) =>
    (tariff.parts[name]?.prices ?? []).map((price) => ({ name, price }))
  );
  const elements = prices.map(({ name, price }) => elementOf(tariff, name, price));
  const unsaid = prices.flatMap(({ name, price }) => unsaidOf(name, price.conditions));
  return compact({
    country_code: countryCode,
    party_id: partyId,
    id: ocpiId(tariff.id),
    currency: tariff.currency,
    tariff_alt_text: unsaid.length === 0
      ? undefined
      : [{ language: "en", text: clip(`Only where: ${unsaid.join("; ")}`, TEXT_LENGTH_MAX) }],
    min_price: boundOf(tariff, tariff.minCost),
    max_price: boundOf(tariff, tariff.maxCost),
    // An element is needed even where all is free.
    elements: elements.length > 0 ? elements : [{ price_components: [FREE] }],
    last_updated: tariff.validFrom === undefined
      ? startedAt
      : new Date(tariff.validFrom).toISOString(),
  });
}

const FREE: OcpiPriceComponent = { type: "FLAT", price: 0, step_size: 1 };

const TYPES = {
  energy: "ENERGY",
  chargingTime: "TIME",
  idleTime: "PARKING_TIME",
  fixedFee: "FLAT",
  reservationFixed: "FLAT",
} as const satisfies Readonly<Record<TariffPartName, OcpiPriceComponent["type"]>>;

function elementOf(tariff: Tariff, name: TariffPartName, price: TariffPrice) {
  const rates = tariff.parts[name]?.taxRates ?? [];
  const factor = taxFactor(rates);
  const isTime = name === "chargingTime" || name === "idleTime";
  const whole = decimal(price.price).times(isTime && price.per !== "hour" ? 60 : 1);
  const component: OcpiPriceComponent = compact({
    type: TYPES[name],
    price: ocpiNumber(tariff.taxIncluded ? whole.div(factor) : whole),
    vat: rates.length === 0 ? undefined : ocpiNumber(factor.minus(1).times(100)),
    // Nothing is rounded up.
    step_size: 1,
  });
  const restrictions = restrictionsOf(name, price.conditions ?? {});
  return {
    price_components: [component],
    ...(Object.keys(restrictions).length === 0 ? {} : { restrictions }),
  };
}

function restrictionsOf(name: TariffPartName, when: TariffConditions): OcpiRestrictions {
  const thousandth = (value: number | undefined) =>
    value === undefined ? undefined : ocpiNumber(decimal(value).div(1_000));
  return compact({
    start_time: when.startTimeOfDay,
    end_time: when.endTimeOfDay,
    start_date: when.validFromDate,
    end_date: when.validToDate,
    min_kwh: thousandth(when.minEnergy),
    max_kwh: thousandth(when.maxEnergy),
    min_current: when.minCurrent,
    max_current: when.maxCurrent,
    min_power: thousandth(when.minPower),
    max_power: thousandth(when.maxPower),
    min_duration: when.minTime,
    max_duration: when.maxTime,
    day_of_week: when.dayOfWeek?.map((day) => day.toUpperCase()),
    reservation: name === "reservationFixed" ? "RESERVATION" as const : undefined,
  });
}

/** Conditions that OCPI has no field for. */
const UNSAID = [
  "season",
  "minChargingTime",
  "maxChargingTime",
  "minIdleTime",
  "maxIdleTime",
  "paymentBrand",
  "paymentRecognition",
] as const satisfies readonly (keyof TariffConditions)[];

function unsaidOf(name: TariffPartName, when: TariffConditions = {}): readonly string[] {
  return UNSAID.flatMap((condition) => {
    const value = when[condition];
    if (value === undefined) return [];
    return [`${name} ${condition} ${typeof value === "object" ? JSON.stringify(value) : value}`];
  });
}

/** The side that a bound leaves open is made with the taxes of the energy. */
function boundOf({ parts }: Tariff, bound: CostBound | undefined): OcpiPrice | undefined {
  if (bound === undefined) return undefined;
  const { exclTax, inclTax } = bound;
  const rates: TariffPart["taxRates"] = (parts.energy ?? parts.chargingTime ?? parts.fixedFee)
    ?.taxRates ?? [];
  const net = exclTax === undefined
    ? decimal(inclTax ?? 0).div(taxFactor(rates))
    : decimal(exclTax);
  return compact({
    excl_vat: ocpiNumber(net),
    incl_vat: inclTax === undefined ? undefined : ocpiNumber(decimal(inclTax)),
  });
}
