import { assertEquals, assertStrictEquals } from "@std/assert";
import type { TariffMessage } from "../../ocpp/mod.ts";
import { tariff } from "./_for_test.ts";
import {
  clearTariffs,
  getTariffs,
  installedTariffFor,
  NO_TARIFFS,
  setDefaultTariff,
  type TariffStore,
  withDriverTariff,
  withoutDriverTariff,
} from "./tariff_store.ts";

const NOW_MS = Date.parse("2026-03-02T06:00:00Z");
const DAY_MS = 86_400_000;
const PLACE = { timezone: "UTC", nominalVoltageV: 230, elementsMax: 10 };
const SITE = { slots: [1, 2, 3, 4], inUse: [], nowMs: NOW_MS };
const ASHA = { idToken: "ASHA", type: "Central" };

function message(tariffId: string, facts: Partial<TariffMessage> = {}): TariffMessage {
  return { tariffId, currency: "EUR", energy: { prices: [{ priceKwh: 1 }] }, ...facts };
}

const inDays = (days: number) => new Date(NOW_MS + days * DAY_MS).toISOString();

/** Installs tariffs one after the other; each has to be accepted. */
function installed(...orders: readonly [number, TariffMessage][]): TariffStore {
  return orders.reduce((store, [evseId, each]) => {
    const step = setDefaultTariff(store, { evseId, tariff: each }, SITE, PLACE);
    assertEquals(step.answer, { status: "Accepted" });
    return step.store;
  }, NO_TARIFFS);
}

/** The tariff of each slot at a moment. */
function idsAt(store: TariffStore, nowMs = NOW_MS): (string | undefined)[] {
  return SITE.slots.map((slot) => installedTariffFor(store, { slot, idToken: ASHA }, nowMs)?.id);
}

function answerTo(evseId: number, each: TariffMessage, store = NO_TARIFFS, site = SITE) {
  const step = setDefaultTariff(store, { evseId, tariff: each }, site, PLACE);
  if (step.answer.status !== "Accepted") assertStrictEquals(step.store, store);
  return step.answer;
}

// I07

Deno.test("one tariff for all EVSEs, and another in its place at one of them (I07 scenario 2)", () => {
  const store = installed([0, message("Tariff1")], [4, message("Tariff2")]);
  assertEquals(idsAt(store), ["Tariff1", "Tariff1", "Tariff1", "Tariff2"]);
});

Deno.test("a tariff that is valid from tomorrow waits, then takes the place of the one before (I07.FR.19, FR.20)", () => {
  const store = installed([0, message("old")], [0, message("new", { validFrom: inDays(1) })]);
  assertEquals(idsAt(store)[0], "old");
  assertEquals(idsAt(store, NOW_MS + DAY_MS - 1)[0], "old");
  assertEquals(idsAt(store, NOW_MS + DAY_MS)[0], "new");
});

Deno.test("of two that are to come, the earlier does not push out the later (I07.FR.21, FR.23)", () => {
  const store = installed(
    [1, message("late", { validFrom: inDays(2) })],
    [1, message("soon", { validFrom: inDays(1) })],
  );
  assertEquals([0, 1, 2].map((days) => idsAt(store, NOW_MS + days * DAY_MS)[0]), [
    undefined,
    "soon",
    "late",
  ]);
});

Deno.test("a tariff without a date takes the place of one that is valid, and not of one to come", () => {
  const store = installed(
    [1, message("past", { validFrom: inDays(-1) })],
    [1, message("future", { validFrom: inDays(1) })],
    [1, message("now")],
  );
  assertEquals([0, 1].map((days) => idsAt(store, NOW_MS + days * DAY_MS)[0]), ["now", "future"]);
});

Deno.test("an id that is there already is a duplicate, also where only a session or a driver has it", () => {
  const store = installed([1, message("T")]);
  assertEquals(answerTo(2, message("T"), store).status, "DuplicateTariffId");
  const driver = withDriverTariff(NO_TARIFFS, { idToken: ASHA, tariff: tariff({ id: "D" }) });
  assertEquals(answerTo(2, message("D"), driver).status, "DuplicateTariffId");
  const inUse = { ...SITE, inUse: [{ tariffId: "U", slot: 1 }] };
  const step = setDefaultTariff(NO_TARIFFS, { evseId: 2, tariff: message("U") }, inUse, PLACE);
  assertEquals(step.answer.status, "DuplicateTariffId");
});

Deno.test("an EVSE that is not there, and a tariff that cannot be used, are refused with a reason", () => {
  assertEquals(answerTo(9, message("T")), {
    status: "Rejected",
    statusInfo: { reasonCode: "UnknownEvse" },
  });
  assertEquals(answerTo(0, message("T", { currency: "XX" })), {
    status: "Rejected",
    statusInfo: { reasonCode: "InvalidValue", additionalInfo: 'currency "XX"' },
  });
  const conditions = { evseKind: "AC" as const };
  assertEquals(answerTo(0, message("T", { energy: { prices: [{ priceKwh: 1, conditions }] } })), {
    status: "ConditionNotSupported",
    statusInfo: { reasonCode: "UnsupportedParam", additionalInfo: "energy.prices[0]: evseKind" },
  });
});

