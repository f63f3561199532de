import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createPacketWatch } from "./_packet_watch.ts";

/** A packet with that many bytes after its fixed header. */
function packet(remaining: number): Uint8Array {
  const length: number[] = [];
  let rest = remaining;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  const bytes = new Uint8Array(1 + length.length + remaining).fill(0xff);
  bytes.set([0x30, ...length]);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("see() lets packets pass that keep to the limit, and tells the size of one that does not", () => {
  const watch = createPacketWatch(1_000);
  // A length of two bytes, a type of one: 997 more make a thousand.
  assertEquals(watch.see(packet(997)), null);
  assertEquals(watch.see(packet(998)), 1_001);
});

Deno.test("see() tells as soon as the header shows it, before the packet has come", () => {
  const watch = createPacketWatch(1_000);
  assertEquals(watch.see(packet(100_000).subarray(0, 3)), null);
  assertEquals(watch.see(packet(100_000).subarray(3, 4)), 100_004);
});

Deno.test("see() takes a length of more than four bytes for one above any limit", () => {
  const watch = createPacketWatch(Number.MAX_SAFE_INTEGER);
  assertEquals(watch.see(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff)), Infinity);
});

Deno.test("see() finds the first packet above the limit however the stream is cut", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 40 }), (
      lengths,
      cuts,
    ) => {
      const packets = lengths.map(packet);
      const stream = joined(packets);
      const expected = packets.find(({ length }) => length > 250)?.length ?? null;
      const watch = createPacketWatch(250);
      let [at, found]: [number, number | null] = [0, null];
      for (const cut of [...cuts, stream.length]) {
        found ??= watch.see(stream.subarray(at, at + cut));
        at += cut;
      }
      assertEquals(found, expected);
    }),
  );
});
