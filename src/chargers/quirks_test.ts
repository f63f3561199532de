/**
 * The 36 things that chargers are known to do their own way, each played by a charger that does it, at
 * the gateway's edge. The numbers are those of the table in `hardware/chargers/README.md`.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { listToken, placeOf } from "../../test/support/books.ts";
import { createFramePeer, type FramePeer, type Payload } from "../../test/support/frame_peer.ts";
import { assume } from "../lib/assert.ts";
import { isoTime } from "../lib/clock.ts";
import { OCPP_VERSIONS } from "../ocpp/mod.ts";
import { MODEL_QUIRKS, type Quirk } from "../site/mod.ts";
import {
  BOOT,
  CONFIGURATION,
  configurationAnswer,
  createEdge,
  type Edge,
  willing,
} from "./_edge_for_test.ts";
import { ASHA, EVSE_1, stationBench } from "./_station_for_test.ts";
import { createTcpListener } from "./listener_io.ts";
import type { ModelQuirks } from "./model.ts";
import { shippedChargerModels } from "./model_io.ts";
import { CHARGERS_TIMING } from "./options.ts";

const { settleMs, answerTimeoutMs, heartbeatIntervalMs } = CHARGERS_TIMING;
const AVAILABLE = { connectorId: 1, errorCode: "NoError", status: "Available" } as const;
const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } } as const;

type EdgeFacts = Parameters<typeof createEdge>[0];

/** CP1, of which this is known. */
const knownAs = (quirks: ModelQuirks) => ({
  known: [{ id: "CP1", password: "secret", addresses: [], quirks }],
});

/** CP1 has arrived, and ASHA may charge. */
async function arrived(given: EdgeFacts = {}) {
  const edge = await createEdge(given);
  listToken(edge, "ASHA");
  return { edge, charger: await edge.arrive("CP1") };
}

/** The same, and she charges. */
async function charging(given: EdgeFacts = {}) {
  const { edge, charger } = await arrived(given);
  const number = await begin(edge, charger);
  return { edge, charger, number };
}

async function begin(edge: Edge, charger: FramePeer, facts: Payload = {}): Promise<number> {
  const start = { connectorId: 1, idTag: "ASHA", meterStart: 1_000, timestamp: edge.now() };
  const { transactionId } = await charger.result("StartTransaction", { ...start, ...facts });
  return Number(transactionId);
}

function meter(edge: Edge, charger: FramePeer, values: readonly Payload[], facts: Payload = {}) {
  const meterValue = [{ timestamp: edge.now(), sampledValue: values }];
  // Readings of several chargers share a sync.
  return charger.result("MeterValues", { connectorId: 1, meterValue, ...facts }, 1_000);
}

const sessions = ({ transactions }: Edge) => [...transactions.state().transactions.values()];
const counted = (edge: Edge) => [...edge.chargers.quirkCounts.of("CP1").keys()];
const boots = (charger: FramePeer, boot: Payload = BOOT) =>
  charger.result("BootNotification", boot);

async function limited(edge: Edge, limitAmps: number) {
  const sent = edge.chargers.limit(1, { limitAmps, validForMs: 60_000, urgent: false });
  await edge.clock.advance(0);
  return await sent;
}

/** "TxProfile 0: 16 A" for each limit that it was sent since the set-up. */
function profiles(charger: FramePeer): readonly string[] {
  return charger.payloads("SetChargingProfile").slice(1).map(({ csChargingProfiles }) => {
    const { chargingProfilePurpose, stackLevel, chargingSchedule } = csChargingProfiles as {
      chargingProfilePurpose: string;
      stackLevel: number;
      chargingSchedule: {
        chargingRateUnit: string;
        chargingSchedulePeriod: readonly [{ limit: number }];
      };
    };
    const { chargingRateUnit, chargingSchedulePeriod: [{ limit }] } = chargingSchedule;
    return `${chargingProfilePurpose} ${stackLevel}: ${limit} ${chargingRateUnit}`;
  });
}

