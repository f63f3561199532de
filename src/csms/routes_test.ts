import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn, listToken } from "../../test/support/books.ts";
import { isoTime } from "../lib/clock.ts";
import { codecs16, rpcError } from "../ocpp/mod.ts";
import { bindUpstream, openOn } from "../transactions/mod.ts";
import { CONNECTOR_OF_SLOT_3, type Desk, openDesk, type Payload16 } from "./_desk_for_test.ts";
import { CSMS_ROUTES } from "./routes.ts";
import { VENDOR_ID } from "./vendor.ts";

/**
 * Every message that a 1.6 CSMS may send, the security extension included, with what happens: who is
 * called, under which number, and what the CSMS is answered. The last tests see to it that none is
 * left out.
 */

const tested = new Set<string>();

/** A test of the row of a 1.6 message. */
function row(action: string, what: string, run: () => Promise<void>): void {
  tested.add(action);
  Deno.test(`${action} ${what}`, run);
}

const ACCEPTED = { status: "Accepted" };
const REJECTED = { status: "Rejected" };

/** "CP1 UnlockConnector {…}" for each command that reached a charger. */
const callsOf = ({ calls }: Desk) =>
  calls.map(({ chargerId, action, payload }) => [chargerId, action, payload]);

/** A transaction on a slot that the CSMS knows under a number. */
async function knownTransaction(desk: Desk, slot: number, upstreamNumber: number) {
  const open = await beginTransaction(desk, slot, { idToken: `DRIVER${slot}` });
  desk.transactions.apply(bindUpstream(desk.transactions.state(), open.id, upstreamNumber));
  return open;
}

function report(
  desk: Desk,
  slot: number,
  connectorStatus: "Available" | "Faulted" | "Occupied" | "Unavailable",
): void {
  const message = { evseId: 1, connectorId: 1, connectorStatus } as const;
  desk.site.report(slot, {
    message: connectorStatus === "Occupied"
      ? { ...message, chargingState: "EVConnected" }
      : message,
  }, 0);
}

// CancelReservation, ReserveNow

const inAnHour = ({ clock }: Desk) => isoTime(clock.wallMs() + 3_600_000);

function reservation(desk: Desk, facts: Payload16 = {}): Payload16 {
  return {
    connectorId: CONNECTOR_OF_SLOT_3,
    expiryDate: inAnHour(desk),
    idTag: "ASHA",
    reservationId: 7,
    ...facts,
  };
}

row(
  "ReserveNow",
  "keeps the EVSE for its driver at the gateway, and no charger is told",
  async () => {
    const desk = await openDesk();
    const touched: number[] = [];
    desk.events.on("evse", ({ slot }) => touched.push(slot));
    assertEquals(
      await desk.ask("ReserveNow", reservation(desk, { parentIdTag: "FAMILY" })),
      ACCEPTED,
    );
    assertEquals(desk.calls, []);
    assertEquals(touched, [3], "the CSMS is to be told that it is Reserved");
    assertEquals((await desk.store.load(0)).reservations.get("7"), {
      id: 7,
      slot: 3,
      idToken: { idToken: "ASHA", type: "Central" },
      groupIdToken: { idToken: "FAMILY", type: "Central" },
      expiresAtMs: desk.clock.wallMs() + 3_600_000,
    });
  },
);

row("ReserveNow", "of connector 0 keeps any one EVSE free", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("ReserveNow", reservation(desk, { connectorId: 0 })), ACCEPTED);
  assertEquals(desk.site.reservations().get(7)?.slot, null);
});

row("ReserveNow", "with a known id takes the place of the reservation (1.6 §5.13)", async () => {
  const desk = await openDesk();
  await desk.ask("ReserveNow", reservation(desk));
  const touched: number[] = [];
  desk.events.on("evse", ({ slot }) => touched.push(slot));
  assertEquals(await desk.ask("ReserveNow", reservation(desk, { connectorId: 1 })), ACCEPTED);
  assertEquals([...desk.site.reservations().values()].map(({ slot }) => slot), [1]);
  assertEquals(touched, [1, 3]);
});

const RESERVE_REFUSALS: readonly (readonly [
  what: string,
  status: string,
  arrange: (desk: Desk) => Promise<unknown> | void,
  facts?: Payload16,
])[] = [
  ["that charges", "Occupied", (desk) => beginTransaction(desk, 3)],
  ["where somebody has plugged in", "Occupied", (desk) => report(desk, 3, "Occupied")],
  [
    "that is reserved for another",
    "Occupied",
    (desk) => desk.ask("ReserveNow", reservation(desk, { reservationId: 8 })),
  ],
  ["that is faulted", "Faulted", (desk) => report(desk, 3, "Faulted")],
  ["that is unavailable", "Unavailable", (desk) => report(desk, 3, "Unavailable")],
  [
    "that was ordered out of service",
    "Unavailable",
    (desk) =>
      desk.ask("ChangeAvailability", { connectorId: CONNECTOR_OF_SLOT_3, type: "Inoperative" }),
  ],
  ["whose charger is away", "Unavailable", (desk) => desk.connect("CP1")],
  ["that nobody knows", "Rejected", () => {}, { connectorId: 3 }],
  ["for a time that is over", "Rejected", () => {}, { expiryDate: "2020-01-01T00:00:00Z" }],
];

for (const [what, status, arrange, facts] of RESERVE_REFUSALS) {
  row("ReserveNow", `answers ${status} for an EVSE ${what}`, async () => {
    const desk = await openDesk();
    await arrange(desk);
    assertEquals(await desk.ask("ReserveNow", reservation(desk, facts)), { status });
    assertEquals(desk.site.reservations().has(7), false);
  });
}

