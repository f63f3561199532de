import { assertEquals } from "@std/assert";
import { faultReason, isRefusal, type ReadFault } from "./modbus_line.ts";

const READ = { unit: 3, functionCode: 4, address: 52, count: 2 } as const;
const ADDRESS = "192.168.10.20:502";

const REASONS: readonly [ReadFault, string, boolean][] = [
  [{ kind: "silent", strayAnswers: 0 }, "no answer from 192.168.10.20:502 (unit 3)", false],
  [
    { kind: "silent", strayAnswers: 2 },
    "only answers to other requests from unit 3 of 192.168.10.20:502",
    false,
  ],
  [{ kind: "unreachable", reason: `no route to ${ADDRESS}` }, `no route to ${ADDRESS}`, false],
  [
    { kind: "exception", code: 2 },
    "Modbus exception 2 (illegal address) at 52 from unit 3 of 192.168.10.20:502",
    true,
  ],
  [
    { kind: "exception", code: 11 },
    "Modbus exception 11 (the device behind the gateway does not answer) at 52 " +
    "from unit 3 of 192.168.10.20:502",
    true,
  ],
  [
    { kind: "exception", code: 99 },
    "Modbus exception 99 (unknown) at 52 from unit 3 of 192.168.10.20:502",
    true,
  ],
  [
    { kind: "wrong-unit", unit: 7 },
    "answer of the wrong unit: 7 instead of unit 3 of 192.168.10.20:502",
    true,
  ],
  [
    { kind: "malformed", reason: "an answer to function 3" },
    "an answer to function 3 from unit 3 of 192.168.10.20:502",
    true,
  ],
  [{ kind: "closed" }, "the connection to 192.168.10.20:502 is closed", false],
];

for (const [fault, reason, refusal] of REASONS) {
  Deno.test(`faultReason() of ${JSON.stringify(fault)}`, () => {
    assertEquals(faultReason(fault, READ, ADDRESS), reason);
    assertEquals(isRefusal(fault), refusal);
  });
}
