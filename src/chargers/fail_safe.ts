import type { ChargerFeatures, EvsePlace, InstalledFailSafe } from "../site/mod.ts";
import { openOn } from "../transactions/mod.ts";
import { askSchedule, failSafeVerdict } from "./composite.ts";
import { changeTactic } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersPorts } from "./ports.ts";
import { isUnknownThere } from "./settings.ts";
import type { Station } from "./station.ts";
import { datedFailSafeProfile, failSafeProfile, type UnitCase } from "./tactic.ts";
import { sayVendorLimit } from "./vendor_limit.ts";
import type { WriteCounts } from "./write_counts.ts";

/** What installing a fail-safe current works with. */
export interface FailSafeParts {
  readonly nominalVoltageV: number;
  readonly quirks: (chargerId: string) => ModelQuirks;
  readonly writes: Pick<WriteCounts, "note">;
}

type Ports = Pick<ChargersPorts, "clock" | "site" | "events" | "journal" | "transactions">;

/** How far ahead a charger is asked for its fail-safe current, in seconds. */
const LOOK_AHEAD_S = 60;

/** True for a charger to which limits can be said, in whatever way. */
export function takesLimits(
  features: Pick<ChargerFeatures, "smartCharging">,
  quirks: ModelQuirks,
): boolean {
  return takesProfiles(features, quirks) || quirks.vendorLimit !== undefined;
}

/** True for a charger that is told limits by charging profiles. */
export function takesProfiles(
  { smartCharging }: Pick<ChargerFeatures, "smartCharging">,
  { purposes }: ModelQuirks,
): boolean {
  return smartCharging && purposes?.length !== 0;
}

/**
 * Sees to it that an EVSE has its fail-safe current, and raises an alarm where it has not. One that says
 * itself that it is in force is not written again: that would wear its memory. False for a charger that
 * knows no charging profiles at all.
 */
export async function installFailSafeOn(
  slot: number,
  ports: Ports,
  parts: FailSafeParts,
  station: Station,
  features: ChargerFeatures,
): Promise<boolean> {
  const place = ports.site.place(slot);
  if (place === undefined) return true;
  const { nominalVoltageV } = parts;
  const now = { place, features, quirks: parts.quirks(station.chargerId), nominalVoltageV };
  const outcome = await installed(slot, ports, parts, station, now);
  if (station.gone.aborted) return true;
  const record = { evseId: place.evseId, amps: place.failSafeAmps, verifiedBy: outcome.verifiedBy };
  if (outcome.kind === "in-force") await noteFailSafe(ports, station.chargerId, record);
  else await forgetFailSafe(ports, station.chargerId, place.evseId);
  tellFailSafe(ports, station.chargerId, place, outcome.kind);
  return outcome.knowsNoProfiles !== true;
}

interface Installing {
  readonly kind: FailSafeState;
  /** It knows no SetChargingProfile, in no form. */
  readonly knowsNoProfiles?: boolean;
  readonly verifiedBy: InstalledFailSafe["verifiedBy"];
}

/** `refused`: it took none; `ignored`: it took it, and goes by something else. */
export type FailSafeState = "in-force" | "refused" | "ignored";

const REFUSED: Installing = { kind: "refused", verifiedBy: null };

async function installed(
  slot: number,
  ports: Ports,
  parts: FailSafeParts,
  station: Station,
  now: UnitCase,
): Promise<Installing> {
  const isBusy = openOn(ports.transactions.state(), slot) !== undefined;
  if (!takesProfiles(now.features, now.quirks)) return await sayToVendor(station, now, isBusy);
  const before = knownFailSafe(ports, station.chargerId, now.place);
  if (before?.verifiedBy === "schedule" && !isBusy) {
    if (await verdict(ports, station, now) === "in-force") return inForce("schedule");
  }
  const answer = await wrote(ports, station, now);
  if (answer !== "taken") {
    return { ...REFUSED, knowsNoProfiles: answer === "unknown" };
  }
  if (now.quirks.failSafeOn === "charger") station.noteQuirk("failSafeOn");
  parts.writes.note(station.chargerId, now.place.evseId);
  // While a session runs, what it says is about that.
  if (isBusy || station.gone.aborted) return inForce(before?.verifiedBy ?? null);
  switch (await verdict(ports, station, now)) {
    case "in-force":
      return inForce("schedule");
    case "not-in-force":
      return { kind: "ignored", verifiedBy: null };
    case "unclear":
      return inForce(before?.verifiedBy ?? null);
  }
}

