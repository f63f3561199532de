import type { Ids } from "../lib/ids.ts";
import { between, happens, pick, type Range, wholeBetween } from "./chance.ts";
import type { EvModel } from "./ev_models.ts";

/** What EVs on the road do, least and most. */
export const EV_RANGES = {
  batteryWh: [8_000, 110_000],
  reactionMs: [500, 5_000],
  startMs: [5_000, 30_000],
  rampUpMs: [2_000, 10_000],
  rampDownMs: [100, 1_000],
  underDrawAmps: [0.2, 1],
  taperFromSoc: [0.8, 0.95],
  taperEnd: [0.05, 0.3],
  stallMs: [20_000, 120_000],
  coolsAfterMs: [5_000, 60_000],
  coolsForMs: [10_000, 60_000],
  sleepsAfterMs: [300_000, 10_800_000],
  efficiency: [0.82, 0.94],
} as const satisfies Readonly<Record<string, Range>>;

/** On-board chargers as they are built, the common ones more often. */
const ON_BOARD = [
  { phases: 3, maxAmps: 16 },
  { phases: 3, maxAmps: 16 },
  { phases: 3, maxAmps: 16 },
  { phases: 3, maxAmps: 32 },
  { phases: 1, maxAmps: 32 },
  { phases: 1, maxAmps: 32 },
  { phases: 1, maxAmps: 16 },
  { phases: 2, maxAmps: 16 },
] as const;

/** An EV below its minimum still draws so much. */
const STALL_WATTS = 500;
const STOPS_MAX = 3;

/** Draws an EV from all that there are. Each oddity belongs to a part of them only. */
export function drawEvModel(ids: Ids): EvModel {
  const range = (name: keyof typeof EV_RANGES) => between(EV_RANGES[name], ids);
  const wholeRange = (name: keyof typeof EV_RANGES) => wholeBetween(EV_RANGES[name], ids);
  const onBoard = pick(ON_BOARD, ids);
  const needsMore = happens(0.15, ids);
  return {
    name: `drawn${onBoard.phases}x${onBoard.maxAmps}n${wholeBetween([1, 999], ids)}`,
    ...onBoard,
    batteryWh: wholeRange("batteryWh"),
    minAmps: needsMore ? 7 : 6,
    stall: needsMore ? { watts: STALL_WATTS, forMs: wholeRange("stallMs") } : null,
    reactionMs: wholeRange("reactionMs"),
    startMs: wholeRange("startMs"),
    rampUpMs: wholeRange("rampUpMs"),
    rampDownMs: wholeRange("rampDownMs"),
    underDrawAmps: range("underDrawAmps"),
    taperFromSoc: range("taperFromSoc"),
    taperEnd: range("taperEnd"),
    cooling: happens(0.2, ids)
      ? { afterMs: wholeRange("coolsAfterMs"), forMs: wholeRange("coolsForMs") }
      : null,
    sleepsAfterMs: happens(0.3, ids) ? wholeRange("sleepsAfterMs") : null,
    wakesBy: pick(["new-offer", "pilot-break"], ids),
    givesUpAfterStops: happens(0.2, ids) ? STOPS_MAX : null,
    efficiency: range("efficiency"),
  };
}
