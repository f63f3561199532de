import { type Terminal, TERMINALS, type Values } from "./quantity.ts";

/** Below this a power factor says nothing. */
const CLEAR_AMPS = 1;
/** Between them a current and a voltage of different lines meet: 120° apart are a factor of 0.5. */
const CROSSED = [0.25, 0.7] as const;

/**
 * What an electrician should look at, by what a meter shows: turned current transformers, currents and
 * voltages of different lines, dead lines. Empty where nothing is odd.
 */
export function wiringHints(values: Values): readonly string[] {
  const factors = TERMINALS.map((terminal) => factorOf(values, terminal));
  const isCrossed = (factor: number | null) =>
    factor !== null && Math.abs(factor) >= CROSSED[0] && Math.abs(factor) <= CROSSED[1];
  const crossed = TERMINALS.filter((terminal) => isCrossed(factors[terminal - 1] ?? null));
  const turned = TERMINALS.filter((terminal) => (factors[terminal - 1] ?? 0) < -CROSSED[1]);
  const drawing = factors.some((factor) => factor !== null && factor > CROSSED[1]);
  const hints: string[] = TERMINALS.flatMap((terminal) => deadLine(values, terminal));
  if (crossed.length >= 2) {
    hints.push(
      `Power and current of ${
        names(crossed)
      } do not fit together: are the current transformers of ` +
        "these lines exchanged? (Or much reactive power flows.)",
    );
  }
  if (turned.length > 0) {
    const all = drawing ? "" : ", or inverted: true in site.yaml if all of them are";
    hints.push(
      `${names(turned)} ${
        turned.length > 1 ? "feed" : "feeds"
      } into the grid. Where nothing is there ` +
        `that could, turn the current transformer${turned.length > 1 ? "s" : ""} round${all}.`,
    );
  }
  return hints;
}

function deadLine(values: Values, terminal: Terminal): readonly string[] {
  const volts = values.get(`voltage_l${terminal}`);
  if (volts === undefined || Math.abs(volts) >= 20) return [];
  return [
    `L${terminal} has no voltage: a fuse of the meter, or a meter on fewer lines ` +
    "(then `lines` in site.yaml says which).",
  ];
}

/** Active by apparent power; null where too little flows to tell. */
function factorOf(values: Values, terminal: Terminal): number | null {
  const volts = values.get(`voltage_l${terminal}`);
  const amps = values.get(`current_l${terminal}`);
  const watts = values.get(`active_power_l${terminal}`);
  if (volts === undefined || amps === undefined || watts === undefined) return null;
  return Math.abs(amps) < CLEAR_AMPS || volts < 20 ? null : watts / Math.abs(volts * amps);
}

function names(terminals: readonly Terminal[]): string {
  return terminals.map((terminal) => `L${terminal}`).join(" and ");
}