function inForce(verifiedBy: InstalledFailSafe["verifiedBy"]): Installing {
  return { kind: "in-force", verifiedBy };
}

async function verdict(ports: Ports, station: Station, now: UnitCase) {
  return failSafeVerdict(await askSchedule(ports, station, LOOK_AHEAD_S, now), now);
}

async function wrote(
  { clock }: Ports,
  station: Station,
  now: UnitCase,
): Promise<"taken" | "refused" | "unknown"> {
  const chargerWallMs = clock.wallMs() - (station.clock.offsetMs() ?? 0);
  const forms = [failSafeProfile(now), datedFailSafeProfile({ ...now, chargerWallMs })];
  let isUnknown = true;
  for (const message of forms) {
    const outcome = await station.speaker.call({ action: "SetChargingProfile", message });
    if (outcome.kind === "answered" && outcome.message.status === "Accepted") return "taken";
    if (outcome.kind !== "answered" && outcome.kind !== "refused") return "refused";
    isUnknown &&= isUnknownThere(outcome);
  }
  return isUnknown ? "unknown" : "refused";
}

/** A limit of the vendor's own holds until the next, so between sessions it is the fail-safe current. */
async function sayToVendor(
  station: Station,
  now: UnitCase,
  isBusy: boolean,
): Promise<Installing> {
  const { vendorLimit } = now.quirks;
  if (vendorLimit === undefined) return REFUSED;
  if (isBusy) return inForce(null);
  const outcome = await sayVendorLimit(vendorLimit, now.place.failSafeAmps, station, now, false);
  return outcome === "accepted" ? inForce(null) : REFUSED;
}

/** What is remembered to stand at an EVSE, where it is what should. */
export function knownFailSafe(
  { site }: Pick<ChargersPorts, "site">,
  chargerId: string,
  { evseId, failSafeAmps }: Pick<EvsePlace, "evseId" | "failSafeAmps">,
): InstalledFailSafe | undefined {
  const known = site.tactic(chargerId).failSafes?.find((each) => each.evseId === evseId);
  return known?.amps === failSafeAmps ? known : undefined;
}

/** Remembers what stands at an EVSE. */
export async function noteFailSafe(
  ports: Pick<ChargersPorts, "site" | "journal">,
  chargerId: string,
  news: InstalledFailSafe,
): Promise<void> {
  await changeTactic(ports, chargerId, (record) => {
    const others = record.failSafes?.filter(({ evseId }) => evseId !== news.evseId) ?? [];
    return { ...record, failSafes: [...others, news] };
  });
}

async function forgetFailSafe(
  ports: Pick<ChargersPorts, "site" | "journal">,
  chargerId: string,
  evseId: number,
): Promise<void> {
  const before = ports.site.tactic(chargerId).failSafes ?? [];
  const failSafes = before.filter((each) => each.evseId !== evseId);
  if (failSafes.length === before.length) return;
  await changeTactic(ports, chargerId, (record) => ({ ...record, failSafes }));
}

/** Tells whether an EVSE is safe without us. */
export function tellFailSafe(
  { site, events }: Pick<ChargersPorts, "site" | "events">,
  chargerId: string,
  { evseId, failSafeAmps, maxCurrentAmps }: EvsePlace,
  state: FailSafeState,
): void {
  const slot = site.slotOf(chargerId, evseId)?.slot;
  const what = state === "ignored"
    ? `took its fail-safe current of ${failSafeAmps} A and does not go by it`
    : `did not take its fail-safe current of ${failSafeAmps} A`;
  events.emit("fault", {
    kind: "fail-safe-not-installed",
    severity: "alarm",
    subject: `slot ${slot}`,
    text: `${chargerId} ${what}: without the gateway it may draw its maximum`,
    // A charger whose maximum is safe needs nothing installed.
    state: state === "in-force" || failSafeAmps >= maxCurrentAmps ? "over" : "raised",
  });
}
