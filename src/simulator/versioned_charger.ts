import { every, sleep } from "../lib/clock.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import type { Charger, ChargerPorts, LostMessage } from "./charger.ts";
import type { ChargerOptions } from "./charger_options.ts";
import { createCharger16 } from "./charger16/charger16.ts";
import { createCharger2x } from "./charger2x/charger2x.ts";
import type { Outlet } from "./outlet.ts";

/** A charger of one version, as its firmware is. */
export interface StationCharger extends Charger {
  /** Its sockets, with what is plugged in. */
  outlets(): readonly Outlet[];
  /** It goes down for good, with nothing left to tell. Resolves when its connection is gone. */
  retire(): Promise<void>;
}

/** A charger that may get firmware of another version. */
export interface VersionedCharger extends Charger {
  version(): OcppVersion;
  /**
   * Gives it firmware of that version. As with real ones it is installed when nobody charges and all is
   * told; then the charger restarts.
   */
  updateFirmware(version: OcppVersion): void;
}

/** How often it looks whether the moment has come. */
const LOOK_MS = 1_000;

/** Builds a charger that speaks what its options say. It does nothing before `start`. */
export function createCharger(options: ChargerOptions, ports: ChargerPorts): VersionedCharger {
  let version = options.version;
  let wanted = version;
  let own = createStation(version, options, ports);
  let lostBefore: readonly LostMessage[] = [];
  let cancelLook: (() => void) | null = null;
  let isChanging = false;
  const stopped = new AbortController();

  function look(): void {
    const isBusy = isChanging || !own.isUp() || own.undelivered() > 0 ||
      own.connectorIds.some((id) =>
        own.look(id).transactionId !== null || own.look(id).hasTransaction
      );
    if (isBusy) return;
    cancelLook?.();
    cancelLook = null;
    if (wanted !== version) ports.spawn("update firmware", change);
  }

  async function change(): Promise<void> {
    isChanging = true;
    await own.retire();
    lostBefore = [...lostBefore, ...own.lost()];
    if (await sleep(ports.clock, options.timing.rebootMs, stopped.signal) === "elapsed") {
      version = wanted;
      const firmwareVersion = `${options.firmwareVersion} for ${version}`;
      own = createStation(version, { ...options, firmwareVersion }, ports, own.outlets());
      own.start();
    }
    isChanging = false;
  }

  return {
    identity: options.identity,
    connectorIds: own.connectorIds,
    version: () => version,
    updateFirmware(next) {
      wanted = next;
      if (stopped.signal.aborted) return;
      cancelLook ??= every(ports.clock, LOOK_MS, look);
    },
    start: () => own.start(),
    async stop() {
      stopped.abort();
      cancelLook?.();
      await own.stop();
    },
    plugIn: (connectorId, ev) => own.plugIn(connectorId, ev),
    unplug: (connectorId) => own.unplug(connectorId),
    presentCard: (connectorId, idTag) => own.presentCard(connectorId, idTag),
    breakDown: (connectorId, errorCode) => own.breakDown(connectorId, errorCode),
    // While the firmware is written nothing else happens to it.
    losePower: (forMs) => isChanging ? undefined : own.losePower(forMs),
    reboot: () => isChanging ? undefined : own.reboot(),
    look: (connectorId) => own.look(connectorId),
    isUp: () => own.isUp(),
    clockMs: () => own.clockMs(),
    currents: () => own.currents(),
    undelivered: () => own.undelivered(),
    lost: () => [...lostBefore, ...own.lost()],
  };
}

function createStation(
  version: OcppVersion,
  options: ChargerOptions,
  ports: ChargerPorts,
  outlets?: readonly Outlet[],
): StationCharger {
  return version === "ocpp1.6"
    ? createCharger16(options, ports, outlets)
    : createCharger2x(version, options, ports, outlets);
}
