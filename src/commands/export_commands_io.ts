import { createSystemClock } from "../lib/clock_io.ts";
import {
  isReportName,
  periodOn,
  recordsJson,
  REPORT_NAMES,
  signedArchive,
  signedSessions,
  type TimeRange,
} from "../reports/mod.ts";
import type { Command, Flags, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { openRecordFiles } from "./record_export_io.ts";

const TIME_FLAGS = ["period", "date", "from", "to"] as const;
const TIME_USAGE = "[--period today|week|month|quarter|year [--date DATE] | --from DATE --to DATE]";
const CONFIG_USAGE = "[--config …] [--data DIR]";

/** `main.ts export report` */
export const EXPORT_REPORT: Command = {
  usage: `export report NAME ${TIME_USAGE} [--format csv|json] [--table NAME] ${CONFIG_USAGE}`,
  summary: `a report of a time: ${REPORT_NAMES.join(", ")}`,
  words: ["NAME"],
  flags: [...TIME_FLAGS, "format", "table", ...CONFIG_FLAGS],
  async run(flags, [name = ""], terminal) {
    const { format = "csv", table: wanted } = flags;
    if (!isReportName(name)) {
      terminal.complain(`There is no report "${name}". There are ${REPORT_NAMES.join(", ")}`);
      return 2;
    }
    if (format !== "csv" && format !== "json") {
      terminal.complain(`--format has to be csv or json, not "${format}"`);
      return 2;
    }
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const time = timeOf(flags, config.timezone, terminal);
    if (time === null) return 2;
    await using files = await openRecordFiles(config);
    const report = await files.desk.make(name, time);
    if (format === "json") {
      for await (const text of files.desk.json(report)) terminal.print(text);
      return 0;
    }
    const table = report.tables.find(({ id }) => id === (wanted ?? report.tables[0]?.id));
    if (table === undefined) {
      const ids = report.tables.map(({ id }) => id).join(", ");
      terminal.complain(`This report has no table "${wanted}". It has ${ids}`);
      return 2;
    }
    for await (const text of files.desk.csv(table)) terminal.print(text);
    return 0;
  },
};

/** `main.ts export cdr` */
export const EXPORT_CDR: Command = {
  usage: `export cdr ${TIME_USAGE} ${CONFIG_USAGE}`,
  summary: "charge detail records of a time for partners (OCPI 2.2.1, JSON)",
  words: [],
  flags: [...TIME_FLAGS, ...CONFIG_FLAGS],
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const { ocpi } = config.reports;
    if (ocpi === null) {
      terminal.complain("Charge detail records need reports.ocpi in site.yaml");
      return 1;
    }
    const time = timeOf(flags, config.timezone, terminal);
    if (time === null) return 2;
    await using files = await openRecordFiles(config);
    for await (const text of recordsJson(files.sources, time, ocpi)) terminal.print(text);
    return 0;
  },
};

/** `main.ts export signed` */
export const EXPORT_SIGNED: Command = {
  usage: `export signed FILE ${TIME_USAGE} ${CONFIG_USAGE}`,
  summary: "what meters signed in a time, into a tar: transparency XML and OCMF for each session",
  words: ["FILE"],
  flags: [...TIME_FLAGS, ...CONFIG_FLAGS],
  async run(flags, [path = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const time = timeOf(flags, config.timezone, terminal);
    if (time === null) return 2;
    await using files = await openRecordFiles(config);
    // They hold card numbers.
    using file = await Deno.open(path, { write: true, create: true, truncate: true, mode: 0o600 });
    const nowMs = createSystemClock().wallMs();
    for await (const bytes of signedArchive(signedSessions(files.sources, time), nowMs)) {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    }
    terminal.print(`${path} holds the signed readings\n`);
    return 0;
  },
};

const PERIODS = ["today", "week", "month", "quarter", "year"] as const;

/** The time that the flags name, in the site's zone; null, and what is wrong is said. */
function timeOf(
  { period, date, from, to }: Flags,
  timezone: string,
  { complain }: Terminal,
): TimeRange | null {
  for (const [name, text] of [["date", date], ["from", from], ["to", to]] as const) {
    if (text === undefined || isDay(text)) continue;
    complain(`--${name} has to be a date such as 2026-03-31, not "${text}"`);
    return null;
  }
  const today = Temporal.Now.plainDateISO(timezone).toString();
  if (from !== undefined || to !== undefined) {
    if (from === undefined || period !== undefined || date !== undefined) {
      complain("--to needs --from, and neither goes with --period or --date");
      return null;
    }
    const [first, last] = [from, to ?? today].map((text) =>
      periodOn("day", Temporal.PlainDate.from(text), timezone)
    );
    if (first === undefined || last === undefined || first.fromMs >= last.toMs) {
      complain("--to lies before --from");
      return null;
    }
    return { fromMs: first.fromMs, toMs: last.toMs };
  }
  const span = PERIODS.find((each) => each === (period ?? "month"));
  if (span === undefined) {
    complain(`--period has to be one of ${PERIODS.join(", ")}, not "${period}"`);
    return null;
  }
  return periodOn(span, Temporal.PlainDate.from(date ?? today), timezone);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
