import { rtuFrame } from "../../src/meters/modbus_rtu_frame.ts";
import { eventJson } from "../../src/signals/_openadr_events.ts";
import { SPEEDWIRE_HOUSE, speedwireDatagram } from "../support/speedwire.ts";
import { ODD_VALUES, oneOf, spoilBytes, spoilText, spoilValue } from "./odd.ts";

/** Bytes on a stream, as they can be written down: pieces in Base64, and whether the stream ends. */
export interface ByteAnswer {
  readonly pieces: readonly string[];
  readonly ends: boolean;
}

/** A question that a Modbus device gets. */
export interface ModbusQuestion {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly count: number;
}

function byte(chance: () => number): number {
  return Math.floor(chance() * 256);
}

/** In up to three pieces. */
function inPieces(bytes: Uint8Array, chance: () => number): readonly string[] {
  const cuts = chance() < 0.7 ? [] : [byte(chance) % (bytes.length + 1)];
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((till, index) => bytes.slice(edges[index] ?? 0, till).toBase64());
}

/** What a device says: most often registers of any content, else an exception, noise or nothing. */
function modbusBody({ functionCode, count }: ModbusQuestion, chance: () => number): Uint8Array {
  if (chance() < 0.1) {
    return Uint8Array.of(functionCode | 0x80, oneOf([1, 2, 3, 4, 6, 11, 0, 255], chance));
  }
  const odd = [0x7fc0, 0x7f80, 0xff80, 0x8000, 0xffff, 0];
  const words = Array.from(
    { length: count },
    () => chance() < 0.3 ? oneOf(odd, chance) : byte(chance) * (chance() < 0.5 ? 1 : 257),
  );
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff]);
  return Uint8Array.from([functionCode, bytes.length, ...bytes]);
}

/** An answer over Modbus TCP. */
export function drawModbusTcp(question: ModbusQuestion, chance: () => number): ByteAnswer {
  const body = modbusBody(question, chance);
  const { transaction, unit } = question;
  const length = body.length + 1;
  const right = Uint8Array.from([
    ...[transaction >> 8, transaction & 0xff, 0, 0, length >> 8, length & 0xff],
    ...[unit, ...body],
  ]);
  return streamed(right, chance);
}

/** An answer over Modbus RTU, its checksum right more often than not. */
export function drawModbusRtu(question: ModbusQuestion, chance: () => number): ByteAnswer {
  const body = modbusBody(question, chance);
  const spoilt = chance() < 0.2 ? spoilBytes(body, chance) : body;
  return streamed(rtuFrame(question.unit, [...spoilt]), chance);
}

function streamed(right: Uint8Array, chance: () => number): ByteAnswer {
  const fate = chance();
  if (fate < 0.05) return { pieces: [], ends: chance() < 0.5 };
  const said = fate < 0.6
    ? right
    : fate < 0.9
    ? spoilBytes(right, chance)
    : joinedTwice(right, chance);
  return { pieces: inPieces(said, chance), ends: chance() < 0.03 };
}

function joinedTwice(bytes: Uint8Array, chance: () => number): Uint8Array {
  const noise = Uint8Array.from({ length: byte(chance) * 4 }, () => byte(chance));
  return Uint8Array.from([...bytes, ...(chance() < 0.5 ? bytes : noise)]);
}

/** JSON as devices send it, right at first. */
const READINGS: readonly unknown[] = [
  { channels: [{ amps: 4.2, power: 966 }], at: 1_700_000_000, limit: { kW: 12 } },
  { channels: [{ amps: "4.2", power: "966 W" }], at: "2026-01-05T06:00:00Z", limit: { kW: "12" } },
  { channels: [], limit: null },
  { limit: { kW: 0 }, channels: [{ amps: -16, power: -3_680 }] },
];

/** A payload of a device that speaks JSON or plain numbers, in bytes. */
export function drawPayload(chance: () => number): string {
  const fate = chance();
  if (fate < 0.2) return textBytes(String((chance() - 0.5) * 20_000));
  if (fate < 0.4) return textBytes(json(oneOf(READINGS, chance)));
  if (fate < 0.65) return textBytes(json(spoilValue(oneOf(READINGS, chance), chance)));
  if (fate < 0.8) return textBytes(spoilText(json(oneOf(READINGS, chance)), chance));
  if (fate < 0.9) return textBytes(json(oneOf(ODD_VALUES, chance)));
  return Uint8Array.from({ length: byte(chance) * oneOf([1, 1, 40], chance) }, () => byte(chance))
    .toBase64();
}

