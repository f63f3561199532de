import { assertEquals, assertThrows } from "@std/assert";
import { answerRequest, type ModbusDevice, takeRequest } from "./modbus_answer.ts";

const DEVICE: ModbusDevice = {
  unit: 7,
  functionCode: 4,
  registersMax: 10,
  registers: () => new Map([[5, 0x1234], [6, 0xabcd], [8, 1]]),
};

function request(...body: readonly number[]): Uint8Array {
  return Uint8Array.of(0xbe, 0xef, 0, 0, 0, body.length + 1, 7, ...body);
}

/** The body of the answer. */
function answer(bytes: Uint8Array, device = DEVICE): readonly number[] {
  const taken = takeRequest(bytes);
  if (taken.kind !== "request") throw new Error(taken.kind);
  return [...answerRequest(taken, device)].slice(7);
}

Deno.test("registers are answered under the request's own number and unit", () => {
  const taken = takeRequest(request(4, 0, 5, 0, 2));
  assertEquals(taken.kind, "request");
  if (taken.kind !== "request") return;
  assertEquals([...answerRequest(taken, DEVICE)], [
    ...[0xbe, 0xef, 0, 0, 0, 7, 7],
    ...[4, 4, 0x12, 0x34, 0xab, 0xcd],
  ]);
});

const EXCEPTIONS: readonly [string, readonly number[], readonly number[]][] = [
  ["another function", [3, 0, 5, 0, 1], [0x83, 1]],
  ["a function that writes", [6, 0, 5, 0, 1], [0x86, 1]],
  ["a hole", [4, 0, 6, 0, 2], [0x84, 2]],
  ["an address that there is not", [4, 9, 9, 0, 1], [0x84, 2]],
  ["no register at all", [4, 0, 5, 0, 0], [0x84, 3]],
  ["too many at once", [4, 0, 5, 0, 11], [0x84, 3]],
  ["a request of odd length", [4, 0, 5, 0], [0x84, 3]],
];

for (const [name, body, expected] of EXCEPTIONS) {
  Deno.test(`an exception answers ${name}`, () => assertEquals(answer(request(...body)), expected));
}

Deno.test("another unit is silent behind its gateway", () => {
  assertEquals(answer(request(4, 0, 5, 0, 1), { ...DEVICE, unit: 1 }), [0x84, 11]);
});

Deno.test("a value that fits into no register is the device's failure", () => {
  const broken = {
    ...DEVICE,
    registers() {
      throw new RangeError("too large");
    },
  };
  assertEquals(answer(request(4, 0, 5, 0, 1), broken), [0x84, 4]);
  const buggy = {
    ...DEVICE,
    registers() {
      throw new TypeError("bug");
    },
  };
  assertThrows(() => answer(request(4, 0, 5, 0, 1), buggy), TypeError);
});

Deno.test("takeRequest() waits for the whole request and leaves what follows", () => {
  const one = request(4, 0, 5, 0, 1);
  for (let length = 0; length < one.length; length++) {
    assertEquals(takeRequest(one.slice(0, length)).kind, "partial");
  }
  const two = takeRequest(Uint8Array.of(...one, ...one));
  assertEquals(two.kind === "request" && two.length, one.length);
});

const BROKEN: readonly [string, readonly number[]][] = [
  ["another protocol", [0, 1, 0, 1, 0, 6, 7, 4, 0, 5, 0, 1]],
  ["an impossible length", [0, 1, 0, 0, 1, 0, 7, 4, 0, 5, 0, 1]],
  ["no body", [0, 1, 0, 0, 0, 1, 7, 4, 0, 5, 0, 1]],
  ["HTTP", [...new TextEncoder().encode("GET / HTTP/1.1\r\n")]],
];

for (const [name, bytes] of BROKEN) {
  Deno.test(`takeRequest() gives ${name} up`, () => {
    assertEquals(takeRequest(Uint8Array.from(bytes)).kind, "broken");
  });
}
