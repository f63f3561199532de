import type { DrainReport } from "./drain.ts";
import { quantile } from "./week_figures.ts";

/** How a backlog was told, as a table: rates beside those of a client that does nothing but call. */
export function drainTable(rttMs: number, report: DrainReport): readonly string[] {
  const { bareCallsPerS, callsPerSession } = report;
  return [
    "",
    `RTT ${rttMs} ms: ledger ${report.ledgerMb.toFixed(1)} MB with ${report.rowsBefore} records; ` +
    `started in ${report.startedInMs.toFixed(0)} ms; resident ${
      report.residentMb.toFixed(0)
    } MB, ` +
    `at most ${report.peakMb.toFixed(0)} MB`,
    `  ${"".padEnd(22)}calls/s  of bare  sessions' calls of bare  Authorize p50   p99   max  count`,
    `  ${"bare client".padEnd(22)}${bareCallsPerS.toFixed(1).padStart(7)}`,
    ...report.parts.map(({ what, callsPerS, aboutSessionsPerS, authorizeMs }) => {
      const ms = (part: number) =>
        authorizeMs.length === 0 ? "–" : quantile(authorizeMs, part).toFixed(1);
      const ratio = (perS: number) => (perS / bareCallsPerS).toFixed(2);
      return `  ${what.padEnd(22)}${callsPerS.toFixed(1).padStart(7)}${
        ratio(callsPerS).padStart(9)
      }${ratio(aboutSessionsPerS).padStart(25)}${ms(0.5).padStart(15)}${ms(0.99).padStart(6)}${
        ms(1).padStart(6)
      }${`${authorizeMs.length}`.padStart(7)}`;
    }),
    `  ${report.wholeSessions} sessions told to their end in ${callsPerSession.mean.toFixed(2)} ` +
    `calls, at most ${callsPerSession.most}`,
    ...report.findings.map((finding) => `  ${finding}`),
  ];
}
