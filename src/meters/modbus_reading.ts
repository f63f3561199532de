import type { MeterSample } from "../site/mod.ts";
import {
  impossibleValue,
  judgeReading,
  type PlausibilityLimits,
  type PlausibilityState,
} from "./plausibility.ts";
import { type MeterProfile, readableRegisters } from "./profile.ts";
import { isDecisive, type Quantity, TERMINALS, type Values } from "./quantity.ts";
import { decodeImage, type RegisterImage } from "./register_image.ts";
import { composeReading, type SampleRules, type SampleStamp } from "./sample.ts";
import { lineAt, type Wiring } from "./wiring.ts";

/** What turns registers into readings of one meter. */
export interface ModbusReadingRules {
  readonly profile: MeterProfile;
  readonly wiring: Wiring;
  readonly limits: PlausibilityLimits;
}

/** What a round of reads came to. `state` is for the next round. */
export type ImageOutcome =
  & { readonly state: PlausibilityState }
  & (
    | {
      readonly kind: "sample";
      readonly sample: MeterSample;
      /** Odd, but usable. */
      readonly remarks: readonly string[];
    }
    | { readonly kind: "refused"; readonly reason: string }
  );

/**
 * Makes a sample of what the registers hold, or says why it is none. A meter that should measure a
 * current and gives no value for it has failed as a whole: nothing may be concluded from the rest.
 */
export function judgeImage(
  state: PlausibilityState,
  image: RegisterImage,
  rules: ModbusReadingRules,
  stamp: SampleStamp,
): ImageOutcome {
  const values = decodeImage(rules.profile, image);
  const missing = missingValue(rules, values);
  if (missing !== null) {
    return { kind: "refused", state, reason: `the meter gives no value for ${missing}` };
  }
  const reading = composeReading(values, sampleRules(rules), stamp);
  const { verdict, state: next } = judgeReading(state, reading, rules.limits);
  if (verdict.kind === "plausible") {
    return { kind: "sample", sample: reading.sample, remarks: verdict.remarks, state: next };
  }
  return {
    kind: "refused",
    reason: verdict.reason + wordOrderHint(image, rules, stamp),
    state: next,
  };
}

function sampleRules({ wiring, profile }: ModbusReadingRules): SampleRules {
  return { wiring, currentSign: profile.currentSign };
}

/** The first current that the profile promises at a connected terminal, but the meter does not give. */
function missingValue({ profile, wiring }: ModbusReadingRules, values: Values): string | null {
  const promised = new Set(readableRegisters(profile).map(({ quantity }) => quantity));
  for (const terminal of TERMINALS) {
    const quantity: Quantity = `current_l${terminal}`;
    const connected = lineAt(wiring, terminal) !== null;
    if (connected && promised.has(quantity) && !values.has(quantity)) return quantity;
  }
  return [...values.keys()].some(isDecisive) ? null : "current or power";
}

/**
 * The commonest mistake at commissioning is the order of words. Where voltages or the frequency are
 * impossible as read, but right in the other order, the reason says so.
 */
function wordOrderHint(
  image: RegisterImage,
  rules: ModbusReadingRules,
  stamp: SampleStamp,
): string {
  if (impossible(image, rules, stamp) === null) return "";
  const wordOrder = rules.profile.wordOrder === "high-first" ? "low-first" : "high-first";
  const swapped = { ...rules, profile: { ...rules.profile, wordOrder } as const };
  return impossible(image, swapped, stamp) === null
    ? ` (it would be right with wordOrder: ${wordOrder})`
    : "";
}

/** Why the image cannot be, by voltage and frequency alone. */
function impossible(
  image: RegisterImage,
  rules: ModbusReadingRules,
  stamp: SampleStamp,
): string | null {
  const values = decodeImage(rules.profile, image);
  return impossibleValue(composeReading(values, sampleRules(rules), stamp), undefined);
}
