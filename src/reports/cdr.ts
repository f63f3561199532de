import { isoTime } from "../lib/clock.ts";
import { decimal, sumOf, ZERO } from "../lib/decimal.ts";
import { compact } from "../lib/json.ts";
import { clip } from "../lib/text.ts";
import { auditedToken } from "../site/mod.ts";
import {
  type Bill,
  type BillLine,
  type CostPeriod,
  COUNTED_PARTS,
  energyWh,
  remarksOn,
  type SignedReading,
  startTimeMs,
  stopTimeMs,
  type Tariff,
  type Transaction,
} from "../transactions/mod.ts";
import { ocpiSignedData } from "./cdr_signed.ts";
import { ocpiId, ocpiNumber, ocpiTariff } from "./cdr_tariff.ts";
import type { OcpiCdr, OcpiDimension, OcpiPeriod, OcpiPrice } from "./ocpi_objects.ts";
import { ocpiEvse, type OcpiOptions } from "./ocpi_options.ts";

/** What a record is made of. */
export interface CdrFacts {
  readonly transaction: Transaction;
  /** Its own, in the order of `cost.tariffKeys`; undefined: it is not known any more. */
  readonly tariffs: readonly (Tariff | undefined)[];
  readonly signed: readonly SignedReading[];
}

/** Stands where OCPI wants something that there is not (transport_and_format). */
const NOT_AVAILABLE = "#NA";
const UID_LENGTH_MAX = 36;
const REMARK_LENGTH_MAX = 255;
const HOUR_MS = 3_600_000;

/**
 * The charge detail record of a session (OCPI 2.2.1, mod_cdrs): its money is the bill's. Null for a
 * session that goes on, and for one that was refused and took nothing: there is nothing to bill.
 */
export function cdrOf(
  { transaction, tariffs, signed }: CdrFacts,
  options: OcpiOptions,
): OcpiCdr | null {
  const { stop, cost } = transaction;
  if (stop === null) return null;
  const bill = cost?.bill ?? null;
  const isForNothing = transaction.authorization.status !== "Accepted" &&
    energyWh(transaction) === 0;
  if (isForNothing && bill === null) return null;
  const startMs = moment(startTimeMs(transaction), transaction.startHeardAtMs);
  const endMs = Math.max(startMs, moment(stopTimeMs(transaction), stop.heardAtMs));
  const periods = periodsOf(transaction, tariffs, { startMs, endMs });
  const id = ocpiId(transaction.id);
  return compact({
    country_code: options.countryCode,
    party_id: options.partyId,
    id,
    start_date_time: isoTime(startMs),
    end_date_time: isoTime(endMs),
    session_id: id,
    cdr_token: tokenOf(transaction, options),
    auth_method: authMethodOf(transaction),
    cdr_location: locationOf(transaction.slot, options),
    currency: bill?.currency ?? options.currency,
    tariffs: tariffs.filter((tariff) => tariff !== undefined)
      .map((tariff) => ocpiTariff(tariff, options, isoTime(startMs))),
    charging_periods: periods,
    signed_data: ocpiSignedData(signed),
    ...totalsOf(bill),
    total_energy: ocpiNumber(decimal(energyWh(transaction)).div(1_000)),
    total_time: hours(endMs - startMs),
    total_parking_time: cost === undefined ? undefined : parkingHours(transaction),
    remark: clip(printable(remarkOf(transaction, bill)), REMARK_LENGTH_MAX),
    last_updated: isoTime(transaction.correction?.heardAtMs ?? stop.heardAtMs),
  });
}

/** A charger may write a time that is none. */
function moment(ms: number | null, heardAtMs: number): number {
  return Math.floor(ms === null || !Number.isFinite(ms) ? heardAtMs : ms);
}

function hours(ms: number): number {
  return ocpiNumber(decimal(ms).div(HOUR_MS));
}

function tokenOf(transaction: Transaction, { tokens }: OcpiOptions): OcpiCdr["cdr_token"] {
  const { idToken, remoteStartId } = transaction;
  const text = printable(auditedToken(idToken)).trim();
  const uid = clip(text, UID_LENGTH_MAX) || NOT_AVAILABLE;
  return {
    country_code: tokens.countryCode,
    party_id: tokens.partyId,
    uid,
    type: tokenTypeOf(idToken.type, remoteStartId !== null),
    // Nobody here knows the contract behind a card; an eMAID is one.
    contract_id: uid,
  };
}

/** 1.6 does not say what kind a token is: what comes from a server is an app's, the rest are cards. */
function tokenTypeOf(type: string, isRemote: boolean): OcpiCdr["cdr_token"]["type"] {
  switch (type) {
    case "ISO14443":
    case "ISO15693":
      return "RFID";
    case "Central":
      return isRemote ? "APP_USER" : "RFID";
    case "DirectPayment":
      return "AD_HOC_USER";
    default:
      return "OTHER";
  }
}

function authMethodOf({ remoteStartId, authorization }: Transaction): OcpiCdr["auth_method"] {
  if (remoteStartId !== null || authorization.source === "remote") return "COMMAND";
  return authorization.source === "csms" ? "AUTH_REQUEST" : "WHITELIST";
}