row(
  "CancelReservation",
  "ends the reservation, on disk too, and the CSMS is told of the EVSE",
  async () => {
    const desk = await openDesk();
    await desk.ask("ReserveNow", reservation(desk));
    const touched: number[] = [];
    desk.events.on("evse", ({ slot }) => touched.push(slot));
    assertEquals(await desk.ask("CancelReservation", { reservationId: 7 }), ACCEPTED);
    assertEquals((await desk.store.load(0)).reservations.size, 0);
    assertEquals([touched, desk.calls], [[3], []]);
  },
);

row("CancelReservation", "of an unknown id is Rejected", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("CancelReservation", { reservationId: 99 }), REJECTED);
});

// ChangeAvailability

const CHANGE = { connectorId: CONNECTOR_OF_SLOT_3, type: "Inoperative" };

row(
  "ChangeAvailability",
  "of a connector goes to its charger under the charger's number, and is kept",
  async () => {
    const desk = await openDesk();
    assertEquals(await desk.ask("ChangeAvailability", CHANGE), ACCEPTED);
    assertEquals(callsOf(desk), [["CP2", "ChangeAvailability", {
      connectorId: 2,
      type: "Inoperative",
    }]]);
    assertEquals([1, 2, 3].map((slot) => desk.site.isOperative(slot)), [true, true, false]);
    assertEquals((await desk.store.load(0)).availability.get("3")?.orderedBy, "csms");
  },
);

row(
  "ChangeAvailability",
  "that a charger schedules is Scheduled, and one that it rejects changes nothing",
  async () => {
    const desk = await openDesk();
    desk.answers("CP2", "ChangeAvailability", { status: "Scheduled" });
    assertEquals(await desk.ask("ChangeAvailability", CHANGE), { status: "Scheduled" });
    assertEquals(desk.site.isOperative(3), false);
    const refused = await openDesk();
    refused.answers("CP2", "ChangeAvailability", REJECTED);
    assertEquals(await refused.ask("ChangeAvailability", CHANGE), REJECTED);
    assertEquals(refused.site.isOperative(3), true);
  },
);

row(
  "ChangeAvailability",
  "of a connector whose charger is away is kept and enforced here",
  async () => {
    const desk = await openDesk();
    desk.connect("CP1");
    assertEquals(await desk.ask("ChangeAvailability", CHANGE), ACCEPTED);
    assertEquals([desk.calls, desk.site.isOperative(3)], [[], false]);
    const charging = await openDesk();
    await beginTransaction(charging, 3);
    charging.connect("CP1");
    assertEquals(await charging.ask("ChangeAvailability", CHANGE), { status: "Scheduled" });
  },
);

row("ChangeAvailability", "of a connector that nobody knows is Rejected", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("ChangeAvailability", { ...CHANGE, connectorId: 3 }), REJECTED);
  assertEquals(desk.site.availability().size, 0);
});

row(
  "ChangeAvailability",
  "of connector 0 goes to every charger's 0, and the site's own state is told",
  async () => {
    const desk = await openDesk();
    const touched: number[] = [];
    desk.events.on("evse", ({ slot }) => touched.push(slot));
    assertEquals(await desk.ask("ChangeAvailability", { ...CHANGE, connectorId: 0 }), ACCEPTED);
    assertEquals(
      callsOf(desk),
      ["CP1", "CP2"].map((id) => [
        id,
        "ChangeAvailability",
        { connectorId: 0, type: "Inoperative" },
      ]),
    );
    assertEquals([1, 2, 3].map((slot) => desk.site.isOperative(slot)), [false, false, false]);
    assertEquals(touched, [0, 1, 2, 3]);
  },
);

row(
  "ChangeAvailability",
  "of connector 0 is for all connectors, whatever was ordered before (1.6 §5.2)",
  async () => {
    const desk = await openDesk();
    await desk.ask("ChangeAvailability", CHANGE);
    await desk.ask("ChangeAvailability", { connectorId: 0, type: "Operative" });
    assertEquals(desk.site.isOperative(3), true);
    assertEquals((await desk.store.load(0)).availability.get("3")?.operative, true);
  },
);

const MERGED: readonly (readonly [one: string, other: string, merged: string, kept: boolean])[] = [
  ["Accepted", "Accepted", "Accepted", true],
  ["Accepted", "Rejected", "Accepted", true],
  ["Accepted", "Scheduled", "Scheduled", true],
  ["Scheduled", "Rejected", "Scheduled", true],
  ["Rejected", "Rejected", "Rejected", false],
];

for (const [one, other, merged, kept] of MERGED) {
  row(
    "ChangeAvailability",
    `of connector 0 is ${merged} where chargers say ${one} and ${other}`,
    async () => {
      const desk = await openDesk();
      desk.answers("CP1", "ChangeAvailability", { status: one });
      desk.answers("CP2", "ChangeAvailability", { status: other });
      const answer = await desk.ask("ChangeAvailability", { ...CHANGE, connectorId: 0 });
      assertEquals(answer, { status: merged });
      assertEquals(desk.site.isOperative(1), !kept);
    },
  );
}

row(
  "ChangeAvailability",
  "of connector 0 is Accepted where nobody is there, and Scheduled where one charges",
  async () => {
    const desk = await openDesk();
    desk.connect();
    assertEquals(await desk.ask("ChangeAvailability", { ...CHANGE, connectorId: 0 }), ACCEPTED);
    const charging = await openDesk();
    await beginTransaction(charging, 1);
    charging.connect("CP2");
    const answer = await charging.ask("ChangeAvailability", { ...CHANGE, connectorId: 0 });
    assertEquals(answer, { status: "Scheduled" });
  },
);

