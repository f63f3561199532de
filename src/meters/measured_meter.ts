import type { MeterRole } from "../site/mod.ts";
import type { PlausibilityLimits } from "./plausibility.ts";
import type { SampleRules } from "./sample.ts";
import type { Wiring } from "./wiring.ts";

/** What every meter has that gives values by quantity, whatever they come by. */
export interface MeasuredMeter {
  readonly id: string;
  readonly role: MeterRole;
  /** Default: three lines, straight. */
  readonly wiring?: Wiring | undefined;
  /** Default `from-power`. */
  readonly currentSign?: SampleRules["currentSign"] | undefined;
  /** See `PlausibilityLimits`; absent: currents are not checked against a fuse. */
  readonly mainFuseAmps?: PlausibilityLimits["mainFuseAmps"];
  /** Default 60; 0 switches the check off. */
  readonly frozenAfterReadings?: number | undefined;
}
