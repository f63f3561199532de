import { type Clock, every } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import { errorText, type Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { SiteEvents } from "./site/mod.ts";

/** The folder of backups. */
export interface BackupPort {
  /** When the newest was made, by the wall clock of that time; null where there is none. */
  newestMs(): Promise<number | null>;
  make(nowWallMs: number): Promise<void>;
}

/** Makes a backup of the ledger each day. */
export interface BackupKeeper {
  start(): Promise<void>;
  stop(): void;
}

/** When backups are made. */
export interface BackupOptions {
  /** Minutes after midnight of the site's day. */
  readonly atMinute: number;
  readonly timezone: string;
}

/** What the keeper works with. */
export interface BackupPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly backups: BackupPort;
  /** A backup takes as much room as the ledger. */
  readonly hasRoom: () => boolean;
}

const LOOK_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** A new site has something to lose soon, and something else to do first. */
const FIRST_AFTER_MS = 10 * 60_000;
/** After a failure, and however often the wall clock is set. */
const APART_MS = 30 * 60_000;

/** Creates the keeper. */
export function createBackupKeeper(options: BackupOptions, ports: BackupPorts): BackupKeeper {
  const { clock, log } = ports;
  let newestMs: number | null = null;
  let triedAtMs = -Infinity;
  let madeAtMs = -Infinity;
  let startedAtMs = 0;
  let isWorking = false;
  let stopLooking = () => {};

  function isDue(): boolean {
    const nowMs = clock.monoMs();
    if (isWorking || nowMs - triedAtMs < APART_MS || !ports.hasRoom()) return false;
    if (newestMs === null) return nowMs - startedAtMs >= FIRST_AFTER_MS;
    // A wall clock that was set back must not end the backups.
    const since = madeAtMs === -Infinity ? startedAtMs : madeAtMs;
    return nowMs - since > DAY_MS + APART_MS ||
      newestMs < lastDueMs(clock.wallMs(), options);
  }

  async function make(): Promise<void> {
    isWorking = true;
    triedAtMs = clock.monoMs();
    try {
      const nowWallMs = clock.wallMs();
      await ports.backups.make(nowWallMs);
      newestMs = nowWallMs;
      madeAtMs = clock.monoMs();
      log("info", "ledger_backed_up");
      tell("over", "Backups of the ledger are made again");
    } catch (error) {
      log("error", "backup_failed", { error: errorText(error) });
      tell("raised", `The ledger could not be backed up: ${errorText(error)}. Tried again soon`);
    } finally {
      isWorking = false;
    }
  }

  function tell(state: "raised" | "over", text: string): void {
    ports.events.emit("fault", {
      kind: "backup-failed",
      severity: "warning",
      subject: "site",
      text,
      state,
    });
  }

  return {
    async start() {
      startedAtMs = clock.monoMs();
      newestMs = await ports.backups.newestMs();
      stopLooking = every(clock, LOOK_MS, () => {
        if (isDue()) ports.spawn("back the ledger up", make);
      });
    },
    stop: () => stopLooking(),
  };
}

/** The last moment at which a backup was due by the site's clock. */
export function lastDueMs(nowWallMs: number, { atMinute, timezone }: BackupOptions): number {
  const now = Temporal.Instant.fromEpochMilliseconds(nowWallMs).toZonedDateTimeISO(timezone);
  const time = { hour: Math.floor(atMinute / 60), minute: atMinute % 60 };
  const today = now.startOfDay().with(time);
  const due = Temporal.ZonedDateTime.compare(today, now) <= 0
    ? today
    : now.startOfDay().subtract({ days: 1 }).with(time);
  return due.epochMilliseconds;
}
