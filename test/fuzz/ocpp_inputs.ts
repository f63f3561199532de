import fc from "fast-check";
import type { OcppVersion } from "../../src/ocpp/mod.ts";
import { type FieldValues, schemaArbitrary, timestamps } from "../../src/ocpp/_schema_arbitrary.ts";
import { loadSchemas, type SchemaBook } from "../../src/ocpp/messages/schemas.ts";
import { STATION_ACTIONS } from "../../src/ocpp/actions.ts";
import { drawn, ODD_VALUES, oneOf, spoilText, spoilValue } from "./odd.ts";

/** Who speaks: a charger to the gateway, or the CSMS. */
export type Speaker = "charger" | "csms";

/** In the text of a frame: the id of the gateway's newest call. */
export const ASKED = "@asked";
/** The number of the newest session that the gateway has given this peer; a number, with quotes. */
export const NUMBER = '"@number"';
/** The id of the newest session that was told. */
export const SESSION = "@session";

/** What a peer does, as it can be written down. */
export type PeerAct =
  /** A text message. */
  | { readonly say: string }
  /** A binary message, in Base64. */
  | { readonly bytes: string }
  /** It goes, with or without a word. */
  | { readonly leave: "close" | "cut" };

/** Values that a gateway does something with; others are odd soon enough. */
const knownValues: FieldValues = (name, schema) => {
  const isText = schema["type"] === "string";
  if (name === "transactionId") {
    return isText
      ? fc.oneof({ weight: 4, arbitrary: fc.constant(SESSION) }, fc.string({ maxLength: 36 }))
      : fc.oneof({ weight: 4, arbitrary: fc.constant("@number") }, fc.integer({ min: -1 }));
  }
  if (/^(connectorId|evseId|id)$/.test(name) && schema["type"] === "integer") {
    return fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 4 }) }, fc.integer());
  }
  if (name === "idTag" || (name === "idToken" && isText)) {
    return fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("ASHA", "BEN") },
      fc.string({ maxLength: 20 }),
    );
  }
  if (schema["format"] === "date-time") {
    return fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -7_200, max: 7_200 }).map((s) => `@now${s}`) },
      timestamps,
    );
  }
  if (name === "stackLevel" || name === "seqNo" || name === "requestId") {
    return fc.integer({ min: 0, max: 9 });
  }
  if (name === "key" && isText) {
    return fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 50 }));
  }
  if (name === "value" && isText) {
    return fc.oneof(fc.nat({ max: 100_000 }).map(String), fc.string({ maxLength: 50 }));
  }
  if (name === "vendorId" && isText) return fc.constantFrom("org.sangam", "x", "");
  if (name === "messageId" && isText) return fc.constantFrom("Tunnel", "SetChargingProfile", "x");
  return null;
};

const KEYS = [
  "HeartbeatInterval",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "AuthorizationKey",
  "ChargeProfileMaxStackLevel_2",
  "HeartbeatInterval_1",
  "AuthorizationCacheEnabled",
];

/** Resets of the gateway itself are for tests that can start it again. */
const LEFT_OUT: ReadonlySet<string> = new Set(["Reset"]);

/** Draws what peers say. */
export interface OcppDraw {
  /** What a speaker may say in a version. */
  actions(speaker: Speaker, version: OcppVersion): readonly string[];
  /** A payload that the schema of a call allows. */
  valid(version: OcppVersion, action: string, chance: () => number): unknown;
  /** A call, mostly one that its schema allows or that is only a little beside it. */
  call(speaker: Speaker, version: OcppVersion, chance: () => number): string;
  /** An answer to the gateway's call of that name. */
  answer(speaker: Speaker, version: OcppVersion, action: string, chance: () => number): string;
  /** Anything: noise, calls, answers that nobody asked for, what is sent twice. */
  act(speaker: Speaker, version: OcppVersion, chance: () => number): PeerAct;
}

