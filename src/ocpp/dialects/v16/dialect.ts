import { assume } from "../../../lib/assert.ts";
import type { Enveloped, InsideAction, InsideCall, InsideResponse } from "../../inside.ts";
import type { Dialect } from "../dialect.ts";
import { actionFor16, isSayable16 } from "./action_choice.ts";
import { type AnyExchange16, findExchange16, insideActionOf, isAction16 } from "./codecs.ts";
import { refusal16 } from "./refusal.ts";
import { salvageStop16 } from "./salvage.ts";

/** OCPP 1.6 with its security extension, as both edges speak it. */
export const dialect16: Dialect = {
  version: "ocpp1.6",

  says: isSayable16,

  readRequest({ action, payload }) {
    if (!isAction16(action)) return null;
    const inside = insideActionOf(action, payload);
    const read = exchangeFor(action, inside).request.read(payload);
    // The table pairs each name with its own message.
    return { action: inside, ...read } as InsideCall;
  },

  salvageStop: (action, remains) => action === "StopTransaction" ? salvageStop16(remains) : null,

  writeResponse: (wireAction, insideAction, response) =>
    exchangeFor(wireAction, insideAction).response.write(response),

  refusal: refusal16,

  writeRequest(call) {
    const action = actionFor16(call);
    return { action, payload: exchangeFor(action, call.action).request.write(call) };
  },

  readResponse: <A extends InsideAction>(wireAction: string, insideAction: A, payload: unknown) =>
    exchangeFor(wireAction, insideAction).response.read(payload) as Enveloped<InsideResponse<A>>,
};

function exchangeFor(action: string, inside: InsideAction): AnyExchange16 {
  const exchange = isAction16(action) ? findExchange16(action, inside) : undefined;
  assume(exchange !== undefined, `Cannot translate ${action}: it is not ${inside}`);
  return exchange;
}
