import { isoTime } from "../lib/clock.ts";
import type { FaultChange } from "../site/mod.ts";
import { hoursCell } from "./_sums.ts";
import type { ReportPeriod } from "./period.ts";
import type { Report, ReportRow } from "./report.ts";
import type { ReportSources } from "./sources.ts";
import { recordNotes } from "./utilisation_report.ts";

interface Standing {
  readonly raised: FaultChange;
  readonly endedMs: number | null;
}

/** What was wrong, how often and how long. */
export async function faultsReport(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<Report> {
  const faults = standingOf(await sources.faultChanges(period), period);
  const endMs = Math.min(period.toMs, sources.nowMs());
  const lastsMs = ({ raised, endedMs }: Standing) =>
    Math.max(0, Math.min(endedMs ?? endMs, endMs) - Math.max(raised.atMs, period.fromMs));
  const kinds = Map.groupBy(faults, ({ raised }) => `${raised.kind}\n${raised.severity}`);
  return {
    name: "faults",
    period,
    notes: [{ key: "faults-kept", values: [] }, ...await recordNotes(sources, period)],
    tables: [
      {
        id: "kinds",
        columns: [
          { name: "kind", kind: "text" },
          { name: "severity", kind: "text" },
          { name: "times", kind: "count" },
          { name: "hours", kind: "hours" },
          { name: "lastAt", kind: "moment" },
        ],
        chart: { kind: "bars", over: "kind", values: ["times"] },
        rows: [...kinds].map(([key, own]): ReportRow => {
          const [kind = "", severity = ""] = key.split("\n");
          return {
            kind,
            severity,
            times: own.length,
            hours: hoursCell(own.reduce((sum, each) => sum + lastsMs(each), 0)),
            lastAt: isoTime(Math.max(...own.map(({ raised }) => raised.atMs))),
          };
        }).toSorted((a, b) => Number(b["times"]) - Number(a["times"])),
      },
      {
        id: "faults",
        columns: [
          { name: "raisedAt", kind: "moment" },
          { name: "endedAt", kind: "moment" },
          { name: "hours", kind: "hours" },
          { name: "severity", kind: "text" },
          { name: "kind", kind: "text" },
          { name: "subject", kind: "text" },
        ],
        rows: faults.map((each): ReportRow => ({
          raisedAt: isoTime(each.raised.atMs),
          endedAt: each.endedMs === null ? null : isoTime(each.endedMs),
          hours: hoursCell(lastsMs(each)),
          severity: each.raised.severity,
          kind: each.raised.kind,
          subject: each.raised.subject,
        })),
      },
    ],
  };
}

/** A fault that is raised again without having gone went with the gateway that had raised it. */
function standingOf(
  changes: readonly FaultChange[],
  { toMs }: ReportPeriod,
): readonly Standing[] {
  const open = new Map<string, FaultChange>();
  const found: Standing[] = [];
  for (const change of changes) {
    const key = `${change.kind}\n${change.subject}`;
    const raised = open.get(key);
    if (raised !== undefined) found.push({ raised, endedMs: change.atMs });
    if (change.state === "raised") open.set(key, change);
    else open.delete(key);
  }
  for (const raised of open.values()) found.push({ raised, endedMs: null });
  return found.filter(({ raised }) => raised.atMs < toMs)
    .toSorted((a, b) => a.raised.atMs - b.raised.atMs);
}
