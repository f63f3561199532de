import type { FindingKind, MeterFinding } from "../../meters/mod.ts";

const PLACE = "192.168.10.20:502";
const PORT = "/dev/ttyUSB0";
const BROKER = "broker:1883";

/** One finding of each kind: for the chapter of the handbook, and to try every text. */
export const FINDING_EXAMPLES: {
  readonly [Kind in FindingKind]: Extract<MeterFinding, { kind: Kind }>;
} = {
  "host-absent": { kind: "host-absent", place: PLACE },
  "name-unknown": { kind: "name-unknown", place: "meter-1:502" },
  "nobody-listens": { kind: "nobody-listens", place: PLACE },
  "connection-lost": { kind: "connection-lost", place: PLACE },
  "unit-silent": { kind: "unit-silent", place: PLACE, unit: "3" },
  "behind-gateway": { kind: "behind-gateway", place: PLACE, unit: "3" },
  "bus-silent": { kind: "bus-silent", place: PORT, unit: "3" },
  "one-silent": { kind: "one-silent", place: PORT, unit: "3" },
  noise: { kind: "noise", place: PORT },
  stranger: { kind: "stranger", place: PORT, unit: "4" },
  port: { kind: "port", place: PORT },
  "word-order": { kind: "word-order", wordOrder: "low-first" },
  "no-register": { kind: "no-register", address: "52" },
  "device-fault": { kind: "device-fault", place: PLACE, code: "6" },
  "no-value": { kind: "no-value", quantity: "current_l2" },
  "dead-line": { kind: "dead-line", lines: ["L2"] },
  impossible: { kind: "impossible", quantity: "voltage L1", value: "5000" },
  "over-fuse": { kind: "over-fuse", line: "L1", amps: "5000" },
  frozen: { kind: "frozen" },
  login: { kind: "login", place: BROKER },
  certificate: { kind: "certificate", place: "broker:8883" },
  "not-tls": { kind: "not-tls", place: BROKER },
  "no-message": { kind: "no-message", topics: "solar/power", place: BROKER },
  "only-kept": { kind: "only-kept", topics: "solar/power", place: BROKER },
  "wrong-time": { kind: "wrong-time" },
  unreadable: { kind: "unreadable" },
  "no-path": { kind: "no-path", place: "192.168.10.30:80", path: "/rpc/EM.GetStatus" },
  "http-status": { kind: "http-status", place: "192.168.10.30:80", status: "500" },
  "serial-number": { kind: "serial-number" },
  "not-sunspec": { kind: "not-sunspec" },
  "charger-silent": { kind: "charger-silent", slot: "4" },
  part: { kind: "part", meter: "house" },
  backwards: { kind: "backwards", lines: ["L2"] },
  "feeding-line": { kind: "feeding-line", lines: ["L2"] },
  "all-feeding": { kind: "all-feeding" },
  crossed: { kind: "crossed", lines: ["L1", "L2"] },
  sum: { kind: "sum", linesW: 6_600, totalW: 2_000 },
  "no-currents": { kind: "no-currents" },
  slow: { kind: "slow", everyMs: 12_000 },
  "charging-reversed": { kind: "charging-reversed", lines: ["L1"] },
  "charging-exchanged": { kind: "charging-exchanged", lines: ["L1"], seen: ["L2"] },
  "charging-ratio": { kind: "charging-ratio", factor: 0.1 },
  "charging-unseen": { kind: "charging-unseen", lines: ["L3"] },
};
