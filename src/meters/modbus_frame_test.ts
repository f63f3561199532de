import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "../lib/assert.ts";
import {
  type ModbusFrame,
  readAnswer,
  readRequest,
  type RegisterRead,
  takeFrame,
} from "./modbus_frame.ts";

const READ: RegisterRead = { unit: 17, functionCode: 4, address: 0x0034, count: 2 };

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/\w\w/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

Deno.test("readRequest() writes header and request in the order of the specification", () => {
  assertEquals(readRequest(0x1501, READ), bytes("1501 0000 0006 11 04 0034 0002"));
});

Deno.test("takeFrame() takes one frame and tells its length", () => {
  const stream = bytes("1501 0000 0007 11 04 04 4366 8000 1502 0000");
  assertEquals(takeFrame(stream), {
    kind: "frame",
    length: 13,
    frame: { transaction: 0x1501, unit: 0x11, body: bytes("04 04 4366 8000") },
  });
});

Deno.test("takeFrame() waits for the rest of a frame, wherever it is cut", () => {
  const whole = bytes("1501 0000 0007 11 04 04 4366 8000");
  for (let length = 0; length < whole.length; length++) {
    assertEquals(takeFrame(whole.subarray(0, length)), { kind: "partial" }, String(length));
  }
});

const BROKEN: readonly [string, string, string][] = [
  ["another protocol", "1501 0001 0007 11 04", "an answer that is not Modbus TCP"],
  ["an HTTP answer", "485454502f312e31", "an answer that is not Modbus TCP"],
  ["no room for a function", "1501 0000 0001 11", "an answer of an impossible length (1 bytes)"],
  ["a huge length", "1501 0000 00ff 11 04", "an answer of an impossible length (255 bytes)"],
];

for (const [name, hex, reason] of BROKEN) {
  Deno.test(`takeFrame() gives up on ${name}`, () => {
    assertEquals(takeFrame(bytes(hex)), { kind: "broken", reason });
  });
}

function frame(body: string, unit = READ.unit): ModbusFrame {
  return { transaction: 1, unit, body: bytes(body) };
}

Deno.test("readAnswer() gives the registers", () => {
  assertEquals(readAnswer(frame("04 04 4366 8000"), READ), { ok: true, value: [0x4366, 0x8000] });
});

const FAULTS: readonly [string, ModbusFrame, unknown][] = [
  ["an exception", frame("84 02"), { kind: "exception", code: 2 }],
  ["an exception without code", frame("84"), {
    kind: "malformed",
    reason: "an exception without its code",
  }],
  ["another unit", frame("04 04 4366 8000", 18), { kind: "wrong-unit", unit: 18 }],
  ["an exception of another unit", frame("84 02", 18), { kind: "wrong-unit", unit: 18 }],
  ["another function", frame("03 04 4366 8000"), {
    kind: "malformed",
    reason: "an answer to function 3",
  }],
  ["too few registers", frame("04 02 4366"), {
    kind: "malformed",
    reason: "an answer of 2 bytes (declared: 2) instead of 4",
  }],
  ["a length that lies", frame("04 02 4366 8000"), {
    kind: "malformed",
    reason: "an answer of 4 bytes (declared: 2) instead of 4",
  }],
  ["too many registers", frame("04 06 4366 8000 0000"), {
    kind: "malformed",
    reason: "an answer of 6 bytes (declared: 6) instead of 4",
  }],
  ["nothing but a function", frame("04"), {
    kind: "malformed",
    reason: "an answer without its length",
  }],
];

for (const [name, answer, error] of FAULTS) {
  Deno.test(`readAnswer() takes no number from ${name}`, () => {
    assertEquals(readAnswer(answer, READ), { ok: false, error });
  });
}

Deno.test("any registers survive an answer that is cut into any pieces", () => {
  const words = fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 125 });
  fc.assert(
    fc.property(words, fc.nat(0xffff), fc.nat(255), (registers, transaction, unit) => {
      const body = [
        3,
        registers.length * 2,
        ...registers.flatMap((word) => [word >> 8, word & 255]),
      ];
      const length = body.length + 1;
      const header = [transaction >> 8, transaction & 255, 0, 0, length >> 8, length & 255, unit];
      const start = takeFrame(Uint8Array.from([...header, ...body, 0xaa]));
      assume(start.kind === "frame", "the frame is whole");
      assertEquals([start.frame.transaction, start.length], [transaction, length + 6]);
      const read = { unit, functionCode: 3, address: 0, count: registers.length } as const;
      assertEquals(readAnswer(start.frame, read), { ok: true, value: registers });
    }),
  );
});

Deno.test("no bytes whatever make takeFrame() or readAnswer() throw or invent registers", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (stream) => {
      const start = takeFrame(stream);
      if (start.kind !== "frame") return;
      assert(start.length <= stream.length && start.frame.body.length >= 1);
      const answer = readAnswer(start.frame, READ);
      if (answer.ok) assertEquals(answer.value.length, READ.count);
    }),
  );
});
