import { decimal, decimalText } from "../../lib/decimal.ts";
import type { TariffConditionsMessage, TariffMessage, TaxRateMessage } from "../../ocpp/mod.ts";
import { isCurrency, minorUnit } from "./currency.ts";
import {
  type Tariff,
  TARIFF_PARTS,
  type TariffConditions,
  type TariffPart,
  type TariffPartName,
  type TaxRate,
} from "./tariff.ts";

/** What the site adds to a tariff of the CSMS: its times are local, its prices exclude tax. */
export interface TariffPlace {
  readonly timezone: string;
  readonly nominalVoltageV: number;
  /** TariffCostCtrlr.MaxElements[Tariff]. */
  readonly elementsMax: number;
}

/** Why a tariff of the CSMS cannot be used, in the words of 2.1 (3.96, 3.101, appendix 5). */
export interface TariffRefusal {
  readonly status: "ConditionNotSupported" | "Rejected" | "TooManyElements";
  readonly reasonCode:
    | "InvalidValue"
    | "TooManyElements"
    | "UnsupportedParam"
    | "ValuePositiveOnly";
  readonly info: string;
}

/** A tariff as it is reckoned with, or why it is refused. */
export type TariffReading =
  | { readonly ok: true; readonly tariff: Tariff }
  | { readonly ok: false; readonly refusal: TariffRefusal };

/**
 * Reads a tariff of the CSMS. All of it is understood or all of it is refused, with the name of what
 * was not: a condition that was left out would make another price.
 */
export function readTariff(message: TariffMessage, place: TariffPlace): TariffReading {
  const refusals: TariffRefusal[] = [];
  const part = (name: TariffPartName, given: GivenPart | undefined) =>
    given === undefined ? {} : { [name]: readPart(given, name, refusals) };
  if (!isCurrency(message.currency)) {
    refusals.push(invalid(`currency "${message.currency}"`));
  }
  if (message.validFrom !== undefined && Number.isNaN(Date.parse(message.validFrom))) {
    refusals.push(invalid(`validFrom "${message.validFrom}"`));
  }
  if (message.reservationTime !== undefined) {
    const info = "reservationTime is not supported";
    refusals.push({ status: "Rejected", reasonCode: "UnsupportedParam", info });
  }
  const parts: Tariff["parts"] = {
    ...part("energy", pricesOf(message.energy, ({ priceKwh }) => priceKwh)),
    ...part("chargingTime", pricesOf(message.chargingTime, ({ priceMinute }) => priceMinute)),
    ...part("idleTime", pricesOf(message.idleTime, ({ priceMinute }) => priceMinute)),
    ...part("fixedFee", pricesOf(message.fixedFee, ({ priceFixed }) => priceFixed)),
    ...part("reservationFixed", pricesOf(message.reservationFixed, ({ priceFixed }) => priceFixed)),
  };
  const bounds = {
    ...readBound("minCost", message.minCost, refusals),
    ...readBound("maxCost", message.maxCost, refusals),
  };
  // I07.FR.02 comes before FR.03 and FR.05; the limit holds for each part (TariffMaxElements).
  for (const name of TARIFF_PARTS) {
    const count = parts[name]?.prices.length ?? 0;
    if (count <= place.elementsMax) continue;
    const info = `${name} has ${count} prices, at most ${place.elementsMax} are possible`;
    refusals.unshift({ status: "TooManyElements", reasonCode: "TooManyElements", info });
  }
  const [refusal] = refusals;
  if (refusal !== undefined) return { ok: false, refusal };
  const { tariffId, currency, validFrom } = message;
  return {
    ok: true,
    tariff: {
      id: tariffId,
      origin: "csms",
      currency,
      timezone: place.timezone,
      nominalVoltageV: place.nominalVoltageV,
      ...(validFrom === undefined ? {} : { validFrom }),
      parts,
      taxIncluded: false,
      // Idle time is all time without energy (2.109).
      pausedBySite: "idle",
      ...bounds,
      roundingStep: minorUnit(currency),
    },
  };
}

/** A part of the message with the names of its prices evened out. */
interface GivenPart {
  readonly taxRates: readonly TaxRateMessage[];
  readonly prices: readonly {
    readonly price: number;
    readonly conditions?: TariffConditionsMessage;
  }[];
}

