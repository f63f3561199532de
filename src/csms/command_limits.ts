import { TIMED_OUT, within } from "../lib/clock.ts";
import type { CsmsAction, InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { BRAKED, createCommandBrake, DISRUPTIVE_PER_MINUTE } from "./command_brake.ts";
import type { CsmsOptions } from "./options.ts";
import type { CsmsPorts, StartOutcome, StartWish } from "./ports.ts";

/** How much the CSMS may disrupt, and how long it is kept waiting for a charger. */
export interface CommandLimits extends Pick<CsmsPorts["chargers"], "call" | "orderStart"> {
  /** False for what is one too many of its kind. */
  mayDisrupt(call: InsideCall): boolean;
}

type Ports = Pick<CsmsPorts, "clock" | "log" | "events" | "chargers">;

/** Creates the limits of one CSMS. */
export function createCommandLimits(
  { timing, disruptivePerMinute = DISRUPTIVE_PER_MINUTE }: CsmsOptions,
  { clock, log, events, chargers }: Ports,
): CommandLimits {
  const brake = createCommandBrake(disruptivePerMinute);
  let isBraking = false;

  /** A CSMS that somebody has taken over must not stop a whole site at once, nor over and over. */
  function mayDisrupt(call: InsideCall): boolean {
    const { isAdmitted, isFree } = brake.look(call, clock.monoMs());
    if (!isAdmitted) log("warning", "csms_command_braked", { action: call.action });
    if (isAdmitted ? isBraking && isFree : !isBraking) {
      isBraking = !isAdmitted;
      const text = isBraking ? `From the CSMS: ${BRAKED.toLowerCase()}` : "It is quiet again";
      events.emit("fault", {
        kind: "csms-braked",
        severity: "alarm",
        subject: "site",
        text,
        state: isBraking ? "raised" : "over",
      });
    }
    return isAdmitted;
  }

  /** A CSMS does not wait for ever: a charger that takes too long counts as silent. */
  async function call<A extends CsmsAction>(
    chargerId: string,
    asked: InsideCall<A> & { readonly action: A },
    urgent?: boolean,
  ): Promise<SpokenOutcome<A>> {
    const answer = chargers.call<A>(chargerId, asked, urgent);
    const outcome = await within(clock, timing.commandTimeoutMs, answer);
    return outcome === TIMED_OUT ? { kind: "silent" } : outcome;
  }

  async function orderStart(wish: StartWish): Promise<StartOutcome> {
    const order = chargers.orderStart(wish);
    const outcome = await within(clock, timing.commandTimeoutMs, order);
    return outcome === TIMED_OUT ? { kind: "silent" } : outcome;
  }

  return { mayDisrupt, call, orderStart };
}
