import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openSite, type SiteBench } from "../gateway/site_bench.ts";
import type { Payload } from "../support/frame_peer.ts";

/** What somebody who has taken over the CSMS is told. */
async function statusOf(site: SiteBench, action: string, payload: Payload): Promise<string> {
  const reply = await site.csms.now().ask(action, payload, 100);
  if (reply.kind !== "result") return reply.kind;
  return String(reply.payload["status"] ?? "answered");
}

/** To one charger, past the gateway. */
function tunnel(site: SiteBench, action: string, payload: Payload): Promise<string> {
  const data = JSON.stringify({ slot: 1, action, payload });
  return statusOf(site, "DataTransfer", { vendorId: "org.sangam", messageId: "Tunnel", data });
}

const alarms = ({ gateway }: SiteBench) =>
  gateway().web.views.faults().filter(({ state }) => state === "raised").map(({ kind }) => kind);

// A10

const PLACES = [
  -2_147_483_648,
  -1,
  0,
  1,
  2,
  3,
  4,
  99,
  65_536,
  2_147_483_647,
  1e308,
  1.5,
  5e-324,
  0.999_999_999,
  "1",
  "1.5",
  null,
];
const ABOUT_PLACES: readonly ((place: unknown) => readonly [string, Payload])[] = [
  (connectorId) => ["UnlockConnector", { connectorId }],
  (connectorId) => ["ChangeAvailability", { connectorId, type: "Operative" }],
  (connectorId) => ["RemoteStartTransaction", { connectorId, idTag: "EVE" }],
  (transactionId) => ["RemoteStopTransaction", { transactionId }],
  (connectorId) => ["GetCompositeSchedule", { connectorId, duration: 60 }],
  (connectorId) => ["ClearChargingProfile", { connectorId, stackLevel: connectorId }],
  (connectorId) => ["TriggerMessage", { connectorId, requestedMessage: "StatusNotification" }],
  (connectorId) => [
    "ReserveNow",
    { connectorId, expiryDate: "2030-01-01T00:00:00Z", idTag: "EVE", reservationId: connectorId },
  ],
  (connectorId) => ["SetChargingProfile", {
    connectorId,
    csChargingProfiles: {
      chargingProfileId: connectorId,
      stackLevel: connectorId,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: connectorId, limit: connectorId }],
      },
    },
  }],
  (slot) => [
    "DataTransfer",
    {
      vendorId: "org.sangam",
      messageId: "Tunnel",
      data: JSON.stringify({ slot, action: "Reset", payload: { type: "Soft" } }),
    },
  ],
];

Deno.test("A10: numbers of the CSMS that name nothing reach nothing: each is answered, and the site goes on", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const others = [await site.arrive("CP2"), await site.arrive("CP3")];
  const touched = () =>
    [charger, ...others].flatMap(({ heard }) =>
      heard.filter(({ action }) =>
        /^(Unlock|ChangeAvail|RemoteSt|Reset|ReserveNow|Trigger)/.test(action)
      )
    ).length;
  const cases = fc.record({
    about: fc.constantFrom(...ABOUT_PLACES),
    place: fc.oneof(fc.constantFrom(...PLACES), fc.integer(), fc.double()),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ about, place }) => {
      const [action, payload] = about(place);
      const before = touched();
      const reply = await site.csms.now().ask(action, payload, 30_000);
      assert(reply.kind !== "none", `${action} ${JSON.stringify(payload)} has no answer`);
      // A number that is written as a text is read as that one; what is nearly one of those is none.
      const isThere = [0, 1, 2, 3].includes(Math.abs(Number(place)));
      assert(isThere || touched() === before, `${action} ${JSON.stringify(payload)} reached one`);
    }),
    { numRuns: 120 },
  );
  assertEquals(site.logged.filter(({ level }) => level === "error"), []);
  assertEquals(charger.closed(), null);
  await charger.result("Heartbeat", {});
  await site.stop();
});

// A13