/** Reads the schemas of all versions. */
export async function openOcppDraw(): Promise<OcppDraw> {
  const versions: readonly OcppVersion[] = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"];
  const books = new Map<string, SchemaBook>();
  for (const version of versions) books.set(version, await loadSchemas(version));
  const arbitraries = new Map<string, fc.Arbitrary<unknown> | null>();

  function payloads(version: OcppVersion, direction: "request" | "response", action: string) {
    const key = `${version} ${direction} ${action}`;
    const known = arbitraries.get(key);
    if (known !== undefined) return known;
    const schema = books.get(version)?.schema(direction, action) ?? null;
    const made = schema === null ? null : schemaArbitrary(schema, knownValues);
    arbitraries.set(key, made);
    return made;
  }

  function actionsOf(speaker: Speaker, version: OcppVersion): readonly string[] {
    return (books.get(version)?.actions("request") ?? [])
      .filter((action) => saysIt(speaker, action) && !LEFT_OUT.has(action));
  }

  function payload(
    version: OcppVersion,
    direction: "request" | "response",
    action: string,
    chance: () => number,
  ): unknown {
    const arbitrary = payloads(version, direction, action);
    const given = arbitrary === null ? {} : drawn(arbitrary, chance);
    const fate = chance();
    if (fate < 0.55) return given;
    const once = spoilValue(given, chance);
    return fate < 0.85 ? once : spoilValue(once, chance);
  }

  function call(speaker: Speaker, version: OcppVersion, chance: () => number): string {
    const seen = chance() < 0.04;
    const action = oneOf(actionsOf(seen ? other(speaker) : speaker, version), chance);
    const said = payload(version, "request", action, chance);
    const type = chance() < 0.95 ? 2 : 6;
    return JSON.stringify([type, idOf(chance), action, said]);
  }

  function answer(speaker: Speaker, version: OcppVersion, action: string, chance: () => number) {
    const fate = chance();
    if (fate < 0.8) {
      return JSON.stringify([3, ASKED, payload(version, "response", action, chance)]);
    }
    return fate < 0.95
      ? JSON.stringify([4, ASKED, oneOf(ERROR_CODES, chance), oneOf(["", "no"], chance), {}])
      : call(other(speaker), version, chance);
  }

  return {
    actions: actionsOf,
    valid(version, action, chance) {
      const arbitrary = payloads(version, "request", action);
      return arbitrary === null ? {} : drawn(arbitrary, chance);
    },
    call,
    answer,
    act(speaker, version, chance) {
      const fate = chance();
      if (fate < 0.62) return { say: call(speaker, version, chance) };
      if (fate < 0.78) return { say: spoilText(call(speaker, version, chance), chance) };
      if (fate < 0.86) return { say: oddFrame(chance) };
      if (fate < 0.93) {
        const action = oneOf(actionsOf(other(speaker), version), chance);
        const frame: unknown[] = JSON.parse(answer(speaker, version, action, chance));
        return { say: JSON.stringify(frame.with(1, oneOf(["nobody", ASKED, "-1", ""], chance))) };
      }
      if (fate < 0.97) {
        const noise = Array.from(
          { length: Math.floor(chance() * 200) },
          () => Math.floor(chance() * 256),
        );
        return { bytes: Uint8Array.from(noise).toBase64() };
      }
      return { leave: chance() < 0.5 ? "close" : "cut" };
    },
  };
}

/** What stations say in any version; everything else is a CSMS's. */
const STATIONS_OWN: ReadonlySet<string> = new Set<string>([
  ...STATION_ACTIONS,
  "DiagnosticsStatusNotification",
  "SignedFirmwareStatusNotification",
  "NotifyPeriodicEventStream",
]);

function saysIt(speaker: Speaker, action: string): boolean {
  return action === "DataTransfer" || STATIONS_OWN.has(action) === (speaker === "charger");
}

const ERROR_CODES = [
  "GenericError",
  "NotImplemented",
  "OccurenceConstraintViolation",
  "FormatViolation",
  "__proto__",
  "",
  "x".repeat(300),
];

function other(speaker: Speaker): Speaker {
  return speaker === "charger" ? "csms" : "charger";
}

let lastId = 0;

/** Mostly new; now and then one that was there, or none at all. */
function idOf(chance: () => number): string {
  const fate = chance();
  if (fate < 0.9) return `f${++lastId}`;
  return oneOf([`f${lastId}`, "same", ASKED, "", "i".repeat(300), "__proto__"], chance);
}

/** Frames that no schema knows. */
function oddFrame(chance: () => number): string {
  const depth = Math.floor(chance() * 3_000);
  const type = oneOf<unknown>([2, 3, 4, 5, 6, 7, -1, 2.5, "2", null, 1e300, [2]], chance);
  const odd = JSON.stringify(oneOf(ODD_VALUES, chance));
  return oneOf([
    "",
    "null",
    "[]",
    "{}",
    `${"[".repeat(depth)}`,
    `${"[".repeat(depth)}${"]".repeat(depth)}`,
    `[2,"d","Heartbeat",{"a":${"[".repeat(depth)}${"]".repeat(depth)}}]`,
    JSON.stringify([type, "odd", "Heartbeat", {}]),
    JSON.stringify([type, ASKED, {}]),
    `[2,"o","Heartbeat",${odd}]`,
    `[2,"o",${odd},{}]`,
    `[3,"${ASKED}",${odd}]`,
    `[4,"${ASKED}",${odd},${odd},${odd}]`,
    `[2,"p","DataTransfer",{"__proto__":{"polluted":true},"vendorId":"v"}]`,
    `[2,"n","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"@now0","sampledValue":[{"value":"${
      oneOf(["NaN", "1e999", "-1e308", "99999999999999999999", " ", "1,5"], chance)
    }"}]}]}]`,
    `[2,"w","Heartbeat",{"a":"${"x".repeat(Math.floor(chance() * 70_000))}"}]`,
    `[2,"v","Heartbeat",{"a":[${"1,".repeat(Math.floor(chance() * 20_000))}1]}]`,
    `\ufeff[2,"b","Heartbeat",{}]`,
    `[2,"b","Heartbeat",{}][2,"c","Heartbeat",{}]`,
  ], chance);
}

/** What the names in a frame stand for now. */
export interface Standing {
  readonly asked: string | null;
  readonly number: number | null;
  readonly session: string | null;
  /** Unix milliseconds. */
  readonly nowWallMs: number;
}

/** The frame as it is sent. */
export function spelledOut(text: string, standing: Standing): string {
  return text.replaceAll(NUMBER, String(standing.number ?? 0))
    .replaceAll(ASKED, standing.asked ?? "nothing-asked")
    .replaceAll(SESSION, standing.session ?? "no-session")
    .replaceAll(
      /@now(-?\d+)/g,
      (_, seconds: string) => new Date(standing.nowWallMs + Number(seconds) * 1_000).toISOString(),
    );
}
