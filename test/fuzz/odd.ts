import fc from "fast-check";

/** Values at which programs stumble: where numbers, texts, times and objects end. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  "",
  " ",
  "NaN",
  "Infinity",
  "-0",
  "0x10",
  "1e999",
  "١٢",
  "__proto__",
  "constructor",
  "toString",
  "\u0000",
  "\ud800",
  "🔌".repeat(40),
  "x".repeat(2_000),
  "<script>alert(1)</script>",
  "${file:/etc/passwd}",
  "%s%n%00",
  "\r\nSet-Cookie: a=b",
  0,
  -1,
  -0.0001,
  1e-320,
  1.7976931348623157e308,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  2 ** 31,
  2 ** 32,
  -(2 ** 31) - 1,
  [],
  {},
  [[]],
  [null],
  { "": "" },
  { constructor: { prototype: { polluted: true } } },
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "+275760-09-13T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "10000-01-01T00:00:00Z",
  "2024-02-30T12:00:00Z",
  "2026-01-05T24:00:00Z",
  "2016-12-31T23:59:60Z",
  "2026-01-05T06:00:00+99:99",
  "2026-01-05",
  "P99999999Y",
];

/** Numbers in a row from a seed, from 0 (inclusive) to 1 (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the items. */
export function oneOf<T>(items: readonly T[], chance: () => number): T {
  const item = items[Math.floor(chance() * items.length)];
  if (item === undefined) throw new Error("Cannot choose: there is nothing to choose from");
  return item;
}

/** A JSON value with one place of it spoilt: gone, doubled, renamed, or another value. */
export function spoilValue(value: unknown, chance: () => number): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || chance() < 0.15) return spoilItself(value, chance);
    const at = Math.floor(chance() * value.length);
    const item: unknown = value[at];
    const fate = chance();
    if (fate < 0.1) return value.toSpliced(at, 1);
    if (fate < 0.2) return value.toSpliced(at, 0, item);
    if (fate < 0.25) return Array.from({ length: 300 }, () => item);
    return value.with(at, spoilValue(item, chance));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0 || chance() < 0.1) return spoilItself(value, chance);
    const at = Math.floor(chance() * entries.length);
    const [key, field] = entries[at] ?? ["", null];
    const fate = chance();
    if (fate < 0.12) return Object.fromEntries(entries.toSpliced(at, 1));
    if (fate < 0.18) {
      const name = oneOf(["__proto__", "constructor", "", key.toUpperCase(), `${key} `], chance);
      return fromEntries([...entries, [name, field]]);
    }
    return fromEntries(entries.with(at, [key, spoilValue(field, chance)]));
  }
  return spoilItself(value, chance);
}

/** As `Object.fromEntries`, and "__proto__" is a field as any other. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  const fields = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${fields.join()}}`);
}

function spoilItself(value: unknown, chance: () => number): unknown {
  if (typeof value === "number" && chance() < 0.5) {
    return oneOf([-value, value * 1e6, value + 0.5, 1e300, -1, 0], chance);
  }
  if (typeof value === "string" && chance() < 0.4) {
    return oneOf([value.repeat(20), value.slice(1), `${value}\u0000`, value.toUpperCase()], chance);
  }
  if (chance() < 0.1) return nested(Math.floor(chance() * 60), chance);
  return oneOf(ODD_VALUES, chance);
}

function nested(depth: number, chance: () => number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = chance() < 0.5 ? [value] : { a: value };
  return value;
}

/** A text with a few places of it spoilt: cut, doubled, filled with what does not belong there. */
export function spoilText(text: string, chance: () => number): string {
  let spoilt = text;
  const times = 1 + Math.floor(chance() * 3);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(chance() * (spoilt.length + 1));
    const fate = chance();
    if (fate < 0.25) spoilt = spoilt.slice(0, at);
    else if (fate < 0.5) {
      const till = at + Math.floor(chance() * 12);
      spoilt = spoilt.slice(0, at) + spoilt.slice(till);
    } else if (fate < 0.6) spoilt = spoilt.slice(0, at) + spoilt.slice(Math.max(0, at - 20));
    else {
      const filling = oneOf(
        ["{", "[", '"', ",", "\u0000", "é", "\ud800", "1e999", "\\u", "&a"],
        chance,
      );
      spoilt = spoilt.slice(0, at) + filling.repeat(1 + Math.floor(chance() * 3)) +
        spoilt.slice(at);
    }
  }
  return spoilt;
}

/** Bytes with a few of them spoilt: turned, gone, doubled, or filled with noise. */
export function spoilBytes(bytes: Uint8Array, chance: () => number): Uint8Array {
  const spoilt = [...bytes];
  const times = 1 + Math.floor(chance() * 4);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(chance() * (spoilt.length + 1));
    const fate = chance();
    if (fate < 0.5 && at < spoilt.length) spoilt[at] = Math.floor(chance() * 256);
    else if (fate < 0.65) spoilt.length = at;
    else if (fate < 0.8) spoilt.splice(at, Math.floor(chance() * 4));
    else {
      const noise = Array.from(
        { length: 1 + Math.floor(chance() * 8) },
        () => oneOf([0, 0xff, 0x7f, 0x80, Math.floor(chance() * 256)], chance),
      );
      spoilt.splice(at, 0, ...noise);
    }
  }
  return Uint8Array.from(spoilt);
}

/** Seeds of chances, for properties. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0x7fff_ffff });

/** A value of an arbitrary, from a chance. */
export function drawn<T>(arbitrary: fc.Arbitrary<T>, chance: () => number): T {
  const [value] = fc.sample(arbitrary, {
    numRuns: 1,
    seed: Math.floor(chance() * 0x7fff_ffff),
  });
  return value as T;
}