function pricesOf<Price extends { readonly conditions?: TariffConditionsMessage }>(
  part:
    | { readonly taxRates?: readonly TaxRateMessage[]; readonly prices: readonly Price[] }
    | undefined,
  priceOf: (price: Price) => number,
): GivenPart | undefined {
  if (part === undefined) return undefined;
  const prices = part.prices.map((each) => ({
    price: priceOf(each),
    ...(each.conditions === undefined ? {} : { conditions: each.conditions }),
  }));
  return { taxRates: part.taxRates ?? [], prices };
}

function readPart(given: GivenPart, name: TariffPartName, refusals: TariffRefusal[]): TariffPart {
  if (given.prices.length === 0) refusals.push(invalid(`${name} without prices`));
  return {
    taxRates: given.taxRates.map((rate) => readTax(rate, refusals)),
    prices: given.prices.map(({ price, conditions }, index) => {
      const at = `${name}.prices[${index}]`;
      return {
        price: readAmount(price, at, refusals),
        ...(conditions === undefined
          ? {}
          : { conditions: readConditions(conditions, at, refusals) }),
      };
    }),
  };
}

function readAmount(amount: number, at: string, refusals: TariffRefusal[]): string {
  if (!Number.isFinite(amount)) refusals.push(invalid(at));
  else if (amount < 0) {
    const info = `${at}: ${amount} is negative`;
    refusals.push({ status: "Rejected", reasonCode: "ValuePositiveOnly", info });
  }
  return Number.isFinite(amount) ? decimalText(decimal(amount)) : "0";
}

function readTax({ type, tax, stack = 0 }: TaxRateMessage, refusals: TariffRefusal[]): TaxRate {
  return { type, percent: readAmount(tax, `tax "${type}"`, refusals), stack };
}

function readBound(
  name: "minCost" | "maxCost",
  bound: TariffMessage["minCost"],
  refusals: TariffRefusal[],
) {
  if (bound === undefined) return {};
  const { exclTax, inclTax } = bound;
  if (exclTax === undefined && inclTax === undefined) {
    refusals.push(invalid(`${name} without a cost`));
  }
  return {
    [name]: {
      ...(exclTax === undefined ? {} : { exclTax: readAmount(exclTax, name, refusals) }),
      ...(inclTax === undefined ? {} : { inclTax: readAmount(inclTax, name, refusals) }),
    },
  };
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Values of conditions that have to be a number at or above zero: below is discharging. */
const NUMBERS = [
  "minEnergy",
  "maxEnergy",
  "minCurrent",
  "maxCurrent",
  "minPower",
  "maxPower",
  "minTime",
  "maxTime",
  "minChargingTime",
  "maxChargingTime",
  "minIdleTime",
  "maxIdleTime",
] as const satisfies readonly (keyof TariffConditionsMessage & keyof TariffConditions)[];

const TEXTS = {
  startTimeOfDay: TIME,
  endTimeOfDay: TIME,
  validFromDate: DATE,
  validToDate: DATE,
  paymentBrand: /^/,
  paymentRecognition: /^/,
} as const;

function readConditions(
  { dayOfWeek, customData: _customData, ...given }: TariffConditionsMessage,
  at: string,
  refusals: TariffRefusal[],
): TariffConditions {
  const unsupported = (info: string) =>
    void refusals.push({
      status: "ConditionNotSupported",
      reasonCode: "UnsupportedParam",
      info: `${at}: ${info}`,
    });
  const known = new Set<string>([...NUMBERS, ...Object.keys(TEXTS)]);
  for (const [name, value] of Object.entries(given)) {
    // The gateway does not know whether an EVSE is AC or DC.
    if (value !== undefined && !known.has(name)) unsupported(name);
  }
  const numbers = NUMBERS.flatMap((name) => {
    const value = given[name];
    if (value !== undefined && value < 0) unsupported(`${name} below zero (discharging)`);
    return value === undefined ? [] : [[name, value] as const];
  });
  const texts = Object.entries(TEXTS).flatMap(([name, form]) => {
    const value = given[name as keyof typeof TEXTS];
    if (value !== undefined && !form.test(value)) {
      refusals.push(invalid(`${at}: ${name} "${value}"`));
    }
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries([...numbers, ...texts]),
    ...(dayOfWeek === undefined || dayOfWeek.length === 0 ? {} : { dayOfWeek }),
  };
}

function invalid(info: string): TariffRefusal {
  return { status: "Rejected", reasonCode: "InvalidValue", info };
}
