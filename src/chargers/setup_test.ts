import { assert, assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  endTransactionOn,
  noteFeatures,
  openBooks,
  placeOf,
} from "../../test/support/books.ts";
import type { Answer } from "../../test/support/frame_peer.ts";
import { type ConnectedStation, connectStation } from "../../test/support/stations.ts";
import { variableOf } from "../ocpp/mod.ts";
import { chargerOrNew, type EvsePlace } from "../site/mod.ts";
import { intendStop } from "../transactions/mod.ts";
import { CONFIGURATION, configurationAnswer, willing } from "./_edge_for_test.ts";
import type { ModelQuirks } from "./model.ts";
import { featuresOf, repeatOrders, setUpCharger } from "./setup.ts";
import { createWriteCounts } from "./write_counts.ts";

interface Bench extends Books, ConnectedStation {
  setUp(patienceMs?: number): Promise<boolean>;
  /** The names of what the charger was called, in order. */
  actions(): readonly string[];
  /** "Key=value" for each setting that was written. */
  written(): readonly string[];
}

async function createBench(
  values: Readonly<Record<string, string>> = CONFIGURATION,
  places: readonly EvsePlace[] = [placeOf(1)],
  quirks: ModelQuirks = {},
): Promise<Bench> {
  const books = await openBooks({ places });
  const connected = await connectStation(books, { answers: willing(values) });
  return {
    ...books,
    ...connected,
    async setUp(patienceMs = 0) {
      const done = setUpCharger(
        { ...books, upstream: NOBODY_UP },
        { nominalVoltageV: 230, quirks: () => quirks, writes: createWriteCounts(books) },
        connected.station,
        () => {},
      );
      await books.clock.advance(patienceMs);
      return await done;
    },
    actions: () => connected.charger.heard.map(({ action }) => action),
    written: () =>
      connected.charger.payloads("ChangeConfiguration").map(({ key, value }) => `${key}=${value}`),
  };
}

const NOBODY_UP: Parameters<typeof setUpCharger>[0]["upstream"] = {
  isOnline: () => false,
  authorize: () => Promise.resolve(null),
  dataTransfer: () => Promise.resolve(null),
  meterValues: () => {},
  news: () => {},
  ask: () => Promise.resolve(null),
};

function report(connectorStatus: "Available" | "Unavailable") {
  return { message: { evseId: 1, connectorId: 1, connectorStatus } };
}

// What is learnt

Deno.test("featuresOf() reads what a charger can do from its configuration", () => {
  const values = new Map(Object.entries({
    ...CONFIGURATION,
    ChargingScheduleAllowedChargingRateUnit: "W",
    SupportedFeatureProfiles: "Core, LocalAuthListManagement ,SmartCharging",
    MeterValueSampleInterval: "30",
  }));
  assertEquals(featuresOf(values), {
    smartCharging: true,
    stackLevelMax: 3,
    rateUnit: "W",
    localList: true,
    reservation: false,
    remoteTrigger: false,
    sampleIntervalMs: 30_000,
  });
});

Deno.test("featuresOf() takes a charger that says nothing for one that can what most can", () => {
  assertEquals(featuresOf(new Map()), {
    smartCharging: true,
    stackLevelMax: 0,
    rateUnit: "A",
    localList: false,
    reservation: false,
    remoteTrigger: true,
    sampleIntervalMs: null,
  });
});

Deno.test("featuresOf() does not believe numbers that are none", () => {
  const odd = [["many", "-1"], ["2.5", "0"], ["-1", "often"]] as const;
  for (const [stackLevel, interval] of odd) {
    const features = featuresOf(
      new Map([
        ["ChargeProfileMaxStackLevel", stackLevel],
        ["MeterValueSampleInterval", interval],
      ]),
    );
    assertEquals([features.stackLevelMax, features.sampleIntervalMs], [0, null]);
  }
  assertEquals(featuresOf(new Map([["MeterValueSampleInterval", "1"]])).sampleIntervalMs, 1_000);
});

