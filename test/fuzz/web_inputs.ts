import { listRoutes } from "../../src/web/routes.ts";
import { ODD_VALUES, oneOf, spoilBytes, spoilText, spoilValue } from "./odd.ts";

/** A request as it goes over the wire, in Base64. In it `@token` is the token of an administrator. */
export type RawRequest = string;

export const TOKEN_PLACE = "@token";

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ":id": ["F16", "F20", "NOBODY", "grid", "box", "house", "1", "ASHA", "__proto__"],
  ":slot": ["2", "3", "4", "99", "-1", "1e3", "02", "NaN", "9007199254740993"],
  ":version": ["1", "x"],
  ":file": ["site.css", "live.js", "../../main.ts", "x"],
};

/** Bodies that are right somewhere. */
const BODIES: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { idToken: "ASHA", token: "ASHA" },
  { amps: 10, minutes: 10, reason: "why" },
  { kW: 4.2, minutes: 10, source: "signal", reason: "§14a" },
  { kW: 4.2, until: "2030-01-01T00:00:00Z" },
  { amount: "10", unit: "A", minutes: "5", reason: "", source: "signal" },
  { source: "grid" },
  { first: true },
  { class: 3, minutes: 5 },
  { departure: "2030-01-01T06:00:00+05:30", energyKwh: 12.5, urgent: true },
  { operational: false },
  { type: "soft" },
  { message: "StatusNotification", slot: 2 },
  { slots: { "1": 2 } },
  { do: "allow-profile", profile: 1 },
  { do: "revoke-certificates", reason: "lost" },
  {
    status: "Accepted",
    expires: "2030-01-01T00:00:00Z",
    group: "g",
    priority: 3,
    departure: "17:30",
  },
  { name: "admin", user: "admin", password: "a long enough password", next: "/", role: "viewer" },
  { code: "123456" },
  { _csrf: "x", csrf: "x" },
];

const QUERIES = [
  "",
  "hours=3",
  "step=quarter&from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z",
  "from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z",
  "limit=100&before=0",
  "limit=1e9",
  "charger=F16&token=ASHA&action=Heartbeat",
  "page=2&state=open&day=2026-02-30&period=month&lines=all",
  "from=%00&to=%ff%fe",
  "a=1&a=2&__proto__=x&constructor=y",
];

/** Streams that never end, and what a person would have to confirm. */
const LEFT_OUT = /events$|^\/live$/;

/** Draws a request: mostly a route of the table with what belongs there, and one thing beside it. */
export function drawRequest(chance: () => number): RawRequest {
  const route = oneOf(listRoutes().filter(({ path }) => !LEFT_OUT.test(path)), chance);
  const method = chance() < 0.92
    ? route.method
    : oneOf(["PUT", "HEAD", "OPTIONS", "TRACE", "G\tT", "post"], chance);
  const path = drawPath(route.path, chance);
  const body = route.method === "GET" && chance() < 0.9 ? "" : drawBody(chance);
  const isForm = body.startsWith("&");
  const bytes = new TextEncoder().encode(isForm ? body.slice(1) : body);
  const length = chance() < 0.96 ? bytes.length : oneOf([-1, 1e12, bytes.length + 5, 0], chance);
  const headers = [
    `${method} ${path} HTTP/1.1`,
    chance() < 0.97
      ? "host: 127.0.0.1"
      : `host: ${oneOf(["", "evil.example", "a b", "[::"], chance)}`,
    ...(chance() < 0.85
      ? [`authorization: Bearer ${TOKEN_PLACE}`]
      : [`authorization: ${oneOf(["Bearer", "Basic !!", "Bearer x y", "Bearer \u00ff"], chance)}`]),
    ...(bytes.length > 0 || chance() < 0.1
      ? [
        `content-type: ${
          oneOf([
            isForm ? "application/x-www-form-urlencoded" : "application/json",
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "",
          ], chance)
        }`,
      ]
      : []),
    `content-length: ${length}`,
    "connection: close",
    ...oddHeaders(chance),
  ];
  const head = new TextEncoder().encode(`${headers.join("\r\n")}\r\n\r\n`);
  const whole = Uint8Array.from([...head, ...bytes]);
  return (chance() < 0.06 ? spoilBytes(whole, chance) : whole).toBase64();
}

