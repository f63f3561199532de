import { assertEquals } from "@std/assert";
import { faultReason } from "../../src/meters/modbus_line.ts";
import { meterAdvice } from "../../src/web/meter_advice.ts";

const READ = { unit: 3, functionCode: 4, address: 40, count: 2 } as const;
const AT = "192.168.10.20:502";

const TROUBLES: readonly [trouble: string, advice: ReturnType<typeof meterAdvice>][] = [
  [faultReason({ kind: "silent", strayAnswers: 0 }, READ, AT), "no-answer"],
  [faultReason({ kind: "exception", code: 2 }, READ, AT), "wrong-map"],
  [faultReason({ kind: "exception", code: 11 }, READ, AT), "no-answer"],
  [
    faultReason(
      { kind: "malformed", reason: "an answer with a wrong check sum" },
      READ,
      "/dev/ttyUSB0",
    ),
    "serial-noise",
  ],
  ["7 bytes that are no Modbus RTU from unit 1 of /dev/ttyUSB0", "serial-noise"],
  [faultReason({ kind: "wrong-unit", unit: 4 }, READ, "/dev/ttyUSB0"), "serial-noise"],
  ["192.168.10.20:502 refuses the connection", "nobody-listens"],
  ["no route to 192.168.10.20:502", "no-answer"],
  [
    "voltage L1 of 1.2e-41 is outside 80 to 300 (it would be right with wordOrder: low-first)",
    "word-order",
  ],
  ["voltage L2 of 0 is outside 80 to 300", "impossible"],
  ["current L1 of 5000 A is more than 3 times the main fuse of 63 A", "impossible"],
  ["the meter is frozen: 60 equal readings in a row", "frozen"],
  ["10.0.0.9:80 refuses the user name or password", "login"],
  ["the certificate of broker:8883 is not trusted", "certificate"],
  ["no reading on a/b of broker:1883 for 10 s", "no-message"],
  ["no datagram of meter 7 at 239.12.255.254 for 10 s", "serial-number"],
  ["there are several meters, 7 and 8: give the serial of the right one", "serial-number"],
  ["no SunSpec mark at 40000, 50000, 0 of unit 1", "not-sunspec"],
  ['meter "pv": no answer from 10.0.0.9:502 (unit 1)', "part"],
  ['10.0.0.9:80: no number for current_l1 in "{}"', "wrong-map"],
  ["something that nobody has thought of", null],
];

for (const [trouble, advice] of TROUBLES) {
  Deno.test(`"${trouble}" is met with: ${advice}`, () =>
    assertEquals(meterAdvice(trouble), advice));
}
