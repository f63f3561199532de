import type { ListenerOptions } from "./chargers/mod.ts";
import { createTcpListener } from "./chargers/listener_io.ts";
import { createWebSocketDialer } from "./csms/dial_io.ts";
import { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import { createSystemClock } from "./lib/clock_io.ts";
import { createSystemIds } from "./lib/ids_io.ts";
import { errorText, type Log } from "./lib/log.ts";
import { createSpawner } from "./lib/spawn.ts";
import type { MeterOptions } from "./meters/mod.ts";
import { createMeters } from "./meters/meters_io.ts";
import { openDiskSpace } from "./store/disk_space_io.ts";
import { LedgerDamaged, openLedger } from "./store/ledger_io.ts";

/** What the real gateway is told besides the options of the rooms. */
export interface MachineOptions extends GatewayOptions {
  readonly dataPath: string;
  readonly listeners: readonly ListenerOptions[];
  readonly meters: readonly MeterOptions[];
}

/** The file that holds what must not be lost. */
export const LEDGER_FILE = "ledger.db";

/**
 * Starts the gateway on this machine: its clock, its disk, its sockets. A damaged ledger is kept
 * aside and a new one begun: cars must charge, whatever happened to history.
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
    const kept = await keepAside(`${options.dataPath}/${LEDGER_FILE}`, clock);
    log("error", "ledger_damaged", { error: errorText(error), kept });
    const gateway = await startOn(options, clock, log);
    gateway.web.events.emit("fault", {
      kind: "ledger-damaged",
      severity: "alarm",
      subject: "site",
      text: `The ledger was damaged and is kept as ${kept}: restore a backup`,
      state: "raised",
    });
    return gateway;
  }
}

async function startOn(options: MachineOptions, clock: Clock, log: Log): Promise<Gateway> {
  const store = openLedger(`${options.dataPath}/${LEDGER_FILE}`);
  try {
    return await createGateway(options, {
      clock,
      ids: createSystemIds(),
      log,
      store,
      listeners: options.listeners.map((listener) => ({
        listener: createTcpListener(listener, log),
        options: listener,
      })),
      dialer: createWebSocketDialer(),
      meters: createMeters(options.meters, clock, log, createSpawner(log)),
      disk: openDiskSpace(options.dataPath),
      memoryBytes: () => Deno.memoryUsage().rss,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Renames the ledger with its side files; returns the new name. */
async function keepAside(path: string, clock: Clock): Promise<string> {
  const kept = `${path}.damaged-${isoTime(clock.wallMs()).replaceAll(":", "")}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      await Deno.rename(path + suffix, kept + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return kept;
}
