import { type Clock, every, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import { errorText, type Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { put } from "./lib/write.ts";
import { reportFileName } from "./gateway_reports.ts";
import type { Journal } from "./outbox/mod.ts";
import {
  doneRun,
  dueTime,
  failedRun,
  firstRun,
  type ReportPeriod,
  type ReportSchedule,
  tableArchive,
} from "./reports/mod.ts";
import type { ReportRun, SiteEvents } from "./site/mod.ts";
import type { ReportScheduleView, WebReports } from "./web/mod.ts";

/** A file on its way to people. */
export interface ReportFile {
  readonly name: string;
  readonly contentType: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** The words of a mail. */
  readonly subject: string;
  /** The same for each try: a mail that arrives twice all the same is known by it. */
  readonly mark: string;
}

/** Takes files to where they are to be. Rejects where it cannot. */
export type ReportDelivery = (to: ReportSchedule["to"], file: ReportFile) => Promise<void>;

/** Sends reports by themselves. */
export interface ReportSender {
  start(): void;
  stop(): void;
  views(): readonly ReportScheduleView[];
}

/** What it works with. */
export interface SenderPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly journal: Pick<Journal, "commit">;
  readonly reports: () => Pick<WebReports, "make" | "csv" | "json">;
  /** A report as a PDF file; null where nobody makes one. */
  readonly pdf: ((schedule: ReportSchedule, time: ReportPeriod) => Promise<Uint8Array>) | null;
  readonly deliver: ReportDelivery;
  readonly timezone: string;
  readonly siteName: string;
}

const LOOK_MS = 60_000;

/** Creates the sender; `kept`: how it went in former lives. */
export function createReportSender(
  schedules: readonly ReportSchedule[],
  kept: ReadonlyMap<string, ReportRun>,
  ports: SenderPorts,
): ReportSender {
  const { clock, log, events, timezone } = ports;
  const runs = new Map<string, ReportRun>();
  let isSending = false;
  let stopLooking = () => {};

  async function keep(run: ReportRun): Promise<void> {
    await ports.journal.commit([put("report-runs", run.id, run)]);
    runs.set(run.id, run);
  }

  async function fileOf(schedule: ReportSchedule, time: ReportPeriod): Promise<ReportFile> {
    const { report: name } = schedule;
    const { ending, pieces } = await contentOf(schedule, time);
    const file = reportFileName(name, time, timezone, ending);
    const day = file.slice(name.length + 1, -ending.length - 1);
    return {
      name: file,
      contentType: CONTENT_TYPES[ending],
      pieces,
      subject: `${ports.siteName}: ${name} ${day}`,
      mark: `${schedule.id}-${day}`,
    };
  }

  async function contentOf(schedule: ReportSchedule, time: ReportPeriod): Promise<Content> {
    const { format, report: name } = schedule;
    if (format === "pdf") {
      if (ports.pdf === null) throw new Error("No PDF can be made: reports.printing is missing");
      return { ending: "pdf", pieces: oneOf(await ports.pdf(schedule, time)) };
    }
    const reports = ports.reports();
    const report = await reports.make(name, time);
    const [table, ...more] = report.tables;
    if (format === "json" || table === undefined) {
      return { ending: "json", pieces: bytesOf(reports.json(report)) };
    }
    if (more.length === 0) return { ending: "csv", pieces: bytesOf(reports.csv(table)) };
    const nameOf = (id: string) => reportFileName(`${name}-${id}`, time, timezone, "csv");
    return {
      ending: "tar",
      pieces: tableArchive(report, (each) => reports.csv(each), nameOf, clock.wallMs()),
    };
  }

  async function send(schedule: ReportSchedule, run: ReportRun, time: ReportPeriod): Promise<void> {
    try {
      await ports.deliver(schedule.to, await fileOf(schedule, time));
      await keep(doneRun(run, time, clock.wallMs()));
      log("info", "report_sent", { schedule: schedule.id, to: schedule.to.kind });
      tell(schedule, "over", `Report ${schedule.id} is sent again`);
    } catch (error) {
      const text = (error instanceof Error ? error.message : errorText(error)).slice(0, 300);
      log("warning", "report_not_sent", { schedule: schedule.id, error: text });
      tell(
        schedule,
        "raised",
        `Report ${schedule.id} could not be sent: ${text}. Tried again soon`,
      );
      await keep(failedRun(run, clock.wallMs(), text));
    }
  }

  function tell(schedule: ReportSchedule, state: "raised" | "over", text: string): void {
    events.emit("fault", {
      kind: "report-not-sent",
      severity: "warning",
      subject: schedule.id,
      text,
      state,
    });
  }

  /** One after the other: reports are work, and chargers come first. */
  async function look(): Promise<void> {
    if (isSending) return;
    isSending = true;
    try {
      for (const schedule of schedules) {
        const run = runs.get(schedule.id);
        if (run === undefined) {
          await keep(firstRun(schedule, clock.wallMs(), timezone));
          continue;
        }
        const time = dueTime(schedule, run, clock.wallMs(), timezone);
        if (time !== null) await send(schedule, run, time);
      }
    } finally {
      isSending = false;
    }
  }

  return {
    start() {
      for (const { id } of schedules) {
        const run = kept.get(id);
        if (run !== undefined) runs.set(id, run);
      }
      if (schedules.length === 0) return;
      stopLooking = every(clock, LOOK_MS, () => ports.spawn("send reports", look));
    },
    stop: () => stopLooking(),
    views: () =>
      schedules.map((schedule) => {
        const run = runs.get(schedule.id);
        return {
          id: schedule.id,
          report: schedule.report,
          every: schedule.every,
          format: schedule.format,
          to: schedule.to.kind,
          sentTo: run === undefined ? null : isoTime(run.doneToMs),
          triedAt: run === undefined || run.triedAtMs === null ? null : isoTime(run.triedAtMs),
          error: run?.error ?? null,
        };
      }),
  };
}

/** What a file holds; a CSV holds one table, so several go together. */
interface Content {
  readonly ending: keyof typeof CONTENT_TYPES;
  readonly pieces: AsyncIterable<Uint8Array>;
}

const CONTENT_TYPES = {
  csv: "text/csv; charset=utf-8",
  tar: "application/x-tar",
  json: "application/json",
  pdf: "application/pdf",
} as const;

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}
