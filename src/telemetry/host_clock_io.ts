import { chronyTracking, HOST_CLOCK_FILES, type HostClock } from "./host_clock.ts";

/** What chrony wrote counts for so long: its unit writes once a minute. */
const CHRONY_FRESH_MS = 5 * 60_000;
/** systemd-timesyncd asks every 34 minutes at the latest (PollIntervalMaxSec). */
const TIMESYNCD_FRESH_MS = 3 * 3_600_000;
const TRACKING_LENGTH_MAX = 1_000;

/** Looks; null where no time service of which we know says anything. `nowMs`: the machine's clock. */
export async function readHostClock(
  nowMs: number,
  files: { readonly timesyncd: string; readonly chrony: string } = HOST_CLOCK_FILES,
): Promise<HostClock | null> {
  const chrony = await chronyClock(nowMs, files.chrony);
  if (chrony !== null) return chrony;
  const touchedMs = await touched(files.timesyncd);
  if (touchedMs === null) return null;
  const isSynchronized = nowMs - touchedMs < TIMESYNCD_FRESH_MS;
  return { service: "systemd-timesyncd", isSynchronized, seenAtMs: touchedMs, offsetMs: null };
}

async function touched(path: string): Promise<number | null> {
  // Where nobody lets us look a terminal is not asked to.
  const { state } = await Deno.permissions.query({ name: "read", path });
  if (state !== "granted") return null;
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? null;
  } catch {
    // It is not there.
    return null;
  }
}

async function chronyClock(nowMs: number, path: string): Promise<HostClock | null> {
  const touchedMs = await touched(path);
  if (touchedMs === null) return null;
  const text = await Deno.readTextFile(path).catch(() => "");
  const tracking = text.length > TRACKING_LENGTH_MAX ? null : chronyTracking(text);
  if (tracking === null) return null;
  const isFresh = nowMs - touchedMs < CHRONY_FRESH_MS;
  return {
    service: "chrony",
    isSynchronized: tracking.isSynchronized && isFresh,
    seenAtMs: touchedMs,
    offsetMs: tracking.offsetMs,
  };
}