Deno.test("A13: a CSMS that wants more than the circuit carries gets what the circuit carries", async () => {
  const site = await openSite({ gridAmps: 40, metered: true });
  const chargers = [await site.arrive("CP1"), await site.arrive("CP2")];
  for (const [index, charger] of chargers.entries()) {
    await charger.status("Preparing");
    await charger.start(`CARD${index}`);
    await charger.status("Charging");
  }
  const profile = (purpose: string, limit: number) => ({
    chargingProfileId: 1,
    stackLevel: 9,
    chargingProfilePurpose: purpose,
    chargingProfileKind: "Relative",
    chargingSchedule: {
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  });
  for (const [purpose, connectorId] of [["ChargePointMaxProfile", 0], ["TxDefaultProfile", 1]]) {
    const csChargingProfiles = profile(String(purpose), 500);
    await statusOf(site, "SetChargingProfile", { connectorId, csChargingProfiles });
  }
  for (let second = 0; second < 60; second++) {
    site.meter.read(Math.min(40, chargers.reduce((sum, each) => sum + (each.limitAmps() ?? 0), 0)));
    await site.clock.advance(1_000);
    const told = chargers.map((charger) => charger.limitAmps() ?? 0);
    assert(told.reduce((sum, amps) => sum + amps, 0) <= 40, `told ${told.join(" and ")} A`);
  }
  assert(chargers.some((charger) => (charger.limitAmps() ?? 0) > 6), "they do charge");
  await site.stop();
});

Deno.test("A13: of many commands a minute that interrupt charging ten are carried out, and somebody is told", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const numbers: number[] = [];
  const did = new Map<string, number>();
  for (let n = 0; n < 40; n++) {
    const status = n % 2 === 0
      ? await statusOf(site, "UnlockConnector", { connectorId: 1 })
      : await statusOf(site, "ClearCache", {});
    numbers.push(n);
    did.set(status, (did.get(status) ?? 0) + 1);
  }
  assertEquals(charger.payloads("UnlockConnector").length, 5);
  assertEquals(Object.fromEntries(did), {
    Unlocked: 5,
    Accepted: 5,
    UnlockFailed: 15,
    Rejected: 15,
  });
  assert(alarms(site).includes("csms-braked"), "an alarm");
  assertEquals(await tunnel(site, "Reset", { type: "Hard" }), "Rejected", "nor past the gateway");
  // What does not interrupt is answered all the while, and a minute later the next ten.
  assertEquals(await statusOf(site, "GetLocalListVersion", {}), "answered");
  await site.clock.advance(60_000);
  assertEquals(await statusOf(site, "UnlockConnector", { connectorId: 1 }), "Unlocked");
  assert(!alarms(site).includes("csms-braked"), "and the alarm is over");
  await site.stop();
});

Deno.test("A13: sessions are stopped ten a minute, not a whole site at once", async () => {
  const site = await openSite();
  const chargers = [await site.arrive("CP1"), await site.arrive("CP2"), await site.arrive("CP3")];
  for (const [index, charger] of chargers.entries()) await charger.start(`CARD${index}`);
  await site.clock.advance(2_000);
  for (let round = 0; round < 20; round++) {
    for (const transactionId of [501, 502, 503]) {
      await statusOf(site, "RemoteStopTransaction", { transactionId });
    }
  }
  const stops = chargers.flatMap((charger) => charger.payloads("RemoteStopTransaction"));
  assertEquals(stops.length, 10);
  await site.stop();
});

Deno.test("A13: what the CSMS has done to the site stands in the log of who did what, without its secrets", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await statusOf(site, "RemoteStopTransaction", { transactionId: number });
  await tunnel(site, "Reset", { type: "Hard" });
  const password = { key: "AuthorizationKey", value: "taken-over-secret-71c0ffee" };
  await statusOf(site, "ChangeConfiguration", password);
  await statusOf(site, "GetConfiguration", {});
  await statusOf(site, "UpdateFirmware", {
    location: "https://u:taken-over-secret-71c0ffee@files.example.com/x",
    retrieveDate: "2030-01-01T00:00:00Z",
  });
  await site.clock.advance(1_000);
  const entries = await site.gateway().web.audit.find({ limit: 20 });
  const seen = entries.toReversed().map(({ who, way, what }) => `${who} ${way} ${what}`);
  assertEquals(seen, [
    "CSMS csms command RequestStopTransaction",
    "CSMS csms command Reset",
    "CSMS csms command SetVariables",
    "CSMS csms command UpdateFirmware",
  ]);
  assert(!JSON.stringify(entries).includes("71c0ffee"));
  await site.stop();
});

// A14

for (
  const key of [
    "CentralSystemURI",
    "AuthorizationKey",
    "SecurityProfile",
    "NetworkProfile1",
    "OcppServerUrl",
    "VendorBackdoor",
  ]
) {
  Deno.test(`A14: ${key} of a charger is changed by nobody above, on no way`, async () => {
    const site = await openSite();
    const charger = await site.arrive("CP1");
    const before = charger.payloads("ChangeConfiguration").length;
    const change = { key, value: "ws://evil.example.com" };
    assertEquals(await tunnel(site, "ChangeConfiguration", change), "Rejected");
    const named = { key: `${key}_1`, value: change.value };
    assertEquals(await statusOf(site, "ChangeConfiguration", named), "Rejected");
    assertEquals(
      await statusOf(site, "ChangeConfiguration", change) === "Accepted",
      false,
      "nor is it one of the gateway's",
    );
    assertEquals(charger.payloads("ChangeConfiguration").length, before);
    await site.stop();
  });
}