function drawPath(pattern: string, chance: () => number): string {
  const filled = pattern.replaceAll(/:[a-z]+/g, (name) => {
    const known = oneOf(PARAMETERS[name] ?? ["x"], chance);
    return chance() < 0.85 ? encodeURIComponent(known) : oddPart(chance);
  });
  const query = chance() < 0.4 ? `?${oneOf(QUERIES, chance)}` : "";
  const whole = `${filled}${query}`;
  return chance() < 0.93
    ? whole
    : spoilText(whole, chance).replaceAll(/[\r\n ]/g, "_").toWellFormed();
}

function oddPart(chance: () => number): string {
  return oneOf([
    "%2e%2e%2f",
    "%00",
    "%",
    "%zz",
    "..;",
    "é",
    "%ed%a0%80",
    "a".repeat(3_000),
    "//",
    "%F0%9F%94%8C",
  ], chance);
}

function drawBody(chance: () => number): string {
  const body = oneOf(BODIES, chance);
  const fate = chance();
  if (fate < 0.3) return JSON.stringify(body);
  if (fate < 0.6) return JSON.stringify(spoilValue(body, chance)) ?? "";
  if (fate < 0.7) return spoilText(JSON.stringify(body), chance);
  if (fate < 0.75) return JSON.stringify(oneOf(ODD_VALUES, chance));
  if (fate < 0.78) return `{"a":"${"x".repeat(300_000)}"}`;
  const form = new URLSearchParams(
    Object.entries(body).map(([key, value]) => [key, String(value)]),
  );
  return `&${chance() < 0.5 ? form : spoilText(String(form), chance)}`;
}

function oddHeaders(chance: () => number): readonly string[] {
  const fate = chance();
  if (fate < 0.7) return [];
  return [oneOf([
    `cookie: __Host-session=${"x".repeat(43)}`,
    "cookie: ;;;=;a",
    `cookie: ${"a=b; ".repeat(500)}`,
    "origin: https://evil.example",
    "sec-fetch-site: cross-site",
    "accept-language: xx-XX;q=9,,;",
    "x-forwarded-for: 127.0.0.1",
    "idempotency-key: 1",
    "if-none-match: *",
    "range: bytes=0-0,-1",
    "transfer-encoding: chunked",
    "expect: 100-continue",
    "upgrade: websocket",
    "last-event-id: -1",
    "accept: text/html",
  ], chance)];
}

/** The head of a charger's handshake, and what may be wrong with one; in Base64. */
export function drawHandshake(chance: () => number): RawRequest {
  const path = oneOf([
    "/ocpp/F16",
    "/ocpp/NEW",
    "/ocpp/",
    "/",
    "/ocpp/../GOOD",
    "/ocpp/%00",
    "/ocpp/%E0%A4%A",
    `/ocpp/${"x".repeat(300)}`,
    "/ocpp/F16/F20",
    "/ocpp/__proto__",
    "//ocpp//F16",
    "http://a/ocpp/F16",
  ], chance);
  const headers = [
    `${oneOf(["GET", "GET", "GET", "POST"], chance)} ${path} HTTP/1.1`,
    "host: x",
    "connection: Upgrade",
    "upgrade: websocket",
    `sec-websocket-version: ${oneOf(["13", "13", "8", "x"], chance)}`,
    `sec-websocket-key: ${oneOf(["dGhlIHNhbXBsZSBub25jZQ==", "x", ""], chance)}`,
    `sec-websocket-protocol: ${
      oneOf(["ocpp1.6", "ocpp2.0.1, ocpp2.1", "ocpp1.5", ",,", "x".repeat(5_000)], chance)
    }`,
    `authorization: ${
      oneOf(
        ["Basic RjE2OndoYXQ=", "Basic", "Basic ====", "Bearer x", `Basic ${"A".repeat(6_000)}`],
        chance,
      )
    }`,
    ...(chance() < 0.3
      ? [
        `sec-websocket-extensions: ${
          oneOf([
            "permessage-deflate; server_max_window_bits=1",
            "permessage-deflate; x=y; x=z",
            "a;;b",
          ], chance)
        }`,
      ]
      : []),
  ].filter(() => chance() < 0.95);
  const whole = new TextEncoder().encode(`${headers.join("\r\n")}\r\n\r\n`);
  return (chance() < 0.3 ? spoilBytes(whole, chance) : whole).toBase64();
}
