import { assert, assertEquals } from "@std/assert";
import { unpackTar } from "modern-tar";
import { createReportSender, type ReportFile } from "./gateway_report_schedules.ts";
import { createEvents } from "./lib/events.ts";
import { createSpawner } from "./lib/spawn.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import type { ReportPeriod, ReportSchedule } from "./reports/mod.ts";
import type { ReportRun, SiteEvents } from "./site/mod.ts";

const ZONE = "Asia/Kolkata";
const HOUR_MS = 3_600_000;
const DAILY: ReportSchedule = {
  id: "daily",
  report: "energy",
  every: "day",
  atMinute: 360,
  format: "csv",
  to: { kind: "email", recipients: ["office@example.com"] },
};

/** A gateway that comes and goes; what it had kept stays. */
function openBench(schedules: readonly ReportSchedule[] = [DAILY]) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 5, 6, 30));
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const kept = new Map<string, ReportRun>();
  const sent: { readonly name: string; readonly mark: string; readonly text: string }[] = [];
  const faults: string[] = [];
  const bench = { trouble: "", hasPdf: true, tables: ["days"] };
  events.on(
    "fault",
    ({ subject, state, text }) => void faults.push(`${subject} ${state}: ${text}`),
  );
  const textOf = async (file: ReportFile) => {
    const parts = await Array.fromAsync(file.pieces, (part) => new TextDecoder().decode(part));
    return parts.join("");
  };
  const open = () =>
    createReportSender(schedules, new Map(kept), {
      clock,
      log: () => {},
      spawn: createSpawner(() => {}),
      events,
      timezone: ZONE,
      siteName: "Pune Depot",
      journal: {
        commit(writes) {
          for (const write of writes) {
            if (write.collection === "report-runs" && write.kind === "put") {
              kept.set(write.key, write.value);
            }
          }
          return Promise.resolve();
        },
      },
      reports: () => ({
        make: (name, time) =>
          Promise.resolve({
            name,
            period: { ...time, timezone: ZONE },
            notes: [],
            tables: bench.tables.map((id) => ({ id, columns: [], rows: [] })),
          }),
        async *csv({ id }) {
          yield await Promise.resolve(id === "days" ? "csv" : `csv of ${id}`);
        },
        async *json() {
          yield await Promise.resolve("json");
        },
      }),
      pdf: bench.hasPdf
        ? (_schedule: ReportSchedule, _time: ReportPeriod) =>
          Promise.resolve(new TextEncoder().encode("%PDF"))
        : null,
      async deliver(_to, file) {
        if (bench.trouble !== "") throw new Error(bench.trouble);
        sent.push({ name: file.name, mark: file.mark, text: await textOf(file) });
      },
    });
  return { clock, kept, sent, faults, bench, open };
}

Deno.test("each day's report is sent once, by its name, whoever restarts the gateway", async () => {
  const { clock, sent, open } = openBench();
  let sender = open();
  sender.start();
  for (let hours = 0; hours < 72; hours++) {
    await clock.advance(HOUR_MS);
    if (hours % 5 !== 0) continue;
    sender.stop();
    sender = open();
    sender.start();
  }
  sender.stop();
  assertEquals(
    sent,
    ["05", "06", "07"].map((day) => ({
      name: `energy-2026-01-${day}-2026-01-${day}.csv`,
      mark: `daily-2026-01-${day}-2026-01-${day}`,
      text: "csv",
    })),
  );
});

Deno.test("what was due while the gateway was off is sent when it is back", async () => {
  const { clock, sent, open } = openBench();
  const first = open();
  first.start();
  await clock.advance(HOUR_MS);
  first.stop();
  await clock.advance(3 * 24 * HOUR_MS);
  const second = open();
  second.start();
  await clock.advance(10 * 60_000);
  second.stop();
  assertEquals(sent.map(({ name }) => name.slice(7, 17)), [
    "2026-01-05",
    "2026-01-06",
    "2026-01-07",
  ]);
});

Deno.test("a report that cannot be sent says why, is tried again, and is sent once", async () => {
  const { clock, sent, faults, bench, open } = openBench();
  const sender = open();
  sender.start();
  bench.trouble = "connect ECONNREFUSED";
  await clock.advance(20 * HOUR_MS);
  const [view] = sender.views();
  assertEquals([view?.error, sent.length], ["connect ECONNREFUSED", 0]);
  assert(faults[0]?.startsWith("daily raised: Report daily could not be sent: connect"));
  bench.trouble = "";
  await clock.advance(7 * HOUR_MS);
  sender.stop();
  assertEquals([sent.length, sender.views()[0]?.error], [1, null]);
  assert(faults.at(-1)?.startsWith("daily over"));
});

Deno.test("a PDF that nobody can make is an error of its own, and hinders no other report", async () => {
  const pdf = { ...DAILY, id: "pdf", format: "pdf" } as const;
  const json = { ...DAILY, id: "json", format: "json" } as const;
  const { clock, sent, bench, open } = openBench([pdf, json]);
  bench.hasPdf = false;
  const sender = open();
  sender.start();
  await clock.advance(20 * HOUR_MS);
  sender.stop();
  assertEquals(sent.map(({ text }) => text), ["json"]);
  assertEquals(sender.views()[0]?.error, "No PDF can be made: reports.printing is missing");
  const able = openBench([pdf]);
  const other = able.open();
  other.start();
  await able.clock.advance(20 * HOUR_MS);
  other.stop();
  assertEquals(able.sent.map(({ text }) => text), ["%PDF"]);
});

Deno.test("a CSV of a report with several tables is one tar with all of them", async () => {
  const { clock, sent, bench, open } = openBench();
  bench.tables = ["days", "tokens"];
  const sender = open();
  sender.start();
  await clock.advance(20 * HOUR_MS);
  sender.stop();
  assertEquals(sent.map(({ name }) => name), ["energy-2026-01-05-2026-01-05.tar"]);
  const entries = await unpackTar(new TextEncoder().encode(sent[0]?.text));
  assertEquals(
    entries.map(({ header, data }) => [header.name, new TextDecoder().decode(data)]),
    [
      ["energy-days-2026-01-05-2026-01-05.csv", "csv"],
      ["energy-tokens-2026-01-05-2026-01-05.csv", "csv of tokens"],
    ],
  );
});