// Configuration: configuration_routes_test.ts has the rest

row(
  "ChangeConfiguration",
  "of a setting of the gateway is obeyed, and kept with its origin (ruling 23)",
  async () => {
    const desk = await openDesk();
    const change = { key: "LocalPreAuthorize", value: "true" };
    assertEquals(await desk.ask("ChangeConfiguration", change), ACCEPTED);
    assertEquals(desk.variables.flag("AuthCtrlr.LocalPreAuthorize"), true);
    assertEquals((await desk.store.load(0)).variables.get("AuthCtrlr.LocalPreAuthorize"), {
      value: "true",
      origin: "csms",
      changedAtMs: desk.clock.wallMs(),
    });
    assertEquals(desk.calls, [], "chargers ask the gateway, whatever it is set to");
  },
);

row("ChangeConfiguration", "of a key that nobody has is NotSupported", async () => {
  const desk = await openDesk();
  const change = { key: "DoTheLaundry", value: "true" };
  assertEquals(await desk.ask("ChangeConfiguration", change), { status: "NotSupported" });
});

row(
  "GetConfiguration",
  "without keys tells the gateway's own, and asks no charger (ruling 11)",
  async () => {
    const desk = await openDesk();
    const { configurationKey, unknownKey } = Object(await desk.ask("GetConfiguration", {}));
    // With the password, which has no value, and the security profile.
    assertEquals(
      [configurationKey.length, unknownKey],
      [desk.variables.all().length + 2, undefined],
    );
    assertEquals(
      configurationKey.find(({ key }: { key: string }) => key === "NumberOfConnectors"),
      {
        key: "NumberOfConnectors",
        readonly: true,
        value: "3",
      },
    );
    assertEquals(desk.calls, []);
  },
);

row("GetConfiguration", "with keys tells those it knows and names the others", async () => {
  const desk = await openDesk();
  const key = ["HeartbeatInterval", "DoTheLaundry", "localauthlistenabled"];
  assertEquals(await desk.ask("GetConfiguration", { key }), {
    configurationKey: [
      { key: "HeartbeatInterval", readonly: false, value: "0" },
      { key: "LocalAuthListEnabled", readonly: false, value: "true" },
    ],
    unknownKey: ["DoTheLaundry"],
  });
});

// ClearCache, local list

row(
  "ClearCache",
  "clears the gateway's cache on disk, and those of the chargers in passing",
  async () => {
    const desk = await openDesk();
    const token = { idToken: "ASHA", type: "Central" } as const;
    await desk.journal.commit(
      desk.tokens.learn(token, { status: "Accepted" }, desk.clock.wallMs()).writes,
    );
    assertEquals(desk.tokens.cacheSize(), 1);
    assertEquals(await desk.ask("ClearCache", {}), ACCEPTED);
    assertEquals((await desk.store.load(0))["authorization-cache"].size, 0);
    assertEquals(callsOf(desk), [["CP1", "ClearCache", {}], ["CP2", "ClearCache", {}]]);
  },
);

row(
  "ClearCache",
  "is Accepted though a charger refuses, and Rejected where the cache is off",
  async () => {
    const desk = await openDesk();
    desk.answers("CP1", "ClearCache", REJECTED);
    assertEquals(await desk.ask("ClearCache", {}), ACCEPTED);
    await desk.ask("ChangeConfiguration", { key: "AuthorizationCacheEnabled", value: "false" });
    assertEquals(await desk.ask("ClearCache", {}), REJECTED);
  },
);

const LIST = {
  listVersion: 3,
  updateType: "Full",
  localAuthorizationList: [{ idTag: "ASHA", idTagInfo: { status: "Accepted" } }],
};

row("SendLocalList", "is kept at the gateway under its version", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("SendLocalList", LIST), ACCEPTED);
  assertEquals([...(await desk.store.load(0))["local-list"].keys()], ["ASHA"]);
  assertEquals(desk.calls, []);
});

row(
  "SendLocalList",
  "that is not newer is VersionMismatch, and one with a version of 0 Failed",
  async () => {
    const desk = await openDesk();
    await desk.ask("SendLocalList", LIST);
    const same = { ...LIST, updateType: "Differential" };
    assertEquals(await desk.ask("SendLocalList", same), { status: "VersionMismatch" });
    assertEquals(await desk.ask("SendLocalList", { ...LIST, listVersion: 0 }), {
      status: "Failed",
    });
  },
);

row("SendLocalList", "is Failed where the list is switched off", async () => {
  const desk = await openDesk();
  await desk.ask("ChangeConfiguration", { key: "LocalAuthListEnabled", value: "false" });
  assertEquals(await desk.ask("SendLocalList", LIST), { status: "Failed" });
});

row(
  "GetLocalListVersion",
  "is 0 while there is no list, and then the version that was sent",
  async () => {
    const desk = await openDesk();
    listToken(desk, "OPERATORS-OWN");
    assertEquals(await desk.ask("GetLocalListVersion", {}), { listVersion: 0 });
    await desk.ask("SendLocalList", LIST);
    assertEquals(await desk.ask("GetLocalListVersion", {}), { listVersion: 3 });
  },
);

// Charging profiles: they end at the gateway (ruling 22)

const PROFILE = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: "TxDefaultProfile",
  chargingProfileKind: "Relative",
  chargingSchedule: {
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
  },
};

