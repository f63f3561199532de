import { assertEquals } from "@std/assert";
import type { StopReason } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

const start = codecs16.StartTransaction.StartTransaction;
const stop = codecs16.StopTransaction.StopTransaction;
const NOW = "2026-01-05T06:00:00Z";

Deno.test("a StartTransaction is an intent, without any id of ours", () => {
  const wire = {
    connectorId: 2,
    idTag: "04A2B3C4",
    meterStart: 1_000,
    timestamp: NOW,
    reservationId: 7,
  };
  assertEquals(start.request.read(wire), {
    message: {
      evseId: 2,
      idToken: { idToken: "04A2B3C4", type: "ISO14443" },
      meterStartWh: 1_000,
      timestamp: NOW,
      reservationId: 7,
    },
  });
});

Deno.test("registers are whole watt-hours in 1.6", () => {
  const idToken = { idToken: "A", type: "Central" };
  const written = (meterStartWh: number) =>
    start.request.write({ message: { evseId: 1, idToken, meterStartWh, timestamp: NOW } })
      .meterStart;
  assertEquals([1234.4, 1234.5, -1, 1e300].map(written), [
    1234,
    1235,
    -1,
    Number.MAX_SAFE_INTEGER,
  ]);
});

Deno.test("the answer to a start has the number by which the peer will speak of it", () => {
  const wire = { transactionId: 42, idTagInfo: { status: "ConcurrentTx" as const } };
  assertEquals(start.response.read(wire), {
    message: { transactionNumber: 42, idTokenInfo: { status: "ConcurrentTx" } },
  });
});

type Reason16 = NonNullable<Parameters<typeof stop.request.read>[0]["reason"]>;

const READ: Readonly<Record<Reason16, StopReason>> = {
  DeAuthorized: "DeAuthorized",
  EmergencyStop: "EmergencyStop",
  EVDisconnected: "EVDisconnected",
  HardReset: "ImmediateReset",
  Local: "Local",
  Other: "Other",
  PowerLoss: "PowerLoss",
  Reboot: "Reboot",
  Remote: "Remote",
  SoftReset: "ImmediateReset",
  UnlockCommand: "Other",
};

for (const [reason, stoppedReason] of Object.entries(READ)) {
  Deno.test(`the reason ${reason} is ${stoppedReason} inside and comes back`, () => {
    const wire = {
      transactionId: 1,
      meterStop: 5,
      timestamp: NOW,
      reason: reason as Reason16,
    };
    const read = stop.request.read(wire);
    assertEquals(read.message.stoppedReason, stoppedReason);
    assertEquals(stop.request.write(read), wire);
  });
}

Deno.test("an absent reason stays absent: it means Local on both sides", () => {
  const wire = { transactionId: 1, meterStop: 5, timestamp: NOW };
  assertEquals(stop.request.read(wire), {
    message: { transactionNumber: 1, meterStopWh: 5, timestamp: NOW },
  });
});

Deno.test("a reason that the gateway changed wins over what the charger said", () => {
  const read = stop.request.read({
    transactionId: 1,
    meterStop: 5,
    timestamp: NOW,
    reason: "SoftReset",
  });
  const message = { ...read.message, stoppedReason: "DeAuthorized" as const };
  assertEquals(stop.request.write({ ...read, message }).reason, "DeAuthorized");
});

const WRITTEN: readonly (readonly [StopReason, Reason16])[] = [
  ["ImmediateReset", "HardReset"],
  ["EnergyLimitReached", "Local"],
  ["GroundFault", "Other"],
  ["LocalOutOfCredit", "Local"],
  ["MasterPass", "Local"],
  ["OvercurrentFault", "Other"],
  ["PowerQuality", "Other"],
  ["ReqEnergyTransferRejected", "Other"],
  ["SOCLimitReached", "Local"],
  ["StoppedByEV", "Other"],
  ["TimeLimitReached", "Local"],
  ["Timeout", "Other"],
];

for (const [stoppedReason, reason] of WRITTEN) {
  Deno.test(`2.1's ${stoppedReason} is ${reason} in 1.6`, () => {
    const message = { transactionNumber: 1, meterStopWh: 5, timestamp: NOW, stoppedReason };
    assertEquals(stop.request.write({ message }).reason, reason);
  });
}

Deno.test("readings of a stop keep their notes at meterValue/…, as those of MeterValues do", () => {
  const entry = { timestamp: NOW, sampledValue: [{ value: "5.00" }] };
  const wire = { transactionId: 1, meterStop: 5, timestamp: NOW, idTag: "A" };
  const stopped = stop.request.read({ ...wire, transactionData: [entry] });
  const metered = codecs16.MeterValues.MeterValues.request.read({
    connectorId: 1,
    meterValue: [entry],
  });
  assertEquals(stopped.message.meterValue, metered.message.meterValue);
  assertEquals(stopped.carry, metered.carry);
  assertEquals(stop.request.write(stopped), { ...wire, transactionData: [entry] });
});

Deno.test("the answer to a stop may say nothing of the token", () => {
  assertEquals(stop.response.read({}), { message: {} });
  const answer = { idTagInfo: { status: "Expired" as const } };
  assertEquals(stop.response.read(answer), { message: { idTokenInfo: { status: "Expired" } } });
  assertEquals(stop.response.write({ message: { idTokenInfo: { status: "NoCredit" } } }), {
    idTagInfo: { status: "Blocked" },
  });
});

Deno.test("meter values may belong to a transaction, by its number", () => {
  const { request, response } = codecs16.MeterValues.MeterValues;
  const wire = { connectorId: 1, transactionId: 9, meterValue: [] };
  assertEquals(request.read(wire), {
    message: { evseId: 1, transactionNumber: 9, meterValue: [] },
  });
  assertEquals(response.read({}), { message: {} });
});