function locationOf(slot: number, options: OcpiOptions): OcpiCdr["cdr_location"] {
  const { location } = options;
  const evse = ocpiEvse(slot, options);
  return compact({
    id: location.id,
    name: location.name ?? undefined,
    address: location.address,
    city: location.city,
    postal_code: location.postalCode ?? undefined,
    state: location.state ?? undefined,
    country: location.country,
    coordinates: {
      latitude: location.latitude.toFixed(6),
      longitude: location.longitude.toFixed(6),
    },
    evse_uid: evse.uid,
    evse_id: evse.evseId,
    // Which connector of an EVSE was used is not told by every version.
    connector_id: "1",
    connector_standard: evse.standard,
    connector_format: evse.format,
    connector_power_type: evse.powerType,
  });
}

/** As they were billed: another one wherever another price began. */
function periodsOf(
  transaction: Transaction,
  tariffs: CdrFacts["tariffs"],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): readonly OcpiPeriod[] {
  const { cost } = transaction;
  const counted = [...cost?.older ?? [], ...cost?.periods ?? []];
  if (counted.length > 0) {
    return counted.toSorted((a, b) => a.startMs - b.startMs)
      .map((period) => periodOf(period, tariffs));
  }
  return [{
    start_date_time: isoTime(startMs),
    dimensions: [
      { type: "ENERGY", volume: ocpiNumber(decimal(energyWh(transaction)).div(1_000)) },
      { type: "TIME", volume: hours(endMs - startMs) },
    ],
  }];
}

const DIMENSIONS = {
  energy: "ENERGY",
  chargingTime: "TIME",
  idleTime: "PARKING_TIME",
} as const;

function periodOf(period: CostPeriod, tariffs: CdrFacts["tariffs"]): OcpiPeriod {
  const counted = COUNTED_PARTS.flatMap((part): OcpiDimension[] => {
    const volume = period[part]?.volume;
    if (volume === undefined) return [];
    const size = part === "energy" ? 1_000 : HOUR_MS;
    return [{ type: DIMENSIONS[part], volume: ocpiNumber(decimal(volume).div(size)) }];
  });
  const power = (period.powerW ?? []).map((watts, index): OcpiDimension => ({
    type: index === 0 ? "MIN_POWER" : "MAX_POWER",
    volume: ocpiNumber(decimal(watts).div(1_000)),
  }));
  const tariff = tariffs[period.tariff];
  const dimensions = [...counted, ...power];
  return {
    start_date_time: isoTime(Math.floor(period.startMs)),
    dimensions: dimensions.length > 0 ? dimensions : [{ type: "TIME", volume: 0 }],
    ...(tariff === undefined ? {} : { tariff_id: ocpiId(tariff.id) }),
  };
}

function parkingHours({ cost }: Transaction): number {
  const idle = [...cost?.older ?? [], ...cost?.periods ?? []]
    .map((period) => decimal(period.idleTime?.volume ?? 0));
  return ocpiNumber(sumOf(idle).div(HOUR_MS));
}

const TOTALS = [
  ["total_fixed_cost", "fixedFee"],
  ["total_energy_cost", "energy"],
  ["total_time_cost", "chargingTime"],
  ["total_parking_cost", "idleTime"],
  ["total_reservation_cost", "reservationFixed"],
] as const satisfies readonly (readonly [keyof OcpiCdr, BillLine["kind"]])[];

/** The money of the bill. What a least or greatest cost, or rounding, changes stands in the total. */
function totalsOf(bill: Bill | null): Pick<OcpiCdr, "total_cost" | typeof TOTALS[number][0]> {
  if (bill === null) return { total_cost: { excl_vat: 0, incl_vat: 0 } };
  const parts = TOTALS.flatMap(([name, kind]) => {
    const lines = bill.lines.filter((line) => line.kind === kind);
    return lines.length === 0 ? [] : [[name, priceOf(lines)] as const];
  });
  return {
    total_cost: {
      excl_vat: ocpiNumber(decimal(bill.exclTax)),
      incl_vat: ocpiNumber(decimal(bill.total)),
    },
    ...Object.fromEntries(parts),
  };
}

function priceOf(lines: readonly BillLine[]): OcpiPrice {
  const sum = (side: "exclTax" | "inclTax") =>
    ocpiNumber(sumOf(lines.map((line) => decimal(line[side]))));
  return { excl_vat: sum("exclTax"), incl_vat: sum("inclTax") };
}

function remarkOf(transaction: Transaction, bill: Bill | null): string {
  const rounding = decimal(bill?.rounding ?? 0);
  return [
    `ended: ${transaction.stop?.reason ?? "Local"}`,
    ...(bill === null || bill.typeOfCost === "NormalCost" ? [] : [bill.typeOfCost]),
    ...(rounding.eq(ZERO) ? [] : [`rounded by ${bill?.rounding}`]),
    ...remarksOn(transaction),
  ].join("; ");
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, " ");
}
