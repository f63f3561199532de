import { type Clock, TIMED_OUT, within } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { fail, type Result } from "../lib/result.ts";
import type { Contactor } from "../site/mod.ts";
import { CONTACTOR_PATIENCE_MS } from "./contactor_options.ts";

/** How one kind of contactor is told, over a connection of its own for each order. */
export interface ContactorWire {
  /** What to call it in an error: where it is, without credentials. */
  readonly address: string;
  /** What its silence is called. */
  readonly silence: string;
  /** Tells it once and waits for its word. May throw; may wait for ever. */
  readonly order: (isOpen: boolean) => Promise<Result<void, string>>;
  /** Lets go of the connection of the order that runs, if one does. */
  readonly letGo: () => void;
}

/**
 * A contactor that takes one order after the other, none of them longer than CONTACTOR_PATIENCE_MS:
 * an order that overtook another would leave the contactor as nobody wants it.
 */
export function orderedContactor(
  named: Pick<Contactor, "id" | "slots">,
  wire: ContactorWire,
  clock: Clock,
): Contactor {
  let turn: Promise<unknown> = Promise.resolve();

  async function inTurn(isOpen: boolean): Promise<Result<void, string>> {
    const ordered = wire.order(isOpen).catch((error): Result<void, string> =>
      fail(`${wire.address}: ${errorText(error)}`)
    );
    const outcome = await within(clock, CONTACTOR_PATIENCE_MS, ordered);
    wire.letGo();
    return outcome === TIMED_OUT ? fail(wire.silence) : outcome;
  }

  return {
    id: named.id,
    slots: named.slots,
    set(isOpen) {
      const outcome = turn.then(() => inTurn(isOpen));
      turn = outcome;
      return outcome;
    },
    async stop() {
      wire.letGo();
      await turn;
    },
  };
}
