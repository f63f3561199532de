import { crc32 } from "node:zlib";

/**
 * Sums over what is stored: a bit that flipped inside a text is nothing that SQLite could see. A
 * record's sum is also about where it stands; a session names itself in its text.
 */
export function recordSum(collection: string, key: string, value: string): number {
  return crc32(`${collection}\u0000${key}\u0000${value}`);
}

export function transactionSum(value: string): number {
  return crc32(value);
}

export function rowSum(header: string, body: string): number {
  return crc32(header + body);
}

/** True where the stored sum is this one, or nobody took one when it was written. */
export function isSum(stored: unknown, sum: number): boolean {
  return stored === null || stored === undefined || Number(stored) === sum;
}

/** What a text says; undefined where it is no JSON. */
export function parsed<T = unknown>(text: string): T | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
