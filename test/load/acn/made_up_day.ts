import type { AcnSession } from "./sessions.ts";

/** A working day at ten stations, made up: when each EV comes and leaves, and how many kWh it wants. */
const DAY: readonly (readonly [station: string, comes: string, leaves: string, kWh: number])[] = [
  ["A1", "08:00", "12:10", 9],
  ["A2", "08:10", "16:30", 14],
  ["A3", "08:25", "11:00", 6],
  ["A4", "08:30", "16:45", 18],
  ["B1", "08:40", "12:30", 11],
  ["B2", "09:00", "10:15", 4],
  ["B3", "09:05", "15:00", 7],
  ["B4", "09:30", "13:20", 12],
  ["C1", "10:00", "16:00", 5],
  ["C2", "10:20", "11:35", 8],
  ["B2", "10:40", "14:50", 10],
  ["A3", "11:20", "15:30", 9],
  ["C2", "12:00", "16:20", 7],
  ["A1", "12:40", "14:05", 5],
  ["B1", "13:00", "16:40", 8],
  ["B4", "13:45", "15:15", 6],
  ["A1", "14:30", "16:50", 4],
];

/** What its EVs draw together at most, in kW: too little for all of them. */
export const MADE_UP_KW = 14;

/** Its sessions in the order of their arrivals; times count from eight in the morning. */
export const MADE_UP_DAY: readonly AcnSession[] = DAY.map(([station, comes, leaves, kWh]) => ({
  station,
  arrivesMs: sinceEightMs(comes),
  leavesMs: sinceEightMs(leaves),
  energyWh: 1_000 * kWh,
}));

function sinceEightMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return ((hours - 8) * 60 + minutes) * 60_000;
}