row(
  "SetChargingProfile",
  "is installed at the gateway for the slot, and no charger sees it",
  async () => {
    const desk = await openDesk();
    const message = { connectorId: CONNECTOR_OF_SLOT_3, csChargingProfiles: PROFILE };
    assertEquals(await desk.ask("SetChargingProfile", message), ACCEPTED);
    assertEquals(
      desk.profiles.installed.map(({ evseId, chargingProfile }) => [
        evseId,
        chargingProfile.id,
        chargingProfile.chargingSchedule[0]?.chargingSchedulePeriod,
      ]),
      [[3, 1, [{ startPeriod: 0, limit: 10 }]]],
    );
    assertEquals(desk.calls, []);
  },
);

row("SetChargingProfile", "on connector 0 is for the whole site", async () => {
  const desk = await openDesk();
  const message = { connectorId: 0, csChargingProfiles: PROFILE };
  assertEquals(await desk.ask("SetChargingProfile", message), ACCEPTED);
  assertEquals(desk.profiles.installed[0]?.evseId, 0);
});

row(
  "SetChargingProfile",
  "on a connector that nobody knows is an error of its own (errata 3.39)",
  async () => {
    const desk = await openDesk();
    const message = { connectorId: 3, csChargingProfiles: PROFILE };
    assertEquals(await desk.ask("SetChargingProfile", message), {
      callError: "PropertyConstraintViolation",
    });
    assertEquals(desk.profiles.installed, []);
  },
);

row(
  "SetChargingProfile",
  "for a transaction is for ours behind the CSMS's number, and Rejected without",
  async () => {
    const desk = await openDesk();
    const open = await knownTransaction(desk, 3, 4711);
    const txProfile = { ...PROFILE, chargingProfilePurpose: "TxProfile", transactionId: 4711 };
    const message = { connectorId: CONNECTOR_OF_SLOT_3, csChargingProfiles: txProfile };
    assertEquals(await desk.ask("SetChargingProfile", message), ACCEPTED);
    assertEquals(desk.profiles.installed[0]?.chargingProfile.transactionId, open.id);
    const other = { ...message, csChargingProfiles: { ...txProfile, transactionId: open.number } };
    assertEquals(await desk.ask("SetChargingProfile", other), REJECTED);
    assertEquals(desk.profiles.installed.length, 1);
  },
);

row(
  "SetChargingProfile",
  "that is not taken is Rejected, or an error where the specification wants one",
  async () => {
    const desk = await openDesk();
    const message = { connectorId: 1, csChargingProfiles: PROFILE };
    desk.profiles.installAnswer = { ok: true, message: { status: "Rejected" } };
    assertEquals(await desk.ask("SetChargingProfile", message), REJECTED);
    const error = rpcError("PropertyConstraintViolation", "unknown-slot");
    desk.profiles.installAnswer = { ok: false, error };
    assertEquals(await desk.ask("SetChargingProfile", message), {
      callError: "PropertyConstraintViolation",
    });
  },
);

row("ClearChargingProfile", "clears what matches, the connector as our slot", async () => {
  const desk = await openDesk();
  const criteria = {
    connectorId: CONNECTOR_OF_SLOT_3,
    chargingProfilePurpose: "TxDefaultProfile",
    stackLevel: 2,
  };
  assertEquals(await desk.ask("ClearChargingProfile", criteria), ACCEPTED);
  assertEquals(await desk.ask("ClearChargingProfile", { id: 9, connectorId: 0 }), ACCEPTED);
  assertEquals(await desk.ask("ClearChargingProfile", {}), ACCEPTED);
  assertEquals(desk.profiles.cleared, [
    {
      chargingProfileCriteria: {
        evseId: 3,
        chargingProfilePurpose: "TxDefaultProfile",
        stackLevel: 2,
      },
    },
    { chargingProfileId: 9, chargingProfileCriteria: { evseId: 0 } },
    {},
  ]);
});

row(
  "ClearChargingProfile",
  "is Unknown where nothing matches, or nobody knows the connector",
  async () => {
    const desk = await openDesk();
    desk.profiles.clearAnswer = { status: "Unknown" };
    assertEquals(await desk.ask("ClearChargingProfile", { id: 9 }), { status: "Unknown" });
    desk.profiles.clearAnswer = { status: "Accepted" };
    assertEquals(await desk.ask("ClearChargingProfile", { connectorId: 3 }), { status: "Unknown" });
    assertEquals(desk.profiles.cleared.length, 1);
  },
);

row(
  "GetCompositeSchedule",
  "tells what is in force on the slot, under the CSMS's number",
  async () => {
    const desk = await openDesk();
    const schedule = {
      evseId: 3,
      duration: 600,
      scheduleStart: "2026-01-05T06:00:00Z",
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
    } as const;
    desk.profiles.compositeAnswer = {
      ok: true,
      message: {
        status: "Accepted",
        schedule: { ...schedule, chargingSchedulePeriod: [...schedule.chargingSchedulePeriod] },
      },
    };
    const asked = { connectorId: CONNECTOR_OF_SLOT_3, duration: 600, chargingRateUnit: "A" };
    assertEquals(await desk.ask("GetCompositeSchedule", asked), {
      status: "Accepted",
      connectorId: CONNECTOR_OF_SLOT_3,
      scheduleStart: schedule.scheduleStart,
      chargingSchedule: {
        duration: 600,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      },
    });
    assertEquals(desk.profiles.composed, [{ evseId: 3, duration: 600, chargingRateUnit: "A" }]);
  },
);

row("GetCompositeSchedule", "of connector 0 is about the whole site", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("GetCompositeSchedule", { connectorId: 0, duration: 60 }), REJECTED);
  assertEquals(desk.profiles.composed, [{ evseId: 0, duration: 60 }]);
});

