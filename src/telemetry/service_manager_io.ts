import { type Clock, every } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";

/** systemd, as a service of `Type=notify` sees it. Outside of systemd every call does nothing. */
export interface ServiceManager {
  /** The gateway takes connections. */
  ready(): Promise<void>;
  stopping(): Promise<void>;
  /** Ends the watchdog's beat and lets go of the socket. */
  close(): void;
}

/** A third of the time that systemd waits, so that one late beat does no harm. */
const BEATS_PER_PERIOD = 3;

/**
 * Connects to systemd where `NOTIFY_SOCKET` names it. The watchdog beats only while `isHealthy`: a
 * process that lives and does nothing must be restarted, one that merely lost its CSMS must not.
 */
export function openServiceManager(
  ports: { readonly clock: Clock; readonly log: Log; readonly spawn: Spawner },
  isHealthy: () => boolean,
): ServiceManager {
  const target = Deno.env.get("NOTIFY_SOCKET");
  const folder = Deno.env.get("RUNTIME_DIRECTORY");
  if (target === undefined || folder === undefined) {
    return { ready: async () => {}, stopping: async () => {}, close: () => {} };
  }
  const own = `${folder}/notify.sock`;
  removeLeftover(own);
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: own });
  const periodMs = Number(Deno.env.get("WATCHDOG_USEC") ?? 0) / 1000;

  async function send(text: string): Promise<void> {
    try {
      const bytes = new TextEncoder().encode(text);
      await socket.send(bytes, { transport: "unixpacket", path: target ?? "" });
    } catch (error) {
      ports.log("warning", "notify_failed", { error: errorText(error) });
    }
  }

  const stopBeat = periodMs > 0
    ? every(ports.clock, periodMs / BEATS_PER_PERIOD, () => {
      if (isHealthy()) ports.spawn("watchdog", () => send("WATCHDOG=1"));
    })
    : () => {};

  return {
    ready: () => send("READY=1"),
    stopping: () => send("STOPPING=1"),
    close() {
      stopBeat();
      socket.close();
      removeLeftover(own);
    },
  };
}

function removeLeftover(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
