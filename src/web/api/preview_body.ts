import { z } from "zod";
import { JSON_FIELDS } from "../command_fields.ts";
import { type LoadChange, PREVIEWED_STRATEGIES } from "../forecast_port.ts";

const Slot = z.int().positive();

/** A change, in the words in which the command for it is given. */
export const PreviewBody = z.discriminatedUnion("change", [
  z.strictObject({ change: z.literal("limit"), slot: Slot, to: JSON_FIELDS.limit }),
  z.strictObject({ change: z.literal("priority"), slot: Slot, to: JSON_FIELDS.priority }),
  z.strictObject({ change: z.literal("demand"), slot: Slot, to: JSON_FIELDS.demand }),
  z.strictObject({
    change: z.literal("circuit-limit"),
    circuit: z.string().min(1).max(64).nullable().describe("Null: all chargers of the site"),
    to: JSON_FIELDS.circuitLimit,
  }),
  z.strictObject({ change: z.literal("strategy"), to: z.enum(PREVIEWED_STRATEGIES) }),
]);

/** What such a body asks for. */
export function changeOf(body: z.output<typeof PreviewBody>): LoadChange {
  switch (body.change) {
    case "limit":
      return { kind: "limit", slot: body.slot, ...body.to };
    case "priority":
      return { kind: "priority", slot: body.slot, ...body.to };
    case "demand":
      return { kind: "demand", slot: body.slot, ...body.to };
    case "circuit-limit":
      return { kind: "circuit-limit", circuitId: body.circuit, ...body.to };
    case "strategy":
      return { kind: "strategy", strategy: body.to };
  }
}