Deno.test("the set-up stores what it learnt", async () => {
  const bench = await createBench();
  assert(await bench.setUp());
  const { chargers } = await bench.store.load(0);
  assertEquals(chargers.get("CP1")?.features?.stackLevelMax, 3);
  assertEquals(chargers.get("CP1")?.features?.rateUnit, "A");
});

// What is asked and set

Deno.test("a charger that has all that is wanted is asked once and given its fail-safe current, nothing else", async () => {
  const bench = await createBench();
  await bench.setUp();
  assertEquals(bench.actions(), [
    "GetConfiguration",
    "ClearChargingProfile",
    "SetChargingProfile",
    "GetCompositeSchedule",
  ]);
});

Deno.test("the set-up changes only what differs, one key at a time", async () => {
  const bench = await createBench({
    ...CONFIGURATION,
    MeterValueSampleInterval: "60",
    MeterValuesSampledData: "Energy.Active.Import.Register",
    LocalPreAuthorize: "true",
    AuthorizeRemoteTxRequests: "true",
    StopTransactionOnInvalidId: "false",
  });
  await bench.setUp();
  assertEquals(bench.written(), [
    "MeterValueSampleInterval=10",
    "MeterValuesSampledData=Energy.Active.Import.Register,Current.Import,Power.Active.Import",
    "LocalPreAuthorize=false",
    "AuthorizeRemoteTxRequests=false",
    "StopTransactionOnInvalidId=true",
  ]);
  assertEquals(bench.site.charger("CP1")?.features?.sampleIntervalMs, 10_000);
});

Deno.test("a charger treats refused tokens and orders the way that is set here", async () => {
  const bench = await createBench({ ...CONFIGURATION, MaxEnergyOnInvalidId: "0" });
  const by = { origin: "csms", nowWallMs: 0, mayChange: ["authorization"] } as const;
  const settings = [
    ["AuthorizeRemoteTxRequests", "true"],
    ["StopTransactionOnInvalidId", "false"],
    ["MaxEnergyOnInvalidId", "500"],
  ] as const;
  for (const [key, value] of settings) {
    const { component, variable } = variableOf(key);
    assertEquals(bench.variables.set(component, variable, value, by).outcome, "Accepted");
  }
  await bench.setUp();
  assertEquals(bench.written(), settings.map(([key, value]) => `${key}=${value}`));
});

Deno.test("the set-up gives a charger what the CSMS set for clock-aligned and closing values", async () => {
  const bench = await createBench();
  const by = { origin: "csms", nowWallMs: 0, mayChange: ["metering"] } as const;
  for (const [key, value] of [["ClockAlignedDataInterval", "900"], ["StopTxnSampledData", "SoC"]]) {
    const { component, variable } = variableOf(key ?? "");
    assertEquals(bench.variables.set(component, variable, value ?? "", by).outcome, "Accepted");
  }
  await bench.setUp();
  assertEquals(bench.written(), ["ClockAlignedDataInterval=900", "StopTxnSampledData=SoC"]);
});

Deno.test("the set-up has a charger measure as often as the CSMS wants, if that is more often", async () => {
  const bench = await createBench();
  const { component, variable } = variableOf("MeterValueSampleInterval");
  bench.variables.set(component, variable, "5", {
    origin: "csms",
    nowWallMs: 0,
    mayChange: ["metering"],
  });
  await bench.setUp();
  assertEquals(bench.written(), ["MeterValueSampleInterval=5"]);
});

Deno.test("a key that the charger does not name is not touched", async () => {
  const { LocalPreAuthorize: _gone, ...rest } = CONFIGURATION;
  const bench = await createBench({ ...rest, MeterValueSampleInterval: "60" });
  await bench.setUp();
  assertEquals(bench.written(), ["MeterValueSampleInterval=10"]);
});

// Best effort

const REFUSALS: readonly (readonly [what: string, answer: Answer])[] = [
  ["rejects", { status: "Rejected" }],
  ["answers with an error to", { callError: "InternalError" }],
];

