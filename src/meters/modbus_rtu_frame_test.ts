import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { joined } from "./_byte_stream.ts";
import type { RegisterRead } from "./modbus_frame.ts";
import {
  findRtuAnswer,
  judgeRtuRemains,
  rtuAnswerBytes,
  rtuCheckSum,
  rtuFrame,
  rtuRequest,
} from "./modbus_rtu_frame.ts";

const READ: RegisterRead = { unit: 17, functionCode: 3, address: 0x6b, count: 3 };
/** 17, 3, six bytes: 0x022B, 0, 100. */
const ANSWER = rtuFrame(17, [3, 6, 0x02, 0x2b, 0, 0, 0, 0x64]);
const REGISTERS = [0x022b, 0, 100];

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(" "), (pair) => Number.parseInt(pair, 16));
}

Deno.test("a request is that of the specification's example, check sum included", () => {
  assertEquals(rtuRequest(READ), bytes("11 03 00 6b 00 03 76 87"));
});

Deno.test("the check sum is CRC-16/MODBUS", () => {
  assertEquals(rtuCheckSum(new TextEncoder().encode("123456789")), 0x4b37);
  assertEquals(rtuCheckSum(new Uint8Array()), 0xffff);
});

Deno.test("an answer gives its registers, an exception its code", () => {
  assertEquals(findRtuAnswer(ANSWER, READ), { kind: "registers", registers: REGISTERS });
  assertEquals(findRtuAnswer(rtuFrame(17, [0x83, 2]), READ), { kind: "exception", code: 2 });
});

Deno.test("noise, the own request and another's answer before it do no harm", () => {
  const other = rtuFrame(9, [3, 6, 1, 2, 3, 4, 5, 6]);
  for (const before of [bytes("00"), bytes("ff 00"), rtuRequest(READ), other]) {
    const answer = findRtuAnswer(joined(before, ANSWER), READ);
    assertEquals(answer, { kind: "registers", registers: REGISTERS });
  }
});

const REFUSED: readonly [string, Uint8Array, string][] = [
  ["cut off", ANSWER.subarray(0, 7), "an answer cut off after 7 of 11 bytes"],
  ["damaged", ANSWER.with(4, 0xff), "an answer with a wrong check sum"],
  ["damaged in its length", ANSWER.with(2, 8), "an answer with a wrong check sum"],
  ["to another function", rtuFrame(17, [4, 6, 1, 2, 3, 4, 5, 6]), "an answer to function 4"],
  [
    "too short",
    rtuFrame(17, [3, 4, 1, 2, 3, 4]),
    "an answer of 4 bytes (declared: 4) instead of 6",
  ],
  ["of another speed", bytes("e0 1c fc 80 00"), "5 bytes that are no Modbus RTU"],
];

for (const [name, came, reason] of REFUSED) {
  Deno.test(`an answer that is ${name} is none, and its reason is told`, () => {
    assertEquals(findRtuAnswer(came, READ), { kind: "partial" });
    assertEquals(judgeRtuRemains(came, READ), { kind: "malformed", reason });
  });
}

Deno.test("an answer of another unit is told from the own echo, from noise and from nothing", () => {
  const other = rtuFrame(9, [3, 6, 1, 2, 3, 4, 5, 6]);
  assertEquals(judgeRtuRemains(other, READ), { kind: "wrong-unit", unit: 9 });
  assertEquals(judgeRtuRemains(joined(rtuRequest(READ), other), READ).kind, "wrong-unit");
  for (const nothing of [new Uint8Array(), bytes("00 ff"), rtuRequest(READ)]) {
    assertEquals(judgeRtuRemains(nothing, READ), { kind: "nothing" });
  }
});

const reads = fc.record<RegisterRead>({
  unit: fc.integer({ min: 1, max: 247 }),
  functionCode: fc.constantFrom(3, 4),
  address: fc.integer({ min: 0, max: 65_000 }),
  count: fc.integer({ min: 1, max: 125 }),
});
const answered = reads.chain((read) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: read.count, maxLength: read.count })
    .map((registers) => ({ read, registers }))
);

function answerTo({ unit, functionCode, count }: RegisterRead, registers: readonly number[]) {
  const words = registers.flatMap((word) => [word >> 8, word & 0xff]);
  return rtuFrame(unit, [functionCode, count * 2, ...words]);
}

Deno.test("whatever was asked, its answer is found, and not before its last byte", () => {
  fc.assert(fc.property(answered, ({ read, registers }) => {
    const frame = answerTo(read, registers);
    assertEquals(frame.length, rtuAnswerBytes(read));
    assertEquals(findRtuAnswer(frame, read), { kind: "registers", registers });
    assertEquals(findRtuAnswer(frame.subarray(0, -1), read), { kind: "partial" });
  }));
});

Deno.test("one damaged bit anywhere, and there is no number", () => {
  const damaged = answered.chain(({ read, registers }) =>
    fc.nat({ max: rtuAnswerBytes(read) * 8 - 1 }).map((bit) => ({ read, registers, bit }))
  );
  fc.assert(fc.property(damaged, ({ read, registers, bit }) => {
    const frame = answerTo(read, registers);
    const byte = bit >> 3;
    frame[byte] = (frame[byte] ?? 0) ^ (1 << (bit & 7));
    assertEquals(findRtuAnswer(frame, read), { kind: "partial" });
  }));
});

Deno.test("any burst of up to sixteen bits is noticed", () => {
  const bursts = answered.chain(({ read, registers }) =>
    fc.record({
      read: fc.constant(read),
      registers: fc.constant(registers),
      at: fc.nat({ max: rtuAnswerBytes(read) - 2 }),
      burst: fc.integer({ min: 1, max: 0xffff }),
    })
  );
  fc.assert(fc.property(bursts, ({ read, registers, at, burst }) => {
    const frame = answerTo(read, registers);
    frame[at] = (frame[at] ?? 0) ^ (burst >> 8);
    frame[at + 1] = (frame[at + 1] ?? 0) ^ (burst & 0xff);
    assertEquals(findRtuAnswer(frame, read), { kind: "partial" });
  }));
});

Deno.test("random bytes are judged without a throw, and hardly ever an answer", () => {
  let answers = 0;
  fc.assert(fc.property(reads, fc.uint8Array({ maxLength: 300 }), (read, noise) => {
    if (findRtuAnswer(noise, read).kind !== "partial") answers += 1;
    judgeRtuRemains(noise, read);
  }));
  assertEquals(answers, 0);
});
