import { z } from "zod";
import type { SessionReadingView } from "../../session_story.ts";
import { Time } from "./common.ts";
import { viewSchema } from "./view_schema.ts";

const Amps = z.number();

/** What a session was offered and drew at one moment. */
export const SessionReadingSchema = viewSchema<SessionReadingView>()(
  z.object({
    at: Time,
    offeredAmps: Amps.nullable().describe("The limit in force, per line"),
    currentsAmps: z.tuple([Amps, Amps, Amps]).nullable()
      .describe("On the charger's phases 1, 2, 3; null where it does not tell"),
    powerW: z.number().nullable(),
    socPercent: z.number().nullable().describe("The battery of the EV, where the charger tells it"),
  }).meta({ id: "SessionReading", description: "What a session was offered and drew" }),
);
