import type { Clock } from "../lib/clock.ts";
import type { LineReader, RoundRead } from "./_line_reader.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import type { Poll } from "./_polled_source.ts";
import { createReadingJudge, type ReadingJudge } from "./_reading_judge.ts";
import { DEFAULT_READ_TIMEOUT_MS, type PolledMeterOptions } from "./modbus_options.ts";
import { isDecisive, type Quantity, type Values } from "./quantity.ts";
import type { RegisterRange } from "./read_plan.ts";
import {
  chooseModel,
  decodeModel,
  MEASURING_MODELS,
  type ModelPlace,
  registersNeeded,
  SUNSPEC_BASES,
} from "./sunspec.ts";
import { discoverModels } from "./sunspec_discovery.ts";

type Over = Extract<RoundRead, { kind: "over" }>;
const OVER: Over = { kind: "over", rests: false };

/** Rounds of a device that says by itself what it has: it is asked for that first, and once. */
export function createSunspecPoll(
  meter: PolledMeterOptions,
  reader: LineReader,
  clock: Clock,
  reporter: MeterReporter,
): Poll {
  const choice = meter.sunspec ?? {};
  const prefersInverter = meter.role === "generation" || meter.role === "battery";
  let place: ModelPlace | null = null;
  let judge: ReadingJudge | null = null;
  let promised: ReadonlySet<Quantity> = new Set();

  function timed(range: RegisterRange) {
    return {
      ...range,
      unit: meter.unit ?? meter.profile.unit,
      functionCode: 3,
      timeoutMs: meter.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
    } as const;
  }

  async function discover(): Promise<ModelPlace | Over> {
    const bases = choice.base === undefined ? SUNSPEC_BASES : [choice.base];
    const discovery = await discoverModels<Over>(
      bases,
      (range, mayBeAbsent) =>
        reader.read(timed(range), ({ kind }) => mayBeAbsent && kind === "exception"),
    );
    if (discovery.kind === "over") return discovery;
    if (discovery.kind === "no-mark") {
      reporter.refused(`no SunSpec mark at ${bases.join(", ")} of unit ${timed(NOWHERE).unit}`);
      return OVER;
    }
    const found = discovery.models;
    const chosen = chooseModel(found, choice, prefersInverter);
    if (chosen === null) {
      const has = found.map(({ model }) => model).join(", ") || "none";
      const nth = choice.nth === undefined ? "" : ` no. ${choice.nth}`;
      const wanted = choice.model === undefined
        ? `none of the SunSpec models ${MEASURING_MODELS.join(", ")}${nth}`
        : `no SunSpec model ${choice.model}${nth}`;
      reporter.refused(`the device has ${wanted}; it has ${has}`);
      return OVER;
    }
    const isInverter = chosen.model < 200 || chosen.model > 700;
    const currentSign = isInverter ? "signed" : "from-power";
    judge = createReadingJudge({ ...meter, currentSign }, clock, reporter);
    promised = new Set();
    return chosen;
  }

  return async () => {
    if (place === null) {
      const discovered = await discover();
      if ("kind" in discovered) return !discovered.rests;
      place = discovered;
    }
    const atMonoMs = clock.monoMs();
    const { address, model } = place;
    const outcome = await reader.read(timed({ address, count: registersNeeded(place) }));
    if (outcome.kind !== "registers") return !(outcome.kind === "over" && outcome.rests);
    if (outcome.registers[0] !== model) {
      // Another device has its address now, or it has changed its mind after an update.
      place = null;
      reporter.refused(`SunSpec model ${model} is not at ${address} any more`);
      return true;
    }
    const values = decodeModel(model, outcome.registers);
    const missing = missingValue(values, promised);
    if (missing !== null) {
      reporter.refused(`the meter gives no value for ${missing}`);
      return true;
    }
    promised = new Set([...values.keys()].filter(isDecisive));
    judge?.(values, atMonoMs);
    return true;
  };
}

const NOWHERE: RegisterRange = { address: 0, count: 0 };

/** A current or power that was there before, and is not now: nothing may be concluded from the rest. */
function missingValue(values: Values, promised: ReadonlySet<Quantity>): string | null {
  const gone = [...promised].find((quantity) => !values.has(quantity));
  if (gone !== undefined) return gone;
  return [...values.keys()].some(isDecisive) ? null : "current or power";
}