/** A charger of some 2.x version whose EVSE 1 is set up. */
async function arrived2x() {
  const bench = await stationBench();
  await bench.arrive();
  return bench;
}

interface Case {
  readonly no: number;
  readonly does: string;
  /** It is counted by these names. */
  readonly counts?: readonly Quirk[];
  /** The edges at which it was played. */
  readonly play: () => Promise<Edge | readonly Edge[]>;
}

const CASES: readonly Case[] = [
  {
    no: 1,
    does: "names no OCPP version when it connects",
    counts: ["no-protocol", "other-version"],
    async play() {
      const edge = await createEdge({ versions: OCPP_VERSIONS });
      const old = await edge.connect("CP1", { protocols: [] });
      assertEquals((await boots(old))["status"], "Accepted");
      old.socket.terminate();
      await edge.clock.advance(0);
      const young = await edge.connect("CP1", { protocols: [] });
      assertEquals((await young.ask("BootNotification", BOOT_2X)).kind, "none");
      assertMatch(young.closed() ?? "", /^1002 this is ocpp2\.0\.1/);
      const again = await edge.connect("CP1", { protocols: [] });
      assertEquals((await boots(again, BOOT_2X))["status"], "Accepted");
      return edge;
    },
  },
  {
    no: 2,
    does: "leaves out Connection: Upgrade: it cannot be let in, and its installer sees why",
    async play() {
      const edge = await createEdge();
      const options = { securityProfile: 1, path: "/ocpp", compression: false, tls: null } as const;
      const listener = createTcpListener({ ...options, host: "127.0.0.1", port: 0 }, () => {});
      const { port } = await edge.chargers.open(listener, {
        ...options,
        host: "127.0.0.1",
        port: 0,
      });
      const heard = await rawHttp(port, [
        "GET /ocpp/CP1 HTTP/1.1",
        "Host: gateway",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
      ]);
      assertMatch(heard, /^HTTP\/1\.1 426 /);
      assertEquals(edge.chargers.refusals().map(({ chargerId, reason }) => [chargerId, reason]), [
        ["CP1", "no Connection: Upgrade in its handshake"],
      ]);
      return edge;
    },
  },
  {
    no: 3,
    does: "speaks 1.6 over a connection for which it named 2.0.1",
    counts: ["other-version"],
    async play() {
      const edge = await createEdge({ versions: OCPP_VERSIONS });
      const protocols = ["ocpp2.0.1"];
      const first = await edge.connect("CP1", { protocols });
      await first.ask("BootNotification", BOOT);
      assertMatch(first.closed() ?? "", /^1002 this is ocpp1\.6/);
      const second = await edge.connect("CP1", { protocols });
      assertEquals((await boots(second))["status"], "Accepted");
      assertEquals(edge.chargers.station("CP1")?.version, "ocpp1.6");
      return edge;
    },
  },
  {
    no: 4,
    does: "calls an address with slashes too many and its identity twice",
    counts: ["odd-address"],
    async play() {
      const edge = await createEdge();
      const charger = await edge.connect("CP1", { url: "//ocpp//CP1/CP1/" });
      assertEquals((await boots(charger))["status"], "Accepted");
      return edge;
    },
  },
  {
    no: 5,
    does: "has an identity with a blank in it, percent-encoded in its address",
    async play() {
      const known = [{ id: "Scame Box", password: "secret", addresses: [] }];
      const edge = await createEdge({ known });
      const charger = await edge.connect("Scame Box", { url: "/ocpp/Scame%20Box" });
      assertEquals((await boots(charger))["status"], "Accepted");
      assertEquals(edge.site.isConnected("Scame Box"), true);
      return edge;
    },
  },
  {
    no: 6,
    does: "goes away when it is called before it has booted",
    async play() {
      const edge = await createEdge();
      const charger = await edge.connect("CP1");
      const call = edge.chargers.call("CP1", { action: "ClearCache", message: {} });
      await edge.clock.advance(4_000);
      assertEquals(charger.heard, []);
      await boots(charger);
      await edge.clock.advance(settleMs - 1);
      assertEquals(charger.heard, []);
      await edge.clock.advance(1_000);
      assert(charger.heard.length > 0);
      assertEquals((await call).kind, "gone");
      return edge;
    },
  },
  {
    no: 7,
    does: "breaks off after each burst of triggers: it gets one a connection, when it stays",
    async play() {
      const { edge, charger } = await arrived();
      let now = charger;
      for (let times = 0; times < 5; times++) {
        now.socket.terminate();
        await edge.clock.advance(0);
        now = await edge.connect("CP1");
        await now.result("Heartbeat", {});
        await edge.clock.advance(settleMs / 2);
        assertEquals(now.heard, []);
      }
      await edge.clock.advance(600_000);
      assertEquals(now.payloads("TriggerMessage").length, 1);
      return edge;
    },
  },
  {
    no: 8,
    does: "says every minute that it has booted, and goes on charging",
    counts: ["repeated-boot"],
    async play() {
      const { edge, charger } = await charging();
      const before = charger.heard.length;
      for (let minute = 0; minute < 5; minute++) {
        await boots(charger);
        await edge.clock.advance(60_000);
        edge.chargers.closeInterrupted();
      }
      assertEquals(sessions(edge).map(({ stop, interruption }) => [stop, interruption]), [
        [null, undefined],
      ]);
      assertEquals(charger.heard.length, before, "and is not set up anew each time");
      return edge;
    },
  },
  {
    no: 9,
    does: "has a serial number of 34 characters and no vendor",
    counts: ["over-long"],
    async play() {
      const edge = await createEdge();
      const charger = await edge.connect("CP1");
      const chargePointSerialNumber = "S".repeat(34);
      const boot = { chargePointVendor: "", chargePointModel: "M", chargePointSerialNumber };
      assertEquals((await boots(charger, { ...boot, iccid: "" }))["status"], "Accepted");
      assertEquals(
        edge.site.charger("CP1")?.station?.message.serialNumber,
        chargePointSerialNumber,
      );
      return edge;
    },
  },
  {
    no: 10,
    does: "sends numbers in place of texts and texts in place of numbers",
    counts: ["number-for-text", "text-for-number"],
    async play() {
      const { edge, charger, number } = await charging();
      await meter(edge, charger, [{ value: 1604.2 }], { transactionId: String(number) });
      assertEquals(sessions(edge)[0]?.lastReading?.energyWh, 1_604.2);
      return edge;
    },
  },
  {
    no: 11,
    does: "writes local times without a zone",
    counts: ["timestamp", "timezone"],
    async play() {
      const { edge, charger } = await arrived(knownAs({ timezone: "Asia/Kolkata" }));
      const local = isoTime(edge.clock.wallMs() + 5.5 * 3_600_000).slice(0, 19);
      await begin(edge, charger, { timestamp: local });
      assertEquals(Date.parse(sessions(edge)[0]?.startedAt ?? ""), edge.clock.wallMs());
      return edge;
    },
  },
  {
    no: 12,
    does: "says transaction 0 with its readings and -1 with the end",
    counts: ["unknown-number"],
    async play() {
      const { edge, charger } = await charging();
      await meter(edge, charger, [{ value: "1500" }], { transactionId: 0 });
      await charger.result("StopTransaction", stopOf(edge, -1));
      assertEquals(sessions(edge).map(({ stop }) => stop?.meterStopWh), [2_000]);
      return edge;
    },
  },
  {
    no: 13,
    does: "numbers its transactions itself, whatever it is told",
    counts: ["unknown-number"],
    async play() {
      const { edge, charger, number } = await charging();
      const own = number + 777;
      await meter(edge, charger, [{ value: "1500" }], { transactionId: own });
      assertEquals(sessions(edge)[0]?.lastReading?.energyWh, 1_500);
      await charger.result("StopTransaction", stopOf(edge, own));
      assertEquals(sessions(edge).map(({ stop }) => stop?.meterStopWh), [2_000]);
      return edge;
    },
  },
  {
    no: 14,
    does: "sends its last readings after the end",
    counts: ["late-reading"],
    async play() {
      const { edge, charger, number } = await charging();
      await charger.result("StopTransaction", stopOf(edge, number));
      await meter(edge, charger, [{ value: "1990", context: "Transaction.End" }], {
        transactionId: number,
      });
      assertEquals(sessions(edge).map(({ stop }) => stop?.meterStopWh), [2_000]);
      return edge;
    },
  },
  {
    no: 15,
    does: "ends with a register below that of the start",
    counts: ["register-went-back"],
    async play() {
      const { edge, charger, number } = await charging();
      await meter(edge, charger, [{ value: "1500" }], { transactionId: number });
      await edge.clock.advance(60_000);
      const answer = await charger.result(
        "StopTransaction",
        stopOf(edge, number, { meterStop: -1 }),
      );
      assertEquals(answer, {});
      const [session] = sessions(edge);
      assert(session?.stop !== null && (session?.flags.length ?? 0) > 0, "taken, and flagged");
      return edge;
    },
  },
  {
    no: 16,
    does: "tells a start and an end twice, with new message ids",
    counts: ["repeated-message"],
    async play() {
      const { edge, charger } = await arrived();
      const timestamp = edge.now();
      const number = await begin(edge, charger, { timestamp });
      await edge.clock.advance(30_000);
      assertEquals(await begin(edge, charger, { timestamp }), number);
      const stop = stopOf(edge, number);
      for (let times = 0; times < 2; times++) await charger.result("StopTransaction", stop);
      assertEquals(sessions(edge).length, 1);
      const kinds = [...edge.outbox.state().lanes.values()].flatMap(({ rows }) => rows);
      assertEquals(kinds.map(({ kind }) => kind), ["started", "ended"]);
      return edge;
    },
  },
  {
    no: 17,
    does: "comes back while its old connection hangs half-open",
    counts: ["second-connection"],
    async play() {
      const edge = await createEdge();
      const authorization = `Basic ${btoa("CP1:secret")}`;
      const { pair } = edge.listener.connect({ url: "/ocpp/CP1", authorization });
      await edge.clock.advance(0);
      pair?.cut();
      const again = await edge.connect("CP1");
      await edge.clock.advance(6_000);
      assertEquals((await boots(again))["status"], "Accepted");
      assertEquals(edge.chargers.stations().length, 1);
      return edge;
    },
  },
  {
    no: 18,
    does: "answers no pings",
    counts: ["no-pong"],
    async play() {
      const edge = await createEdge();
      const authorization = `Basic ${btoa("CP1:secret")}`;
      const { pair } = edge.listener.connect({ url: "/ocpp/CP1", authorization });
      assume(pair !== null, "CP1 was let in");
      const charger = createFramePeer(pair.far, edge.clock, willing());
      await edge.clock.advance(0);
      await boots(charger);
      pair.muffle();
      for (let times = 0; times < 10; times++) {
        await edge.clock.advance(heartbeatIntervalMs);
        await charger.result("Heartbeat", {});
      }
      assertEquals(edge.site.isConnected("CP1"), true);
      return edge;
    },
  },
  {
    no: 19,
    does: "heartbeats, and answers no calls any more",
    counts: ["stopped-answering"],
    async play() {
      const { edge, charger } = await arrived();
      charger.answer("ClearCache", "silence");
      for (let times = 0; times < 2; times++) {
        const call = edge.chargers.call("CP1", { action: "ClearCache", message: {} });
        await edge.clock.advance(answerTimeoutMs);
        assertEquals((await call).kind, "silent");
      }
      assertEquals(edge.site.isConnected("CP1"), false);
      return edge;
    },
  },
  {
    no: 20,
    does: "answers one call when the next has been sent",
    counts: ["late-answer"],
    async play() {
      const { edge, charger } = await arrived();
      charger.answer("ClearCache", "silence");
      const late = edge.chargers.call("CP1", { action: "ClearCache", message: {} });
      await edge.clock.advance(answerTimeoutMs);
      charger.answer("UnlockConnector", "silence");
      const next = edge.chargers.call("CP1", {
        action: "UnlockConnector",
        message: { evseId: 1, connectorId: 1 },
      });
      await edge.clock.advance(0);
      const idOf = (action: string) => charger.heard.findLast((call) => call.action === action)?.id;
      charger.socket.send(JSON.stringify([3, idOf("ClearCache"), { status: "Accepted" }]));
      await edge.clock.advance(0);
      charger.socket.send(JSON.stringify([3, idOf("UnlockConnector"), { status: "Unlocked" }]));
      await edge.clock.advance(0);
      assertEquals([(await late).kind, (await next).kind], ["silent", "answered"]);
      return edge;
    },
  },
  {
    no: 21,
    does: "takes stack level 0 only, though it says 3",
    counts: ["other-form", "stackLevels"],
    async play() {
      const { edge, charger } = await charging();
      charger.answer("SetChargingProfile", onlyTakes(({ stackLevel }) => stackLevel === 0));
      assertEquals((await limited(edge, 16)).kind, "accepted");
      assertEquals(profiles(charger).at(-1), "TxProfile 0: 16 A");
      const known = await charging(knownAs({ stackLevels: [0] }));
      assertEquals((await limited(known.edge, 16)).kind, "accepted");
      assertEquals(profiles(known.charger), ["TxProfile 0: 16 A"]);
      return [edge, known.edge];
    },
  },
  {
    no: 22,
    does: "refuses the usual kind of profile, or takes it and does nothing",
    counts: ["other-form", "purposes"],
    async play() {
      const { edge, charger } = await charging();
      const takes = onlyTakes(({ purpose }) => purpose === "TxDefaultProfile");
      charger.answer("SetChargingProfile", takes);
      assertEquals((await limited(edge, 16)).kind, "accepted");
      assertEquals(profiles(charger).at(-1), "TxDefaultProfile 3: 16 A");
      // What does nothing shows in the current; its model says what does.
      const known = await charging(knownAs({ purposes: ["TxDefaultProfile"] }));
      await limited(known.edge, 16);
      assertEquals(profiles(known.charger), ["TxDefaultProfile 3: 16 A"]);
      return [edge, known.edge];
    },
  },
  {
    no: 23,
    does: "wants limits in watts, though it says amperes",
    counts: ["rateUnit"],
    async play() {
      const { edge, charger } = await charging(knownAs({ rateUnit: "W" }));
      await limited(edge, 16);
      assertEquals(profiles(charger), ["TxProfile 3: 11040 W"]);
      return edge;
    },
  },
  {
    no: 24,
    does: "fills phases that it has not with zeros",
    counts: ["extra-phases"],
    async play() {
      const { edge, charger } = await charging({ places: [placeOf(1, { lines: ["L2"] })] });
      const measured: unknown[] = [];
      edge.events.on("measured", ({ currentsAmps }) => measured.push(currentsAmps));
      const current = (phase: string, value: string) =>
        ({ measurand: "Current.Import", phase, value }) as const;
      await meter(edge, charger, [current("L1", "10"), current("L2", "0"), current("L3", "0")]);
      assertEquals(measured, [[10, 0, 0]]);
      return edge;
    },
  },
  {
    no: 25,
    does: "needs to be told twice after a pause, or cannot pause at all",
    counts: ["resendAfterPause", "pause"],
    async play() {
      const { edge, charger } = await charging(knownAs({ resendAfterPause: true }));
      for (const amps of [0, 10]) await limited(edge, amps);
      await edge.clock.advance(10_000);
      assertEquals(profiles(charger), [
        "TxProfile 3: 0 A",
        "TxProfile 3: 10 A",
        "TxProfile 3: 10 A",
      ]);
      const known = await charging(knownAs({ pause: "minimum" }));
      assertEquals((await limited(known.edge, 0)).kind, "failed");
      assertEquals(profiles(known.charger), ["TxProfile 3: 6 A"]);
      assertEquals(charger.payloads("RemoteStopTransaction"), []);
      return [edge, known.edge];
    },
  },
  {
    no: 26,
    does: "refuses to start from afar unless it is told the connector",
    async play() {
      const { edge, charger } = await arrived();
      const ordered = edge.chargers.orderStart({
        slot: 1,
        idToken: { idToken: "ASHA", type: "Central" },
        groupIdToken: null,
        remoteStartId: null,
        origin: "csms",
        lastsMs: 60_000,
      });
      await edge.clock.advance(0);
      assertEquals((await ordered).kind, "answered");
      assertEquals(charger.payloads("RemoteStartTransaction")[0]?.["connectorId"], 1);
      return edge;
    },
  },
  {
    no: 27,
    does: "writes blanks, small letters and a connector into Authorize",
    counts: ["unknown-field"],
    async play() {
      const edge = await createEdge();
      listToken(edge, "F6CA0CC5");
      const charger = await edge.arrive("CP1");
      const idTag = " f6ca0cc5";
      assertEquals(await charger.result("Authorize", { idTag, connectorId: 1 }), {
        idTagInfo: { status: "Accepted" },
      });
      await begin(edge, charger, { idTag });
      assertEquals(sessions(edge).length, 1);
      return edge;
    },
  },
  {
    no: 28,
    does: "starts anew when it is asked what it measures",
    counts: ["neverAsk", "setting-refused", "measurands"],
    async play() {
      const neverAsk = ["MeterValuesSampledData"];
      const { edge, charger } = await arrived(knownAs({ neverAsk }));
      await edge.clock.advance(1_000);
      const asked = charger.payloads("GetConfiguration").flatMap(({ key }) => key);
      assertEquals(asked.includes("MeterValuesSampledData"), false);
      const set = charger.payloads("ChangeConfiguration").filter(({ key }) =>
        key === "MeterValuesSampledData"
      );
      assertEquals(set.length, 1);
      return [edge, await measuresLess()];
    },
  },
  {
    no: 29,
    does: "measures per phase, in kWh, with blanks and without names",
    counts: ["spelling", "register-by-line"],
    async play() {
      const { edge, charger, number } = await charging();
      const facts = { transactionId: number };
      await meter(edge, charger, [{ value: "1.5", unit: "kWh" }], facts);
      assertEquals(sessions(edge)[0]?.lastReading?.energyWh, 1_500);
      await edge.clock.advance(10_000);
      const energy = (phase: string, value: string) =>
        ({ measurand: "Energy.Active.Import.Register ", phase, value }) as const;
      const values = [energy("L1-N", "600"), energy("L2-N", "600"), energy("L3-N", "600")];
      await meter(edge, charger, values, facts);
      assertEquals(sessions(edge)[0]?.lastReading?.energyWh, 1_800);
      return edge;
    },
  },
  {
    no: 30,
    does: "says Available while an EV charges",
    counts: ["free-while-charging"],
    async play() {
      const { edge, charger, number } = await charging();
      await charger.result("StatusNotification", { ...AVAILABLE, timestamp: edge.now() });
      for (let minute = 0; minute < 20; minute++) {
        await edge.clock.advance(60_000);
        const register = String(1_100 + 100 * minute);
        await meter(edge, charger, [{ value: register }], { transactionId: number });
        edge.chargers.closeInterrupted();
      }
      assertEquals(sessions(edge).map(({ stop }) => stop), [null]);
      return edge;
    },
  },
  {
    no: 31,
    does: "tells events of 2.0.1 twice, late, out of order and without their EVSE",
    counts: ["missing-evse", "repeated-message", "old-event"],
    async play() {
      const bench = await arrived2x();
      const { edge, tell, charger } = bench;
      await edge.clock.advance(60_000);
      const at = (seconds: number) => isoTime(edge.clock.wallMs() + seconds * 1_000);
      const info = { chargingState: "Charging" };
      await charger.result("StatusNotification", {
        timestamp: at(0),
        connectorStatus: "Available",
        evseId: 0,
        connectorId: 0,
      });
      await tell("Started", { ...ASHA, info, registerWh: 1_000, seqNo: 0, timestamp: at(-30) });
      assertEquals(sessions(edge).map(({ evseId }) => evseId), [1]);
      const suspended = { seqNo: 2, timestamp: at(-10), info: { chargingState: "SuspendedEV" } };
      await tell("Updated", suspended);
      await tell("Updated", suspended);
      const late = { seqNo: 1, timestamp: at(-20), info, registerWh: 1_100 };
      await tell("Updated", late);
      await tell("Updated", { seqNo: 3, timestamp: at(0), registerWh: 1_150 });
      const measured: unknown[] = [];
      edge.events.on("measured", ({ energyWh }) => measured.push(energyWh));
      await tell("Updated", late);
      assertEquals(measured, [], "read once");
      assertEquals(edge.site.connector(1)?.report.message.chargingState, "SuspendedEV");
      await tell("Ended", { ...EVSE_1, seqNo: 4, registerWh: 1_200 });
      assertEquals(sessions(edge).map(({ stop }) => stop?.meterStopWh), [1_200]);
      return edge;
    },
  },
  {
    no: 32,
    does: "works in 1.6 and not in 2.0.1, and offers both",
    async play() {
      const protocols = ["ocpp2.0.1", "ocpp1.6"];
      const { models } = await shippedChargerModels();
      const foxess = models.find(({ id }) => id === "foxess-evc");
      const quirks = foxess?.quirks ?? {};
      const edge = await createEdge({ ...knownAs(quirks), versions: OCPP_VERSIONS });
      const charger = await edge.connect("CP1", { protocols });
      assertEquals((await boots(charger))["status"], "Accepted");
      assertEquals(edge.chargers.station("CP1")?.version, "ocpp1.6");
      return edge;
    },
  },
  {
    no: 33,
    does: "does not come back after a break: somebody is told",
    async play() {
      const { edge, charger } = await arrived();
      charger.socket.terminate();
      for (let minute = 0; minute <= 31; minute++) {
        await edge.clock.advance(60_000);
        edge.chargers.closeInterrupted();
      }
      const told = edge.faults.filter(({ kind }) => kind === "charger-stays-away");
      assertEquals(told.map(({ subject, state }) => [subject, state]), [["CP1", "raised"]]);
      return edge;
    },
  },
  {
    no: 34,
    does: "drops wss:// unless it has the authority's certificate: its record says so",
    async play() {
      const { models } = await shippedChargerModels();
      const autel = models.find(({ id }) => id === "autel-maxicharger");
      assertMatch(autel?.notes ?? "", /wss:\/\/.*certificate/);
      return [];
    },
  },
  {
    no: 35,
    does: "cannot measure more often than each minute, and heartbeats at the same second",
    counts: ["sampleIntervalMinS"],
    async play() {
      const { edge, charger } = await charging(knownAs({ sampleIntervalMinS: 60 }));
      await edge.clock.advance(1_000);
      const intervals = charger.payloads("ChangeConfiguration")
        .filter(({ key }) => key === "MeterValueSampleInterval").map(({ value }) => value);
      assertEquals(intervals, ["60"]);
      charger.say("beat", "Heartbeat", {});
      charger.say("clock", "MeterValues", {
        connectorId: 1,
        meterValue: [{
          timestamp: edge.now(),
          sampledValue: [{ value: "1", context: "Sample.Clock" }],
        }],
      });
      await edge.clock.advance(1_000);
      const kinds = ["beat", "clock"].map((id) => charger.replyTo(id).kind);
      assertEquals(kinds, ["result", "result"]);
      return edge;
    },
  },
  {
    no: 36,
    does: "refuses settings and orders while it is set up",
    counts: ["setting-refused"],
    async play() {
      const edge = await createEdge();
      const charger = await edge.connect("CP1");
      charger.answer("GetConfiguration", configurationAnswer({ ...CONFIGURATION, ...OTHERWISE }));
      charger.answer("ChangeConfiguration", { status: "Rejected" });
      charger.answer("ChangeAvailability", { callError: "InternalError" });
      charger.answer("ClearChargingProfile", { callError: "NotSupported" });
      await boots(charger);
      await edge.clock.advance(settleMs + 1_000);
      assertEquals(charger.payloads("SetChargingProfile").length, 1, "safe all the same");
      return edge;
    },
  },
];

