import { createMains, DELIVERY_MAX_MS } from "../station/mains.ts";
import type { Said2x } from "./messages.ts";
import type { Metering2x } from "./metering.ts";
import { forgetProfiles2x } from "./profiles.ts";
import type { Station2x } from "./station.ts";
import type { Ending, Transactions2x } from "./transactions.ts";

/** Why it boots. */
export type BootReason2x = Said2x["BootNotification"]["reason"];

/** Reboots and power cuts (2.0.1 B11, B12). */
export interface Power2x {
  /** What Reset orders: now, with what runs ended. */
  resetNow(): void;
  /** As soon as nothing runs. */
  resetWhenIdle(): void;
  /** The mains fail for so long. */
  losePower(forMs: number): void;
  /** Its software starts anew without having been told. */
  reboot(): void;
  /** Looks whether a restart that waits is due. */
  observe(): void;
  /** Why it came up last. */
  bootReason(): BootReason2x;
  stop(): void;
}

const RESET: Ending = { reason: "ImmediateReset", trigger: "ResetCommand" };
const REBOOT: Ending = { reason: "Reboot", trigger: "AbnormalCondition" };
const POWER_LOSS: Ending = { reason: "PowerLoss", trigger: "AbnormalCondition" };

/** Creates the power switch of a station. */
export function createPower2x(
  station: Station2x,
  transactions: Transactions2x,
  metering: Metering2x,
  firstReason: BootReason2x,
): Power2x {
  const { memory, ports, options, connectors, link, queue } = station;
  const mains = createMains(station, {
    forgetProfiles: () => forgetProfiles2x(station),
    restartSettings: () => station.variables.restart(),
    reschedule: () => metering.reschedule(),
  });
  let reason: BootReason2x = firstReason;

  function endAll(ending: Ending): void {
    for (const evse of connectors) transactions.end(evse, ending);
  }

  function goDown(forMs: number): void {
    memory.restartsWhenIdle = false;
    mains.goDown(forMs);
  }

  /** B12.FR.04: the ends are told before the reboot, where they can be. */
  async function restart(why: BootReason2x): Promise<void> {
    endAll(RESET);
    if (options.faults.losesQueueOnHardReset) queue.clear();
    else await queue.drained(DELIVERY_MAX_MS);
    reason = why;
    link.restart(options.timing.rebootMs, { boots: true, how: "close" });
    goDown(options.timing.rebootMs);
  }

  /** The connection goes first, so that the ends are told after the boot. */
  function breakOff(ending: Ending, forMs: number, why: BootReason2x): void {
    reason = why;
    link.restart(forMs, { boots: true, how: "drop" });
    endAll(ending);
    goDown(forMs);
  }

  return {
    resetNow: () => ports.spawn("reset", () => restart("RemoteReset")),
    resetWhenIdle() {
      memory.restartsWhenIdle = true;
      station.update();
    },
    observe() {
      if (!memory.restartsWhenIdle || !memory.isUp) return;
      if (connectors.some(({ transaction }) => transaction !== null)) return;
      memory.restartsWhenIdle = false;
      ports.spawn("scheduled reset", () => restart("ScheduledReset"));
    },
    reboot: () => breakOff(REBOOT, options.timing.rebootMs, "Watchdog"),
    losePower: (forMs) => breakOff(POWER_LOSS, forMs + options.timing.rebootMs, "PowerUp"),
    bootReason: () => reason,
    stop: () => mains.stop(),
  };
}
