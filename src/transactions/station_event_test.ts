import { assertEquals } from "@std/assert";
import type { IdToken, MeterValue, SampledValue, TransactionEvent } from "../ocpp/mod.ts";
import {
  type EventContext,
  readStationEvent,
  type StationAct,
  type UnclaimedStart,
} from "./station_event.ts";

const ASHA: IdToken = { idToken: "04A1B2C3", type: "ISO14443" };
const AT = "2026-01-05T06:00:00Z";
const LATER = "2026-01-05T07:00:00Z";

const NEW: EventContext = {
  chargerId: "CP1",
  isBooked: false,
  isEnded: false,
  unclaimed: null,
  onlyEvseId: null,
  lastRegisterWh: null,
};
const BOOKED: EventContext = { ...NEW, isBooked: true, lastRegisterWh: 1_500 };
const HELD: UnclaimedStart = {
  chargerId: "CP1",
  stationTransactionId: "T-1",
  evseId: 2,
  startedAt: AT,
  meterStartWh: 1_000,
  reservationId: null,
};

function register(
  value: number,
  context?: SampledValue["context"],
  more: Partial<SampledValue> = {},
): MeterValue {
  const reading = { value, measurand: "Energy.Active.Import.Register" as const, ...more };
  return {
    timestamp: AT,
    sampledValue: [context === undefined ? reading : { ...reading, context }],
  };
}

function event(changes: Partial<TransactionEvent> = {}): TransactionEvent {
  return {
    eventType: "Started",
    timestamp: AT,
    triggerReason: "Authorized",
    seqNo: 0,
    transactionInfo: { transactionId: "T-1" },
    ...changes,
  };
}

const started = event({
  evse: { id: 2, connectorId: 1 },
  idToken: ASHA,
  meterValue: [register(1_000, "Transaction.Begin")],
});

Deno.test("a start with its token, EVSE and register is a start", () => {
  assertEquals(readStationEvent(started, NEW), [{
    kind: "start",
    intent: {
      evseId: 2,
      idToken: ASHA,
      meterStartWh: 1_000,
      timestamp: AT,
      stationTransactionId: "T-1",
    },
  }]);
});

Deno.test("a transaction that begins before anybody is identified is held, with all that is known of it", () => {
  const { idToken: _, ...unclaimed } = started;
  assertEquals(readStationEvent({ ...unclaimed, reservationId: 7 }, NEW), [
    { kind: "hold", start: { ...HELD, reservationId: 7 } },
  ]);
  assertEquals(readStationEvent(event(), { ...NEW, onlyEvseId: 1 }), [
    { kind: "hold", start: { ...HELD, evseId: 1, meterStartWh: null } },
  ]);
});

Deno.test("it begins in the books when a token comes: at its own time, with its own register", () => {
  const claimed = event({ eventType: "Updated", timestamp: LATER, idToken: ASHA });
  const [act] = readStationEvent(claimed, { ...NEW, unclaimed: HELD });
  assertEquals(act?.kind === "start" && act.intent, {
    evseId: 2,
    idToken: ASHA,
    meterStartWh: 1_000,
    timestamp: AT,
    stationTransactionId: "T-1",
  });
});

Deno.test("with a token but no EVSE it waits for the EVSE", () => {
  const [act] = readStationEvent(event({ idToken: ASHA }), NEW);
  assertEquals(act?.kind, "hold");
});

Deno.test("an end without a token is forgotten where nobody took energy, and booked to nobody where somebody did", () => {
  const end = (value: number) =>
    event({
      eventType: "Ended",
      timestamp: LATER,
      meterValue: [register(value, "Transaction.End")],
    });
  const context = { ...NEW, unclaimed: HELD };
  assertEquals(readStationEvent(end(1_000), context), [
    { kind: "forget", stationTransactionId: "T-1" },
  ]);
  const [start, stop] = readStationEvent(end(1_800), context);
  assertEquals(start?.kind === "start" && start.intent.idToken, {
    idToken: "",
    type: "NoAuthorization",
  });
  assertEquals(stop?.kind === "stop" && stop.intent.meterStopWh, 1_800);
});

Deno.test("an end that is the first that is heard of it is a start and an end", () => {
  const acts = readStationEvent(
    event({
      eventType: "Ended",
      timestamp: LATER,
      evse: { id: 1 },
      idToken: ASHA,
      meterValue: [register(900, "Transaction.Begin"), register(1_000, "Transaction.End")],
    }),
    NEW,
  );
  assertEquals(acts.map(({ kind }) => kind), ["start", "stop"]);
  assertEquals(acts[0]?.kind === "start" && acts[0].intent.meterStartWh, 900);
});

