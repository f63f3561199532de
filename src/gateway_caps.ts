import type { Cap, GroupCap } from "./balancing/mod.ts";
import type { RotationDesk } from "./gateway_rotation.ts";
import type { SurplusDesk } from "./gateway_surplus.ts";
import type { ProfileCaps } from "./gateway_profiles.ts";
import type { CircuitLimits, OperatorLimits } from "./signals/mod.ts";
import type { Variables } from "./site/mod.ts";
import { isSuspended, openOn, type TransactionBook } from "./transactions/mod.ts";

/** Who may hold a slot or a circuit back. */
export interface CapSources {
  readonly transactions: Pick<TransactionBook, "state">;
  readonly variables: Pick<Variables, "flag">;
  readonly limits: Pick<OperatorLimits, "on">;
  readonly circuitLimits: Pick<CircuitLimits, "inForce">;
  /** Looked up when asked: both are created after this. */
  readonly profiles: () => Pick<ProfileCaps, "capsOn">;
  readonly sun: () => Pick<SurplusDesk, "capsOn">;
  /** A test of the phase rotation. */
  readonly rotation: () => Pick<RotationDesk, "capsOn">;
}

/** Every limit that does not come from a circuit's own line, each with its source (ruling 18). */
export interface SiteCaps {
  /** All that hold a slot back. */
  on(slot: number): readonly Cap[];
  /** Those of the operator alone. */
  operatorOn(slot: number): readonly Cap[];
  /** Those that hold all below a circuit, or the whole site, back together. */
  ofGroups(): readonly GroupCap[];
}

/** Creates it. Nothing is kept here. */
export function createSiteCaps(sources: CapSources): SiteCaps {
  const { transactions, variables, limits, circuitLimits } = sources;

  function operatorOn(slot: number): readonly Cap[] {
    const limit = limits.on(slot);
    return limit === null
      ? []
      : [{ source: "operator", amps: limit.amps, untilWallMs: limit.untilMs }];
  }

  /** A refused session may go on without energy (StopTxOnInvalidId false). */
  function byRefusal(slot: number): readonly Cap[] {
    const open = openOn(transactions.state(), slot);
    return open !== undefined && isSuspended(open) ? [{ source: "authorization", amps: 0 }] : [];
  }

  /** A session that goes on after its charger has started anew may have to do so without energy (E17). */
  function heldBack(slot: number): readonly Cap[] {
    const isHeld = openOn(transactions.state(), slot)?.resumedAtMs !== undefined &&
      !variables.flag("TxCtrlr.AllowEnergyTransferResumption");
    return isHeld ? [{ source: "csms", amps: 0 }] : [];
  }

  return {
    on: (slot) => [
      ...sources.profiles().capsOn(slot),
      ...operatorOn(slot),
      ...byRefusal(slot),
      ...heldBack(slot),
      ...sources.sun().capsOn(slot),
      ...sources.rotation().capsOn(slot),
    ],
    operatorOn,
    ofGroups: () =>
      circuitLimits.inForce().filter(({ counts }) => counts === undefined)
        .map(({ circuitId, source, signal, unit, limit, untilMs }) => ({
          circuitId,
          source,
          unit,
          limit,
          ...(untilMs !== null && { untilWallMs: untilMs }),
          ...(signal !== undefined && { by: signal }),
        })),
  };
}
