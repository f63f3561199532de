import { assertEquals } from "@std/assert";
import type { InsideCall, InsideResponse } from "../../inside.ts";
import { completed } from "./completion.ts";

const component = { name: "TxCtrlr" };

Deno.test("each changed variable is named as it was in the question", () => {
  const call: InsideCall<"SetVariables"> = {
    action: "SetVariables",
    message: {
      setVariableData: ["A", "B"].map((name) => ({
        component,
        variable: { name },
        attributeValue: "1",
      })),
    },
  };
  const answer: InsideResponse<"SetVariables"> = {
    setVariableResult: [{ attributeStatus: "Accepted" }, {
      attributeStatus: "Rejected",
      variable: { name: "own" },
    }],
  };
  assertEquals(completed(call, { message: answer }).message.setVariableResult, [
    { component, variable: { name: "A" }, attributeStatus: "Accepted" },
    { component, variable: { name: "own" }, attributeStatus: "Rejected" },
  ]);
});

Deno.test("a schedule is that of the EVSE and the time that were asked for", () => {
  const call: InsideCall<"GetCompositeSchedule"> = {
    action: "GetCompositeSchedule",
    message: { evseId: 3, duration: 600 },
  };
  const schedule = {
    chargingRateUnit: "A" as const,
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
  };
  const said = completed(call, { message: { status: "Accepted", schedule } });
  assertEquals(said.message.schedule, { evseId: 3, duration: 600, ...schedule });
  const refused = { message: { status: "Rejected" as const } };
  assertEquals(completed(call, refused), refused);
});

Deno.test("certificates are of the one type that was asked for; of two, nobody knows which", () => {
  const certificateHashData = {
    hashAlgorithm: "SHA256" as const,
    issuerNameHash: "a",
    issuerKeyHash: "b",
    serialNumber: "c",
  };
  const message = {
    status: "Accepted" as const,
    certificateHashDataChain: [{ certificateHashData }],
  };
  const ask = (types: readonly ("V2GRootCertificate" | "MORootCertificate")[]) =>
    completed(
      {
        action: "GetInstalledCertificateIds",
        message: { certificateType: [...types] },
      } as InsideCall<
        "GetInstalledCertificateIds"
      >,
      { message },
    ).message.certificateHashDataChain?.[0]?.certificateType;
  assertEquals(ask(["V2GRootCertificate"]), "V2GRootCertificate");
  assertEquals(ask(["V2GRootCertificate", "MORootCertificate"]), undefined);
});

Deno.test("other answers stay as they are", () => {
  const answer = { message: { currentTime: "2026-01-05T06:00:00Z" } };
  assertEquals(completed({ action: "Heartbeat", message: {} }, answer), answer);
});
