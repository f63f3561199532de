import { isoTime } from "../../src/lib/clock.ts";
import { exportSessions, type SessionRow } from "../../src/operations/mod.ts";
import { openSite, type SiteBench, type SiteFacts } from "../gateway/site_bench.ts";
import type { PlayedCharger } from "../gateway/played.ts";

/**
 * A day on a site that ends in a dispute, and the desk at which an operator looks it up. Times are
 * UTC; the day begins at 06:00.
 */
export interface Desk {
  readonly site: SiteBench;
  /** A charger that has just been switched on. */
  charger(id: "CP1" | "CP2" | "CP3"): Promise<PlayedCharger>;
  /** Nothing happens until this time of the day, "hh:mm". */
  until(time: string): Promise<void>;
  /** This moment, as a charger with a good clock writes it. */
  now(): string;
  /** What `main.ts export sessions` says, a line each, the oldest first. */
  ledger(): Promise<readonly string[]>;
  /** The same, with every column. */
  sessions(): Promise<readonly SessionRow[]>;
  /** What the CSMS was told of sessions, a line each, every message once. */
  toldCsms(): readonly string[];
  /** Faults that the pages show, in the words an operator reads. */
  faults(): readonly string[];
  close(): Promise<void>;
}

const SESSION = ["StartTransaction", "MeterValues", "StopTransaction"] as const;

/** Opens the site at 06:00 with its CSMS connected. */
export async function openDesk(facts: Partial<SiteFacts> = {}): Promise<Desk> {
  const site = await openSite(facts);
  const { clock, store, csms } = site;
  const now = () => isoTime(clock.wallMs());

  async function sessions(): Promise<readonly SessionRow[]> {
    const pieces: string[] = [];
    for await (const piece of exportSessions(store.transactions, {}, "json")) pieces.push(piece);
    const rows: SessionRow[] = JSON.parse(pieces.join(""));
    return rows.toReversed();
  }

  return {
    site,
    charger: (id) => site.arrive(id),
    async until(time) {
      const atMs = Date.parse(`${now().slice(0, 10)}T${time}:00Z`);
      await clock.advance(Math.max(0, atMs - clock.wallMs()));
    },
    now,
    ledger: async () => (await sessions()).map(lineOf),
    sessions,
    toldCsms() {
      const ids = new Set<string>();
      return csms.heard(...SESSION).filter(({ id }) => !ids.has(id) && ids.add(id))
        .map(({ action, payload }) => toldLine(action, payload));
    },
    faults: () => site.gateway().web.views.faults().map(({ text }) => text),
    close: () => site.stop(),
  };
}

/** "06:01–06:31 BEN at CP1: 2000 Wh, let in by cache, ended: DeAuthorized [flags]". */
export function lineOf(row: SessionRow): string {
  const { startedAt, stoppedAt, token, charger, energyWh, authorizedBy, stopReason, flags } = row;
  const end = stoppedAt === null ? "…" : timeOf(stoppedAt);
  const reason = stopReason === null ? "running" : `ended: ${stopReason}`;
  const facts = `${energyWh} Wh, let in by ${authorizedBy}, ${reason}`;
  const marks = flags === "" ? "" : ` [${flags}]`;
  return `${timeOf(startedAt)}–${end} ${token} at ${charger}: ${facts}${marks}`;
}

/** The time of the day in an ISO text. */
export function timeOf(iso: string): string {
  return isoTime(Date.parse(iso)).slice(11, 16);
}

function toldLine(action: string, payload: Readonly<Record<string, unknown>>): string {
  const { connectorId, transactionId, idTag, meterStart, meterStop, reason } = payload;
  switch (action) {
    case "StartTransaction":
      return `start at ${connectorId}: ${idTag}, ${meterStart} Wh`;
    case "StopTransaction":
      return `stop of ${transactionId}: ${meterStop} Wh, ${reason ?? "Local"}`;
    default:
      return `readings of ${transactionId}`;
  }
}