row(
  "GetCompositeSchedule",
  "of an unknown connector is Rejected, in a bad unit an error (errata 3.24)",
  async () => {
    const desk = await openDesk();
    assertEquals(
      await desk.ask("GetCompositeSchedule", { connectorId: 3, duration: 60 }),
      REJECTED,
    );
    const odd = { connectorId: 1, duration: 60, chargingRateUnit: "VA" };
    assertEquals(await desk.ask("GetCompositeSchedule", odd), {
      callError: "PropertyConstraintViolation",
    });
  },
);

// DataTransfer: tunnel_test.ts has the rest

row("DataTransfer", "of our vendor goes to one charger, and the answer comes back", async () => {
  const desk = await openDesk();
  desk.answers("CP2", "UnlockConnector", { status: "UnlockFailed" });
  const answer = await desk.ask("DataTransfer", {
    vendorId: VENDOR_ID,
    messageId: "Tunnel",
    data: '{"slot":3,"action":"UnlockConnector","payload":{"connectorId":2}}',
  });
  assertEquals(answer, {
    status: "Accepted",
    data: '{"status":"Accepted","payload":{"status":"UnlockFailed"}}',
  });
  assertEquals(callsOf(desk), [["CP2", "UnlockConnector", { connectorId: 2 }]]);
});

row(
  "DataTransfer",
  "of another vendor is UnknownVendorId, another message of ours UnknownMessageId",
  async () => {
    const desk = await openDesk();
    assertEquals(await desk.ask("DataTransfer", { vendorId: "org.other" }), {
      status: "UnknownVendorId",
    });
    assertEquals(await desk.ask("DataTransfer", { vendorId: VENDOR_ID, messageId: "Fly" }), {
      status: "UnknownMessageId",
    });
  },
);

// Files and firmware of the gateway itself (ruling 11)

const UPLOAD = { location: "ftp://csms.example.com/logs" };

row("GetDiagnostics", "names no file: there is none to upload (1.6 §5.9)", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("GetDiagnostics", UPLOAD), {});
  assertEquals(desk.calls, []);
});

row("GetLog", "is Rejected", async () => {
  const desk = await openDesk();
  const asked = {
    log: { remoteLocation: UPLOAD.location },
    logType: "SecurityLog",
    requestId: 4,
  };
  assertEquals(await desk.ask("GetLog", asked), REJECTED);
  assertEquals([desk.calls, desk.followed], [[], []]);
});

row(
  "UpdateFirmware",
  "is answered, and refused by the status that follows: 1.6 has no other way",
  async () => {
    const desk = await openDesk();
    const order = {
      location: "ftp://csms.example.com/fw.bin",
      retrieveDate: "2026-01-05T06:00:00Z",
    };
    assertEquals(await desk.ask("UpdateFirmware", order), {});
    assertEquals(desk.followed, [
      { action: "FirmwareStatusNotification", payload: { status: "DownloadFailed" } },
    ]);
    assertEquals(desk.calls, []);
  },
);

row("SignedUpdateFirmware", "is Rejected, and no status follows a refusal", async () => {
  const desk = await openDesk();
  const order = {
    requestId: 4,
    firmware: {
      location: "ftp://csms.example.com/fw.bin",
      retrieveDateTime: "2026-01-05T06:00:00Z",
      signingCertificate: "-----BEGIN CERTIFICATE-----",
      signature: "c2lnbmVk",
    },
  };
  assertEquals(await desk.ask("SignedUpdateFirmware", order), REJECTED);
  assertEquals([desk.calls, desk.followed], [[], []]);
});

// Certificates of the gateway itself

const HASH = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "aa",
  issuerKeyHash: "bb",
  serialNumber: "01",
};

const CERTIFICATES: readonly (readonly [action: string, payload: Payload16, status: string])[] = [
  ["CertificateSigned", { certificateChain: "-----BEGIN CERTIFICATE-----" }, "Rejected"],
  ["DeleteCertificate", { certificateHashData: HASH }, "NotFound"],
  [
    "GetInstalledCertificateIds",
    { certificateType: "CentralSystemRootCertificate" },
    "NotFound",
  ],
  [
    "InstallCertificate",
    { certificate: "-----BEGIN", certificateType: "ManufacturerRootCertificate" },
    "Rejected",
  ],
];

for (const [action, payload, status] of CERTIFICATES) {
  row(
    action,
    `is ${status}: the gateway holds no certificates of the CSMS, and chargers' are not its`,
    async () => {
      const desk = await openDesk();
      assertEquals(await desk.ask(action, payload), { status });
      assertEquals(desk.calls, []);
    },
  );
}

// RemoteStartTransaction

const START = { connectorId: CONNECTOR_OF_SLOT_3, idTag: "APP" };

row(
  "RemoteStartTransaction",
  "goes to the charger under its own number, and the order is on disk before",
  async () => {
    const desk = await openDesk();
    assertEquals(await desk.ask("RemoteStartTransaction", START), ACCEPTED);
    assertEquals(callsOf(desk), [["CP2", "RemoteStartTransaction", {
      connectorId: 2,
      idTag: "APP",
    }]]);
    const order = (await desk.store.load(0))["remote-starts"].get("3");
    assertEquals([order?.slot, order?.idToken.idToken, order?.origin], [3, "APP", "csms"]);
    assertEquals(order?.expiresAtMs, desk.clock.wallMs() + 120_000);
  },
);

row(
  "RemoteStartTransaction",
  "without connector goes to the one EVSE where somebody has plugged in (quirk 26)",
  async () => {
    const desk = await openDesk();
    report(desk, 3, "Occupied");
    assertEquals(await desk.ask("RemoteStartTransaction", { idTag: "APP" }), ACCEPTED);
    assertEquals(callsOf(desk), [["CP2", "RemoteStartTransaction", {
      connectorId: 2,
      idTag: "APP",
    }]]);
  },
);

