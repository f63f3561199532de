import { z } from "zod";
import type { PerLine } from "../../../site/mod.ts";
import { viewSchema } from "./view_schema.ts";

/** A moment, as answers have it. */
export const Time = z.iso.datetime({ offset: true }).meta({ example: "2026-01-05T08:35:00.000Z" });

export const Slot = z.int().meta({
  description: "The site's number of an EVSE, given once for its life",
  example: 3,
});

export const LineName = z.enum(["L1", "L2", "L3"]).meta({
  id: "Line",
  description: "A line conductor of the site's supply",
});

/** One number for each line of the site. */
export const LineValues = viewSchema<PerLine>()(
  z.object({ L1: z.number(), L2: z.number(), L3: z.number() }).meta({
    id: "PerLine",
    description: "One value for each line of the site's supply",
    example: { L1: 12.4, L2: 8, L3: 9.1 },
  }),
);

/** The same where a line may be unknown. */
export const LineReadings = viewSchema<PerLine<number | null>>()(
  z.object({
    L1: z.number().nullable(),
    L2: z.number().nullable(),
    L3: z.number().nullable(),
  }).meta({
    id: "PerLineReading",
    description: "One value for each line; null where nobody measures it",
    example: { L1: 12.4, L2: 8, L3: null },
  }),
);

/** The text of a token, or its end. */
export const TokenText = z.string().meta({
  description: "The token's text; below the role operator only its end",
  example: "04A1B2C3",
});
