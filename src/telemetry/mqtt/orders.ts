import { z } from "zod";
import type { CommandOutcome } from "../../site/mod.ts";
import type { OrderName } from "./topics.ts";

/** What somebody at the broker wants of an EVSE. */
export type Order =
  | { readonly name: "start"; readonly slot: number; readonly idToken: string }
  | { readonly name: "stop"; readonly slot: number }
  | {
    readonly name: "limit";
    readonly slot: number;
    readonly amps: number;
    readonly minutes: number;
  };

/** What became of an order, as it is published. */
export interface OrderOutcome {
  readonly order: OrderName;
  readonly outcome: CommandOutcome["kind"];
  /** What was done, or why not. */
  readonly text: string;
  readonly advice?: string;
  /** What the order called itself. */
  readonly ref?: string;
}

/** An order, or why a message is none. */
export type OrderReading =
  | { readonly ok: true; readonly order: Order; readonly ref: string | null }
  | { readonly ok: false; readonly problem: string; readonly ref: string | null };

/** A longer message is no order. */
export const ORDER_BYTES_MAX = 1_024;
/** The longest that an operator's limit holds; a number alone means that long. */
const LIMIT_MINUTES_MAX = 24 * 60;

const ref = z.string().max(64).optional();

const Start = z.strictObject({
  idToken: z.string().trim().regex(/^[\x20-\x7e]{1,36}$/).optional(),
  ref,
});
const Stop = z.strictObject({ ref });
const Limit = z.strictObject({
  amps: z.number().min(0).max(1_000),
  minutes: z.int().min(1).max(LIMIT_MINUTES_MAX).default(LIMIT_MINUTES_MAX),
  ref,
});

/** Reads a message. `startToken`: for a start that names none. */
export function readOrder(
  name: OrderName,
  slot: number,
  payload: string,
  startToken: string | null,
): OrderReading {
  const given = parse(payload.trim());
  switch (name) {
    case "start": {
      // A token alone may be a number to JSON.
      const named = isObject(given) ? given : payload.trim() === "" ? {} : { idToken: payload };
      return read(
        Start,
        named,
        ({ idToken = startToken }) =>
          idToken === null ? "A start needs an idToken" : { name, slot, idToken },
      );
    }
    case "stop":
      return read(Stop, isObject(given) ? given : {}, () => ({ name, slot }));
    case "limit":
      return read(
        Limit,
        isObject(given) ? given : { amps: given },
        ({ amps, minutes }) => ({ name, slot, amps, minutes }),
      );
  }
}

function read<Schema extends z.ZodType<{ ref?: string | undefined }>>(
  schema: Schema,
  given: unknown,
  orderOf: (fields: z.output<Schema>) => Order | string,
): OrderReading {
  const refText = isObject(given) && typeof given["ref"] === "string"
    ? given["ref"].slice(0, 64)
    : null;
  const reading = schema.safeParse(given);
  if (!reading.success) {
    const problem = reading.error.issues
      .map(({ path, message }) => [...path, message].join(": ")).join("; ");
    return { ok: false, problem, ref: refText };
  }
  const order = orderOf(reading.data);
  return typeof order === "string"
    ? { ok: false, problem: order, ref: refText }
    : { ok: true, order, ref: refText };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
