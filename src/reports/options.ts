import type { OcpiOptions } from "./ocpi_options.ts";
import type { ReportSchedule } from "./schedule.ts";
import type { CarbonFactor } from "./sources.ts";

/** How mail is sent. */
export interface MailOptions {
  readonly host: string;
  readonly port: number;
  readonly security: "starttls" | "tls" | "off";
  readonly username: string | null;
  readonly password: string | null;
  readonly from: string;
}

/** What site.yaml says about reports, in the terms of those who obey it. */
export interface ReportOptions {
  readonly carbon: CarbonFactor | null;
  readonly printing: { readonly chromium: string; readonly timeoutMs: number } | null;
  readonly mail: MailOptions | null;
  /** How the site is called in charge detail records; null: nobody has said it, and none are made. */
  readonly ocpi: OcpiOptions | null;
  readonly schedules: readonly ReportSchedule[];
}
