import { assert, assertEquals } from "@std/assert";
import { withoutSecrets } from "./secret_text.ts";

Deno.test("a frame that sets where the CSMS is loses its passwords and pins", () => {
  const frame =
    '[2,"1","SetNetworkProfile",{"configurationSlot":2,"connectionData":{"ocppCsmsUrl":' +
    '"wss://x","basicAuthPassword":"very \\"secret","apn":{"apnPassword":"p1","simPin":1234},' +
    '"vpn":{"password":"p2","key":"p3"}}}]';
  const shown = withoutSecrets(frame);
  for (const secret of ["very", "p1", "1234", "p2", "p3"]) assert(!shown.includes(secret), secret);
  assert(shown.includes("wss://x"));
});

Deno.test("a password that a frame sets is not shown", () => {
  assertEquals(
    withoutSecrets('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"ABCD"}]'),
    '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"…"}]',
  );
  const item = (name: string, value: string) =>
    `{"component":{"name":"SecurityCtrlr"},"variable":{"name":"${name}"},"attributeValue":"${value}"}`;
  assertEquals(
    withoutSecrets(
      `[2,"1","SetVariables",{"setVariableData":[${item("BasicAuthPassword", 'a\\"b')}]}]`,
    ),
    `[2,"1","SetVariables",{"setVariableData":[${item("BasicAuthPassword", "…")}]}]`,
  );
});

Deno.test("a key that a charger tells is not shown, and the others are", () => {
  const told = (key: string, value: string) =>
    `{"value":"${value}","key":"${key}","readonly":false}`;
  assertEquals(
    withoutSecrets(
      `[3,"1",{"configurationKey":[${told("authorizationkey", "s")},${told("Other", "5")}]}]`,
    ),
    `[3,"1",{"configurationKey":[${told("authorizationkey", "…")},${told("Other", "5")}]}]`,
  );
});

Deno.test("other frames are shown as they are", () => {
  const text = '[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}]';
  assertEquals(withoutSecrets(text), text);
});