row(
  "RemoteStartTransaction",
  "without connector is Rejected where nobody waits, or more than one",
  async () => {
    const desk = await openDesk();
    assertEquals(await desk.ask("RemoteStartTransaction", { idTag: "APP" }), REJECTED);
    for (const slot of [1, 3]) report(desk, slot, "Occupied");
    assertEquals(await desk.ask("RemoteStartTransaction", { idTag: "APP" }), REJECTED);
    assertEquals(desk.calls, []);
  },
);

row(
  "RemoteStartTransaction",
  "without connector goes to the EVSE that is kept for the driver",
  async () => {
    const desk = await openDesk();
    for (const slot of [1, 2]) report(desk, slot, "Occupied");
    assertEquals(await desk.ask("ReserveNow", reservation(desk, { idTag: "APP" })), ACCEPTED);
    assertEquals(await desk.ask("RemoteStartTransaction", { idTag: "APP" }), ACCEPTED);
    assertEquals(desk.calls.at(-1)?.payload, { connectorId: 2, idTag: "APP" });
  },
);

row(
  "RemoteStartTransaction",
  "without connector passes over an EVSE where the driver may not charge",
  async () => {
    const desk = await openDesk();
    for (const slot of [1, 3]) report(desk, slot, "Occupied");
    await desk.journal.commit(
      desk.site.orderAvailability({ slot: 1, operative: false, orderedBy: "csms", orderedAtMs: 0 }),
    );
    assertEquals(await desk.ask("RemoteStartTransaction", { idTag: "APP" }), ACCEPTED);
    assertEquals(desk.calls.at(-1)?.payload, { connectorId: 2, idTag: "APP" });
  },
);

row(
  "RemoteStartTransaction",
  "is rejected with a profile that nobody can obey (2.1 K05.FR.05)",
  async () => {
    const desk = await openDesk();
    desk.profiles.startProblem = "invalid-schedule: limit";
    const chargingProfile = { ...PROFILE, chargingProfilePurpose: "TxProfile" };
    assertEquals(await desk.ask("RemoteStartTransaction", { ...START, chargingProfile }), REJECTED);
    assertEquals([desk.calls, desk.profiles.keptForStart.size], [[], 0]);
    assertEquals(
      await desk.ask("RemoteStartTransaction", START),
      ACCEPTED,
      "without one it is taken",
    );
  },
);

row(
  "RemoteStartTransaction",
  "keeps its profile here, without the transaction that it cannot know (errata 3.41)",
  async () => {
    const desk = await openDesk();
    const chargingProfile = { ...PROFILE, chargingProfilePurpose: "TxProfile", transactionId: 99 };
    assertEquals(await desk.ask("RemoteStartTransaction", { ...START, chargingProfile }), ACCEPTED);
    assertEquals(desk.calls[0]?.payload, { connectorId: 2, idTag: "APP" });
    const kept = desk.profiles.keptForStart.get(3);
    assertEquals([kept?.id, kept?.transactionId], [1, undefined]);
    assertEquals(await desk.ask("RemoteStartTransaction", START), ACCEPTED);
    assertEquals(desk.profiles.keptForStart.get(3), null, "the next order comes without");
  },
);

row(
  "RemoteStartTransaction",
  "with a profile that is no TxProfile is an error (1.6 §5.11)",
  async () => {
    const desk = await openDesk();
    const answer = await desk.ask("RemoteStartTransaction", { ...START, chargingProfile: PROFILE });
    assertEquals(answer, { callError: "PropertyConstraintViolation" });
    assertEquals([desk.calls, desk.transactions.state().remoteStarts.size], [[], 0]);
  },
);

const START_REFUSALS: readonly (readonly [
  what: string,
  arrange: (desk: Desk) => Promise<unknown> | void,
])[] = [
  ["while the registration is pending (1.6 §4.2)", (desk) => void (desk.isAccepted = false)],
  ["where somebody charges", (desk) => beginTransaction(desk, 3)],
  ["where the charger is away", (desk) => desk.connect("CP1")],
  ["where the EVSE is out of service", (desk) => desk.ask("ChangeAvailability", CHANGE)],
  ["where the EVSE is reserved for another", (desk) => desk.ask("ReserveNow", reservation(desk))],
];

for (const [what, arrange] of START_REFUSALS) {
  row("RemoteStartTransaction", `is Rejected ${what}, and no charger hears of it`, async () => {
    const desk = await openDesk();
    await arrange(desk);
    const before = desk.calls.length;
    assertEquals(await desk.ask("RemoteStartTransaction", START), REJECTED);
    assertEquals(desk.calls.length, before);
    assertEquals(desk.transactions.state().remoteStarts.size, 0);
  });
}

row("RemoteStartTransaction", "on a connector that nobody knows is Rejected", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("RemoteStartTransaction", { ...START, connectorId: 3 }), REJECTED);
});

row("RemoteStartTransaction", "for whom the EVSE is reserved is passed on", async () => {
  const desk = await openDesk();
  await desk.ask("ReserveNow", reservation(desk));
  assertEquals(await desk.ask("RemoteStartTransaction", { ...START, idTag: "ASHA" }), ACCEPTED);
});