const OTHERWISE = { LocalPreAuthorize: "true", MeterValueSampleInterval: "60" };

function stopOf(edge: Edge, transactionId: number, facts: Payload = {}): Payload {
  return { transactionId, meterStop: 2_000, timestamp: edge.now(), ...facts };
}

/** Takes profiles that fit, and no others. */
function onlyTakes(
  fits: (profile: { readonly purpose: string; readonly stackLevel: number }) => boolean,
) {
  return ({ csChargingProfiles }: Payload): Payload => {
    const { chargingProfilePurpose, stackLevel } = csChargingProfiles as {
      chargingProfilePurpose: string;
      stackLevel: number;
    };
    const isTaken = fits({ purpose: chargingProfilePurpose, stackLevel });
    return { status: isTaken ? "Accepted" : "Rejected" };
  };
}

/** A charger that knows no Power.Active.Import: it is asked for less, and that is remembered. */
async function measuresLess(): Promise<Edge> {
  const edge = await createEdge();
  const values = { ...CONFIGURATION, MeterValuesSampledData: "Energy.Active.Import.Register" };
  async function set(): Promise<readonly unknown[]> {
    const charger = await edge.connect("CP1");
    charger.answer("GetConfiguration", configurationAnswer(values));
    charger.answer("ChangeConfiguration", ({ value }) => ({
      status: String(value).includes("Power") ? "Rejected" : "Accepted",
    }));
    await boots(charger);
    await edge.clock.advance(settleMs + 1_000);
    charger.socket.terminate();
    await edge.clock.advance(0);
    return charger.payloads("ChangeConfiguration").map(({ value }) => value);
  }
  const less = "Energy.Active.Import.Register,Current.Import";
  assertEquals(await set(), [`${less},Power.Active.Import`, less]);
  assertEquals(await set(), [less]);
  const [known] = edge.chargers.quirks("CP1");
  assertEquals([known?.quirk, known?.from], ["measurands", "asked"]);
  return edge;
}

function rawHttp(port: number, head: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connectTcp(port, "127.0.0.1", () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
    });
    socket.on("data", (bytes) => heard += bytes);
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(heard));
    socket.on("error", reject);
  });
}

for (const { no, does, counts = [], play } of CASES) {
  Deno.test(`quirk ${no}: a charger ${does}`, async () => {
    const names = [await play()].flat().flatMap(counted);
    assertEquals(counts.filter((quirk) => !names.includes(quirk)), [], `counted: ${names}`);
  });
}

Deno.test("each of the 36 stands in the table for installers, with what is done about it", async () => {
  const readme = await Deno.readTextFile(
    new URL("../../hardware/chargers/README.md", import.meta.url),
  );
  const rows = [...readme.matchAll(/^\| (\d+) +\| (.+?) +\| (.+?) +\|$/gm)];
  assertEquals(rows.map(([, no]) => Number(no)), CASES.map(({ no }) => no));
  assertEquals(CASES.map(({ no }) => no), Array.from({ length: 36 }, (_, index) => index + 1));
  for (const quirk of MODEL_QUIRKS) assert(readme.includes(`| \`${quirk}\``), quirk);
});
