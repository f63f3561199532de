import type { DatabaseSync } from "node:sqlite";
import type { EnergyDirection, PerLine } from "../site/mod.ts";
import { inTransaction } from "../store/database_file_io.ts";
import {
  findCircuits,
  findFaults,
  findUses,
  findWatches,
  RECORD_SHAPE,
  writeRecord,
} from "./_record_tables_io.ts";
import { openSetAside } from "./_set_aside_io.ts";
import type { HistoryBatch, HistoryStore, QuarterFilter, QuarterRange } from "./history_store.ts";
import {
  type CounterPosition,
  joinedQuarters,
  QUARTER_MS,
  type QuarterEnergy,
  type QuarterValue,
} from "./quarter_value.ts";

/** The file's name in the folder of the ledger. */
export const HISTORY_FILE = "history.db";

const VERSION = 1;
/**
 * Whole numbers throughout: mWh, W and hundredths of an ampere, which SQLite keeps in as few bytes as
 * they need. A meter's quarters lie together, so that a year of it is read in one go. `by_power`: 1
 * where import, 2 where export was reckoned from power.
 */
const SHAPE = `
  CREATE TABLE meter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    at_ms INTEGER,
    import_wh REAL,
    export_wh REAL
  ) STRICT;

  CREATE TABLE quarter (
    meter INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    covered_ms INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    by_power INTEGER NOT NULL,
    import_mwh INTEGER,
    export_mwh INTEGER,
    unread_import_mwh INTEGER,
    unread_export_mwh INTEGER,
    min_w INTEGER,
    mean_w INTEGER,
    max_w INTEGER,
    max_l1 INTEGER,
    max_l2 INTEGER,
    max_l3 INTEGER,
    PRIMARY KEY (meter, quarter)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** History in a file of its own, apart from the ledger. */
export function openHistoryFile(path: string): HistoryStore {
  const { attempt, begunAnew, close } = openSetAside(path, "history", {
    version: VERSION,
    create: SHAPE,
    later: RECORD_SHAPE,
    keeps: "every",
  });
  return {
    write: (batch) => attempt((on) => write(on, batch)),
    quarters: (filter) => attempt((on) => find(on, filter)),
    positions: () => attempt(positionsOf),
    range: (meterId) => attempt((on) => rangeOf(on, meterId)),
    writeRecord: (batch) => attempt((on) => writeRecord(on, batch)),
    uses: (time) => attempt((on) => findUses(on, time)),
    watches: (time) => attempt((on) => findWatches(on, time)),
    faultChanges: (time) => attempt((on) => findFaults(on, time)),
    circuitQuarters: (time) => attempt((on) => findCircuits(on, time)),
    begunAnew,
    close,
  };
}

type Stored = Readonly<Record<string, unknown>>;

function write(database: DatabaseSync, { quarters, positions }: HistoryBatch): void {
  const name = database.prepare("INSERT INTO meter (name) VALUES (?) ON CONFLICT DO NOTHING");
  const id = database.prepare("SELECT id FROM meter WHERE name = ?");
  const place = database.prepare(
    "UPDATE meter SET at_ms = ?, import_wh = ?, export_wh = ? WHERE name = ?",
  );
  const look = database.prepare("SELECT * FROM quarter WHERE meter = ? AND quarter = ?");
  const add = database.prepare(
    `INSERT OR REPLACE INTO quarter VALUES (${Array.from({ length: 15 }, () => "?").join(", ")})`,
  );
  inTransaction(database, () => {
    for (const quarter of quarters) {
      name.run(quarter.meterId);
      const meter = Number(id.get(quarter.meterId)?.["id"]);
      const before = look.get(meter, quarter.quarterMs / QUARTER_MS);
      const whole = before === undefined
        ? quarter
        : joinedQuarters(valueOf(quarter.meterId, before), quarter);
      add.run(meter, ...columnsOf(whole));
    }
    for (const { meterId, atWallMs, wh } of positions) {
      name.run(meterId);
      place.run(Math.round(atWallMs), wh.import, wh.export, meterId);
    }
  });
}

function columnsOf(
  { quarterMs, coveredMs, readings, energy, power, maxAmps }: QuarterValue,
): (number | null)[] {
  const milli = (wh: number | undefined) => wh === undefined ? null : Math.round(wh * 1_000);
  const hundredths = (amps: number | undefined) =>
    amps === undefined ? null : Math.round(amps * 100);
  return [
    quarterMs / QUARTER_MS,
    coveredMs,
    readings,
    (energy.import?.by === "power" ? 1 : 0) + (energy.export?.by === "power" ? 2 : 0),
    milli(energy.import?.wh),
    milli(energy.export?.wh),
    milli(energy.import?.unreadWh || undefined),
    milli(energy.export?.unreadWh || undefined),
    ...[power?.minW ?? null, power?.meanW ?? null, power?.maxW ?? null],
    ...[hundredths(maxAmps?.L1), hundredths(maxAmps?.L2), hundredths(maxAmps?.L3)],
  ];
}

function find(database: DatabaseSync, { meterId, fromMs, toMs }: QuarterFilter): QuarterValue[] {
  return database.prepare(`
    SELECT * FROM quarter
    WHERE meter = (SELECT id FROM meter WHERE name = ?) AND quarter >= ? AND quarter < ?
    ORDER BY quarter
  `).all(meterId, Math.ceil(fromMs / QUARTER_MS), Math.ceil(toMs / QUARTER_MS))
    .map((stored) => valueOf(meterId, stored));
}

function valueOf(meterId: string, stored: Stored): QuarterValue {
  const number = (name: string) => stored[name] === null ? null : Number(stored[name]);
  const energy = (direction: EnergyDirection, bit: number): QuarterEnergy | null => {
    const milli = number(`${direction}_mwh`);
    if (milli === null) return null;
    const by = (Number(stored["by_power"]) & bit) === 0 ? "counter" : "power";
    return { wh: milli / 1_000, by, unreadWh: (number(`unread_${direction}_mwh`) ?? 0) / 1_000 };
  };
  const [minW, meanW, maxW] = [number("min_w"), number("mean_w"), number("max_w")];
  return {
    meterId,
    quarterMs: Number(stored["quarter"]) * QUARTER_MS,
    coveredMs: Number(stored["covered_ms"]),
    readings: Number(stored["readings"]),
    energy: { import: energy("import", 1), export: energy("export", 2) },
    power: minW === null || meanW === null || maxW === null ? null : { minW, meanW, maxW },
    maxAmps: ampsOf(number("max_l1"), number("max_l2"), number("max_l3")),
  };
}

function ampsOf(l1: number | null, l2: number | null, l3: number | null): PerLine | null {
  if (l1 === null || l2 === null || l3 === null) return null;
  return { L1: l1 / 100, L2: l2 / 100, L3: l3 / 100 };
}

function positionsOf(database: DatabaseSync): CounterPosition[] {
  const number = (value: unknown) => value === null ? null : Number(value);
  return database.prepare("SELECT * FROM meter WHERE at_ms IS NOT NULL").all().map((stored) => ({
    meterId: String(stored["name"]),
    atWallMs: Number(stored["at_ms"]),
    wh: { import: number(stored["import_wh"]), export: number(stored["export_wh"]) },
  }));
}

function rangeOf(database: DatabaseSync, meterId: string): QuarterRange | null {
  // Each of the two by itself is one look into the index.
  const bound = (which: "min" | "max") =>
    database.prepare(`
      SELECT ${which}(quarter) AS bound FROM quarter
      WHERE meter = (SELECT id FROM meter WHERE name = ?)
    `).get(meterId)?.["bound"];
  const [first, last] = [bound("min"), bound("max")];
  if (typeof first !== "number" || typeof last !== "number") return null;
  return { firstMs: first * QUARTER_MS, lastMs: last * QUARTER_MS };
}
