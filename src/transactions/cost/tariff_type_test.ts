import { assertEquals } from "@std/assert";
import type { TariffConditionsMessage, TariffMessage } from "../../ocpp/mod.ts";
import { readTariff, type TariffPlace } from "./tariff_type.ts";

const PLACE: TariffPlace = { timezone: "Europe/Berlin", nominalVoltageV: 230, elementsMax: 3 };

const SIMPLE: TariffMessage = {
  tariffId: "10",
  currency: "EUR",
  energy: { prices: [{ priceKwh: 0.25 }] },
};

/** Why a tariff is refused: status, reason and what is named. */
function refusalOf(message: Partial<TariffMessage>): string | null {
  const reading = readTariff({ ...SIMPLE, ...message }, PLACE);
  if (reading.ok) return null;
  const { status, reasonCode, info } = reading.refusal;
  return `${status} (${reasonCode}): ${info}`;
}

const under = (conditions: TariffConditionsMessage) => ({
  energy: { prices: [{ priceKwh: 1, conditions }] },
});

Deno.test("a tariff of the CSMS is read whole (2.1 part 2, I 1.2.3)", () => {
  const reading = readTariff({
    tariffId: "12",
    currency: "EUR",
    validFrom: "2026-01-01T00:00:00Z",
    energy: {
      taxRates: [{ type: "energy", tax: 5 }, { type: "vat", tax: 10.5, stack: 1 }],
      prices: [
        {
          priceKwh: 0.1,
          conditions: { startTimeOfDay: "08:00", endTimeOfDay: "18:00", minEnergy: 5_000 },
        },
        { priceKwh: 0.25 },
      ],
    },
    idleTime: {
      prices: [{ priceMinute: 1, conditions: { minIdleTime: 300, dayOfWeek: ["Monday"] } }],
    },
    fixedFee: { prices: [{ priceFixed: 3, conditions: { paymentRecognition: "CC" } }] },
    minCost: { exclTax: 0.5 },
    maxCost: { inclTax: 80 },
  }, PLACE);
  assertEquals(reading, {
    ok: true,
    tariff: {
      id: "12",
      origin: "csms",
      currency: "EUR",
      timezone: "Europe/Berlin",
      nominalVoltageV: 230,
      validFrom: "2026-01-01T00:00:00Z",
      parts: {
        energy: {
          taxRates: [
            { type: "energy", percent: "5", stack: 0 },
            { type: "vat", percent: "10.5", stack: 1 },
          ],
          prices: [
            {
              price: "0.1",
              conditions: { minEnergy: 5_000, startTimeOfDay: "08:00", endTimeOfDay: "18:00" },
            },
            { price: "0.25" },
          ],
        },
        idleTime: {
          taxRates: [],
          prices: [{ price: "1", conditions: { minIdleTime: 300, dayOfWeek: ["Monday"] } }],
        },
        fixedFee: {
          taxRates: [],
          prices: [{ price: "3", conditions: { paymentRecognition: "CC" } }],
        },
      },
      taxIncluded: false,
      pausedBySite: "idle",
      minCost: { exclTax: "0.5" },
      maxCost: { inclTax: "80" },
      roundingStep: "0.01",
    },
  });
});

Deno.test("what cannot be reckoned with is refused by its name, never left out", () => {
  assertEquals(refusalOf({}), null);
  const cases: readonly [Partial<TariffMessage>, string][] = [
    [
      under({ evseKind: "DC" }),
      "ConditionNotSupported (UnsupportedParam): energy.prices[0]: evseKind",
    ],
    [
      under({ minPower: -10_000 }),
      "ConditionNotSupported (UnsupportedParam): energy.prices[0]: minPower below zero (discharging)",
    ],
    [
      under({ startTimeOfDay: "8:00" }),
      'Rejected (InvalidValue): energy.prices[0]: startTimeOfDay "8:00"',
    ],
    [
      under({ validToDate: "2026-13-01" }),
      'Rejected (InvalidValue): energy.prices[0]: validToDate "2026-13-01"',
    ],
    [{ currency: "EURO" }, 'Rejected (InvalidValue): currency "EURO"'],
    [{ validFrom: "soon" }, 'Rejected (InvalidValue): validFrom "soon"'],
    [
      { reservationTime: { prices: [{ priceMinute: 1 }] } },
      "Rejected (UnsupportedParam): reservationTime is not supported",
    ],
    [
      { energy: { prices: [{ priceKwh: -0.1 }] } },
      "Rejected (ValuePositiveOnly): energy.prices[0]: -0.1 is negative",
    ],
    [{ chargingTime: { prices: [] } }, "Rejected (InvalidValue): chargingTime without prices"],
    [{ minCost: {} }, "Rejected (InvalidValue): minCost without a cost"],
    [
      { energy: { prices: [1, 2, 3, 4].map((priceKwh) => ({ priceKwh })) } },
      "TooManyElements (TooManyElements): energy has 4 prices, at most 3 are possible",
    ],
  ];
  for (const [message, wanted] of cases) assertEquals(refusalOf(message), wanted);
});

Deno.test("too many prices are named before anything else (I07.FR.02)", () => {
  const conditions = { evseKind: "AC" as const };
  const prices = [1, 2, 3, 4].map((priceKwh) => ({ priceKwh, conditions }));
  assertEquals(refusalOf({ energy: { prices } })?.startsWith("TooManyElements"), true);
});
