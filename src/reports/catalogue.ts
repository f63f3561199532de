import { availabilityReport } from "./availability_report.ts";
import { carbonReport } from "./carbon_report.ts";
import { energyReport } from "./energy_report.ts";
import { faultsReport } from "./faults_report.ts";
import { loadReport } from "./load_report.ts";
import type { ReportPeriod } from "./period.ts";
import type { Report, ReportName } from "./report.ts";
import { revenueReport } from "./revenue_report.ts";
import { serviceReport } from "./service_report.ts";
import { sessionsReport } from "./sessions_report.ts";
import type { ReportSources } from "./sources.ts";
import { utilisationReport } from "./utilisation_report.ts";

type Maker = (sources: ReportSources, period: ReportPeriod) => Report | Promise<Report>;

const MAKERS: Readonly<Record<ReportName, Maker>> = {
  sessions: sessionsReport,
  energy: energyReport,
  utilisation: utilisationReport,
  availability: availabilityReport,
  faults: faultsReport,
  load: loadReport,
  revenue: revenueReport,
  carbon: carbonReport,
  service: serviceReport,
};

/** Makes a report of a period. */
export async function makeReport(
  name: ReportName,
  period: ReportPeriod,
  sources: ReportSources,
): Promise<Report> {
  return await MAKERS[name](sources, period);
}
