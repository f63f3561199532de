import type { Column, Report, ReportName, ReportRow } from "../reports/mod.ts";
import type { WebReports } from "./ports.ts";

/** Pages and API are tested with reports of this shape; what is in real ones is tested in `reports/`. */
export const FIXTURE_REPORTS: readonly ReportName[] = [
  "sessions",
  "energy",
  "utilisation",
  "availability",
  "faults",
  "load",
  "revenue",
  "carbon",
  "service",
];

const DAY_MS = 24 * 3_600_000;
const ZONE = "Asia/Kolkata";

/** Reports as the gateway makes them, with figures that never change. */
export function createFixtureReports(): WebReports {
  return {
    names: FIXTURE_REPORTS,
    periodOn(name, date) {
      const day = Temporal.PlainDate.from(date);
      const start = name === "week"
        ? day.subtract({ days: day.dayOfWeek - 1 })
        : name === "month"
        ? day.with({ day: 1 })
        : name === "quarter"
        ? day.with({ day: 1, month: Math.floor((day.month - 1) / 3) * 3 + 1 })
        : name === "year"
        ? day.with({ day: 1, month: 1 })
        : day;
      const length = {
        today: { days: 1 },
        day: { days: 1 },
        week: { days: 7 },
        month: { months: 1 },
        quarter: { months: 3 },
        year: { years: 1 },
      }[name];
      return {
        fromMs: start.toZonedDateTime(ZONE).epochMilliseconds,
        toMs: start.add(length).toZonedDateTime(ZONE).epochMilliseconds,
        timezone: ZONE,
        before: start.subtract(length).toString(),
        after: start.add(length).toString(),
      };
    },
    make: (name, time) =>
      Promise.resolve({ ...reportOf(name), period: { ...time, timezone: ZONE } }),
    async *csv({ columns, rows }) {
      yield `${columns.map((column) => column.name).join()}\r\n`;
      for await (const row of rows) {
        yield `${columns.map((column) => row[column.name] ?? "").join()}\r\n`;
      }
    },
    async *json({ name, period, notes, tables }) {
      const rows = await Promise.all(tables.map(async (table) => [
        table.id,
        await Array.fromAsync(table.rows),
      ]));
      yield JSON.stringify({
        report: name,
        from: new Date(period.fromMs).toISOString(),
        to: new Date(period.toMs).toISOString(),
        timezone: period.timezone,
        madeAt: new Date(period.toMs).toISOString(),
        notes,
        columns: Object.fromEntries(tables.map((table) => [table.id, table.columns])),
        tables: Object.fromEntries(rows),
      });
    },
    schedules: () => [
      {
        id: "office",
        report: "revenue",
        every: "month",
        format: "csv",
        to: "email",
        sentTo: "2025-12-31T18:30:00.000Z",
        triedAt: "2026-01-01T00:30:00.000Z",
        error: null,
      },
      {
        id: "energy-day-pdf-folder",
        report: "energy",
        every: "day",
        format: "pdf",
        to: "folder",
        sentTo: "2026-01-03T18:30:00.000Z",
        triedAt: "2026-01-05T08:30:00.000Z",
        error: "No space left on device",
      },
    ],
    printPdf: null,
  };
}

function columns(text: string): readonly Column[] {
  return text.split(" ").map((each) => {
    const [name = "", kind = "text"] = each.split(":");
    return { name, kind: kind as Column["kind"] };
  });
}

const SUMS = "sessions:count energyKwh:energyKwh hours:hours";
const MONEY = "currency:text exclTax:money tax:money total:money";

function reportOf(name: ReportName): Omit<Report, "period"> {
  return { name, notes: [{ key: "by-start", values: [] }], tables: [...TABLES[name]()] };
}

function days(cells: (at: number) => ReportRow): readonly ReportRow[] {
  return Array.from({ length: 5 }, (_, at) => ({
    date: new Date(Date.UTC(2026, 0, 1) + at * DAY_MS).toISOString().slice(0, 10),
    ...cells(at),
  }));
}

