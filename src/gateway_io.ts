import process from "node:process";
import type { ListenerOptions } from "./chargers/mod.ts";
import { createTcpListener } from "./chargers/listener_io.ts";
import { createWebSocketDialer } from "./csms/dial_io.ts";
import type { BackupPort } from "./gateway_backups.ts";
import { openCertificates, openOwnCertificates } from "./gateway_certificates_io.ts";
import { createGateway } from "./gateway.ts";
import type { ReportOptions } from "./reports/mod.ts";
import { createPrinter } from "./gateway_printing_io.ts";
import { createFilePorts } from "./gateway_files_io.ts";
import { FILE_RULES } from "./files/mod.ts";
import { createAlertDelivery } from "./gateway_alert_delivery_io.ts";
import { createReportDelivery } from "./gateway_report_delivery_io.ts";
import type { Gateway, GatewayOptions, GatewayPorts } from "./gateway_options.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import { createSystemClock } from "./lib/clock_io.ts";
import { createSystemIds } from "./lib/ids_io.ts";
import { errorText, type Log } from "./lib/log.ts";
import { createSpawner } from "./lib/spawn.ts";
import type { MeterOptions } from "./meters/mod.ts";
import { createMeters } from "./meters/meters_io.ts";
import { RELEASED_AT } from "./lib/release.ts";
import { makeBackupAside } from "./store/backup_thread_io.ts";
import type { ContactOptions, ContactorOptions, SignalOptions } from "./signals/mod.ts";
import { createContactors } from "./signals/contactors_io.ts";
import { createContacts } from "./signals/contacts_io.ts";
import { createSignals } from "./signals/signals_io.ts";
import { awaitsMigration, listBackups, makeBackup } from "./store/backups_io.ts";
import { replaceDamaged } from "./store/damaged_io.ts";
import { openDiskSpace } from "./store/disk_space_io.ts";
import { LedgerDamaged, openLedger } from "./store/ledger_io.ts";
import { AUDIT_FILE, openAuditFile } from "./telemetry/audit_file_io.ts";
import { readHostClock } from "./telemetry/host_clock_io.ts";
import { HISTORY_FILE, openHistoryFile } from "./telemetry/history_file_io.ts";
import { openTelemetryFile, TELEMETRY_FILE } from "./telemetry/telemetry_file_io.ts";

/** What the real gateway is told besides the options of the rooms. */
export interface MachineOptions extends GatewayOptions {
  readonly dataPath: string;
  readonly backups?: {
    readonly keep: number;
    readonly atMinute: number;
    readonly path: string | null;
  };
  /** How long the log of who did what is kept; absent: 180 days. */
  readonly auditKeepMs?: number;
  readonly listeners: readonly ListenerOptions[];
  readonly meters: readonly MeterOptions[];
  readonly contactors?: readonly ContactorOptions[];
  readonly contacts?: readonly ContactOptions[];
  readonly signals?: readonly SignalOptions[];
  readonly reports?: ReportOptions;
}

const BACKUPS_KEPT = 7;
/** In which the kernel counts what a process writes, whatever the disk's own are (getrusage(2)). */
const BLOCK_BYTES = 512;
const blocksWritten = () => process.resourceUsage().fsWrite;

/** The file that holds what must not be lost. */
export const LEDGER_FILE = "ledger.db";

/**
 * Starts the gateway on this machine: its clock, its disk, its sockets. A damaged ledger is kept
 * aside, and the newest backup that is sound takes its place, with what can still be read of the
 * damaged one: cars must charge, whatever happened to history.
 *
 * @throws what opening the ledger, reading slots or taking a port throws; nothing is left open then
 */
export async function startGateway(options: MachineOptions, log: Log): Promise<Gateway> {
  const clock = createSystemClock();
  await Deno.mkdir(options.dataPath, { recursive: true, mode: 0o700 });
  try {
    return await startOn(options, clock, log);
  } catch (error) {
    if (!(error instanceof LedgerDamaged)) throw error;
    const ledger = `${options.dataPath}/${LEDGER_FILE}`;
    const kept = `${ledger}.damaged-${isoTime(clock.wallMs()).replaceAll(":", "")}`;
    log("error", "ledger_damaged", { error: errorText(error), kept });
    const what = await replaceDamaged(ledger, kept, backupFolder(options));
    log("warning", "ledger_replaced", { what });
    const gateway = await startOn(options, clock, log);
    gateway.web.events.emit("fault", {
      kind: "ledger-damaged",
      severity: "alarm",
      subject: "site",
      text: `The ledger was damaged and is kept as ${kept}. ${what}`,
      state: "raised",
    });
    return gateway;
  }
}