for (const [what, answer] of REFUSALS) {
  Deno.test(`a charger that ${what} a setting is set up all the same, and keeps its sample interval`, async () => {
    const bench = await createBench({
      ...CONFIGURATION,
      MeterValueSampleInterval: "60",
      LocalPreAuthorize: "true",
    });
    bench.charger.answer("ChangeConfiguration", answer);
    assert(await bench.setUp());
    assertEquals(bench.written(), ["MeterValueSampleInterval=10", "LocalPreAuthorize=false"]);
    assert(bench.actions().includes("SetChargingProfile"));
    assertEquals(bench.site.charger("CP1")?.features?.sampleIntervalMs, 60_000);
    const refused = bench.logged.filter(({ event }) => event === "setup_refused");
    assertEquals(refused.map(({ setting }) => setting), [
      "MeterValueSampleInterval",
      "LocalPreAuthorize",
    ]);
  });
}

Deno.test("a charger that knows no SetChargingProfile takes no limits, whatever it says; at its next boot it may", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", { callError: "NotImplemented" });
  assert(await bench.setUp());
  assertEquals(bench.site.charger("CP1")?.features?.smartCharging, false);
  bench.charger.answer("SetChargingProfile", { status: "Rejected" });
  assert(await bench.setUp());
  assertEquals(bench.site.charger("CP1")?.features?.smartCharging, true, "a refusal is none");
});

Deno.test("a charger that refuses many settings at once is asked for them one by one", async () => {
  const bench = await createBench();
  const all = configurationAnswer(CONFIGURATION);
  bench.charger.answer("GetConfiguration", (asked) => {
    const isOne = Array.isArray(asked["key"]) && asked["key"].length === 1;
    return isOne ? all(asked) : { callError: "PropertyConstraintViolation" };
  });
  assert(await bench.setUp());
  assertEquals(bench.site.charger("CP1")?.features?.stackLevelMax, 3);
});

Deno.test("a charger that cannot be asked for its configuration gets its fail-safe current all the same", async () => {
  const bench = await createBench();
  bench.charger.answer("GetConfiguration", { callError: "NotSupported" });
  assert(await bench.setUp());
  assertEquals(bench.actions(), [
    "GetConfiguration",
    "ClearChargingProfile",
    "SetChargingProfile",
    "GetCompositeSchedule",
  ]);
  assertEquals(bench.site.charger("CP1")?.features?.smartCharging, true);
});

Deno.test("a charger that answers nothing is not set up, and may boot again for another try", async () => {
  const bench = await createBench();
  for (const action of ["GetConfiguration", "SetChargingProfile"]) {
    bench.charger.answer(action, "silence");
  }
  assert(!await bench.setUp(120_000));
});

Deno.test("a charger that is gone before it answers teaches nothing", async () => {
  const bench = await createBench();
  bench.charger.answer("GetConfiguration", "silence");
  const done = bench.setUp();
  bench.charger.socket.terminate();
  await bench.clock.advance(0);
  assert(!await done);
  assertEquals(bench.site.charger("CP1")?.features ?? null, null);
  assertEquals(bench.faults, []);
});

// The fail-safe current

Deno.test("every EVSE of a charger gets its own fail-safe current (ruling 18)", async () => {
  const bench = await createBench(CONFIGURATION, [
    placeOf(1, { failSafeAmps: 6 }),
    placeOf(2, { chargerId: "CP1", evseId: 2, failSafeAmps: 10 }),
  ]);
  await bench.setUp();
  const sent = bench.charger.payloads("SetChargingProfile");
  assertEquals(sent.map(({ connectorId }) => connectorId), [1, 2]);
  assertEquals(sent[1]?.["csChargingProfiles"], {
    chargingProfileId: 23,
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: {
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
    },
  });
  assertEquals(bench.faults.map(({ subject, state }) => [subject, state]), [
    ["slot 1", "over"],
    ["slot 2", "over"],
  ]);
});

const NOT_TAKEN: readonly (readonly [what: string, answer: Answer])[] = [
  ["rejects", { status: "Rejected" }],
  ["does not know", { callError: "NotImplemented" }],
  ["does not answer to", "silence"],
];

for (const [what, answer] of NOT_TAKEN) {
  Deno.test(`an alarm tells of a charger that ${what} its fail-safe current`, async () => {
    const bench = await createBench();
    bench.charger.answer("SetChargingProfile", answer);
    await bench.setUp(30_000);
    assertEquals(
      bench.faults.map(({ kind, severity, subject, state }) => [kind, severity, subject, state]),
      [
        ["fail-safe-not-installed", "alarm", "slot 1", "raised"],
      ],
    );
  });
}