const TABLES: Readonly<Record<ReportName, () => Report["tables"]>> = {
  sessions: () => [{
    id: "sessions",
    columns: columns(
      "id startedAt:moment stoppedAt:moment charger slot:number token group energyKwh:energyKwh " +
        "total:money tax:money currency tariff authorizedBy stopReason marks remarks",
    ),
    rows: Array.from({ length: 260 }, (_, at): ReportRow => ({
      id: `tx-${at}`,
      startedAt: new Date(Date.UTC(2026, 0, 1, 6) + at * 1_200_000).toISOString(),
      stoppedAt: at === 259
        ? null
        : new Date(Date.UTC(2026, 0, 1, 8) + at * 1_200_000).toISOString(),
      charger: "CP01",
      slot: 1 + at % 4,
      token: "04A1B2C3",
      group: null,
      energyKwh: 11.25,
      total: "112.84",
      tax: "17.21",
      currency: "INR",
      tariff: "site",
      authorizedBy: "list",
      stopReason: "Local",
      marks: at % 50 === 0 ? "register-went-back" : "",
      remarks: at % 50 === 0 ? "the meter register went back: reset or replaced" : "",
    })),
  }],
  energy: () => [
    {
      id: "days",
      columns: columns(`date:date ${SUMS}`),
      chart: { kind: "bars", over: "date", values: ["energyKwh"] },
      rows: days((at) => ({ sessions: 12 + at, energyKwh: 140.5 + 31 * at, hours: 60.25 + at })),
    },
    {
      id: "tokens",
      columns: columns(`token group ${SUMS}`),
      rows: [
        { token: "04A1B2C3", group: "FLEET", sessions: 40, energyKwh: 511.2, hours: 190.5 },
        { token: "…", group: null, sessions: 2, energyKwh: 9.1, hours: 4 },
      ],
    },
    {
      id: "meters",
      columns: columns("meter role importKwh:energyKwh exportKwh:energyKwh readShare:share"),
      rows: [{
        meter: "grid",
        role: "grid",
        importKwh: 4_711.25,
        exportKwh: null,
        readShare: 0.998,
      }],
    },
  ],
  utilisation: () => [
    {
      id: "connectors",
      columns: columns(
        "charger slot:number occupiedShare:share chargingShare:share waitingShare:share " +
          "downShare:share freeShare:share watchedHours:hours sessions:count energyKwh:energyKwh",
      ),
      chart: { kind: "bars", over: "slot", values: ["occupiedShare", "chargingShare"] },
      rows: [1, 2, 3, 4].map((slot): ReportRow => ({
        charger: `CP0${slot}`,
        slot,
        occupiedShare: 0.2 * slot,
        chargingShare: 0.13 * slot,
        waitingShare: 0.02,
        downShare: 0.01,
        freeShare: 0.99 - 0.2 * slot,
        watchedHours: 120,
        sessions: 10 * slot,
        energyKwh: 91.5 * slot,
      })),
    },
    {
      id: "week",
      columns: columns("weekday:weekday hour:number occupiedShare:share chargingShare:share"),
      chart: { kind: "week", weekday: "weekday", hour: "hour", value: "occupiedShare" },
      rows: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].flatMap(
        (weekday, day) =>
          Array.from({ length: 24 }, (_, hour): ReportRow => ({
            weekday,
            hour,
            occupiedShare: day === 6 ? null : Math.max(0, Math.sin(hour / 24 * Math.PI)) * 0.9,
            chargingShare: day === 6 ? null : Math.max(0, Math.sin(hour / 24 * Math.PI)) * 0.5,
          })),
      ),
    },
  ],
  availability: () => [
    {
      id: "connectors",
      columns: columns(
        "charger slot:number availableShare:share downHours:hours outages:count failures:count " +
          "hoursBetweenFailures:hours hoursToRepair:hours watchedHours:hours",
      ),
      chart: { kind: "bars", over: "slot", values: ["availableShare"] },
      rows: [{
        charger: "CP01",
        slot: 1,
        availableShare: 0.9732,
        downHours: 3.2,
        outages: 2,
        failures: 1,
        hoursBetweenFailures: 116.8,
        hoursToRepair: 2.5,
        watchedHours: 120,
      }],
    },
    {
      id: "causes",
      columns: columns("state cause times:count hours:hours"),
      rows: [
        { state: "faulted", cause: "GroundFailure", times: 1, hours: 2.5 },
        { state: "unavailable", cause: "ordered", times: 1, hours: 0.7 },
      ],
    },
  ],
  faults: () => [{
    id: "kinds",
    columns: columns("kind severity times:count hours:hours lastAt:moment"),
    rows: [{
      kind: "meter-silent",
      severity: "alarm",
      times: 3,
      hours: 1.5,
      lastAt: "2026-01-04T10:00:00.000Z",
    }],
  }],
  load: () => [{
    id: "days",
    columns: columns("date:date circuit peakKva:apparentKva peakKw:powerKw"),
    chart: { kind: "bars", over: "date", values: ["peakKva", "peakKw"] },
    rows: days((at) => ({ circuit: "grid", peakKva: 52 + at, peakKw: 49.5 + at })),
  }],
  revenue: () => [
    {
      id: "tariffs",
      columns: columns(`tariff ${SUMS} ${MONEY}`),
      rows: [{
        tariff: "site",
        sessions: 40,
        energyKwh: 511.2,
        hours: 190.5,
        currency: "INR",
        exclTax: "4345.20",
        tax: "782.14",
        total: "5127.34",
      }],
    },
    {
      id: "billing",
      columns: columns(`billing ${SUMS} ${MONEY}`),
      rows: [{
        billing: "not-billed",
        sessions: 2,
        energyKwh: 9.1,
        hours: 4,
        currency: null,
        exclTax: null,
        tax: null,
        total: null,
      }],
    },
  ],
  carbon: () => [{
    id: "days",
    columns: columns("date:date energyKwh:energyKwh carbonKg:carbonKg"),
    rows: [],
  }],
  service: () => [{
    id: "placement",
    columns: columns(
      "rank:number circuit connectors:count sessions:count fullHours:hours fullShare:share " +
        "lostPerMonth:number lostPerMonthLow:number lostPerMonthHigh:number " +
        "lostMoneyPerMonth:money currency",
    ),
    chart: { kind: "bars", over: "circuit", values: ["lostPerMonth"] },
    rows: [{
      rank: 1,
      circuit: "row-a",
      connectors: 4,
      sessions: 311,
      fullHours: 31.5,
      fullShare: 0.2625,
      lostPerMonth: 42.5,
      lostPerMonthLow: 31.2,
      lostPerMonthHigh: 53.8,
      lostMoneyPerMonth: "5447.20",
      currency: "INR",
    }],
  }],
};