for (const answer of [REJECTED, { callError: "NotSupported" }, "gone"] as const) {
  const said = typeof answer === "string" ? answer : Object.values(answer)[0];
  row(
    "RemoteStartTransaction",
    `that its charger does not take (${said}) is Rejected, and leaves no order behind`,
    async () => {
      const desk = await openDesk();
      desk.answers("CP2", "RemoteStartTransaction", answer);
      const chargingProfile = { ...PROFILE, chargingProfilePurpose: "TxProfile" };
      assertEquals(
        await desk.ask("RemoteStartTransaction", { ...START, chargingProfile }),
        REJECTED,
      );
      assertEquals(desk.transactions.state().remoteStarts.size, 0);
      assertEquals((await desk.store.load(0))["remote-starts"].size, 0);
      assertEquals(desk.profiles.keptForStart.get(3), null);
    },
  );
}

row(
  "RemoteStartTransaction",
  "to a silent charger is Rejected, but it may start all the same",
  async () => {
    const desk = await openDesk();
    desk.answers("CP2", "RemoteStartTransaction", "silent");
    assertEquals(await desk.ask("RemoteStartTransaction", START), REJECTED);
    assertEquals(desk.transactions.state().remoteStarts.size, 1);
  },
);

// RemoteStopTransaction

row("RemoteStopTransaction", "goes to the charger under the number that it knows", async () => {
  const desk = await openDesk();
  const open = await knownTransaction(desk, 3, 4711);
  assertEquals(await desk.ask("RemoteStopTransaction", { transactionId: 4711 }), ACCEPTED);
  assertEquals(callsOf(desk), [
    ["CP2", "RemoteStopTransaction", { transactionId: open.number }],
  ]);
});

const STOP_REFUSALS: readonly (readonly [
  what: string,
  arrange: (desk: Desk) => Promise<unknown> | void,
])[] = [
  ["of a number that nobody knows", (desk) => beginTransaction(desk, 3)],
  ["of a transaction that has ended", async (desk) => {
    await knownTransaction(desk, 3, 4711);
    await endTransactionOn(desk, 3);
  }],
  ["while the registration is pending (1.6 §4.2)", async (desk) => {
    await knownTransaction(desk, 3, 4711);
    desk.isAccepted = false;
  }],
  ["whose charger is away", async (desk) => {
    await knownTransaction(desk, 3, 4711);
    desk.connect("CP1");
  }],
];

for (const [what, arrange] of STOP_REFUSALS) {
  row("RemoteStopTransaction", `is Rejected ${what}`, async () => {
    const desk = await openDesk();
    await arrange(desk);
    assertEquals(await desk.ask("RemoteStopTransaction", { transactionId: 4711 }), REJECTED);
    assertEquals(desk.calls, []);
  });
}

row(
  "RemoteStopTransaction",
  "that the charger rejects, or does not answer, is Rejected",
  async () => {
    const desk = await openDesk();
    await knownTransaction(desk, 3, 4711);
    for (const answer of [REJECTED, "silent"] as const) {
      desk.answers("CP2", "RemoteStopTransaction", answer);
      assertEquals(await desk.ask("RemoteStopTransaction", { transactionId: 4711 }), REJECTED);
    }
    assert(openOn(desk.transactions.state(), 3) !== undefined);
  },
);

// Reset

row("Reset", "means the gateway, and no charger (ruling 11)", async () => {
  const desk = await openDesk();
  assertEquals(await desk.ask("Reset", { type: "Soft" }), ACCEPTED);
  assertEquals([desk.restarts, desk.calls], [["reset (OnIdle) by the CSMS"], []]);
});

row("Reset", "means every charger and then the gateway where site.yaml says so", async () => {
  const desk = await openDesk();
  desk.options = { ...desk.options, resetMeans: "site" };
  desk.answers("CP1", "Reset", "silent");
  assertEquals(await desk.ask("Reset", { type: "Hard" }), ACCEPTED);
  assertEquals(callsOf(desk), [["CP1", "Reset", { type: "Hard" }], ["CP2", "Reset", {
    type: "Hard",
  }]]);
  assertEquals(desk.restarts, ["reset (Immediate) by the CSMS"]);
});

// Triggers: the answer first, then the message

const TRIGGERS: readonly (readonly [
  message: string,
  connectorId: number | undefined,
  status: string,
  what: string,
])[] = [
  ["Heartbeat", undefined, "Accepted", "Heartbeat {}"],
  ["Heartbeat", 99, "Accepted", "Heartbeat {}"],
  [
    "FirmwareStatusNotification",
    undefined,
    "Accepted",
    'FirmwareStatusNotification {"status":"Idle"}',
  ],
  ["StatusNotification", undefined, "Accepted", "status null"],
  ["StatusNotification", 0, "Accepted", "status 0"],
  ["StatusNotification", CONNECTOR_OF_SLOT_3, "Accepted", "status 3"],
  ["StatusNotification", 3, "Rejected", ""],
  ["BootNotification", undefined, "Rejected", ""],
];

const BASE_ONLY: typeof TRIGGERS = [
  [
    "DiagnosticsStatusNotification",
    undefined,
    "Accepted",
    'DiagnosticsStatusNotification {"status":"Idle"}',
  ],
];

const EXTENDED_ONLY: typeof TRIGGERS = [
  [
    "LogStatusNotification",
    undefined,
    "Accepted",
    'DiagnosticsStatusNotification {"status":"Idle"}',
  ],
  ["SignChargePointCertificate", undefined, "Accepted", ""],
];

