/** "L1, L3" */
export function namesOf(lines: readonly string[]): string {
  return lines.join(", ");
}

/** What the quantities of a finding are called in a language. */
export type QuantityNames = Readonly<Record<"voltage" | "current" | "power" | "frequency", string>>;

/** "current_l2" and "voltage L1" in a language: "current L2", "वोल्टेज L1". */
export function quantityText(names: QuantityNames, quantity: string): string {
  const [, what = "", line] = /^(?:active_)?([a-z]+)(?:[_ ][lL]([123])|_total)?$/.exec(quantity) ??
    [];
  const name = what === "voltage" || what === "current" || what === "power" || what === "frequency"
    ? names[what]
    // "current or power"
    : quantity.replace("current", names.current).replace("power", names.power).replace(
      " or ",
      " / ",
    );
  return line === undefined ? name : `${name} L${line}`;
}

/** "6.6 kW" */
export function kilowatts(watts: number): string {
  return `${(watts / 1_000).toFixed(1)} kW`;
}

/** "2.5", "12" */
export function seconds(ms: number): string {
  return ms < 10_000 ? (ms / 1_000).toFixed(1) : String(Math.round(ms / 1_000));
}

/** "0.1", "10" */
export function factorText(factor: number): string {
  return String(Number(factor.toPrecision(2)));
}
