import { createMains, DELIVERY_MAX_MS } from "../station/mains.ts";
import { forgetProfiles } from "../station/profile_store.ts";
import type { Metering } from "./metering.ts";
import type { Station16 } from "./station.ts";
import type { StopReason16, Transactions16 } from "./transactions.ts";

/** Reboots and power cuts. */
export interface Power16 {
  /** What Reset orders (1.6 §5.14, errata 3.36). */
  reset(type: "Hard" | "Soft"): void;
  /** The mains fail for so long. */
  losePower(forMs: number): void;
  /** Its software starts anew without having been told. */
  reboot(): void;
  stop(): void;
}

/** Creates the power switch of a station. */
export function createPower16(
  station: Station16,
  transactions: Transactions16,
  metering: Metering,
): Power16 {
  const { ports, options, connectors, link, queue } = station;
  const mains = createMains(station, {
    forgetProfiles: () => forgetProfiles(station),
    restartSettings: () => station.configuration.restart(),
    reschedule: () => metering.reschedule(),
  });

  function stopAll(reason: StopReason16): void {
    for (const connector of connectors) transactions.stop(connector, reason);
  }

  async function resetSoftly(): Promise<void> {
    stopAll("SoftReset");
    await queue.drained(DELIVERY_MAX_MS);
    link.restart(options.timing.rebootMs, { boots: true, how: "close" });
    mains.goDown(options.timing.rebootMs);
  }

  /** The connection goes first, so that the ends are told after the boot. */
  function breakOff(reason: StopReason16, forMs: number): void {
    link.restart(forMs, { boots: true, how: "drop" });
    stopAll(reason);
    mains.goDown(forMs);
  }

  return {
    reset(type) {
      if (type === "Soft") return ports.spawn("soft reset", resetSoftly);
      breakOff("HardReset", options.timing.rebootMs);
      if (options.faults.losesQueueOnHardReset) queue.clear();
    },
    reboot: () => breakOff("Reboot", options.timing.rebootMs),
    losePower: (forMs) => breakOff("PowerLoss", forMs + options.timing.rebootMs),
    stop: () => mains.stop(),
  };
}