// I08

Deno.test("a driver's own tariff goes before the EVSE's, for as long as it is there (I08)", () => {
  const store = installed([0, message("T")]);
  const own = tariff({ id: "MSP01", validFrom: inDays(9) });
  const withOwn = withDriverTariff(store, { idToken: ASHA, tariff: own });
  const found = installedTariffFor(
    withOwn,
    { slot: 1, idToken: { ...ASHA, idToken: "asha" } },
    NOW_MS,
  );
  // Its validFrom is ignored (I08.FR.10).
  assertEquals([found?.id, found?.validFrom], ["MSP01", undefined]);
  assertEquals(idsAt(withoutDriverTariff(withOwn, ASHA))[0], "T");
  assertStrictEquals(withoutDriverTariff(store, ASHA), store);
});

// I09

Deno.test("GetTariffs lists defaults with their EVSEs and drivers with their tokens (I09)", () => {
  const store = withDriverTariff(
    withDriverTariff(
      installed([0, message("Default01", { validFrom: inDays(-1) })], [4, message("Four")]),
      { idToken: ASHA, tariff: tariff({ id: "MSP01" }) },
    ),
    { idToken: { ...ASHA, idToken: "BEN" }, tariff: tariff({ id: "MSP02" }) },
  );
  const site = { ...SITE, inUse: [{ tariffId: "MSP01", slot: 1 }] };
  assertEquals(getTariffs(store, { evseId: 0 }, site), {
    status: "Accepted",
    tariffAssignments: [
      {
        tariffId: "Default01",
        tariffKind: "DefaultTariff",
        validFrom: inDays(-1),
        evseIds: [1, 2, 3],
      },
      { tariffId: "Four", tariffKind: "DefaultTariff", evseIds: [4] },
      { tariffId: "MSP01", tariffKind: "DriverTariff", evseIds: [1], idTokens: ["ASHA"] },
      { tariffId: "MSP02", tariffKind: "DriverTariff", idTokens: ["BEN"] },
    ],
  });
  const ofOne = getTariffs(store, { evseId: 1 }, site).tariffAssignments;
  assertEquals(ofOne?.map(({ tariffId }) => tariffId), ["Default01", "MSP01"]);
});

Deno.test("GetTariffs says where there are none, and where there is no such EVSE (I09.FR.03)", () => {
  assertEquals(getTariffs(NO_TARIFFS, { evseId: 0 }, SITE), { status: "NoTariff" });
  assertEquals(getTariffs(installed([1, message("T")]), { evseId: 2 }, SITE), {
    status: "NoTariff",
  });
  assertEquals(getTariffs(NO_TARIFFS, { evseId: 9 }, SITE).status, "Rejected");
});

// I10

Deno.test("ClearTariffs takes away what it names, everywhere or at one EVSE, and no driver's (I10)", () => {
  const store = withDriverTariff(
    installed([0, message("A")], [4, message("B")], [0, message("C", { validFrom: inDays(1) })]),
    { idToken: ASHA, tariff: tariff({ id: "MSP01" }) },
  );
  const cleared = (order: Parameters<typeof clearTariffs>[1]) => {
    const step = clearTariffs(store, order, NOW_MS);
    assertEquals(step.store.drivers, store.drivers);
    const left = getTariffs(step.store, { evseId: 0 }, SITE).tariffAssignments ?? [];
    return [
      step.answer.clearTariffsResult.map(({ tariffId, status }) => `${tariffId} ${status}`),
      left.map(({ tariffId, evseIds = [] }) => `${tariffId} ${evseIds}`),
    ];
  };
  assertEquals(cleared({}), [["A Accepted", "C Accepted", "B Accepted"], ["MSP01 "]]);
  assertEquals(cleared({ tariffIds: ["A"] }), [["A Accepted"], ["C 1,2,3,4", "B 4", "MSP01 "]]);
  assertEquals(cleared({ evseId: 1 }), [
    ["A Accepted", "C Accepted"],
    ["A 2,3", "C 2,3,4", "B 4", "MSP01 "],
  ]);
  assertEquals(cleared({ evseId: 1, tariffIds: ["A"] }), [
    ["A Accepted"],
    ["C 1,2,3,4", "A 2,3", "B 4", "MSP01 "],
  ]);
  assertEquals(clearTariffs(store, { tariffIds: ["Z"] }, NOW_MS).answer, {
    clearTariffsResult: [{ status: "NoTariff" }],
  });
});
