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
  profileChangesAt,
  type ProfileLimit,
  profileProblem,
  type ProfileReport,
  type ProfileRules,
  type ProfileSession,
  type ProfileStore,
  REASON_CODES,
  type ReportCriteria,
  reportProfiles,
  stationLimitAt,
  validAfterOffline,
  validWhileOffline,
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
  /** The link to the CSMS now: what is spoken there, and whether it is of use. */
  readonly link: () => { readonly spoken: "1.6" | "2.x"; readonly isOnline: boolean };
  /** Caps of others than the CSMS on a slot. */
  readonly externalCaps: (slot: number) => readonly Cap[];
}

/** The desk for charging profiles, with what the balancer asks of it. */
export interface ProfileCaps extends ProfileDesk {
  capsOn(slot: number): readonly Cap[];
  siteCaps(): readonly Cap[];
  /** Answers GetChargingProfiles: what is installed, and what others have capped (2.1 K09). */
  report(criteria: ReportCriteria): readonly ProfileReport[];
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
  let offlineSinceMs: number | null = clock.monoMs();

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
      spoken: ports.link().spoken,
      sockets: new Map(
        site.places().map(({ slot, lines }) => [slot, { lines, switchesPhases: false }]),
      ),
    };
  }

  /** Without the CSMS some profiles count for so long only (2.1 K01.FR.101). */
  function counting(): ProfileStore {
    return offlineSinceMs === null
      ? store
      : validWhileOffline(store, clock.monoMs() - offlineSinceMs);
  }

  function noteLink(): void {
    if (!ports.link().isOnline) {
      offlineSinceMs ??= clock.monoMs();
      return;
    }
    if (offlineSinceMs === null) return;
    const next = validAfterOffline(store, clock.monoMs() - offlineSinceMs);
    offlineSinceMs = null;
    if (next === store) return;
    ports.spawn("drop profiles", () => save(next));
    changed(0);
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

  const unlistenLink = ports.events.on("csms", noteLink);

  function capOf(limit: ProfileLimit, nowMs: number, session: ProfileSession | null): Cap {
    const { amps, profileId } = limit;
    const untilWallMs = profileChangesAt(store, profileId, nowMs, session);
    return { source: "csms", amps, ...(untilWallMs === null ? {} : { untilWallMs }) };
  }

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
      if (outcome.kind === "rejected") {
        const { kind, detail } = outcome.problem;
        const statusInfo = {
          reasonCode: REASON_CODES[kind],
          additionalInfo: detail.slice(0, 1_024),
        };
        return { ok: true, message: { status: "Rejected", statusInfo } };
      }
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

    problemOfStart(slot, profile) {
      const found = profileProblem(slot, profile, rules());
      return found === null ? null : `${found.kind}: ${found.detail}`;
    },

    composite({ evseId: slot, duration, chargingRateUnit = "A" }) {
      const limits = new Map(ports.limits().map((limit) => [limit.slot, limit.limitAmps]));
      const outcome = compositeSchedule(
        counting(),
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
      const nowMs = clock.wallMs();
      const limit = limitAt(counting(), slot, nowMs, session, ports.nominalVoltageV);
      return limit === null ? [] : [capOf(limit, nowMs, session)];
    },

    siteCaps() {
      const nowMs = clock.wallMs();
      const limit = stationLimitAt(counting(), nowMs, ports.nominalVoltageV);
      return limit === null ? [] : [capOf(limit, nowMs, null)];
    },

    report(criteria) {
      const external = site.places().flatMap(({ slot }) =>
        ports.externalCaps(slot).map((cap) => ({ slot, cap }))
      );
      return reportProfiles(store, external, criteria, clock.wallMs());
    },

    stop() {
      unlisten();
      unlistenLink();
    },
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
