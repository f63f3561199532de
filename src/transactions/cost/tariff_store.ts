import { withEntry, withoutEntry } from "../../lib/maps.ts";
import { clip } from "../../lib/text.ts";
import type {
  ClearTariffsAnswer,
  ClearTariffsOrder,
  GetTariffsAnswer,
  IdToken,
  SetDefaultTariffAnswer,
  TariffAssignment,
  TariffMessage,
} from "../../ocpp/mod.ts";
import { tokenKey } from "../../site/mod.ts";
import type { Tariff } from "./tariff.ts";
import { readTariff, type TariffPlace, type TariffRefusal } from "./tariff_type.ts";

/** The tariffs that the CSMS has installed. Those in use stay with their transactions besides. */
export interface TariffStore {
  /** By slot: the one that is valid, and those that will be, in the order in which they become so. */
  readonly defaults: ReadonlyMap<number, readonly InstalledTariff[]>;
  /** By token, as `tokenKey` has it. */
  readonly drivers: ReadonlyMap<string, DriverTariff>;
}

/** A default tariff of an EVSE. */
export interface InstalledTariff {
  readonly tariff: Tariff;
  /** Its validFrom; where it has none, when it came. */
  readonly validFromMs: number;
}

/** The tariff of one driver (2.1 I08). */
export interface DriverTariff {
  readonly idToken: IdToken;
  readonly tariff: Tariff;
}

/** A site whose CSMS has said nothing of tariffs. */
export const NO_TARIFFS: TariffStore = { defaults: new Map(), drivers: new Map() };

/** A tariff that a transaction is under. */
export interface TariffInUse {
  readonly tariffId: string;
  readonly slot: number;
}

/** What the requests of the CSMS are answered from. */
export interface TariffCircumstances {
  /** All slots of the site. */
  readonly slots: readonly number[];
  readonly inUse: readonly TariffInUse[];
  readonly nowMs: number;
}

/** Installs a default tariff at one EVSE, or with EVSE 0 at each of them (I07). */
export function setDefaultTariff(
  store: TariffStore,
  { evseId, tariff: message }: { readonly evseId: number; readonly tariff: TariffMessage },
  site: TariffCircumstances,
  place: TariffPlace,
): { readonly store: TariffStore; readonly answer: SetDefaultTariffAnswer } {
  const reading = readTariff(message, place);
  if (!reading.ok && reading.refusal.status !== "Rejected") {
    return { store, answer: refusalAnswer(reading.refusal) };
  }
  if (isPresent(store, message.tariffId, site)) {
    return { store, answer: { status: "DuplicateTariffId" } };
  }
  if (!reading.ok) return { store, answer: refusalAnswer(reading.refusal) };
  const slots = evseId === 0 ? site.slots : site.slots.filter((slot) => slot === evseId);
  if (slots.length === 0) {
    return { store, answer: { status: "Rejected", statusInfo: { reasonCode: "UnknownEvse" } } };
  }
  const { tariff } = reading;
  const { validFrom } = tariff;
  const validFromMs = validFrom === undefined ? site.nowMs : Date.parse(validFrom);
  const defaults = new Map(store.defaults);
  for (const slot of slots) {
    const before = defaults.get(slot) ?? [];
    defaults.set(slot, inTurn([...before, { tariff, validFromMs }], site.nowMs));
  }
  return { store: { ...store, defaults }, answer: { status: "Accepted" } };
}

/** What the CSMS is told of a tariff that cannot be used. */
export function refusalAnswer<Refusal extends TariffRefusal>(refusal: Refusal): {
  status: Refusal["status"];
  statusInfo: { reasonCode: string; additionalInfo: string };
} {
  return {
    status: refusal.status,
    statusInfo: { reasonCode: refusal.reasonCode, additionalInfo: clip(refusal.info, INFO_MAX) },
  };
}

/** StatusInfoType.additionalInfo holds so many characters (2.1 2.92). */
const INFO_MAX = 1024;

/** One that is valid takes the place of those before it (I07.FR.20–23); later ones wait. */
function inTurn(installed: readonly InstalledTariff[], nowMs: number): readonly InstalledTariff[] {
  const ordered = installed.toSorted((a, b) => a.validFromMs - b.validFromMs);
  const valid = ordered.findLastIndex(({ validFromMs }) => validFromMs <= nowMs);
  return ordered.slice(Math.max(0, valid));
}

function isPresent(
  store: TariffStore,
  tariffId: string,
  { inUse, nowMs }: TariffCircumstances,
): boolean {
  return [...store.defaults.values()].flatMap((each) => inTurn(each, nowMs))
    .some(({ tariff }) => tariff.id === tariffId) ||
    [...store.drivers.values()].some(({ tariff }) => tariff.id === tariffId) ||
    inUse.some((each) => each.tariffId === tariffId);
}

