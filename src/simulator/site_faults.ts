import { type Clock, sleep } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { BreakableDialer } from "./breakable_dialer.ts";
import { between, happens, pick, type Range, wholeBetween } from "./chance.ts";
import type { Charger } from "./charger.ts";
import type { SimulatedCsms, SimulatedCsmsOptions } from "./csms.ts";
import type { MeterFault } from "./meter_faults.ts";

/** A charger that can be made to fail. */
export type BreakableCharger = Pick<Charger, "identity" | "reboot" | "losePower">;

/** A site in which things can be broken. */
export interface BreakableSite {
  readonly site: {
    readonly chargers: readonly BreakableCharger[];
    readonly csms: Pick<SimulatedCsms, "setDown" | "change">;
  };
  readonly network: Pick<BreakableDialer, "cut" | "setReachable">;
  /** Gives the meter at the grid connection a fault; `null` heals it. */
  breakMeter(fault: MeterFault | null): void;
}

/** Something that goes wrong by chance. */
export interface SiteFault {
  readonly name: string;
  readonly everyMeanMs: number;
  /** How long it stays, at least and at most. */
  readonly forMs: Range;
  /** Breaks it. The returned text says what, the returned function makes it whole. */
  strike(target: BreakableSite, ids: Ids): Broken;
}

/** What is broken now. */
export interface Broken {
  readonly what: string;
  readonly heal: () => void;
}

const MINUTE_MS = 60_000;
const TICK_MS = 1_000;

/** Everything that can go wrong around a gateway while it runs. */
export const SITE_FAULTS: readonly SiteFault[] = [
  {
    name: "csms-down",
    everyMeanMs: 10 * MINUTE_MS,
    forMs: [5_000, 180_000],
    strike({ site }) {
      site.csms.setDown(true);
      return { what: "the CSMS is out of order", heal: () => site.csms.setDown(false) };
    },
  },
  csmsFault("csms-slow", "the CSMS answers after 20 s", { answerDelayMs: 20_000 }, {
    answerDelayMs: 0,
  }),
  csmsFault("csms-hangs", "the CSMS answers nothing", { hangs: "booked" }, { hangs: null }),
  csmsFault("csms-fails", "the CSMS fails at meter values", { failsAt: ["MeterValues"] }, {
    failsAt: [],
  }),
  chargerFault("charger-cut", 5 * MINUTE_MS, "loses its connection", (charger, { network }) => {
    network.cut(charger.identity);
    return () => {};
  }),
  chargerFault("charger-away", 10 * MINUTE_MS, "cannot connect", (charger, { network }) => {
    network.setReachable(charger.identity, false);
    network.cut(charger.identity);
    return () => network.setReachable(charger.identity, true);
  }),
  chargerFault("charger-reboot", 20 * MINUTE_MS, "reboots", (charger) => {
    charger.reboot();
    return () => {};
  }),
  chargerFault("charger-power", 20 * MINUTE_MS, "has no power", (charger, _target, ids) => {
    charger.losePower(between([2_000, 120_000], ids));
    return () => {};
  }),
  {
    name: "meter",
    everyMeanMs: 10 * MINUTE_MS,
    forMs: [5_000, 180_000],
    strike(target, ids) {
      const fault = drawMeterFault(ids);
      target.breakMeter(fault);
      return { what: `the meter is ${fault.kind}`, heal: () => target.breakMeter(null) };
    },
  },
];

function csmsFault(
  name: string,
  what: string,
  faulty: Partial<SimulatedCsmsOptions>,
  whole: Partial<SimulatedCsmsOptions>,
): SiteFault {
  return {
    name,
    everyMeanMs: 20 * MINUTE_MS,
    forMs: [20_000, 180_000],
    strike({ site }) {
      site.csms.change(faulty);
      return { what, heal: () => site.csms.change(whole) };
    },
  };
}

function chargerFault(
  name: string,
  everyMeanMs: number,
  what: string,
  breakIt: (charger: BreakableCharger, target: BreakableSite, ids: Ids) => () => void,
): SiteFault {
  return {
    name,
    everyMeanMs,
    forMs: [10_000, 300_000],
    strike(target, ids) {
      const charger = pick(target.site.chargers, ids);
      const heal = breakIt(charger, target, ids);
      return { what: `${charger.identity} ${what}`, heal };
    },
  };
}

/** Draws what is wrong with a meter. */
export function drawMeterFault(ids: Ids): MeterFault {
  return pick<MeterFault>([
    { kind: "silent" },
    { kind: "frozen" },
    { kind: "no-value" },
    { kind: "magnified", factor: 10 },
    { kind: "noisy", part: 0.005 },
    { kind: "restarted", zeroForMs: wholeBetween([1_000, 10_000], ids) },
    { kind: "word-swapped" },
    { kind: "stale", lateMs: wholeBetween([2_000, 60_000], ids) },
  ], ids);
}

/**
 * Breaks things by chance and heals them again, until `signal` aborts; then everything is whole. A
 * fault that is in force does not strike again.
 */
export async function breakByChance(
  target: BreakableSite,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  say: (text: string) => void,
  signal: AbortSignal,
  faults: readonly SiteFault[] = SITE_FAULTS,
): Promise<void> {
  const broken = new Map<SiteFault, Broken & { readonly untilMs: number }>();
  function heal(fault: SiteFault): void {
    broken.get(fault)?.heal();
    broken.delete(fault);
  }
  while (await sleep(clock, TICK_MS, signal) === "elapsed") {
    const nowMs = clock.monoMs();
    for (const fault of faults) {
      const inForce = broken.get(fault);
      if (inForce === undefined) {
        if (!happens(TICK_MS / fault.everyMeanMs, ids)) continue;
        const struck = fault.strike(target, ids);
        broken.set(fault, { ...struck, untilMs: nowMs + between(fault.forMs, ids) });
        say(struck.what);
      } else if (inForce.untilMs <= nowMs) {
        say(`over: ${inForce.what}`);
        heal(fault);
      }
    }
  }
  for (const fault of [...broken.keys()]) heal(fault);
}