Deno.test("an alarm tells of a charger that takes no profiles at all, and nothing is sent to it", async () => {
  const bench = await createBench({ ...CONFIGURATION, SupportedFeatureProfiles: "Core" });
  await bench.setUp();
  assertEquals(bench.actions(), ["GetConfiguration"]);
  assertEquals(bench.faults.map(({ kind, state }) => [kind, state]), [
    ["fail-safe-not-installed", "raised"],
  ]);
});

Deno.test("a charger whose maximum is safe needs no fail-safe current", async () => {
  const bench = await createBench({ ...CONFIGURATION, SupportedFeatureProfiles: "Core" }, [
    placeOf(1, { failSafeAmps: 16, maxCurrentAmps: 16 }),
  ]);
  await bench.setUp();
  assertEquals(bench.faults.filter(({ state }) => state === "raised"), []);
});

Deno.test("no alarm where the connection broke while the fail-safe current was sent", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", "silence");
  const done = bench.setUp();
  await bench.clock.advance(0);
  bench.charger.socket.terminate();
  await bench.clock.advance(0);
  assert(!await done);
  assertEquals(bench.faults, []);
});

// Orders

Deno.test("a charger is told again that it is out of service (1.6 §5.2)", async () => {
  const bench = await createBench();
  bench.site.report(1, report("Available"), 0);
  order(bench, 1, false);
  await repeat(bench);
  assertEquals(bench.charger.payloads("ChangeAvailability"), [
    { connectorId: 1, type: "Inoperative" },
  ]);
});

Deno.test("a charger that went out of service and is wanted back is told so", async () => {
  const bench = await createBench();
  bench.site.report(1, report("Unavailable"), 0);
  order(bench, 1, true);
  await repeat(bench);
  assertEquals(bench.charger.payloads("ChangeAvailability"), [
    { connectorId: 1, type: "Operative" },
  ]);
});

Deno.test("the set-up itself repeats what a charger may have forgotten", async () => {
  const bench = await createBench();
  order(bench, 1, false);
  await bench.setUp();
  assertEquals(bench.actions().at(-1), "ChangeAvailability");
});

Deno.test("a site that is wanted back in service takes its chargers along", async () => {
  const bench = await createBench();
  bench.site.report(1, report("Unavailable"), 0);
  order(bench, 0, true);
  await repeat(bench);
  assertEquals(bench.charger.payloads("ChangeAvailability"), [
    { connectorId: 1, type: "Operative" },
  ]);
});

const NOTHING_TO_REPEAT: readonly (readonly [
  what: string,
  status: "Available" | "Unavailable",
  operative: boolean | null,
])[] = [
  ["is out of service as ordered", "Unavailable", false],
  ["is in service as ordered", "Available", true],
  ["is out of service by itself, and nobody ordered anything", "Unavailable", null],
];

for (const [what, status, operative] of NOTHING_TO_REPEAT) {
  Deno.test(`nothing is repeated to a charger that ${what}`, async () => {
    const bench = await createBench();
    bench.site.report(1, report(status), 0);
    if (operative !== null) order(bench, 1, operative);
    await repeat(bench);
    assertEquals(bench.actions(), []);
  });
}

Deno.test("an order for the whole site is repeated to each EVSE", async () => {
  const bench = await createBench(CONFIGURATION, [
    placeOf(1),
    placeOf(2, { chargerId: "CP1", evseId: 2 }),
  ]);
  order(bench, 0, false);
  await repeat(bench);
  assertEquals(
    bench.charger.payloads("ChangeAvailability").map((
      { connectorId, type },
    ) => [connectorId, type]),
    [[1, "Inoperative"], [2, "Inoperative"]],
  );
});

