import { assertEquals } from "@std/assert";
import { desiredFor, type DesiredRule, isSameSetting } from "./desired_configuration.ts";

const rule = (facts: Partial<DesiredRule>): DesiredRule => ({
  vendor: null,
  model: null,
  chargerId: null,
  corrects: false,
  ocpp16: {},
  ocpp2: {},
  ...facts,
});
const CP01 = {
  chargerId: "CP01",
  is16: true,
  station: { vendorName: "Alfen BV", model: "NG910-60023" },
};

Deno.test("rules of a charger's vendor and model hold for it, whatever letters it writes them in", () => {
  const rules = [
    rule({ vendor: "alfen*", ocpp16: { HeartbeatInterval: "300" } }),
    rule({ vendor: "ABB", ocpp16: { HeartbeatInterval: "60" } }),
    rule({ model: "ng910*", ocpp16: { BlinkRepeat: "3" } }),
    rule({ model: "NG920*", ocpp16: { LightIntensity: "10" } }),
  ];
  assertEquals(desiredFor(rules, CP01), [
    { name: "HeartbeatInterval", value: "300", corrects: false },
    { name: "BlinkRepeat", value: "3", corrects: false },
  ]);
  // Nobody knows yet what it is: only what holds for all counts.
  const all = rule({ ocpp16: { BlinkRepeat: "5" } });
  assertEquals(desiredFor([...rules, all], { ...CP01, station: null }), [
    { name: "BlinkRepeat", value: "5", corrects: false },
  ]);
});

Deno.test("later rules win over earlier ones, and a charger's own over all, wherever it stands", () => {
  const own = rule({ chargerId: "CP01", corrects: true, ocpp16: { heartbeatinterval: "10" } });
  const of = (chargerId: string) =>
    desiredFor([
      own,
      rule({ ocpp16: { HeartbeatInterval: "300" } }),
      rule({ ocpp16: { HeartbeatInterval: "600" } }),
    ], { ...CP01, chargerId });
  assertEquals(of("CP01"), [{ name: "heartbeatinterval", value: "10", corrects: true }]);
  assertEquals(of("CP02"), [{ name: "HeartbeatInterval", value: "600", corrects: false }]);
});

Deno.test("a charger hears of its own version's settings alone", () => {
  const rules = [
    rule({ ocpp16: { BlinkRepeat: "3" }, ocpp2: { "TxCtrlr.EVConnectionTimeOut": "60" } }),
  ];
  assertEquals(desiredFor(rules, { ...CP01, is16: false }), [
    { name: "TxCtrlr.EVConnectionTimeOut", value: "60", corrects: false },
  ]);
});

const COMPARED: readonly (readonly [actual: string, wanted: string, same: boolean])[] = [
  ["300", "300", true],
  [" 300", "300", true],
  ["300.0", "300", true],
  ["301", "300", false],
  ["True", "true", true],
  ["false", "true", false],
  ["A, B", "A,B", true],
  ["B,A", "A,B", false],
  ["On", "on", false],
  ["", "0", false],
];

for (const [actual, wanted, same] of COMPARED) {
  Deno.test(`a charger that says "${actual}" is ${same ? "" : "not "}as "${wanted}" wants it`, () => {
    assertEquals(isSameSetting(actual, wanted), same);
  });
}
