import { assertEquals } from "@std/assert";
import { networkReason } from "../../src/lib/network_reason.ts";
import { faultReason } from "../../src/meters/modbus_line.ts";
import { type MeterFinding, troubleFinding } from "../../src/meters/mod.ts";

const READ = { unit: 3, functionCode: 4, address: 40, count: 2 } as const;
const AT = "192.168.10.20:502";
const PORT = "/dev/serial/by-id/usb-FTDI-if00";
const reasonOf = (code: string) => networkReason({ code }, AT);
const malformed = (reason: string, place = PORT) =>
  faultReason({ kind: "malformed", reason }, READ, place);

const TROUBLES: readonly [trouble: string, finding: MeterFinding | null][] = [
  [
    faultReason({ kind: "silent", strayAnswers: 0 }, READ, AT),
    { kind: "unit-silent", place: AT, unit: "3" },
  ],
  [
    faultReason({ kind: "silent", strayAnswers: 0 }, READ, PORT),
    { kind: "bus-silent", place: PORT, unit: "3" },
  ],
  [faultReason({ kind: "silent", strayAnswers: 2 }, READ, AT), { kind: "noise", place: AT }],
  [
    faultReason({ kind: "exception", code: 2 }, READ, AT),
    { kind: "no-register", address: "40" },
  ],
  [
    faultReason({ kind: "exception", code: 11 }, READ, AT),
    { kind: "behind-gateway", place: AT, unit: "3" },
  ],
  [
    faultReason({ kind: "exception", code: 10 }, READ, "[fe80::1]:502"),
    { kind: "behind-gateway", place: "[fe80::1]:502", unit: "3" },
  ],
  [
    faultReason({ kind: "exception", code: 6 }, READ, AT),
    { kind: "device-fault", place: AT, code: "6" },
  ],
  [malformed("an answer with a wrong check sum"), { kind: "noise", place: PORT }],
  [malformed("an answer cut off after 5 of 9 bytes"), { kind: "noise", place: PORT }],
  [malformed("never-ending noise"), { kind: "noise", place: PORT }],
  [malformed("7 bytes that are no Modbus RTU"), { kind: "noise", place: PORT }],
  [malformed("an answer to function 3"), { kind: "noise", place: PORT }],
  [malformed("an answer that is not Modbus TCP", AT), { kind: "noise", place: AT }],
  [malformed("an answer of an impossible length (9 bytes)", AT), { kind: "noise", place: AT }],
  [
    faultReason({ kind: "wrong-unit", unit: 4 }, READ, PORT),
    { kind: "stranger", place: PORT, unit: "4" },
  ],
  [reasonOf("ECONNREFUSED"), { kind: "nobody-listens", place: AT }],
  [reasonOf("EHOSTUNREACH"), { kind: "host-absent", place: AT }],
  [reasonOf("ENETDOWN"), { kind: "host-absent", place: AT }],
  [reasonOf("ETIMEDOUT"), { kind: "host-absent", place: AT }],
  [reasonOf("ENOTFOUND"), { kind: "name-unknown", place: AT }],
  [reasonOf("EAI_AGAIN"), { kind: "name-unknown", place: AT }],
  [reasonOf("ECONNRESET"), { kind: "connection-lost", place: AT }],
  [reasonOf("ECONNABORTED"), { kind: "connection-lost", place: AT }],
  [`${AT} closed the connection`, { kind: "connection-lost", place: AT }],
  [
    "voltage L1 of 1.2e-41 is outside 80 to 300 (it would be right with wordOrder: low-first)",
    { kind: "word-order", wordOrder: "low-first" },
  ],
  ["voltage L2 of 0 is outside 80 to 300", { kind: "dead-line", lines: ["L2"] }],
  [
    "voltage L2 of 1.2e-41 is outside 80 to 300",
    { kind: "impossible", quantity: "voltage L2", value: "1.2e-41" },
  ],
  [
    "voltage L2 of 5000 is outside 80 to 300",
    { kind: "impossible", quantity: "voltage L2", value: "5000" },
  ],
  [
    "frequency of 0 is outside 40 to 70",
    { kind: "impossible", quantity: "frequency", value: "0" },
  ],
  [
    "current L1 of 5000 A is more than 3 times the main fuse of 63 A",
    { kind: "over-fuse", line: "L1", amps: "5000" },
  ],
  ["the meter gives no value for current_l2", { kind: "no-value", quantity: "current_l2" }],
  ["the meter is frozen: 60 equal readings in a row", { kind: "frozen" }],
  ["10.0.0.9:80 refuses the user name or password", { kind: "login", place: "10.0.0.9:80" }],
  ["10.0.0.9:80 asks for a user name and a password", { kind: "login", place: "10.0.0.9:80" }],
  [
    "broker:1883 refuses the subscription to a/b",
    { kind: "login", place: "broker:1883" },
  ],
  [
    "the certificate of broker:8883 is not trusted: self-signed",
    { kind: "certificate", place: "broker:8883" },
  ],
  ["broker:1883 does not speak TLS", { kind: "not-tls", place: "broker:1883" }],
  [
    "no reading on a/b, c/d of broker:1883 for 10 s",
    { kind: "no-message", topics: "a/b, c/d", place: "broker:1883" },
  ],
  [
    "only kept messages on a/b of broker:1883 for 10 s",
    { kind: "only-kept", topics: "a/b", place: "broker:1883" },
  ],
  ["a reading 90 s in the future by the device's clock", { kind: "wrong-time" }],
  ["no datagram of meter 7 at 239.12.255.254 for 10 s", { kind: "serial-number" }],
  ["there are several meters, 7 and 8: give the serial of the right one", {
    kind: "serial-number",
  }],
  ["no SunSpec mark at 40000, 50000, 0 of unit 1", { kind: "not-sunspec" }],
  ["the device has no SunSpec model 203; it has 1, 101", { kind: "not-sunspec" }],
  ['meter "pv": no answer from 10.0.0.9:502 (unit 1)', { kind: "part", meter: "pv" }],
  ['no reading of meter "pv" for 10 s', { kind: "part", meter: "pv" }],
  ["the charger of slot 4 has measured nothing for 150 s", { kind: "charger-silent", slot: "4" }],
  ['10.0.0.9:80: no number for current_l1 in "{}"', { kind: "unreadable" }],
  [
    "10.0.0.9:80 has nothing at /rpc/EM.GetStatus",
    { kind: "no-path", place: "10.0.0.9:80", path: "/rpc/EM.GetStatus" },
  ],
  [
    "10.0.0.9:80 answers with status 500",
    { kind: "http-status", place: "10.0.0.9:80", status: "500" },
  ],
  [
    "10.0.0.9:80 sends elsewhere (status 301)",
    { kind: "http-status", place: "10.0.0.9:80", status: "301" },
  ],
  [`cannot reach ${AT}: EODD`, { kind: "host-absent", place: AT }],
  [`there is no ${PORT}: is the adapter plugged in?`, { kind: "port", place: PORT }],
  [`no right to open ${PORT}: the user of this service …`, { kind: "port", place: PORT }],
  [`cannot open ${PORT}: stty and dd are not installed`, { kind: "port", place: PORT }],
  [`${PORT} was unplugged`, { kind: "port", place: PORT }],
  ["something that nobody has thought of", null],
];

for (const [trouble, finding] of TROUBLES) {
  Deno.test(`"${trouble}" is found to be: ${finding?.kind ?? "nothing known"}`, () =>
    assertEquals(troubleFinding(trouble), finding));
}

Deno.test("a silent unit whose neighbours answer is alone with its trouble", () => {
  const silent = faultReason({ kind: "silent", strayAnswers: 0 }, READ, PORT);
  assertEquals(troubleFinding(silent, true), { kind: "one-silent", place: PORT, unit: "3" });
  const absent = reasonOf("ECONNREFUSED");
  assertEquals(troubleFinding(absent, true), troubleFinding(absent));
});
