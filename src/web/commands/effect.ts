import type { ChargerView, EvseView } from "../views.ts";
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
    default:
      return null;
  }
}

function isAfter(time: string | null, momentMs: number): boolean {
  return time !== null && Date.parse(time) > momentMs;
}
