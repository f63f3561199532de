import type { SecurityOrder } from "../../site/mod.ts";
import type { ChargerSecurityView, ChargerView, EvseView } from "../views.ts";
import type { Command } from "./command.ts";

/** What can be seen of a command's target. */
export interface Sight {
  readonly evse: EvseView | undefined;
  readonly charger: ChargerView | undefined;
  /** When the command was asked for, by the wall clock. */
  readonly askedAtMs: number;
  /** The session that ran when the command was asked for. */
  readonly transactionBefore: string | null;
}

/**
 * Whether a command shows in the state of its target. A charger that answers "Accepted" has only
 * promised; this is what proves it. Null where nothing would show: nobody can see a lock open.
 */
export function isInEffect(command: Command, sight: Sight): boolean | null {
  const { evse, charger } = sight;
  switch (command.kind) {
    case "start":
      return evse !== undefined && evse.transaction !== null &&
        evse.transaction.id !== sight.transactionBefore;
    case "stop":
      return evse !== undefined && evse.transaction?.id !== sight.transactionBefore;
    case "availability":
      return evse !== undefined && evse.operative === command.operational &&
        (evse.state === "unavailable") === !command.operational;
    case "limit":
      return evse !== undefined && evse.offeredAmps !== null && evse.offeredAmps <= command.amps;
    case "reconnect":
      return evse !== undefined && !evse.isCut;
    case "reset":
      return charger !== undefined && isAfter(charger.bootedAt, sight.askedAtMs);
    case "adopt":
      return charger !== undefined && charger.connected;
    case "rebind":
      return charger !== undefined && charger.held === null;
    case "security":
      return charger === undefined ? false : isSecured(command.order, charger.security, sight);
    default:
      return null;
  }
}

/** A charger has come with what it was given, or what it had counts no more. */
function isSecured(
  order: SecurityOrder,
  { password, certificates, profile, leastProfile }: ChargerSecurityView,
  { askedAtMs }: Sight,
): boolean {
  switch (order.do) {
    case "new-password":
      return isAfter(password.since, askedAtMs);
    case "renew-certificate":
      return certificates.some(({ issuedAt }) => isAfter(issuedAt, askedAtMs));
    case "revoke-certificates":
      return certificates.every(({ revoked }) => revoked !== null);
    case "raise-profile":
      return profile !== null && profile >= order.profile;
    case "allow-profile":
      return leastProfile <= order.profile;
  }
}

function isAfter(time: string | null, momentMs: number): boolean {
  return time !== null && Date.parse(time) > momentMs;
}