Deno.test("a transaction that was to end while the charger was away is ended now", async () => {
  const bench = await createBench();
  const open = await beginTransaction(bench, 1);
  bench.transactions.apply(intendStop(bench.transactions.state(), open.id, "DeAuthorized"));
  await repeat(bench);
  assertEquals(bench.charger.payloads("RemoteStopTransaction"), [{ transactionId: open.number }]);
  await endTransactionOn(bench, 1);
  await repeat(bench);
  assertEquals(bench.actions().length, 1, "an ended one is left alone");
});

Deno.test("orders are for the charger that they are about", async () => {
  const bench = await createBench(CONFIGURATION, [placeOf(1), placeOf(2)]);
  order(bench, 2, false);
  const open = await beginTransaction(bench, 2);
  bench.transactions.apply(intendStop(bench.transactions.state(), open.id, "DeAuthorized"));
  await repeat(bench);
  assertEquals(bench.actions(), []);
});

function order({ site }: Books, slot: number, operative: boolean): void {
  site.orderAvailability({ slot, operative, orderedBy: "csms", orderedAtMs: 0 });
}

async function repeat(bench: Bench): Promise<void> {
  const done = repeatOrders({ ...bench, upstream: NOBODY_UP }, bench.station);
  await bench.clock.advance(0);
  await done;
}

Deno.test("a charger that was replaced is learnt anew", async () => {
  const bench = await createBench();
  noteFeatures(bench, "CP1", { stackLevelMax: 9 });
  await bench.setUp();
  assertEquals(bench.site.charger("CP1")?.features?.stackLevelMax, 3);
});

// Profiles of others

const clearings = ({ charger }: Bench) => charger.payloads("ClearChargingProfile");

Deno.test("at its adoption a charger's profiles are cleared, whoever set them, and never again", async () => {
  const bench = await createBench();
  await bench.setUp();
  assertEquals(clearings(bench), [{}]);
  await bench.setUp();
  assertEquals(clearings(bench).length, 1);
});

for (const answer of [{ status: "Unknown" }, { callError: "NotSupported" }] as const) {
  Deno.test(`a charger that answers ${JSON.stringify(answer)} to the clearing has none (go-eCharger-API-v2 #187)`, async () => {
    const bench = await createBench();
    bench.charger.answer("ClearChargingProfile", answer);
    await bench.setUp();
    await bench.setUp();
    assertEquals(clearings(bench).length, 1);
  });
}

Deno.test("nothing is cleared while a session runs, and it is made up for", async () => {
  const bench = await createBench();
  await beginTransaction(bench, 1);
  await bench.setUp();
  assertEquals(clearings(bench), []);
  await endTransactionOn(bench, 1);
  await bench.setUp();
  assertEquals(clearings(bench), [{}]);
});

Deno.test("a charger that was set up before this version is not cleared", async () => {
  const bench = await createBench();
  noteFeatures(bench, "CP1");
  await bench.setUp();
  assertEquals(clearings(bench), []);
});

Deno.test("a charger that is told its limits in another way has nothing cleared", async () => {
  const bench = await createBench(CONFIGURATION, [placeOf(1)], { purposes: [] });
  await bench.setUp();
  assertEquals([clearings(bench), bench.faults.at(-1)?.state], [[], "raised"]);
});

// What stands is seen to stand