function backupFolder({ dataPath, backups }: MachineOptions): string {
  return backups?.path ?? `${dataPath}/backups`;
}

function backupPort(options: MachineOptions): { readonly backups?: BackupPort } {
  const { keep = BACKUPS_KEPT } = options.backups ?? {};
  const folder = backupFolder(options);
  if (keep === 0) return {};
  return {
    backups: {
      newestMs: () => Promise.resolve(listBackups(folder)[0]?.madeMs ?? null),
      async make(nowWallMs) {
        const ledger = `${options.dataPath}/${LEDGER_FILE}`;
        await makeBackupAside({ ledger, folder, keep, nowWallMs });
      },
    },
  };
}

function reportPorts(
  { reports, dataPath }: MachineOptions,
): Pick<GatewayPorts, "printPdf" | "reportDelivery"> {
  if (reports === undefined) return {};
  const { printing, mail } = reports;
  return {
    reportDelivery: createReportDelivery(mail, `${dataPath}/reports`),
    printPdf: printing === null
      ? null
      : createPrinter({ ...printing, folder: `${dataPath}/printing` }),
  };
}

/** Firmware and logs of chargers, beside the ledger. */
const FILES_FOLDER = "files";

function filePorts(
  { fileService = null, csms, dataPath }: MachineOptions,
  log: Log,
): Pick<GatewayPorts, "files"> {
  if (fileService === null) return {};
  const rules = csms?.files ?? FILE_RULES;
  return { files: createFilePorts(fileService, rules, `${dataPath}/${FILES_FOLDER}`, log) };
}

async function startOn(options: MachineOptions, clock: Clock, log: Log): Promise<Gateway> {
  const ledger = `${options.dataPath}/${LEDGER_FILE}`;
  if (awaitsMigration(ledger)) await backUpFirst(ledger, options, clock, log);
  const store = openLedger(ledger);
  const ids = createSystemIds();
  try {
    const { atMinute } = options.backups ?? {};
    const times = atMinute === undefined ? {} : { backUpAtMinute: atMinute };
    const { carbon = null, ocpi = null, schedules = [] } = options.reports ?? {};
    const asked = { carbon, ocpi, reportSchedules: schedules };
    const certificates = await openCertificates(options, { clock, ids, log });
    const listeners = await Promise.all(options.listeners.map(async (given) => {
      const listening = { ...given, tls: await certificates.tlsOf(given) };
      return { listener: createTcpListener(listening, log), options: listening };
    }));
    const ownKeys = options.csms === null ? {} : { ownKeys: await openOwnCertificates(options) };
    const gateway = await createGateway({ ...options, ...times, ...asked }, {
      clock,
      ids,
      log,
      store,
      listeners,
      ...ownKeys,
      ...(certificates.authority === null ? {} : { authority: certificates.authority }),
      dialer: createWebSocketDialer(),
      meters: createMeters(options.meters, clock, log, createSpawner(log)),
      contactors: createContactors(options.contactors ?? [], clock),
      contacts: createContacts(options.contacts ?? [], clock),
      signals: createSignals(options.signals ?? [], clock, log),
      ...backupPort(options),
      disk: openDiskSpace(options.dataPath),
      history: openHistoryFile(`${options.dataPath}/${HISTORY_FILE}`),
      ...reportPorts(options),
      hostClock: () => readHostClock(createSystemClock().wallMs()),
      alertDelivery: createAlertDelivery(options.reports?.mail ?? null, clock),
      ...filePorts(options, log),
      telemetry: openTelemetryFile(`${options.dataPath}/${TELEMETRY_FILE}`),
      audit: openAuditFile(
        `${options.dataPath}/${AUDIT_FILE}`,
        options.auditKeepMs === undefined ? {} : { keepMs: options.auditKeepMs },
      ),
      releasedMs: Date.parse(RELEASED_AT),
      memoryBytes: () => Deno.memoryUsage().rss,
      bytesWritten: () => Deno.build.os === "linux" ? blocksWritten() * BLOCK_BYTES : null,
    });
    const stopRenewing = certificates.keepFresh(listeners, gateway.web.events);
    return {
      ...gateway,
      stop() {
        stopRenewing();
        return gateway.stop();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A ledger is copied before it takes a new form; where that is not possible cars charge all the same. */
async function backUpFirst(
  ledger: string,
  options: MachineOptions,
  clock: Clock,
  log: Log,
): Promise<void> {
  const keep = (options.backups?.keep ?? BACKUPS_KEPT) + 1;
  try {
    await makeBackup(ledger, backupFolder(options), { keep, nowWallMs: clock.wallMs() });
  } catch (error) {
    if (error instanceof LedgerDamaged) throw error;
    log("error", "backup_failed", { error: errorText(error) });
  }
}
