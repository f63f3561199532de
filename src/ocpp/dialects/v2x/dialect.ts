import { isInsideAction, isIntent } from "../../actions.ts";
import type { Enveloped, InsideAction, InsideCall, InsideResponse } from "../../inside.ts";
import type { SchemaBook } from "../../messages/schemas.ts";
import type { OcppVersion } from "../../version.ts";
import type { Dialect } from "../dialect.ts";
import { withSignaturesJoined } from "./meter_values.ts";
import { createNarrowing, type Narrowed } from "./narrowing.ts";
import { widenedRequest } from "./widening.ts";

/**
 * OCPP 2.1 and 2.0.1 as both edges speak them. What is said inside is 2.1, so that reading changes next
 * to nothing, and writing leaves out what is only for the inside and what the older version does not
 * know.
 */
export function createDialect2x(
  version: Exclude<OcppVersion, "ocpp1.6">,
  book: SchemaBook,
): Dialect {
  const actions = new Set(book.actions("request").filter(isInsideAction));
  const says = (action: InsideAction) => actions.has(action) && !isIntent(action);
  const narrowing = createNarrowing(book);
  /** Asking whether a call can be said already says it. */
  const said = new WeakMap<object, Narrowed>();

  function narrowed(call: InsideCall): Narrowed {
    const known = said.get(call);
    if (known !== undefined) return known;
    const next = narrowing.narrow("request", call.action, prepared(call));
    said.set(call, next);
    return next;
  }

  return {
    version,

    says,

    readRequest({ action, payload }) {
      if (!isInsideAction(action) || !actions.has(action)) return null;
      // The names are the same, and each name's message is the inside's own or contains it.
      return { action, message: widenedRequest(action, payload) } as InsideCall;
    },

    // TransactionEvents that cannot be read have neither a register nor a number.
    salvageStop: () => null,

    writeResponse: (wireAction, _insideAction, { message }) =>
      narrowing.narrow("response", wireAction, message).payload,

    refusal(call) {
      if (!says(call.action)) {
        return `${nameOf(version)} has no ${call.action}`;
      }
      const { problems } = narrowed(call);
      return problems.length === 0 ? null : problems.slice(0, PROBLEMS_TOLD).join("; ");
    },

    writeRequest: (call) => ({ action: call.action, payload: narrowed(call).payload }),

    readResponse: <A extends InsideAction>(_wire: string, insideAction: A, payload: unknown) =>
      ({ message: read(insideAction, payload) }) as Enveloped<InsideResponse<A>>,
  };
}

const PROBLEMS_TOLD = 3;

function nameOf(version: OcppVersion): string {
  return version.replace("ocpp", "");
}

function prepared({ action, message }: InsideCall): unknown {
  switch (action) {
    case "MeterValues":
      return { ...message, meterValue: withSignaturesJoined(message.meterValue) };
    case "TransactionEvent":
      return message.meterValue === undefined
        ? message
        : { ...message, meterValue: withSignaturesJoined(message.meterValue) };
    default:
      return message;
  }
}

/** 2.x reports in messages of their own, after the answer. */
function read(action: InsideAction, payload: unknown): unknown {
  return action === "GetBaseReport" ? { ...payload as object, reportData: [] } : payload;
}