Deno.test("readings go on, the register at the begin is no reading besides", () => {
  const power = {
    timestamp: LATER,
    sampledValue: [{ value: 7_000, measurand: "Power.Active.Import" }],
  };
  const updated = event({
    eventType: "Updated",
    meterValue: [register(1_000, "Transaction.Begin"), power as MeterValue],
  });
  assertEquals(readStationEvent(updated, BOOKED), [{ kind: "meter", meterValue: [power] }]);
});

Deno.test("a signed register at the begin or the end is kept as it is", () => {
  const signed = { signedMeterValue: { signedMeterData: "T0NNRg==", encodingMethod: "OCMF" } };
  const end = register(2_000, "Transaction.End", signed);
  const [stop] = readStationEvent(event({ eventType: "Ended", meterValue: [end] }), BOOKED);
  assertEquals(stop?.kind === "stop" && stop.intent.meterValue, [end]);
  assertEquals(stop?.kind === "stop" && stop.intent.meterStopWh, 2_000);
});

Deno.test("an end without a register ends with the last that is known", () => {
  const ended = event({
    eventType: "Ended",
    transactionInfo: { transactionId: "T-1", stoppedReason: "EVDisconnected" },
    idToken: ASHA,
  });
  assertEquals(readStationEvent(ended, BOOKED), [{
    kind: "stop",
    intent: {
      idToken: ASHA,
      meterStopWh: 1_500,
      timestamp: AT,
      stoppedReason: "EVDisconnected",
    },
  }]);
});

Deno.test("a card that is shown while it runs is asked about, and the state is told", () => {
  const updated = event({
    eventType: "Updated",
    idToken: ASHA,
    transactionInfo: { transactionId: "T-1", chargingState: "SuspendedEV" },
  });
  assertEquals(readStationEvent(updated, BOOKED), [
    { kind: "identify", idToken: ASHA },
    { kind: "state", chargingState: "SuspendedEV" },
  ]);
});

Deno.test("what comes after the end begins nothing; its readings are kept with the session", () => {
  const ended = { ...BOOKED, isEnded: true };
  assertEquals(readStationEvent(started, ended), []);
  const meterValue = [register(1_600, "Sample.Periodic")];
  const late = event({
    eventType: "Updated",
    meterValue,
    idToken: ASHA,
    transactionInfo: { transactionId: "T-1", chargingState: "Charging" },
  });
  assertEquals(readStationEvent(late, ended), [{ kind: "meter", meterValue }]);
});

Deno.test("kilowatt-hours and multipliers are Wh", () => {
  const meterValue = [
    register(1.5, "Transaction.Begin", { unitOfMeasure: { unit: "kWh", multiplier: 0 } }),
  ];
  const [act] = readStationEvent({ ...started, meterValue }, NEW);
  assertEquals(act?.kind === "start" && act.intent.meterStartWh, 1_500);
});

Deno.test("what the meter signs before anybody is identified goes to the session that follows", () => {
  const signedMeterValue = { signedMeterData: "T0NNRg==", encodingMethod: "OCMF" };
  const signed = register(1_000, "Transaction.Begin", { signedMeterValue });
  const [held] = readStationEvent(
    event({ evse: { id: 2, connectorId: 1 }, meterValue: [signed, register(1_000)] }),
    NEW,
  );
  assertEquals(held, { kind: "hold", start: { ...HELD, signed: [signed] } });
  const unclaimed: UnclaimedStart = { ...HELD, signed: [signed] };
  const claimed = readStationEvent(
    event({ eventType: "Updated", idToken: ASHA, meterValue: [register(1_100)] }),
    { ...NEW, unclaimed },
  );
  assertEquals(claimed.map((act) => act.kind === "meter" ? act.meterValue : act.kind), [
    "start",
    [signed],
    [register(1_100)],
  ]);
  const over = readStationEvent(
    event({ eventType: "Ended", meterValue: [register(1_500, "Transaction.End")] }),
    { ...NEW, unclaimed },
  );
  const last = over.at(-1);
  assertEquals(last?.kind === "stop" ? last.intent.meterValue : last, [signed]);
});

Deno.test("a charger that signs without end while it waits is held to a few", () => {
  let unclaimed: UnclaimedStart | null = null;
  for (let number = 0; number < 30; number++) {
    const signedMeterValue = { signedMeterData: `${number}`, encodingMethod: "OCMF" };
    const told = event({
      eventType: "Updated",
      meterValue: [register(1_000, "Sample.Periodic", { signedMeterValue })],
    });
    const [act]: readonly StationAct[] = readStationEvent(told, {
      ...NEW,
      unclaimed,
      onlyEvseId: 2,
    });
    if (act?.kind === "hold") unclaimed = act.start;
  }
  assertEquals(unclaimed?.signed?.length, 8);
});
