import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createMessageLog } from "./message_log.ts";

const frame = (text: string, facts = {}) =>
  ({ atWallMs: 0, peer: "CP1", direction: "in", text, ...facts }) as const;

/** What a frame looks like in the log. */
const logged = (text: string) => createMessageLog(1).add(frame(text)).text;

// What is kept

Deno.test("the log numbers frames as they come, and shows the newest first", () => {
  const log = createMessageLog(10);
  for (const text of ["a", "b", "c"]) log.add(frame(text));
  assertEquals(log.find({ limit: 2 }).map(({ id, text }) => [id, text]), [[3, "c"], [2, "b"]]);
  assertEquals(log.find({ limit: 0 }), []);
});

Deno.test("the log holds as many frames as it may, the oldest go", () => {
  const log = createMessageLog(3);
  for (let index = 0; index < 10; index++) log.add(frame(String(index)));
  assertEquals(log.find({ limit: 100 }).map(({ text }) => text), ["9", "8", "7"]);
});

Deno.test("the log finds frames by peer, message and time", () => {
  const log = createMessageLog(10);
  log.add(frame('[2,"1","Heartbeat",{}]', { atWallMs: 1 }));
  log.add(frame('[2,"2","Authorize",{}]', { atWallMs: 2, peer: "csms" }));
  log.add(frame('[2,"3","Heartbeat",{}]', { atWallMs: 3, peer: "csms" }));
  const ids = (filter: Parameters<typeof log.find>[0]) => log.find(filter).map(({ id }) => id);
  assertEquals(ids({ limit: 9, peer: "csms" }), [3, 2]);
  assertEquals(ids({ limit: 9, action: "Heartbeat" }), [3, 1]);
  assertEquals(ids({ limit: 9, action: "Heart" }), []);
  assertEquals(ids({ limit: 9, fromWallMs: 2 }), [3, 2]);
  assertEquals(ids({ limit: 9, peer: "csms", action: "Heartbeat", fromWallMs: 3 }), [3]);
});

Deno.test("a long frame is cut", () => {
  assertEquals(logged("x".repeat(100_000)).length, 8_192);
});

Deno.test("a frame without secrets is kept letter by letter", () => {
  const text = '[2, "1", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}]';
  assertEquals(logged(text), text);
});

// Secrets

const SECRET = "hunter2hunter2";

const WITH_SECRET: readonly (readonly [what: string, text: string])[] = [
  [
    "ChangeConfiguration",
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${SECRET}"}]`,
  ],
  [
    "a key in other letters",
    `[2,"1","ChangeConfiguration",{"key":"authorizationKEY","value":"${SECRET}"}]`,
  ],
  [
    "a key of one charger",
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey_3","value":"${SECRET}"}]`,
  ],
  [
    "fields in another order",
    `[2,"1","ChangeConfiguration",{"value":"${SECRET}","key":"AuthorizationKey"}]`,
  ],
  [
    "blanks",
    `[2, "1", "ChangeConfiguration", { "key" : "AuthorizationKey" , "value" : "${SECRET}" }]`,
  ],
  [
    "the answer to GetConfiguration",
    `[3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"${SECRET}"}]}]`,
  ],
  [
    "SetVariables of 2.x",
    `[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"${SECRET}","component":` +
    `{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}]}]`,
  ],
  [
    "the tunnel, as text inside a text",
    JSON.stringify([2, "1", "DataTransfer", {
      vendorId: "org.sangam",
      data: JSON.stringify({
        slot: 3,
        action: "ChangeConfiguration",
        payload: { key: "AuthorizationKey", value: SECRET },
      }),
    }]),
  ],
  [
    "a secret with quotes",
    JSON.stringify([2, "1", "ChangeConfiguration", {
      key: "AuthorizationKey",
      value: `${SECRET}"${SECRET}`,
    }]),
  ],
  [
    "a frame that is no JSON",
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${SECRET}"`,
  ],
  [
    "the address of a file",
    `[2,"1","GetDiagnostics",{"location":"ftp://cp1:${SECRET}@10.0.0.1/logs"}]`,
  ],
  [
    "an escaped address",
    `[2,"1","UpdateFirmware",{"location":"https:\\/\\/cp1:${SECRET}@host\\/fw"}]`,
  ],
];

for (const [what, text] of WITH_SECRET) {
  Deno.test(`a password in ${what} does not get into the log`, () => {
    assert(text.includes(SECRET), "the case has to be about something");
    const shown = logged(text);
    assert(!shown.includes(SECRET), shown);
    assert(shown.includes("***"), shown);
  });
}

Deno.test("what is struck out leaves the rest of the frame readable", () => {
  const text = `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${SECRET}"}]`;
  assertEquals(JSON.parse(logged(text)), [2, "1", "ChangeConfiguration", {
    key: "AuthorizationKey",
    value: "***",
  }]);
  assertEquals(
    logged(`{"location":"ftp://cp1:${SECRET}@10.0.0.1/logs?x=1"}`),
    '{"location":"ftp://***@10.0.0.1/logs?x=1"}',
  );
});

Deno.test("a number as a password is struck out too (quirk 10)", () => {
  const text = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":1234567890}]';
  assert(!logged(text).includes("1234567890"));
});

Deno.test("no password gets into the log, whatever it consists of", () => {
  const password = fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 })
    .filter((text) => !/^[\s*]*$/.test(text));
  fc.assert(fc.property(password, (value) => {
    const payload = { key: "AuthorizationKey", value };
    const shown = logged(JSON.stringify([2, "1", "ChangeConfiguration", payload]));
    assertEquals(JSON.parse(shown)[3], { key: "AuthorizationKey", value: "***" });
  }));
});
