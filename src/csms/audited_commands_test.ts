import { assertEquals } from "@std/assert";
import type { InsideCall, SpokenAnswer } from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { openDesk } from "./_desk_for_test.ts";
import { type CommandNote, COMMANDS_NOTED_MAX, createCommandNotes } from "./audited_commands.ts";

const ACCEPTED: SpokenAnswer = { ok: true, message: { status: "Accepted" } };
const RESET: InsideCall = { action: "Reset", message: { type: "Immediate" } };

function bench() {
  const noted: CommandNote[] = [];
  const time = { nowMs: 0 };
  const notes = createCommandNotes(() => time.nowMs, (note) => void noted.push(note));
  return { noted, time, notes };
}

/** What is noted of one command: about whom, and the detail. */
function words(call: InsideCall, answer = ACCEPTED, slot: number | null = null) {
  const { noted, notes } = bench();
  notes.tell(call, slot, answer);
  return noted.map(({ what, about, outcome, detail }) => [what, about, outcome, detail]);
}

Deno.test("what the CSMS does is noted with what came of it, and what it reads or starts is not", () => {
  assertEquals(words(RESET), [["command Reset", "", "done", "Immediate"]]);
  assertEquals(words({ action: "Reset", message: { type: "OnIdle", evseId: 3 } }), [
    ["command Reset", "EVSE 3", "done", "OnIdle"],
  ]);
  assertEquals(words(RESET, ACCEPTED, 7), [["command Reset", "slot 7", "done", "Immediate"]]);
  assertEquals(words(RESET, { ok: true, message: { status: "Rejected" } }), [
    ["command Reset", "", "refused", "Immediate; Rejected"],
  ]);
  const error = rpcError("NotSupported", "the words of a charger");
  assertEquals(words(RESET, { ok: false, error }), [
    ["command Reset", "", "refused", "Immediate; NotSupported"],
  ]);
  assertEquals(words({ action: "RequestStopTransaction", message: { transactionId: "7" } }), [
    ["command RequestStopTransaction", "session 7", "done", ""],
  ]);
  const idToken = { idToken: "ASHA", type: "Central" } as const;
  const start: InsideCall = {
    action: "RequestStartTransaction",
    message: { idToken, remoteStartId: 1 },
  };
  const reads: readonly InsideCall[] = [
    start,
    { action: "GetVariables", message: { getVariableData: [] } },
    { action: "GetLocalListVersion", message: {} },
    {
      action: "CustomerInformation",
      message: { requestId: 1, clear: false, report: true },
    },
  ];
  for (const call of reads) assertEquals(words(call), [], call.action);
});

Deno.test("no password, key, card or way into a server is noted", () => {
  const setVariableData = ["BasicAuthPassword", "Url", "A", "B", "C", "D"].map((name) => ({
    component: { name: "SecurityCtrlr" },
    variable: { name },
    attributeValue: "secret-1",
  }));
  const firmware = {
    location: "ftps://u:secret-2@files.example.com/x?token=secret-2",
    retrieveDateTime: "2030-01-01T00:00:00Z",
  };
  const connectionData = {
    ocppCsmsUrl: "wss://u:secret-3@new.example.com/ocpp?k=secret-3",
    basicAuthPassword: "secret-3",
    ocppInterface: "Wired0",
    ocppTransport: "JSON",
    messageTimeout: 30,
    securityProfile: 2,
  } as const;
  const idToken = { idToken: "secret-4", type: "Central" } as const;
  const each = { attributeStatus: "Rejected", component: { name: "C" }, variable: { name: "V" } };
  const noted = [
    ...words({ action: "SetVariables", message: { setVariableData } }, {
      ok: true,
      message: { setVariableResult: [{ ...each, attributeStatus: "RebootRequired" }, each] },
    } as SpokenAnswer),
    ...words({ action: "UpdateFirmware", message: { requestId: 1, firmware } }),
    ...words({
      action: "GetLog",
      message: {
        requestId: 1,
        logType: "SecurityLog",
        log: { remoteLocation: "sftp://u:secret-5@[2001:db8::1]:99/x" },
      },
    }),
    ...words({ action: "SetNetworkProfile", message: { configurationSlot: 2, connectionData } }),
    ...words({
      action: "SendLocalList",
      message: {
        updateType: "Full",
        versionNumber: 9,
        localAuthorizationList: [{ idToken, idTokenInfo: { status: "Accepted" } }],
      },
    }),
    ...words({
      action: "InstallCertificate",
      message: { certificateType: "CSMSRootCertificate", certificate: "secret-6" },
    }),
    ...words({
      action: "CustomerInformation",
      message: { requestId: 1, clear: true, report: false, idToken },
    }),
  ].map(([what, , outcome, detail]) => `${what?.slice(8)} ${outcome}: ${detail}`);
  assertEquals(noted, [
    "SetVariables refused: SecurityCtrlr.BasicAuthPassword, SecurityCtrlr.Url, SecurityCtrlr.A, " +
    "SecurityCtrlr.B, SecurityCtrlr.C and 1 more; RebootRequired, Rejected",
    "UpdateFirmware done: files.example.com",
    "GetLog done: SecurityLog to [2001:db8::1]:99",
    "SetNetworkProfile done: slot 2, new.example.com, security profile 2",
    "SendLocalList done: Full, version 9, 1",
    "InstallCertificate done: CSMSRootCertificate",
    "CustomerInformation done: clear",
  ]);
});

Deno.test("a CSMS cannot flush the log: of each kind twenty are noted in an hour, and the rest is counted", () => {
  const { noted, time, notes } = bench();
  for (let count = 0; count < 1_000; count++) {
    time.nowMs += 1_000;
    notes.tell(RESET, null, ACCEPTED);
  }
  assertEquals(noted.length, COMMANDS_NOTED_MAX);
  assertEquals(noted.at(-1)?.detail, "Immediate; more of them are counted for an hour");
  notes.tell({ action: "ClearCache", message: {} }, null, ACCEPTED);
  assertEquals(noted.at(-1)?.what, "command ClearCache", "another kind has its own hour");
  time.nowMs += 3_600_000;
  notes.tell(RESET, null, ACCEPTED);
  assertEquals(noted.slice(-2).map(({ detail }) => detail), [
    "980 more in the hour before",
    "Immediate",
  ]);
});

Deno.test("what goes through the tunnel is noted as what it is, about the charger that it is for", async () => {
  const desk = await openDesk();
  const tunnel = (action: string, payload: unknown) =>
    desk.ask("DataTransfer", {
      vendorId: "org.sangam",
      messageId: "Tunnel",
      data: JSON.stringify({ slot: 2, action, payload }),
    });
  await tunnel("Reset", { type: "Hard" });
  await tunnel("ChangeConfiguration", { key: "NoBusinessOfTheirs", value: "1" });
  desk.answers("CP2", "Reset", "silent");
  await tunnel("Reset", { type: "Soft" });
  const told = desk.noted.filter(([{ action }]) => action !== "DataTransfer");
  assertEquals(told.map(([{ action }, slot, { ok }]) => [action, slot, ok]), [
    ["Reset", 2, true],
    ["SetVariables", 2, false],
    ["Reset", 2, false],
  ]);
  await desk.ask("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
  assertEquals(desk.noted.at(-1)?.slice(0, 2), [{
    action: "ChangeAvailability",
    message: { operationalStatus: "Inoperative", evse: { id: 1 } },
  }, null]);
});
