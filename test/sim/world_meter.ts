import { type Clock, every } from "../../src/lib/clock.ts";
import type { MeterState } from "../../src/simulator/mod.ts";
import type { MeterListener, MeterSource } from "../../src/site/mod.ts";

/** The gateway's meter at the grid connection, which reads the simulated one once a second. */
export interface WorldMeter {
  readonly source: MeterSource;
  /** While silent, nothing is read. */
  setSilent(isSilent: boolean): void;
  isSilent(): boolean;
  /** Who reads it has lost its power. */
  powerDown(): void;
}

const INTERVAL_MS = 1_000;

/** Creates the meter. */
export function createWorldMeter(clock: Clock, look: () => MeterState): WorldMeter {
  let listener: MeterListener | null = null;
  let isSilent = false;
  let cancel = () => {};
  function read(): void {
    if (isSilent) return;
    listener?.sample({
      meterId: "main",
      atMonoMs: clock.monoMs(),
      atWallMs: clock.wallMs(),
      currentsAmps: look().amps,
    });
  }
  return {
    source: {
      id: "main",
      role: "grid",
      start(given) {
        listener = given;
        cancel = every(clock, INTERVAL_MS, read);
      },
      stop() {
        cancel();
        listener = null;
        return Promise.resolve();
      },
    },
    setSilent: (value) => void (isSilent = value),
    isSilent: () => isSilent,
    powerDown() {
      cancel();
      listener = null;
    },
  };
}
