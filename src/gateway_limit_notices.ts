import { limitNotices, type NoticedSlot, type ToldLimits } from "./balancing/mod.ts";
import type { Csms, CsmsStatus } from "./csms/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { SiteEvents, Variables } from "./site/mod.ts";

export interface LimitNoticePorts {
  readonly clock: Pick<Clock, "monoMs">;
  readonly events: Pick<Events<SiteEvents>, "on">;
  readonly variables: Pick<Variables, "integer">;
  /** Null for a site that stands alone. */
  readonly csms: () =>
    | Pick<Csms, "isOnline" | "limitNotice"> & {
      readonly status: () => Pick<CsmsStatus, "version">;
    }
    | null;
  /** Every slot with a session. */
  readonly slots: () => readonly NoticedSlot[];
}

/**
 * Tells the CSMS where the site, an operator or the grid gives less than its profiles (ruling 22; 2.1
 * K11 to K13). A CSMS of 1.6 is not told: there is no message for it; it asks for the composite
 * schedule, and the pages say it. The returned function ends it.
 */
export function startLimitNotices(ports: LimitNoticePorts): () => void {
  const { clock, events, variables } = ports;
  let told: ToldLimits = new Map();

  return events.on("circuits", () => {
    const csms = ports.csms();
    if (csms === null || !csms.isOnline() || csms.status().version === "ocpp1.6") {
      // Whoever connects next hears of all that stands then.
      told = new Map();
      return;
    }
    const significance = variables.integer("SmartChargingCtrlr.LimitChangeSignificance");
    const step = limitNotices(told, ports.slots(), significance, clock.monoMs());
    told = step.told;
    for (const notice of step.notices) csms.limitNotice(notice);
  });
}
