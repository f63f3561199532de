import {
  type CircuitLoad,
  clearProfiles,
  compositeSchedule,
  EMPTY_PROFILE_STORE,
  endTransactionProfiles,
  type EvseLimit,
  installProfile,
  keepOpenTransactions,
  limitAt,
  type ProfileRules,
  type ProfileStore,
  stationLimitAt,
} from "./balancing/mod.ts";
import type { Cap } from "./balancing/mod.ts";
import type { ProfileDesk } from "./csms/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Spawner } from "./lib/spawn.ts";
import { put } from "./lib/write.ts";
import { type ChargingProfile, rpcError } from "./ocpp/mod.ts";
import type { Journal } from "./outbox/mod.ts";
import { LINES, type SiteBook, type SiteEvents, type Variables } from "./site/mod.ts";
import { openOn, openTransactions, type TransactionBook } from "./transactions/mod.ts";

export interface ProfilePorts {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: SiteBook;
  readonly transactions: TransactionBook;
  readonly variables: Variables;
  readonly journal: Journal;
  readonly nominalVoltageV: number;
  /** What the balancer gives now; asked when somebody wants a schedule. */
  readonly limits: () => readonly EvseLimit[];
  readonly circuits: () => readonly CircuitLoad[];
}

/** The desk for charging profiles, with what the balancer asks of it. */
export interface ProfileCaps extends ProfileDesk {
  capsOn(slot: number): readonly Cap[];
  siteCaps(): readonly Cap[];
  stop(): void;
}

/** Opens the desk on the profiles that were on disk. */
export function createProfileDesk(
  ports: ProfilePorts,
  stored: ProfileStore | undefined,
): ProfileCaps {
  const { clock, site, transactions, variables } = ports;
  const open = new Set(openTransactions(transactions.state()).map(({ id }) => id));
  let store = keepOpenTransactions(stored ?? EMPTY_PROFILE_STORE, open);
  const forStart = new Map<number, ChargingProfile>();

  function save(next: ProfileStore): Promise<void> {
    store = next;
    return ports.journal.commit([put("charging-profiles", "csms", next)]);
  }

  function rules(): ProfileRules {
    return {
      slots: site.places().map(({ slot }) => slot),
      maxStackLevel: variables.integer("SmartChargingCtrlr.ProfileStackLevel"),
      maxPeriods: variables.integer("SmartChargingCtrlr.PeriodsPerSchedule"),
      maxProfiles: variables.integer("SmartChargingCtrlr.Entries[ChargingProfiles]"),
      rateUnits: ["A", "W"],
    };
  }

  function sessionOn(slot: number) {
    const transaction = openOn(transactions.state(), slot);
    return transaction === undefined
      ? null
      : { transactionId: transaction.id, startedWallMs: transaction.startHeardAtMs };
  }

  function changed(slot: number): void {
    const slots = slot === 0 ? site.places().map((place) => place.slot) : [slot];
    for (const each of slots) ports.events.emit("evse", { slot: each });
  }

  /** A profile that came with a remote start waits for the transaction it is for. */
  const unlisten = ports.events.on("transaction", ({ transactionId }) => {
    const transaction = transactions.state().transactions.get(transactionId);
    if (transaction === undefined) return;
    const { slot, stop, remoteStartId } = transaction;
    const next = stop === null ? store : endTransactionProfiles(store, transactionId);
    if (next !== store) ports.spawn("drop profiles", () => save(next));
    const waiting = forStart.get(slot);
    if (waiting === undefined || stop !== null) return;
    forStart.delete(slot);
    if (remoteStartId === null) return;
    const outcome = installProfile(store, slot, waiting, rules(), {
      transactionId,
      wallMs: clock.wallMs(),
    });
    if (outcome.kind === "installed") ports.spawn("keep profile", () => save(outcome.store));
    changed(slot);
  });

  return {
    async install({ evseId: slot, chargingProfile }) {
      const transactionId = openOn(transactions.state(), slot)?.id ?? null;
      const outcome = installProfile(store, slot, chargingProfile, rules(), {
        transactionId,
        wallMs: clock.wallMs(),
      });
      if (outcome.kind === "property-constraint-violation") {
        const { kind, detail } = outcome.problem;
        return { ok: false, error: rpcError("PropertyConstraintViolation", `${kind}: ${detail}`) };
      }
      if (outcome.kind === "rejected") return { ok: true, message: { status: "Rejected" } };
      await save(outcome.store);
      changed(slot);
      return { ok: true, message: { status: "Accepted" } };
    },

    async clear({ chargingProfileId, chargingProfileCriteria }) {
      const { evseId, chargingProfilePurpose, stackLevel } = chargingProfileCriteria ?? {};
      const outcome = clearProfiles(store, {
        ...(chargingProfileId === undefined ? {} : { id: chargingProfileId }),
        ...(evseId === undefined ? {} : { slot: evseId }),
        ...(chargingProfilePurpose === undefined ? {} : { purpose: chargingProfilePurpose }),
        ...(stackLevel === undefined ? {} : { stackLevel }),
      });
      if (outcome.kind === "unknown") return { status: "Unknown" };
      await save(outcome.store);
      changed(0);
      return { status: "Accepted" };
    },

    composite({ evseId: slot, duration, chargingRateUnit = "A" }) {
      const limits = new Map(ports.limits().map((limit) => [limit.slot, limit.limitAmps]));
      const outcome = compositeSchedule(
        store,
        { slot, startWallMs: clock.wallMs(), durationS: duration, unit: chargingRateUnit },
        {
          nominalVoltageV: ports.nominalVoltageV,
          limitAmps: forChargersAmps(ports.circuits()),
          slots: site.places().map((place) => ({
            slot: place.slot,
            lines: place.lines,
            limitAmps: limits.get(place.slot) ?? place.maxCurrentAmps,
            session: sessionOn(place.slot),
          })),
        },
      );
      if (outcome.kind === "rejected") return { ok: true, message: { status: "Rejected" } };
      return { ok: true, message: { status: "Accepted", schedule: outcome.schedule } };
    },

    keepForStart(slot, profile) {
      if (profile === null) forStart.delete(slot);
      else forStart.set(slot, profile);
    },

    capsOn(slot) {
      const session = sessionOn(slot);
      const limit = limitAt(store, slot, clock.wallMs(), session, ports.nominalVoltageV);
      return limit === null ? [] : [{ source: "csms", amps: limit.amps }];
    },

    siteCaps() {
      const limit = stationLimitAt(store, clock.wallMs(), ports.nominalVoltageV);
      return limit === null ? [] : [{ source: "csms", amps: limit.amps }];
    },

    stop: unlisten,
  };
}

/** What the grid connection has for chargers on its fullest line. */
function forChargersAmps(circuits: readonly CircuitLoad[]): number {
  const [root] = circuits;
  if (root === undefined) return 0;
  return Math.max(
    0,
    Math.min(...LINES.map((line) => root.headroomAmps[line] + root.reservedAmps[line])),
  );
}