for (
  const [action, triggers] of [
    ["TriggerMessage", [...TRIGGERS, ...BASE_ONLY]],
    ["ExtendedTriggerMessage", [
      // Its connectorId has to be above 0.
      ...TRIGGERS.filter(([, connectorId]) => connectorId !== 0),
      ...EXTENDED_ONLY,
    ]],
  ] as const
) {
  for (const [requestedMessage, connectorId, status, what] of triggers) {
    const on = connectorId === undefined ? "" : ` on connector ${connectorId}`;
    row(action, `of ${requestedMessage}${on} is ${status}`, async () => {
      const desk = await openDesk();
      const message = connectorId === undefined
        ? { requestedMessage }
        : { requestedMessage, connectorId };
      assertEquals(await desk.ask(action, message), { status });
      const followed = [
        ...desk.followed.map((each) => `${each.action} ${JSON.stringify(each.payload)}`),
        ...desk.repeated.map((slot) => `status ${slot}`),
      ];
      assertEquals(followed, what === "" ? [] : [what]);
      assertEquals([desk.calls, desk.boots()], [[], 0]);
    });
  }

  row(action, "of BootNotification is Accepted while we are not (1.6 §4.2)", async () => {
    const desk = await openDesk();
    desk.isAccepted = false;
    assertEquals(await desk.ask(action, { requestedMessage: "BootNotification" }), ACCEPTED);
    assertEquals(desk.boots(), 1);
  });

  row(action, "of MeterValues has the charger measure, under its own number", async () => {
    const desk = await openDesk();
    const message = { requestedMessage: "MeterValues", connectorId: CONNECTOR_OF_SLOT_3 };
    assertEquals(await desk.ask(action, message), ACCEPTED);
    assertEquals(callsOf(desk), [
      ["CP2", "TriggerMessage", { requestedMessage: "MeterValues", connectorId: 2 }],
    ]);
  });

  row(
    action,
    "of MeterValues without connector has every charger that is there measure",
    async () => {
      const desk = await openDesk();
      desk.connect("CP2");
      assertEquals(await desk.ask(action, { requestedMessage: "MeterValues" }), ACCEPTED);
      assertEquals(
        desk.calls.map(({ chargerId, payload }) => [chargerId, payload["connectorId"]]),
        [
          ["CP2", 1],
          ["CP2", 2],
        ],
      );
    },
  );

  row(
    action,
    "of MeterValues is Rejected where nobody can measure, or nobody may hear of it yet",
    async () => {
      const desk = await openDesk();
      const on = (connectorId: number) => ({ requestedMessage: "MeterValues", connectorId });
      assertEquals(await desk.ask(action, on(3)), REJECTED);
      desk.connect("CP1");
      assertEquals(await desk.ask(action, on(CONNECTOR_OF_SLOT_3)), REJECTED);
      desk.isAccepted = false;
      assertEquals(await desk.ask(action, on(1)), REJECTED);
      assertEquals(desk.calls, []);
    },
  );
}

// UnlockConnector

row(
  "UnlockConnector",
  "goes to the charger under its own number, and its answer comes back",
  async () => {
    const desk = await openDesk();
    const order = { connectorId: CONNECTOR_OF_SLOT_3 };
    assertEquals(await desk.ask("UnlockConnector", order), { status: "Unlocked" });
    assertEquals(callsOf(desk), [["CP2", "UnlockConnector", { connectorId: 2 }]]);
    desk.answers("CP2", "UnlockConnector", { status: "NotSupported" });
    assertEquals(await desk.ask("UnlockConnector", order), { status: "NotSupported" });
  },
);

row(
  "UnlockConnector",
  "of a charger that is away, or a number that nobody knows, is NotSupported (errata 3.87)",
  async () => {
    const desk = await openDesk();
    desk.connect("CP1");
    assertEquals(await desk.ask("UnlockConnector", { connectorId: CONNECTOR_OF_SLOT_3 }), {
      status: "NotSupported",
    });
    assertEquals(await desk.ask("UnlockConnector", { connectorId: 3 }), { status: "NotSupported" });
  },
);

row("UnlockConnector", "that the charger does not answer is UnlockFailed", async () => {
  const desk = await openDesk();
  desk.answers("CP1", "UnlockConnector", "silent");
  assertEquals(await desk.ask("UnlockConnector", { connectorId: 1 }), { status: "UnlockFailed" });
});

// Nothing is left out

/** Messages of 1.6 that a CSMS sends, read off the two tables. */
const FROM_CSMS = Object.entries(codecs16)
  .filter(([, exchanges]) => Object.keys(exchanges).some((inside) => inside in CSMS_ROUTES))
  .map(([action]) => action);

Deno.test("every message of a 1.6 CSMS is tested above", () => {
  assertEquals(FROM_CSMS.filter((action) => !tested.has(action)), []);
  assertEquals([...tested].filter((action) => !FROM_CSMS.includes(action)), []);
  assertEquals(FROM_CSMS.length, 26, "19 of the base, 7 of the security extension");
});

Deno.test("of what a 1.6 CSMS can ask, only files and certificates of the gateway are refused", () => {
  const reachable = new Set(Object.values(codecs16).flatMap((exchanges) => Object.keys(exchanges)));
  const refused = Object.entries(CSMS_ROUTES)
    .flatMap(([action, { handling, fansOutIn2x }]) =>
      handling.every((each) => each === "refuse") || fansOutIn2x === true ? [action] : []
    );
  assertEquals(refused.filter((action) => reachable.has(action)).toSorted(), [
    "DeleteCertificate",
    "GetInstalledCertificateIds",
    "GetLog",
    "InstallCertificate",
    "UpdateFirmware",
  ]);
});

Deno.test("what is the station's to say is refused from a CSMS", async () => {
  const desk = await openDesk();
  for (const action of ["Heartbeat", "Authorize"] as const) {
    const payload = action === "Authorize" ? { idTag: "ASHA" } : {};
    assertEquals(await desk.ask(action, payload), { callError: "NotSupported" });
  }
});
