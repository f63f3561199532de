import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import { duration, name } from "./config_words.ts";
import { AID_ACTIONS, type AidRule, isAidable } from "./operations/mod.ts";
import { FAULT_CODES, type FaultCode } from "./site/mod.ts";

const CODES = Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]];
const DAY_MS = 86_400_000;

/** What is done about faults by itself, as site.yaml says it: nothing, unless it is said. */
export const firstAidSchema = z.strictObject({
  rules: z.array(z.strictObject({
    id: name,
    when: z.array(z.enum(CODES)).min(1, "Name at least one fault").max(CODES.length),
    // Chargers with their slots, or "slot 3".
    about: z.array(z.string().min(1).max(100)).max(200).default([]),
    for: duration.default(120_000).refine((ms) => ms <= DAY_MS, "Expected at most 1d"),
    do: z.array(z.enum(AID_ACTIONS)).min(1, "Name at least one step").max(8),
    cooldown: duration.default(600_000).refine(
      (ms) => ms >= 60_000 && ms <= DAY_MS,
      "Expected 1min to 1d: a charger takes its time to come back",
    ),
    perDay: z.number().int().min(1).max(10).default(3),
    whileCharging: z.boolean().default(false),
  })).max(20).default([]),
}).prefault({});

/** The same in the terms of those who obey it. */
export function aidRules({ firstAid }: SiteYaml): readonly AidRule[] {
  return firstAid.rules.map((rule): AidRule => ({
    id: rule.id,
    codes: rule.when,
    subjects: rule.about,
    forMs: rule.for,
    steps: rule.do,
    cooldownMs: rule.cooldown,
    perDay: rule.perDay,
    whileCharging: rule.whileCharging,
  }));
}

/** What does not go together. */
export function aidProblems(yaml: SiteYaml): PlacedProblem[] {
  const { rules } = yaml.firstAid;
  const slotsOf = yaml.chargers.known.map(({ evses }) => evses.map(({ slot }) => slot));
  const isFedAlone = slotsOf.some((slots) =>
    slots.length > 0 &&
    yaml.cuts.some((cut) =>
      cut.slots.length === slots.length && slots.every((slot) => cut.slots.includes(slot))
    )
  );
  return rules.flatMap((rule, index): PlacedProblem[] => {
    const problems: PlacedProblem[] = [];
    const add = (path: readonly (string | number)[], message: string) =>
      void problems.push({ path: ["firstAid", "rules", index, ...path], message });
    if (rules.findIndex(({ id }) => id === rule.id) < index) {
      add(["id"], `There is another rule "${rule.id}"`);
    }
    rule.when.forEach((code, at) => {
      if (!isAidable(code)) {
        add(["when", at], `${code} has happened and is not mended by a restart`);
      }
    });
    rule.do.forEach((step, at) => {
      if (step !== "powerCycle" || isFedAlone) return;
      add(
        ["do", at],
        "A power cycle needs one of cuts that has all slots of a charger and no other",
      );
    });
    return problems;
  });
}