function tellSchedule({ charger }: Bench, limit: number, unit: "A" | "W" = "A"): void {
  charger.answer("GetCompositeSchedule", {
    status: "Accepted",
    connectorId: 1,
    chargingSchedule: {
      chargingRateUnit: unit,
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  });
}

const writes = ({ charger }: Bench) => charger.payloads("SetChargingProfile").length;

Deno.test("a fail-safe current that the charger says is in force is not written again", async () => {
  const bench = await createBench();
  tellSchedule(bench, 6);
  await bench.setUp();
  assertEquals(bench.site.tactic("CP1").failSafes, [{
    evseId: 1,
    amps: 6,
    verifiedBy: "schedule",
  }]);
  await bench.setUp();
  assertEquals([writes(bench), bench.faults.at(-1)?.state], [1, "over"]);
});

Deno.test("a fail-safe current that is in force no more is written again", async () => {
  const bench = await createBench();
  tellSchedule(bench, 6);
  await bench.setUp();
  tellSchedule(bench, 32);
  await bench.setUp();
  assertEquals(writes(bench), 2);
});

Deno.test("an alarm tells of a charger that takes its fail-safe current and goes by another", async () => {
  const bench = await createBench();
  tellSchedule(bench, 32);
  await bench.setUp();
  const [fault] = bench.faults;
  assertEquals([fault?.kind, fault?.state], ["fail-safe-not-installed", "raised"]);
  assert(fault?.text.includes("does not go by it"), fault?.text);
  assertEquals(bench.site.tactic("CP1").failSafes, undefined);
});

Deno.test("watts of a schedule are turned into amperes by the lines that are there", async () => {
  const bench = await createBench(CONFIGURATION, [placeOf(1, { lines: ["L1"] })]);
  tellSchedule(bench, 1_380, "W");
  await bench.setUp();
  assertEquals(bench.site.tactic("CP1").failSafes?.[0]?.verifiedBy, "schedule");
});

const SAYING_NOTHING: readonly Answer[] = [
  { status: "Rejected" },
  { status: "Accepted" },
  { callError: "NotImplemented" },
  "silence",
];

for (const answer of SAYING_NOTHING) {
  Deno.test(`a schedule of ${JSON.stringify(answer)} is no proof, and no alarm`, async () => {
    const bench = await createBench();
    bench.charger.answer("GetCompositeSchedule", answer);
    await bench.setUp(30_000);
    assertEquals(bench.site.tactic("CP1").failSafes, [{ evseId: 1, amps: 6, verifiedBy: null }]);
    assertEquals(bench.faults.map(({ state }) => state), ["over"]);
  });
}

Deno.test("a charger that keeps its schedule to itself is asked for it once in its life", async () => {
  const bench = await createBench();
  bench.site.saveCharger({
    ...chargerOrNew(bench.site, "CP1"),
    station: { message: { vendorName: "Acme", model: "One" } },
  });
  bench.charger.answer("GetCompositeSchedule", "silence");
  await bench.setUp(30_000);
  await bench.setUp(30_000);
  assertEquals(bench.charger.payloads("GetCompositeSchedule").length, 1);
});

Deno.test("a charger that refuses what is relative is offered the same with a date (ocpp #1565)", async () => {
  const bench = await createBench();
  bench.charger.answer(
    "SetChargingProfile",
    (payload) => ({
      status: JSON.stringify(payload).includes('"Relative"') ? "Rejected" : "Accepted",
    }),
  );
  await bench.setUp();
  assertEquals([writes(bench), bench.faults.at(-1)?.state], [2, "over"]);
});

// What models do their own way

Deno.test("a charger with one standing profile for all gets it on connector 0", async () => {
  const bench = await createBench(CONFIGURATION, [placeOf(1)], { failSafeOn: "charger" });
  await bench.setUp();
  assertEquals(bench.charger.payloads("SetChargingProfile").map(({ connectorId }) => connectorId), [
    0,
  ]);
});

Deno.test("a charger that is told its limits in its vendor's way stands at its fail-safe current between sessions", async () => {
  const vendorLimit = { by: "configuration", key: "Max", value: "{amps}" } as const;
  const bench = await createBench(CONFIGURATION, [placeOf(1)], { purposes: [], vendorLimit });
  await bench.setUp();
  assertEquals([bench.written(), bench.faults.at(-1)?.state], [["Max=6"], "over"]);
});

Deno.test("a meter that can do no better is read as often as it can", async () => {
  const values = { ...CONFIGURATION, MeterValueSampleInterval: "300" };
  const bench = await createBench(values, [placeOf(1)], { sampleIntervalMinS: 60 });
  await bench.setUp();
  assertEquals(bench.written(), ["MeterValueSampleInterval=60"]);
});

Deno.test("somebody is told of a setting that counts only after a restart", async () => {
  const values = { ...CONFIGURATION, LocalPreAuthorize: "true" };
  const bench = await createBench(values, [placeOf(1)], { resetAfter: ["LocalPreAuthorize"] });
  await bench.setUp();
  const fault = bench.faults.find(({ kind }) => kind === "reset-wanted");
  assert(fault?.text.includes("LocalPreAuthorize"), fault?.text);
});