/** What MQTT carries to the gateway. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export const MQTT_TOPICS = [
  "house/power",
  "house/l1",
  "house/l2",
  "house/l3",
  "genset/running",
] as const;

export function drawPublication(chance: () => number): Publication {
  const topic = oneOf(MQTT_TOPICS, chance);
  const isWord = topic === "genset/running" && chance() < 0.6;
  const payload = isWord
    ? textBytes(oneOf(["ON", "OFF", "on", "", "maybe"], chance))
    : drawPayload(chance);
  return { topic, payload, retain: chance() < 0.3 };
}

/** A whole HTTP answer. `right` is the body that was wanted. */
export function drawHttpAnswer(right: string, chance: () => number): ByteAnswer {
  const body = Uint8Array.fromBase64(
    chance() < 0.4 ? textBytes(right) : drawHttpBody(right, chance),
  );
  const length = chance() < 0.9 ? body.length : oneOf([0, -1, 1e15, body.length + 9], chance);
  const headers = [
    `HTTP/1.1 ${
      oneOf([
        "200 OK",
        "200 OK",
        "200 OK",
        "200 OK",
        "204 No",
        "301 Moved",
        "401 No",
        "404 No",
        "500 Oh",
        "999 x",
        "abc",
      ], chance)
    }`,
    "content-type: application/json",
    chance() < 0.05 ? "transfer-encoding: chunked" : `content-length: ${length}`,
    ...(chance() < 0.1
      ? [`location: ${oneOf(["/", "//[::1", "http://127.0.0.1:1/", "x".repeat(9_000)], chance)}`]
      : []),
    ...(chance() < 0.1 ? [`www-authenticate: ${oneOf(DIGESTS, chance)}`] : []),
    ...(chance() < 0.05 ? [`x-a: ${"y".repeat(byte(chance) * 400)}`] : []),
  ];
  const head = new TextEncoder().encode(`${headers.join("\r\n")}\r\n\r\n`);
  const whole = Uint8Array.from([...head, ...body]);
  const said = chance() < 0.1 ? spoilBytes(whole, chance) : whole;
  if (chance() < 0.02) return { pieces: [], ends: false };
  return { pieces: inPieces(said, chance), ends: true };
}

const DIGESTS = [
  'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256',
  'Digest realm="x", nonce="n", qop="auth-int", algorithm=MD5-sess, opaque="o"',
  'Digest realm="\\"',
  "Basic",
  "Digest",
];

function drawHttpBody(right: string, chance: () => number): string {
  if (chance() < 0.5) return textBytes(spoilText(right, chance));
  try {
    return textBytes(json(spoilValue(JSON.parse(right), chance)));
  } catch {
    return drawPayload(chance);
  }
}

/** What a VTN answers to a question for that path when it is right. */
export function vtnAnswer(path: string, nowIso: string): string {
  if (path.includes("/auth/token")) {
    return json({ access_token: "t", token_type: "Bearer", expires_in: 3_600 });
  }
  if (path.includes("/programs")) {
    return json([{ id: "p1", objectType: "PROGRAM", programName: "flex" }]);
  }
  if (path.includes("/events")) {
    return json([eventJson({ intervalPeriod: { start: nowIso, duration: "PT1H" } })]);
  }
  return json([]);
}

/** A datagram of the multicast group, in Base64. */
export function drawDatagram(chance: () => number): string {
  const values = Object.fromEntries(
    Object.entries(SPEEDWIRE_HOUSE).map((
      [key, value],
    ) => [key, chance() < 0.8 ? value : oneOf([0, 0xffff_ffff, 0x8000_0000, 1], chance)]),
  );
  const right = speedwireDatagram(values, {
    serial: oneOf([3_010_987_654, 0, 0xffff_ffff], chance),
  });
  const fate = chance();
  if (fate < 0.3) return right.toBase64();
  if (fate < 0.9) return spoilBytes(right, chance).toBase64();
  return Uint8Array.from({ length: byte(chance) * 5 }, () => byte(chance)).toBase64();
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

function textBytes(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
