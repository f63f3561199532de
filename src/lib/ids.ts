/** A source of identifiers and chance, given as a parameter so that a run can be repeated. */
export interface Ids {
  /** A UUID that was never given before. */
  uuid(): string;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
  /** `length` bytes that nobody can guess; predictable only where a test seeds them. */
  secret(length: number): Uint8Array;
}

/**
 * Ids from a seed (mulberry32): the same seed gives the same run. For tests and simulation only,
 * since whoever knows the seed knows the secrets.
 */
export function createSeededIds(seed: number): Ids {
  let state = seed >>> 0;
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const byte = () => Math.floor(random() * 256);
  return {
    random,
    secret: (length) => Uint8Array.from({ length }, byte),
    uuid() {
      const hex = Array.from({ length: 16 }, () => byte().toString(16).padStart(2, "0")).join("");
      const variant = "89ab"[Math.floor(random() * 4)];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-` +
        `${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
