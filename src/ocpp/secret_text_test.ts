import { assertEquals } from "@std/assert";
import { withoutSecrets } from "./secret_text.ts";

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
