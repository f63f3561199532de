import { assertEquals } from "@std/assert";
import { coilOf, frameLength, readCoil, writeCoil } from "./_coil_frame.ts";

const COIL = { unit: 3, address: 0x0102 };

Deno.test("Requests are as Modbus TCP has them", () => {
  assertEquals([...writeCoil(9, COIL, true)], [0, 9, 0, 0, 0, 6, 3, 5, 1, 2, 0xff, 0]);
  assertEquals([...writeCoil(9, COIL, false)], [0, 9, 0, 0, 0, 6, 3, 5, 1, 2, 0, 0]);
  assertEquals([...readCoil(9, COIL)], [0, 9, 0, 0, 0, 6, 3, 1, 1, 2, 0, 1]);
});

Deno.test("Answers say how the coil is, or why not", () => {
  const of = (...bytes: number[]) => coilOf(9, Uint8Array.from(bytes));
  assertEquals(of(0, 9, 0, 0, 0, 4, 3, 1, 1, 1), { ok: true, value: true });
  assertEquals(of(0, 9, 0, 0, 0, 4, 3, 1, 1, 0xfe), { ok: true, value: false });
  assertEquals(of(0, 9, 0, 0, 0, 6, 3, 5, 1, 2, 0xff, 0), { ok: true, value: true });
  assertEquals(of(0, 9, 0, 0, 0, 3, 3, 0x85, 2), { ok: false, error: "refused with exception 2" });
  for (
    const bytes of [[0, 8, 0, 0, 0, 4, 3, 1, 1, 1], [0, 9, 0, 1, 0, 4, 3, 1, 1, 1], [0, 9, 0, 0], [
      ...[0, 9, 0, 0, 0, 4, 3, 3, 1, 1],
    ]]
  ) {
    assertEquals(of(...bytes).ok, false);
  }
});

Deno.test("A frame's length is known when its header is there", () => {
  assertEquals(frameLength(Uint8Array.from([0, 9, 0, 0, 0])), null);
  assertEquals(frameLength(Uint8Array.from([0, 9, 0, 0, 0, 4])), 10);
});
