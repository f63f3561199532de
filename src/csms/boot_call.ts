import { type BootReason, type Speaker, variableOf } from "../ocpp/mod.ts";
import type { CsmsOptions } from "./options.ts";
import type { CsmsPorts } from "./ports.ts";
import type { Pulse } from "./pulse.ts";
import { registered, type Registration } from "./registration.ts";

/** What a BootNotification is said with. */
export interface BootCallParts {
  readonly options: CsmsOptions;
  readonly speaker: Pick<Speaker, "call">;
  readonly pulse: Pick<Pulse, "heard" | "noteTime">;
  /** Why it is sent (2.x B01). */
  bootReason(): BootReason;
  setRegistration(registration: Registration): void;
}

/** Says BootNotification, and books what comes of it; null where no answer came. */
export async function sayBoot(
  ports: Pick<CsmsPorts, "clock" | "log" | "variables" | "spawn" | "journal">,
  { options, speaker, pulse, bootReason, setRegistration }: BootCallParts,
): Promise<Registration | null> {
  const { clock, log } = ports;
  const { station, timing } = options;
  const askedAtMs = clock.monoMs();
  const outcome = await speaker.call({
    action: "BootNotification",
    message: {
      reason: bootReason(),
      chargingStation: {
        vendorName: station.vendorName,
        model: station.model,
        serialNumber: station.serialNumber,
        firmwareVersion: station.firmwareVersion,
      },
    },
  });
  pulse.heard(outcome);
  if (outcome.kind !== "answered") {
    const retryAtMs = clock.monoMs() + timing.bootRetryMinMs;
    setRegistration({ kind: "pending", retryAtMs });
    log("warning", "boot_unanswered", { outcome: outcome.kind });
    return null;
  }
  pulse.noteTime(outcome.message.currentTime, askedAtMs);
  const next = registered(outcome.message, clock.monoMs(), timing.bootRetryMinMs);
  setRegistration(next);
  log("info", "csms_registration", { status: outcome.message.status });
  if (next.kind === "accepted") keepInterval(ports, next.heartbeatMs);
  return next;
}

/** The answer to BootNotification sets HeartbeatInterval, like ChangeConfiguration (1.6 §4.2). */
function keepInterval(
  { clock, variables, spawn, journal }: Pick<
    CsmsPorts,
    "clock" | "variables" | "spawn" | "journal"
  >,
  heartbeatMs: number,
): void {
  const { component, variable } = variableOf("HeartbeatInterval");
  const { writes } = variables.set(component, variable, String(heartbeatMs / 1000), {
    origin: "csms",
    nowWallMs: clock.wallMs(),
    mayChange: ["heartbeat"],
  });
  spawn("keep heartbeat interval", () => journal.commit(writes));
}
