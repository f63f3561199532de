import type { SiteSimulationEvents } from "../../src/simulator/mod.ts";

/** A session as the charger counted it, whoever heard of it. */
export interface ChargerSession {
  readonly chargerId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** By the charger's clock. */
  readonly startedAtMs: number;
  /** By the world's, which is right. */
  readonly trulyStartedMs: number;
  /** The gateway could hear of the start as it happened. */
  readonly isLive: boolean;
  readonly meterStartWh: number;
  /** Null while it goes on. */
  stop: { readonly atMs: number; readonly meterStopWh: number; readonly reason: string } | null;
}

/** All sessions of a site, in the order of their starts. */
export interface SessionBook {
  /** `truth` is what the world knows of the moment; without it the charger's clock is right. */
  note(
    moment: SiteSimulationEvents["session"],
    truth?: { readonly atMs: number; readonly isLive: boolean },
  ): void;
  all(): readonly ChargerSession[];
  /** Those of one charger's connector. */
  at(chargerId: string, connectorId: number): readonly ChargerSession[];
}

/** An empty book. */
export function createSessionBook(): SessionBook {
  const sessions: ChargerSession[] = [];
  const at = (chargerId: string, connectorId: number) =>
    sessions.filter((each) => each.chargerId === chargerId && each.connectorId === connectorId);
  return {
    all: () => sessions,
    at,
    note(moment, truth = { atMs: moment.atWallMs, isLive: true }) {
      const { chargerId, connectorId, atWallMs, registerWh } = moment;
      if (moment.kind === "started") {
        const { idTag } = moment;
        sessions.push({
          chargerId,
          connectorId,
          idTag,
          startedAtMs: atWallMs,
          trulyStartedMs: truth.atMs,
          isLive: truth.isLive,
          meterStartWh: registerWh,
          stop: null,
        });
        return;
      }
      const open = at(chargerId, connectorId).findLast(({ stop }) => stop === null);
      if (open === undefined) return;
      open.stop = { atMs: atWallMs, meterStopWh: registerWh, reason: moment.reason };
    },
  };
}