Deno.test("A14: what a maker has hidden behind DataTransfer stays where it is", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const message = { vendorId: "com.maker", messageId: "SetBackend", data: "ws://evil.example.com" };
  assertEquals(await tunnel(site, "DataTransfer", message), "Rejected");
  assertEquals(await statusOf(site, "DataTransfer", message), "UnknownVendorId");
  assertEquals(charger.payloads("DataTransfer"), []);
  await site.stop();
});

// A15

Deno.test("A15: no charger is sent to a host on the site's own network, nor by a way that all can read", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const locations = [
    "http://files.example.com/fw.bin",
    "ftp://user:hunter2@files.example.com/fw.bin",
    "https://192.168.7.1/fw.bin",
    "https://localhost/fw.bin",
    "https://2130706433/fw.bin",
    "file:///etc/passwd",
  ];
  for (const location of locations) {
    const update = { location, retrieveDate: "2026-01-05T06:00:00Z" };
    assertEquals(await tunnel(site, "UpdateFirmware", update), "Rejected", location);
    assertEquals(await tunnel(site, "GetDiagnostics", { location }), "Rejected", location);
  }
  assertEquals(charger.payloads("UpdateFirmware").length, 0);
  assertEquals(charger.payloads("GetDiagnostics").length, 0);
  await site.stop();
});

Deno.test("A15: a name and a password in the address of a file are in no log, no page and no answer", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  charger.answer("GetDiagnostics", { fileName: "cp1.zip" });
  const location = "sftp://depot:hunter2@files.example.com/logs";
  assertEquals(await tunnel(site, "GetDiagnostics", { location }), "Accepted");
  assertEquals(charger.payloads("GetDiagnostics").length, 1, "the charger needs it");
  const { web } = site.gateway();
  const shown = JSON.stringify([
    web.views.messages({ limit: 500 }),
    web.views.messages({ charger: "CP1", limit: 500 }),
    web.views.charger("CP1"),
    web.views.faults(),
    site.logged,
    await web.metrics(),
  ]);
  assert(shown.includes("files.example.com"), "the rest is there");
  assertEquals(shown.includes("hunter2"), false);
  await site.stop();
});

// A16

const listOf = (listVersion: number, idTag: string, updateType = "Differential") => ({
  listVersion,
  updateType,
  localAuthorizationList: [{ idTag, idTagInfo: { status: "Accepted" } }],
});

Deno.test("A16: a change of the list that is older than the list is refused, and changes nothing", async () => {
  const site = await openSite();
  assertEquals(await statusOf(site, "SendLocalList", listOf(7, "ASHA", "Full")), "Accepted");
  for (const version of [7, 6, 1, 0, -1]) {
    const status = await statusOf(site, "SendLocalList", listOf(version, "EVE"));
    assert(["VersionMismatch", "Failed"].includes(status), `${version}: ${status}`);
  }
  const reply = await site.csms.now().result("GetLocalListVersion", {});
  assertEquals(reply["listVersion"], 7);
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  assertEquals(await charger.authorize("ASHA"), "Accepted");
  assertEquals(await charger.authorize("EVE"), "Invalid");
  await site.stop();
});

Deno.test("A16: what the CSMS once said of a card is good offline for as long as the cache keeps it, and no longer", async () => {
  const site = await openSite();
  let charger = await site.arrive("CP1");
  assertEquals(await charger.authorize("ASHA"), "Accepted");
  await site.loseCsms();
  const { number, status } = await charger.start("ASHA");
  assertEquals(status, "Accepted");
  await charger.stop(number, 1_500);
  site.kill();
  await site.clock.advance(31 * 86_400_000);
  await site.start();
  charger = await site.arrive("CP1");
  assertEquals(await charger.authorize("ASHA"), "Invalid");
  await site.stop();
});

Deno.test("A16: a card that nobody knows has so many sessions while the CSMS is away, over a power cut too", async () => {
  const site = await openSite({ unknownOffline: true, unknownSessionsMax: 2, isOffline: true });
  const session = async (idTag: string) => {
    const charger = await site.arrive("CP1");
    const { number, status } = await charger.start(idTag);
    await charger.stop(number, 1_500);
    charger.socket.terminate();
    await site.clock.advance(1_000);
    return status;
  };
  assertEquals([await session("EVE"), await session("EVE")], ["Accepted", "Accepted"]);
  site.kill();
  await site.start();
  assertEquals(await session("EVE"), "Invalid");
  assertEquals(await session("MALLORY"), "Accepted", "another card has its own");
  await site.restoreCsms();
  await site.clock.advance(60_000);
  await site.loseCsms();
  assertEquals(await session("EVE"), "Accepted", "the CSMS has heard of them");
  await site.stop();
});
