import { z } from "zod";
import type { SiteYaml } from "./config_schema.ts";
import type { PlacedProblem } from "./config_meters.ts";
import {
  CLASS_MAX,
  type DriverPreferences,
  ENERGY_MAX_WH,
  type NamedPreferences,
  sameToken,
  TIME_OF_DAY,
} from "./site/mod.ts";

/** What is usual for a card, or for the cards of a group. Being named here lets nobody in. */
export const usualSchema = z.strictObject({
  id: z.string().trim().regex(/^[\x20-\x7E]{1,36}$/, "Expected 1 to 36 printable characters"),
  priority: z.int().min(0).max(CLASS_MAX).optional(),
  departure: z.string().regex(TIME_OF_DAY, 'Has to be a time such as "17:30"').optional(),
  energyKwh: z.number().positive().max(ENERGY_MAX_WH / 1_000).optional(),
});

type UsualYaml = z.output<typeof usualSchema>;

/** What drivers usually want, as the desk of demands takes it. */
export function usualDemands({ authorization, balancing, retention }: SiteYaml): {
  readonly tokens: readonly NamedPreferences[];
  readonly groups: readonly NamedPreferences[];
  readonly habitMemoryMs: number;
} {
  return {
    tokens: authorization.tokens.map(named),
    groups: authorization.groups.map(named),
    // No longer than sessions are kept with their drivers (ruling 25).
    habitMemoryMs: balancing.learnHabits ? retention.personal : 0,
  };
}

/** A card or a group that is named twice, where nobody could say which word counts. */
export function usualProblems({ authorization }: SiteYaml): PlacedProblem[] {
  return (["tokens", "groups"] as const).flatMap((list) => {
    const ids = authorization[list].map(({ id }) => centralToken(id));
    return ids.flatMap((id, index): PlacedProblem[] => {
      const isTwice = ids.findIndex((each) => sameToken(each, id)) < index;
      const path = ["authorization", list, index, "id"];
      return isTwice ? [{ path, message: `"${id.idToken}" is there twice` }] : [];
    });
  });
}

function named({ id, priority, departure, energyKwh }: UsualYaml): NamedPreferences {
  const preferences: DriverPreferences = {
    ...(priority === undefined ? {} : { priority }),
    ...(departure === undefined ? {} : { departure }),
    ...(energyKwh === undefined ? {} : { energyWh: Math.round(energyKwh * 1_000) }),
  };
  return { idToken: centralToken(id), preferences };
}

function centralToken(idToken: string) {
  return { idToken, type: "Central" } as const;
}
