import { z } from "zod";
import { type ChargerModel, quirksOf } from "./chargers/mod.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import { type DesiredRule, undesirableBecause } from "./operations/mod.ts";
import { type SettingName, variableNamed } from "./site/mod.ts";

/** 1.6 §7.21 and 2.x part 2: what a key and a value have at most. */
const value = z.union([z.string().max(500), z.number(), z.boolean()]);
const settings16 = z.record(
  z.string().regex(/^[\x20-\x7e]{1,50}$/, "Expected a key of 1.6: 1 to 50 printable characters"),
  value,
);
const settings2 = z.record(
  z.string().refine(
    (text) => variableNamed(text) !== null,
    "Expected a variable such as OCPPCommCtrlr.HeartbeatInterval, or Component.Variable[instance]",
  ),
  value,
);

const common = {
  // The gateway sets it; otherwise it only tells where a charger differs.
  correct: z.boolean().default(false),
  ocpp16: settings16.default({}),
  ocpp2: settings2.default({}),
};

const pattern = z.string().min(1).max(200);

/** `chargers.desired`: what chargers of a vendor or model, or all, are to be set to. */
export const desiredSchema = z.array(z.strictObject({
  vendor: pattern.optional(),
  model: pattern.optional(),
  ...common,
})).max(100).default([]);

/** `chargers.known[].desired`: the same for one charger; it wins. */
export const ownDesiredSchema = z.strictObject(common).optional();

type Wanted = Pick<SiteYaml["chargers"]["desired"][number], "correct" | "ocpp16" | "ocpp2">;

/** The same in the terms of those who obey it. */
export function desiredRules({ chargers }: SiteYaml): readonly DesiredRule[] {
  const texts = (values: Wanted["ocpp16"]) =>
    Object.fromEntries(Object.entries(values).map(([name, each]) => [name, String(each)]));
  const ruleOf = ({ correct, ocpp16, ocpp2 }: Wanted) => ({
    corrects: correct,
    ocpp16: texts(ocpp16),
    ocpp2: texts(ocpp2),
  });
  return [
    ...chargers.desired.map(({ vendor = null, model = null, ...wanted }): DesiredRule => ({
      vendor,
      model,
      chargerId: null,
      ...ruleOf(wanted),
    })),
    ...chargers.known.flatMap(({ id, desired }): DesiredRule[] =>
      desired === undefined
        ? []
        : [{ vendor: null, model: null, chargerId: id, ...ruleOf(desired) }]
    ),
  ];
}

/** Settings by which a charger would be lost, or that nobody can set again and again. */
export function desiredProblems(
  { chargers }: SiteYaml,
  models: readonly ChargerModel[],
): PlacedProblem[] {
  const quirks = [
    ...models.map((model) => model.quirks),
    ...chargers.known.flatMap((each) => each.quirks === undefined ? [] : quirksOf(each.quirks)),
  ];
  const wordsFor = (name: SettingName): string | null => {
    switch (undesirableBecause(name, quirks)) {
      case "the gateway's":
        return "The gateway keeps this setting: the charger could be lost by it, or is set up with it";
      case "the limits'":
        return "The gateway limits the current by this setting";
      case "read-only":
        return "OCPP lets nobody set this: it says what the charger is";
      case "secret":
        return "A secret cannot be compared: set it on the page of the charger's security";
      case null:
        return null;
    }
  };
  const problemsOf = (path: PlacedProblem["path"], { ocpp16, ocpp2 }: Wanted): PlacedProblem[] => {
    const names16 = Object.keys(ocpp16).map((key) => ["ocpp16", key, { key }] as const);
    const names2 = Object.keys(ocpp2).map((text) => ["ocpp2", text, variableNamed(text)] as const);
    if (names16.length + names2.length === 0) {
      return [{ path, message: "Nothing is wanted: name settings under ocpp16 or ocpp2" }];
    }
    return [...names16, ...names2].flatMap(([version, text, name]) => {
      const message = name === null ? null : wordsFor(name);
      return message === null ? [] : [{ path: [...path, version, text], message }];
    });
  };
  return [
    ...chargers.desired.flatMap((rule, index) => problemsOf(["chargers", "desired", index], rule)),
    ...chargers.known.flatMap(({ desired }, index) =>
      desired === undefined ? [] : problemsOf(["chargers", "known", index, "desired"], desired)
    ),
  ];
}
