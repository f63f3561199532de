import { assertEquals } from "@std/assert";
import { type ChargingNeeds, wishOfNeeds } from "./charging_needs.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 8);
const CONTEXT = {
  slot: 3,
  transactionId: "t-1",
  chargerId: "CP3",
  deliveredWh: 2_000,
  nowWallMs: NOW_MS,
};
const AC = { evMinCurrent: 6, evMaxCurrent: 32, evMaxVoltage: 400 };
const DC = { evMaxCurrent: 200, evMaxVoltage: 500 };

function wish(needs: Omit<ChargingNeeds, "requestedEnergyTransfer">) {
  const requestedEnergyTransfer = "AC_three_phase" as ChargingNeeds["requestedEnergyTransfer"];
  const { departsAtMs, energyWh } = wishOfNeeds({ requestedEnergyTransfer, ...needs }, CONTEXT) ??
    { departsAtMs: "no wish", energyWh: "no wish" };
  return [departsAtMs, energyWh];
}

Deno.test("charging needs of an AC vehicle are a departure and an energy, counted from now on", () => {
  const needs: ChargingNeeds = {
    requestedEnergyTransfer: "AC_three_phase" as ChargingNeeds["requestedEnergyTransfer"],
    departureTime: "2026-01-05T12:30:00Z",
    acChargingParameters: { ...AC, energyAmount: 12_000 },
  };
  assertEquals(wishOfNeeds(needs, CONTEXT), {
    slot: 3,
    transactionId: "t-1",
    source: "vehicle",
    departsAtMs: NOW_MS + 4.5 * 3_600_000,
    energyWh: 12_000,
    fromWh: 2_000,
    isUrgent: false,
    by: "CP3",
  });
});

Deno.test("charging needs of a DC vehicle are its amount, else what its battery lacks", () => {
  assertEquals(wish({ dcChargingParameters: { ...DC, energyAmount: 30_000 } }), [null, 30_000]);
  const battery = { ...DC, evEnergyCapacity: 60_000, stateOfCharge: 40 };
  assertEquals(wish({ dcChargingParameters: battery }), [null, 36_000]);
  assertEquals(wish({ dcChargingParameters: { ...battery, fullSoC: 80 } }), [null, 24_000]);
  assertEquals(wish({ dcChargingParameters: { ...battery, fullSoC: 30 } }), [null, 0]);
});

Deno.test("charging needs of a vehicle that can feed back are those of its target", () => {
  assertEquals(wish({ v2xChargingParameters: { evTargetEnergyRequest: 9_000 } }), [null, 9_000]);
});

Deno.test("charging needs that say nothing of use are no wish", () => {
  assertEquals(wish({}), ["no wish", "no wish"]);
  assertEquals(wish({ dcChargingParameters: { ...DC, stateOfCharge: 40 } }), [
    "no wish",
    "no wish",
  ]);
  for (const departureTime of ["tomorrow", "2126-01-05T12:30:00Z", "1970-01-01T00:00:00Z"]) {
    assertEquals(wish({ departureTime }), ["no wish", "no wish"], departureTime);
  }
});

Deno.test("charging needs beyond reason are bounded, and a departure that has just passed is kept", () => {
  assertEquals(wish({ acChargingParameters: { ...AC, energyAmount: 1e12 } }), [null, 2_000_000]);
  assertEquals(wish({ acChargingParameters: { ...AC, energyAmount: -5 } }), ["no wish", "no wish"]);
  assertEquals(wish({ departureTime: "2026-01-05T07:00:00Z" }), [NOW_MS - 3_600_000, null]);
});
