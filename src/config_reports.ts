import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import { ocpiOptions, ocpiProblems, ocpiSchema } from "./config_ocpi.ts";
import type { SiteYaml } from "./config_schema.ts";
import { duration, name, port } from "./config_words.ts";
import { REPORT_NAMES, type ReportOptions, type ReportSchedule } from "./reports/mod.ts";

const address = z.email("Expected an e-mail address");
const grams = z.number().min(0).max(5_000);

/** Reports, as site.yaml says it. */
export const reportsSchema = z.strictObject({
  carbon: z.strictObject({
    gramsPerKwh: grams,
    // By the hour of the site's day, instead.
    hourly: z.array(grams).length(24, "Expected 24 figures, one for each hour of the day")
      .optional(),
  }).optional(),
  // The program that makes PDF files.
  printing: z.strictObject({
    chromium: z.string().regex(/^\/\S+$/, "Expected a path that begins with /"),
    timeout: duration.default(60_000),
  }).optional(),
  // How the site is called in charge detail records.
  ocpi: ocpiSchema.optional(),
  email: z.strictObject({
    host: z.string().min(1),
    port: port.default(587),
    // starttls: TLS after the greeting, or nothing is sent; tls: from the first byte.
    security: z.enum(["starttls", "tls", "off"]).default("starttls"),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    from: address,
  }).optional(),
  schedules: z.array(z.strictObject({
    id: name.optional(),
    report: z.enum(REPORT_NAMES),
    every: z.enum(["day", "week", "month"]),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Has to be a time such as "06:00"')
      .default("06:00"),
    format: z.enum(["csv", "json", "pdf"]).default("csv"),
    to: z.enum(["folder", "email"]),
    folder: z.string().min(1).optional(),
    recipients: z.array(address).max(50).default([]),
  })).max(50).default([]),
}).prefault({});

/** The same in the terms of those who obey it. */
export function reportOptions(yaml: SiteYaml): ReportOptions {
  const { reports } = yaml;
  const { carbon, printing, email } = reports;
  return {
    carbon: carbon === undefined ? null : {
      gramsPerKwh: carbon.gramsPerKwh,
      ...(carbon.hourly === undefined ? {} : { hourly: carbon.hourly }),
    },
    printing: printing === undefined
      ? null
      : { chromium: printing.chromium, timeoutMs: printing.timeout },
    mail: email === undefined ? null : {
      host: email.host,
      port: email.port,
      security: email.security,
      username: email.username ?? null,
      password: email.password ?? null,
      from: email.from,
    },
    ocpi: ocpiOptions(yaml),
    schedules: reports.schedules.map((each): ReportSchedule => ({
      id: idOf(each),
      report: each.report,
      every: each.every,
      atMinute: Number(each.at.slice(0, 2)) * 60 + Number(each.at.slice(3)),
      format: each.format,
      to: each.to === "email"
        ? { kind: "email", recipients: each.recipients }
        : { kind: "folder", path: each.folder ?? null },
    })),
  };
}

type ScheduleYaml = SiteYaml["reports"]["schedules"][number];

/** What one is known by where it has no id of its own. */
function idOf({ id, report, every, format, to }: ScheduleYaml): string {
  return id ?? `${report}-${every}-${format}-${to}`;
}

/** What does not go together. */
export function reportProblems(yaml: SiteYaml): PlacedProblem[] {
  const { email, printing, schedules } = yaml.reports;
  const problems: PlacedProblem[] = ocpiProblems(yaml);
  const seen = new Set<string>();
  if (email !== undefined && (email.username === undefined) !== (email.password === undefined)) {
    problems.push({
      path: ["reports", "email"],
      message: "username and password go together: name both, or neither",
    });
  }
  if (email?.security === "off" && email.password !== undefined) {
    problems.push({
      path: ["reports", "email", "security"],
      message: "A password is not sent without TLS: use starttls or tls",
    });
  }
  for (const [index, schedule] of schedules.entries()) {
    const say = (message: string, field?: string) =>
      problems.push({
        path: ["reports", "schedules", index, ...(field === undefined ? [] : [field])],
        message,
      });
    const id = idOf(schedule);
    if (seen.has(id)) say(`There is another schedule "${id}": give one of them an id of its own`);
    seen.add(id);
    if (schedule.format === "pdf" && printing === undefined) {
      say("A PDF needs reports.printing, which names a Chromium", "format");
    }
    if (schedule.to === "email" && email === undefined) {
      say("Mail needs reports.email: host and from", "to");
    }
    if (schedule.to === "email" && schedule.recipients.length === 0) {
      say("Mail needs recipients", "to");
    }
    if (schedule.to === "email" && schedule.folder !== undefined) {
      say("A folder is for schedules that go to a folder", "folder");
    }
    if (schedule.to === "folder" && schedule.recipients.length > 0) {
      say("Recipients are for schedules that go by e-mail", "recipients");
    }
  }
  return problems;
}
