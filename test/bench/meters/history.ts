/**
 * What the history of 24 meters comes to: bytes a year and in ten, what one write costs, and how long
 * a year of a meter and a day of its minutes take to read. `deno run -A test/bench/meters/history.ts [years]`.
 */
import { openHistoryFile } from "../../../src/telemetry/history_file_io.ts";
import type { QuarterValue } from "../../../src/telemetry/mod.ts";
import { openTelemetryFile } from "../../../src/telemetry/telemetry_file_io.ts";

const METERS = 24;
const QUARTER_MS = 900_000;
const YEAR = 35_040;
const years = Number(Deno.args[0] ?? 1);
const START = 2_000_000;
const folder = await Deno.makeTempDir();
// deno-lint-ignore no-console
const print = console.log;

function quarter(meter: number, index: number): QuarterValue {
  const powerW = Math.round(20_000 + 15_000 * Math.sin(index / 30 + meter));
  return {
    meterId: `meter-${meter}`,
    quarterMs: (START + index) * QUARTER_MS,
    coveredMs: 900_000,
    readings: 900,
    energy: {
      import: { wh: powerW / 4 + 0.123, by: "counter", unreadWh: 0 },
      export: { wh: 0, by: "counter", unreadWh: 0 },
    },
    power: { minW: powerW - 3_456, meanW: powerW, maxW: powerW + 7_654 },
    maxAmps: { L1: powerW / 690, L2: powerW / 691, L3: powerW / 692 },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const startMs = performance.now();
  const value = await work();
  return [performance.now() - startMs, value];
}

try {
  const store = openHistoryFile(`${folder}/history.db`);
  const writes: number[] = [];
  for (let index = 0; index < YEAR * years; index++) {
    const quarters = Array.from({ length: METERS }, (_, meter) => quarter(meter, index));
    const positions = quarters.map(({ meterId, quarterMs }) => ({
      meterId,
      atWallMs: quarterMs,
      wh: { import: index * 1_000.5, export: 0 },
    }));
    const [ms] = await timed(() => store.write({ quarters, positions }));
    writes.push(ms);
  }
  writes.sort((left, right) => left - right);
  const at = (share: number) => writes[Math.floor(writes.length * share)]?.toFixed(2);
  print(`a write of ${METERS} meters: median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  const lastMs = (START + YEAR * years) * QUARTER_MS;
  for (const [name, quarters] of [["day", 96], ["31 days", 2_976], ["year", YEAR]] as const) {
    const fromMs = lastMs - quarters * QUARTER_MS;
    const [ms, found] = await timed(() =>
      store.quarters({ meterId: "meter-7", fromMs, toMs: lastMs })
    );
    print(`a ${name} of one meter: ${found.length} quarters in ${ms.toFixed(1)} ms`);
  }
  await store.close();
  const { size } = Deno.statSync(`${folder}/history.db`);
  print(`${METERS} meters, ${years} years: ${(size / 1e6).toFixed(0)} MB on disk`);

  const telemetry = openTelemetryFile(`${folder}/telemetry.db`);
  const names = ["powerW", "importWh", "exportWh", "frequencyHz"].concat(
    ["currentAmps", "voltageV", "powerW"].flatMap((name) =>
      ["L1", "L2", "L3"].map((line) => `${name}.${line}`)
    ),
  );
  for (let minute = 0; minute < 1_440; minute++) {
    const summaries = Array.from({ length: METERS }, (_, meter) =>
      names.map((quantity) => ({
        minuteMs: minute * 60_000,
        subject: `meter meter-${meter}`,
        quantity,
        min: 1,
        mean: 2.5,
        max: 3,
        count: 60,
      }))).flat();
    await telemetry.write({ decisions: [], summaries, limits: [] }, 0);
  }
  const filter = { subject: "meter meter-7", fromMs: 0, toMs: 86_400_000, limit: 1e6 };
  const quantities = ["powerW", "currentAmps.L1", "currentAmps.L2", "currentAmps.L3"];
  const [ms, found] = await timed(() => telemetry.summaries({ ...filter, quantities }));
  print(`a day of one meter's minutes: ${found.length} values in ${ms.toFixed(1)} ms`);
  await telemetry.close();
} finally {
  await Deno.remove(folder, { recursive: true });
}
