import type { SiteConfig } from "../config.ts";
import { createReportDesk, type ReportParts, reportSources } from "../gateway_reports.ts";
import { createEvents } from "../lib/events.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import type { Log } from "../lib/log.ts";
import { createSpawner } from "../lib/spawn.ts";
import type { RecordSources } from "../reports/mod.ts";
import type { SiteEvents } from "../site/mod.ts";
import { createSiteRecord } from "../telemetry/mod.ts";
import { HISTORY_FILE, openHistoryFile } from "../telemetry/history_file_io.ts";
import { openTelemetryFile, TELEMETRY_FILE } from "../telemetry/telemetry_file_io.ts";
import { NO_TRANSACTIONS, withTransaction } from "../transactions/mod.ts";
import type { WebReports } from "../web/mod.ts";
import { openStore } from "./ledger_commands_io.ts";

/** Reports and records of a site, read from its files; the gateway may run meanwhile. */
export interface RecordFiles extends AsyncDisposable {
  readonly desk: Pick<WebReports, "names" | "periodOn" | "make" | "csv" | "json">;
  readonly sources: RecordSources;
}

/**
 * Opens the files of a configuration. What a running gateway has not written yet (sessions that go on: the
 * newest readings; uses of connectors: minutes) is not in them.
 */
export async function openRecordFiles(config: SiteConfig): Promise<RecordFiles> {
  const clock = createSystemClock();
  const silent: Log = () => {};
  const { ledger } = await openStore(config);
  const telemetry = openTelemetryFile(`${config.dataPath}/${TELEMETRY_FILE}`);
  const history = openHistoryFile(`${config.dataPath}/${HISTORY_FILE}`);
  const close = async () => {
    await Promise.all([ledger.close(), telemetry.close(), history.close()]);
  };
  try {
    const { tariffs, slots, transactions } = await ledger.load(clock.wallMs());
    const state = { transactions: transactions.reduce(withTransaction, NO_TRANSACTIONS) };
    const places = new Map(config.places.map((place) => [place.slot, place]));
    const parts: ReportParts = {
      clock,
      timezone: config.timezone,
      site: {
        slots: () => new Map([...slots.values()].map((record) => [record.slot, record])),
        place: (slot) => places.get(slot),
      },
      transactions: { state: () => state.transactions },
      pricing: { tariff: (key) => tariffs.get(key) },
      store: ledger,
      record: createSiteRecord({
        clock,
        log: silent,
        spawn: createSpawner(silent),
        events: createEvents<SiteEvents>(() => {}),
        store: history,
        uses: () => [],
        circuits: () => [],
        nominalVoltageV: config.nominalVoltageV,
        mayWrite: () => false,
      }),
      history,
      telemetry,
      circuits: config.circuits,
      meters: () => config.meters,
      carbon: config.reports.carbon,
      printPdf: null,
      schedules: () => [],
    };
    const { sessions } = reportSources(parts);
    return {
      desk: createReportDesk(parts),
      sources: {
        sessions,
        signedReadings: (id) => ledger.signedReadings(id),
        tariff: (key) => tariffs.get(key),
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
