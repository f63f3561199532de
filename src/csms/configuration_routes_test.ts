import { assertEquals } from "@std/assert";
import type { CommandDesk } from "./route.ts";
import { type ChargerAnswer, type Desk, openDesk } from "./_desk_for_test.ts";

const change = (desk: Desk, key: string, value: string) =>
  desk.ask("ChangeConfiguration", { key, value });
const ACCEPTED = { status: "Accepted" };
const REJECTED = { status: "Rejected" };
const callsOf = ({ calls }: Desk) =>
  calls.map(({ chargerId, payload }) => `${chargerId} ${payload["key"]}=${payload["value"]}`);

/** The answer of a charger to GetConfiguration. */
const knows = (key: string, value: string, readonly = false): ChargerAnswer => ({
  configurationKey: [{ key, readonly, value }],
});

// Own settings (ruling 23)

Deno.test("the CSMS changes what site.yaml lets it, and nothing else", async () => {
  const desk = await openDesk();
  assertEquals(await change(desk, "HeartbeatInterval", "120"), ACCEPTED);
  assertEquals(await change(desk, "TransactionMessageAttempts", "7"), REJECTED);
  const mayChange: CommandDesk["options"]["mayChange"] = ["connection"];
  desk.options = { ...desk.options, mayChange };
  assertEquals(await change(desk, "TransactionMessageAttempts", "7"), ACCEPTED);
  assertEquals(desk.variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"), 7);
  assertEquals(await change(desk, "HeartbeatInterval", "60"), REJECTED);
});

for (
  const [key, value, what] of [
    ["NumberOfConnectors", "9", "is read-only"],
    ["HeartbeatInterval", "-1", "is no number it takes"],
    ["HeartbeatInterval", "soon", "is no number"],
    ["LocalPreAuthorize", "maybe", "is neither true nor false"],
    [
      "MeterValuesAlignedData",
      "Energy.Active.Import.Register,Weather",
      "names an unknown measurand",
    ],
  ] as const
) {
  Deno.test(`${key}=${value} is Rejected: it ${what}`, async () => {
    const desk = await openDesk();
    const before = desk.variables.all();
    assertEquals(await change(desk, key, value), REJECTED);
    assertEquals([desk.variables.all(), desk.calls], [before, []]);
  });
}

Deno.test("values are read as they are meant: blanks and letters do not count", async () => {
  const desk = await openDesk();
  assertEquals(await change(desk, "localpreauthorize", " TRUE "), ACCEPTED);
  assertEquals(desk.variables.value("AuthCtrlr.LocalPreAuthorize"), "true");
});

Deno.test("a setting that the CSMS changed reads back, and survives a restart", async () => {
  const desk = await openDesk();
  await change(desk, "MeterValueSampleInterval", "30");
  const asked = { key: ["MeterValueSampleInterval"] };
  const told = {
    configurationKey: [{ key: "MeterValueSampleInterval", readonly: false, value: "30" }],
  };
  assertEquals(await desk.ask("GetConfiguration", asked), told);
  const later = await openDesk({ store: desk.store });
  assertEquals(await later.ask("GetConfiguration", asked), told);
});

Deno.test("what 1.6 has no key for is read and changed under the name that a report tells", async () => {
  const desk = await openDesk();
  const key = "AuthCacheCtrlr.LifeTime";
  assertEquals(await change(desk, key, "3600"), ACCEPTED);
  assertEquals(await desk.ask("GetConfiguration", { key: [key] }), {
    configurationKey: [{ key, readonly: false, value: "3600" }],
  });
  assertEquals(desk.variables.integer("AuthCacheCtrlr.LifeTime"), 3_600);
});

// Settings that chargers share

const ALIGNED = ["ClockAlignedDataInterval", "900"] as const;

Deno.test("what chargers must share goes to every one that is there", async () => {
  const desk = await openDesk();
  assertEquals(await change(desk, ...ALIGNED), ACCEPTED);
  assertEquals(callsOf(desk), [
    "CP1 ClockAlignedDataInterval=900",
    "CP2 ClockAlignedDataInterval=900",
  ]);
  assertEquals(desk.variables.integer("AlignedDataCtrlr.Interval"), 900);
});

Deno.test("what is no business of the chargers does not go to them", async () => {
  const desk = await openDesk();
  for (const key of ["MeterValueSampleInterval", "HeartbeatInterval"]) {
    await change(desk, key, "60");
  }
  assertEquals(desk.calls, []);
});

Deno.test("one charger that cannot, and none shall: all go back to what was (1.6 §3.16.4)", async () => {
  const desk = await openDesk();
  await change(desk, "ClockAlignedDataInterval", "300");
  desk.answers("CP2", "ChangeConfiguration", REJECTED);
  assertEquals(await change(desk, ...ALIGNED), REJECTED);
  assertEquals(callsOf(desk).slice(2), [
    "CP1 ClockAlignedDataInterval=900",
    "CP2 ClockAlignedDataInterval=900",
    "CP1 ClockAlignedDataInterval=300",
    "CP2 ClockAlignedDataInterval=300",
  ]);
  assertEquals(desk.variables.integer("AlignedDataCtrlr.Interval"), 300);
  const { variables } = await desk.store.load(0);
  assertEquals(variables.get("AlignedDataCtrlr.Interval")?.value, "300");
});

const MERGED: readonly (readonly [what: string, one: ChargerAnswer, merged: string])[] = [
  ["does not know the key", { status: "NotSupported" }, "Accepted"],
  ["answers with an error", { callError: "x" }, "Accepted"],
  ["does not answer", "silent", "Accepted"],
  ["needs a reboot", { status: "RebootRequired" }, "RebootRequired"],
];

for (const [what, one, merged] of MERGED) {
  Deno.test(`a shared setting is ${merged} where a charger ${what}`, async () => {
    const desk = await openDesk();
    desk.answers("CP2", "ChangeConfiguration", one);
    assertEquals(await change(desk, ...ALIGNED), { status: merged });
    assertEquals(desk.variables.integer("AlignedDataCtrlr.Interval"), 900);
  });
}

// One charger: <Key>_<slot> (ruling 11)

Deno.test("<Key>_<slot> goes to the charger of the slot, without the slot", async () => {
  const desk = await openDesk();
  assertEquals(await change(desk, "LightIntensity_3", "50"), ACCEPTED);
  assertEquals(callsOf(desk), ["CP2 LightIntensity=50"]);
});

for (
  const [answer, status] of [
    [{ status: "RebootRequired" }, "RebootRequired"],
    [{ status: "NotSupported" }, "NotSupported"],
    [{ status: "Rejected" }, "Rejected"],
    ["silent", "Rejected"],
    ["gone", "Rejected"],
  ] as const
) {
  Deno.test(`<Key>_<slot> is ${status} where the charger says ${JSON.stringify(answer)}`, async () => {
    const desk = await openDesk();
    desk.answers("CP2", "ChangeConfiguration", answer);
    assertEquals(await change(desk, "LightIntensity_3", "50"), { status });
  });
}

for (const key of ["AuthorizationKey_3", "centralsystemuri_3", "MeterValueSampleInterval_3"]) {
  Deno.test(`${key} is Rejected: that setting is the gateway's (A14)`, async () => {
    const desk = await openDesk();
    assertEquals(await change(desk, key, "theirs"), REJECTED);
    assertEquals(desk.calls, []);
  });
}

for (
  const [key, what] of [
    ["LightIntensity_9", "there is no such slot"],
    ["LightIntensity_", "no slot is named"],
    ["LightIntensity", "it is no key of the gateway"],
    ["_3", "no key is named"],
  ] as const
) {
  Deno.test(`${key} is NotSupported: ${what}`, async () => {
    const desk = await openDesk();
    assertEquals(await change(desk, key, "50"), { status: "NotSupported" });
    assertEquals(desk.calls, []);
  });
}

Deno.test("a name with a slot that would be longer than a key may be is NotSupported", async () => {
  const desk = await openDesk();
  assertEquals(await change(desk, `${"K".repeat(48)}_3`, "1"), ACCEPTED);
  const { answer } = { answer: await change(desk, `${"K".repeat(49)}_3`, "1") };
  assertEquals("callError" in answer || answer["status"] === "NotSupported", true);
  assertEquals(desk.calls.length, 1);
});

Deno.test("GetConfiguration reads own keys and those of chargers in one answer", async () => {
  const desk = await openDesk();
  desk.answers("CP2", "GetConfiguration", knows("LightIntensity", "40", true));
  const key = ["LocalPreAuthorize", "LightIntensity_3", "Nonsense_3x"];
  assertEquals(await desk.ask("GetConfiguration", { key }), {
    configurationKey: [
      { key: "LocalPreAuthorize", readonly: false, value: "false" },
      { key: "LightIntensity_3", readonly: true, value: "40" },
    ],
    unknownKey: ["Nonsense_3x"],
  });
  assertEquals(desk.calls, [
    { chargerId: "CP2", action: "GetConfiguration", payload: { key: ["LightIntensity"] } },
  ]);
});

for (
  const answer of ["silent", "gone", { callError: "x" }, {
    unknownKey: ["LightIntensity"],
  }] as const
) {
  Deno.test(`GetConfiguration of a charger that says ${JSON.stringify(answer)} names the key as unknown`, async () => {
    const desk = await openDesk();
    desk.answers("CP2", "GetConfiguration", answer);
    assertEquals(await desk.ask("GetConfiguration", { key: ["LightIntensity_3"] }), {
      unknownKey: ["LightIntensity_3"],
    });
  });
}

Deno.test("what a charger may do without the gateway is told to all, and one that cannot does not count", async () => {
  const desk = await openDesk();
  desk.answers("CP2", "ChangeConfiguration", REJECTED);
  assertEquals(await change(desk, "LocalAuthorizeOffline", "false"), ACCEPTED);
  assertEquals(await change(desk, "AllowOfflineTxForUnknownId", "true"), ACCEPTED);
  assertEquals(callsOf(desk), [
    "CP1 LocalAuthorizeOffline=false",
    "CP2 LocalAuthorizeOffline=false",
    "CP1 AllowOfflineTxForUnknownId=true",
    "CP2 AllowOfflineTxForUnknownId=true",
  ]);
});

Deno.test("what becomes of refused tokens and of orders is told to all chargers (1.6 §9.1)", async () => {
  const desk = await openDesk();
  for (
    const [key, value] of [
      ["AuthorizeRemoteTxRequests", "true"],
      ["StopTransactionOnInvalidId", "false"],
      ["MaxEnergyOnInvalidId", "500"],
    ] as const
  ) {
    const before = callsOf(desk).length;
    assertEquals(await change(desk, key, value), ACCEPTED);
    assertEquals(callsOf(desk).slice(before), [`CP1 ${key}=${value}`, `CP2 ${key}=${value}`]);
  }
});

Deno.test("a list that the CSMS switches off or on concerns the lists of the chargers", async () => {
  const desk = await openDesk();
  let changes = 0;
  desk.events.on("local-list", () => void changes++);
  for (const value of ["false", "true"]) {
    assertEquals(await change(desk, "LocalAuthListEnabled", value), ACCEPTED);
  }
  assertEquals([changes, callsOf(desk)], [2, []]);
});
