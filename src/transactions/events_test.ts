import { assertEquals } from "@std/assert";
import {
  ASHA,
  at,
  BEN,
  registerAt,
  startCase,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import type { MeterValue, StopReason } from "../ocpp/mod.ts";
import { endedEvent, meteredEvent, startedEvent } from "./events.ts";

const ONLINE = { offline: false };

function metered(meterValue: readonly MeterValue[], seconds: number) {
  return { meterValue, nowIso: at(seconds), isResumption: false };
}

Deno.test("startedEvent() says who, where, when and from which register", () => {
  const { message } = startCase({ reservationId: 5 }).intent;
  const event = startedEvent(transactionRecord({ slot: 4, nextSeqNo: 0 }), message, {
    offline: true,
  });
  assertEquals(event, {
    eventType: "Started",
    timestamp: at(0),
    triggerReason: "Authorized",
    seqNo: 0,
    offline: true,
    reservationId: 5,
    transactionInfo: { transactionId: "tx-1" },
    evse: { id: 4, connectorId: 1 },
    idToken: ASHA,
    meterValue: [{
      timestamp: at(0),
      sampledValue: [{
        value: 1000,
        context: "Transaction.Begin",
        measurand: "Energy.Active.Import.Register",
        location: "Outlet",
        unitOfMeasure: { unit: "Wh" },
      }],
    }],
  });
});

Deno.test("startedEvent() names the remote start that it carries out, and no reservation of its own", () => {
  const transaction = transactionRecord({ remoteStartId: 7, nextSeqNo: 0 });
  const event = startedEvent(transaction, startCase().intent.message, ONLINE);
  assertEquals(event.triggerReason, "RemoteStart");
  assertEquals(event.transactionInfo, { transactionId: "tx-1", remoteStartId: 7 });
  assertEquals("reservationId" in event, false);
});

Deno.test("meteredEvent() passes meter values on as they are, at the time of the first", () => {
  const values = [registerAt(60, 1100), registerAt(120, 1200)];
  const event = meteredEvent(transactionRecord({ nextSeqNo: 3 }), metered(values, 500), ONLINE);
  assertEquals(event, {
    eventType: "Updated",
    timestamp: at(60),
    triggerReason: "MeterValuePeriodic",
    seqNo: 3,
    offline: false,
    transactionInfo: { transactionId: "tx-1" },
    evse: { id: 1, connectorId: 1 },
    meterValue: values,
  });
  assertEquals(meteredEvent(transactionRecord(), metered([], 500), ONLINE).timestamp, at(500));
});

Deno.test("meteredEvent() takes its trigger from the context of the readings", () => {
  const contexts = [
    ["Sample.Clock", "MeterValueClock"],
    ["Sample.Periodic", "MeterValuePeriodic"],
    ["Trigger", "Trigger"],
    ["Transaction.End", "MeterValuePeriodic"],
    ["Other", "MeterValuePeriodic"],
  ] as const;
  for (const [context, expected] of contexts) {
    const value: MeterValue = { timestamp: at(1), sampledValue: [{ value: 1, context }] };
    const event = meteredEvent(transactionRecord(), metered([value], 1), ONLINE);
    assertEquals(event.triggerReason, expected, context);
  }
});

Deno.test("endedEvent() puts the register at the end behind the charger's own values", () => {
  const own = registerAt(3599, 8990);
  const { transactionNumber: _, ...intent } =
    stopCase(1, { idToken: BEN, meterValue: [own], stoppedReason: "EVDisconnected" }).intent
      .message;
  const event = endedEvent(transactionRecord({ nextSeqNo: 9 }), intent, ONLINE);
  assertEquals(event, {
    eventType: "Ended",
    timestamp: at(3600),
    triggerReason: "EVCommunicationLost",
    seqNo: 9,
    offline: false,
    transactionInfo: { transactionId: "tx-1", stoppedReason: "EVDisconnected" },
    evse: { id: 1, connectorId: 1 },
    idToken: BEN,
    meterValue: [own, {
      timestamp: at(3600),
      sampledValue: [{
        value: 9000,
        context: "Transaction.End",
        measurand: "Energy.Active.Import.Register",
        location: "Outlet",
        unitOfMeasure: { unit: "Wh" },
      }],
    }],
  });
});

Deno.test("endedEvent() has a trigger for every reason, and reads none as a local stop", () => {
  const triggers: [StopReason | undefined, string][] = [
    [undefined, "StopAuthorized"],
    ["Local", "StopAuthorized"],
    ["DeAuthorized", "Deauthorized"],
    ["EmergencyStop", "AbnormalCondition"],
    ["EnergyLimitReached", "EnergyLimitReached"],
    ["EVDisconnected", "EVCommunicationLost"],
    ["GroundFault", "AbnormalCondition"],
    ["ImmediateReset", "ResetCommand"],
    ["MasterPass", "StopAuthorized"],
    ["Other", "AbnormalCondition"],
    ["PowerLoss", "AbnormalCondition"],
    ["Reboot", "AbnormalCondition"],
    ["Remote", "RemoteStop"],
    ["SOCLimitReached", "SoCLimitReached"],
    ["StoppedByEV", "ChargingStateChanged"],
    ["TimeLimitReached", "TimeLimitReached"],
    ["Timeout", "EVConnectTimeout"],
  ];
  for (const [stoppedReason, expected] of triggers) {
    const { transactionNumber: _, ...intent } = stopCase(1).intent.message;
    const said = stoppedReason === undefined ? intent : { ...intent, stoppedReason };
    const event = endedEvent(transactionRecord(), said, ONLINE);
    assertEquals(event.triggerReason, expected, stoppedReason);
    assertEquals("stoppedReason" in event.transactionInfo, stoppedReason !== undefined);
  }
});
