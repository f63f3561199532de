/** "L1, L3" */
export function namesOf(lines: readonly string[]): string {
  return lines.join(", ");
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
