import { type Clock, every } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import { errorText, type Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop } from "./lib/write.ts";
import type { Journal, LedgerWrite, Outbox, OutboxStore } from "./outbox/mod.ts";
import type { SiteEvents, SiteFault } from "./site/mod.ts";
import {
  ballastBytes,
  fullBallastBytes,
  readingIntervalMs,
  type Space,
  type SpaceLevel,
  spaceLevel,
} from "./store/mod.ts";

/** The partition of the ledger, and the ballast on it. */
export interface DiskPort {
  /** Null where the machine does not tell. */
  look(): Promise<Space | null>;
  ballastBytes(): Promise<number>;
  setBallast(bytes: number): Promise<void>;
}

/** Sees to it that the disk always takes the end of a session. */
export interface SpaceKeeper {
  start(): Promise<void>;
  stop(): void;
  /** The disk has refused a write: it is looked at now, since chargers wait for their answers. */
  refused(): void;
  level(): SpaceLevel;
  /** Null before the first look, and where the machine does not tell. */
  freeBytes(): number | null;
  /** Why no session may begin; null where one may. */
  refusal(): string | null;
  /** True from when the disk has refused a write until there is room: what is left is for ends. */
  isReserveOnly(): boolean;
  /** How often a reading is kept where one is wanted so often. */
  readingIntervalMs(wantedMs: number): number;
}

/** What the keeper works with. */
export interface SpacePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly journal: Journal;
  readonly outbox: Pick<Outbox, "holds">;
  readonly store: Pick<OutboxStore, "transactions">;
  /** Null on virtual time, and wherever nobody knows. */
  readonly disk: DiskPort | null;
}

/** How the keeper does it. */
export interface SpaceOptions {
  readonly ballastBytes: number;
  /** The CSMS has what it confirmed; a site that stands alone has only its own history. */
  readonly hasCsms: boolean;
}

/** Someone else may fill the partition at any time. */
const LOOK_MS = 10_000;
/** History is deleted in such pieces, each in a commit of its own. */
const PRUNE_MAX = 500;
/** What is younger may still be disputed, and asked for on the pages. */
const PRUNE_AFTER_MS = 31 * 24 * 3_600_000;

/** Creates the keeper. */
export function createSpaceKeeper(options: SpaceOptions, ports: SpacePorts): SpaceKeeper {
  const { clock, log, journal, disk } = ports;
  let level: SpaceLevel = "enough";
  let space: Space | null = null;
  let isLooking = false;
  let isUnknown = false;
  let isReserveOnly = false;
  let stopTicks = () => {};

  async function look(): Promise<void> {
    if (disk === null || isLooking) return;
    isLooking = true;
    try {
      space = await disk.look();
      if (space !== null) await act(disk, space);
      // Said once: the ledger may fill the disk, and nobody would know before.
      else if (!isUnknown) log("warning", "disk_space_unknown");
      isUnknown = space === null;
    } catch (error) {
      log("error", "disk_not_managed", { error: errorText(error) });
    } finally {
      isLooking = false;
    }
  }

  /** The ballast first: a full disk takes neither a deletion nor a checkpoint. */
  async function act(on: DiskPort, now: Space): Promise<void> {
    const ballast = {
      nowBytes: await on.ballastBytes(),
      fullBytes: fullBallastBytes(now, options.ballastBytes),
    };
    const next = spaceLevel(now, ballast, level);
    const isRefused = isFull(journal.trouble());
    isReserveOnly = next === "critical" && (isReserveOnly || isRefused);
    const bytes = ballastBytes(next, ballast, isRefused);
    if (bytes !== ballast.nowBytes) {
      await on.setBallast(bytes);
      log("info", "ballast_changed", { bytes, space: next });
    }
    if (next !== level) change(next, now);
    if (next === "very-low" || next === "critical") await prune();
  }

  function change(next: SpaceLevel, { freeBytes }: Space): void {
    level = next;
    log(next === "enough" ? "info" : "warning", "disk_space", { space: next, freeBytes });
    ports.events.emit("fault", faultOf(next, freeBytes));
  }

  async function prune(): Promise<void> {
    if (!options.hasCsms) return;
    const found = await ports.store.transactions({
      toMs: clock.wallMs() - PRUNE_AFTER_MS,
      limit: PRUNE_MAX,
      oldestFirst: true,
    });
    const confirmed = found.filter(({ id, stop }) => stop !== null && !ports.outbox.holds(id));
    if (confirmed.length === 0) return;
    log("warning", "history_pruned", { sessions: confirmed.length });
    await journal.commit(confirmed.map(({ id }): LedgerWrite => drop("transactions", id)));
  }

  return {
    async start() {
      if (disk === null) return;
      await look();
      stopTicks = every(clock, LOOK_MS, () => ports.spawn("look at the disk", look));
    },
    stop: () => stopTicks(),
    refused: () => ports.spawn("look at the disk", look),
    level: () => level,
    freeBytes: () => space?.freeBytes ?? null,
    refusal: () => level === "critical" ? "the disk is full: what runs is kept to its end" : null,
    isReserveOnly: () => isReserveOnly,
    readingIntervalMs: (wantedMs) => readingIntervalMs(level, wantedMs),
  };
}

/** What SQLite says of it, and the system. */
function isFull(trouble: string | null): boolean {
  return trouble !== null && /full|ENOSPC|no space/i.test(trouble);
}

const TEXTS: Readonly<Record<SpaceLevel, string>> = {
  "enough": "The disk has room again",
  "low": "The disk is getting full: readings are kept every 15 minutes only, telemetry not at all",
  "very-low": "The disk is almost full: old sessions that the CSMS has confirmed are deleted",
  "critical": "The disk is full: no session can begin; those that run are kept to their end",
};

function faultOf(level: SpaceLevel, freeBytes: number): SiteFault {
  const mib = Math.floor(freeBytes / 1_048_576);
  return {
    kind: "disk-space",
    severity: level === "low" ? "warning" : "alarm",
    subject: "site",
    text: level === "enough" ? TEXTS[level] : `${TEXTS[level]}. ${mib} MiB are free: make room`,
    state: level === "enough" ? "over" : "raised",
  };
}