/** The tariffs of one EVSE, or with EVSE 0 of all (I09). */
export function getTariffs(
  store: TariffStore,
  { evseId }: { readonly evseId: number },
  { slots, inUse, nowMs }: TariffCircumstances,
): GetTariffsAnswer {
  if (evseId !== 0 && !slots.includes(evseId)) {
    return { status: "Rejected", statusInfo: { reasonCode: "UnknownEvse" } };
  }
  const asked = evseId === 0 ? slots : [evseId];
  const tariffAssignments = [
    ...defaultAssignments(store, asked, nowMs),
    ...driverAssignments(store, inUse).filter(({ evseIds = [] }) =>
      evseId === 0 || evseIds.includes(evseId)
    ),
  ];
  return tariffAssignments.length === 0
    ? { status: "NoTariff" }
    : { status: "Accepted", tariffAssignments };
}

function defaultAssignments(
  store: TariffStore,
  slots: readonly number[],
  nowMs: number,
): TariffAssignment[] {
  const assignments = new Map<string, TariffAssignment>();
  for (const slot of slots) {
    for (const { tariff } of inTurn(store.defaults.get(slot) ?? [], nowMs)) {
      const { id, validFrom } = tariff;
      const evseIds = [...assignments.get(id)?.evseIds ?? [], slot];
      assignments.set(id, {
        tariffId: id,
        tariffKind: "DefaultTariff",
        ...(validFrom === undefined ? {} : { validFrom }),
        evseIds,
      });
    }
  }
  return [...assignments.values()];
}

/** With the EVSE as well where a transaction goes on under it (I09.FR.06). */
function driverAssignments(
  store: TariffStore,
  inUse: readonly TariffInUse[],
): TariffAssignment[] {
  const assignments = new Map<string, TariffAssignment>();
  for (const { idToken, tariff } of store.drivers.values()) {
    const evseIds = inUse.filter(({ tariffId }) => tariffId === tariff.id).map(({ slot }) => slot);
    assignments.set(tariff.id, {
      tariffId: tariff.id,
      tariffKind: "DriverTariff",
      ...(evseIds.length === 0 ? {} : { evseIds }),
      idTokens: [...assignments.get(tariff.id)?.idTokens ?? [], idToken.idToken],
    });
  }
  return [...assignments.values()];
}

/** Takes default tariffs away; transactions under them go on as they are (I10). */
export function clearTariffs(
  store: TariffStore,
  { tariffIds, evseId = 0 }: ClearTariffsOrder,
  nowMs: number,
): { readonly store: TariffStore; readonly answer: ClearTariffsAnswer } {
  const cleared = new Set<string>();
  const defaults = new Map<number, readonly InstalledTariff[]>();
  for (const [slot, before] of store.defaults) {
    const kept = inTurn(before, nowMs).filter(({ tariff }) => {
      const goes = (evseId === 0 || slot === evseId) &&
        (tariffIds === undefined || tariffIds.length === 0 || tariffIds.includes(tariff.id));
      if (goes) cleared.add(tariff.id);
      return !goes;
    });
    if (kept.length > 0) defaults.set(slot, kept);
  }
  const clearTariffsResult: ClearTariffsAnswer["clearTariffsResult"] = cleared.size === 0
    ? [{ status: "NoTariff" }]
    : [...cleared].map((tariffId) => ({ tariffId, status: "Accepted" }));
  return { store: { ...store, defaults }, answer: { clearTariffsResult } };
}

/** Notes the tariff that came with a driver's authorization (I08.FR.04); its validFrom means nothing. */
export function withDriverTariff(
  store: TariffStore,
  { idToken, tariff }: DriverTariff,
): TariffStore {
  const { validFrom: _validFrom, ...valid } = tariff;
  const drivers = withEntry(store.drivers, tokenKey(idToken), { idToken, tariff: valid });
  return { ...store, drivers };
}

/** A driver's tariff goes when it is no longer in use (I08.FR.06). */
export function withoutDriverTariff(store: TariffStore, idToken: IdToken): TariffStore {
  const drivers = withoutEntry(store.drivers, tokenKey(idToken));
  return drivers === store.drivers ? store : { ...store, drivers };
}

/** The tariff of the CSMS that a transaction begins under: the driver's own before the EVSE's. */
export function installedTariffFor(
  store: TariffStore,
  { slot, idToken }: { readonly slot: number; readonly idToken: IdToken },
  nowMs: number,
): Tariff | null {
  const driver = store.drivers.get(tokenKey(idToken));
  if (driver !== undefined) return driver.tariff;
  const [first] = inTurn(store.defaults.get(slot) ?? [], nowMs);
  return first !== undefined && first.validFromMs <= nowMs ? first.tariff : null;
}
