/** The edges of the gateway that somebody else speaks at. */
export const EDGES = [
  "charger",
  "door",
  "csms",
  "modbus-tcp",
  "modbus-rtu",
  "http-meter",
  "http-signal",
  "openadr",
  "mqtt",
  "speedwire",
  "web",
  "site-yaml",
  "hardware",
  "ledger",
] as const;

export type EdgeName = typeof EDGES[number];

/** One edge in the hands of a fuzzer. Inputs are JSON, so that they can be kept. */
export interface FuzzEdge {
  readonly name: EdgeName;
  /** A new input. */
  draw(chance: () => number): unknown;
  /**
   * Gives an input to the gateway.
   *
   * @returns what came of it, in a few words: a new answer makes an input worth keeping
   */
  feed(input: unknown): Promise<string>;
  /** How long to rest after an input, in milliseconds. */
  readonly restMs: number;
  close(): Promise<void>;
}

/** Resolves after that time. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
