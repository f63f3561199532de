import { isoTime } from "../../src/lib/clock.ts";
import type { VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";
import type { MeterListener, MeterSource, PerLine } from "../../src/site/mod.ts";
import type { SocketPair } from "../../src/simulator/memory_socket.ts";
import {
  type Answer,
  createFramePeer,
  type FramePeer,
  type Payload,
} from "../support/frame_peer.ts";

/** What a charger of a test says of itself when it is asked. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: "3",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
  MeterValueSampleInterval: "10",
  MeterValuesSampledData: "Energy.Active.Import.Register,Current.Import,Power.Active.Import",
  LocalPreAuthorize: "false",
  AuthorizeRemoteTxRequests: "false",
  StopTransactionOnInvalidId: "true",
  ClockAlignedDataInterval: "0",
  MeterValuesAlignedData: "Energy.Active.Import.Register",
  StopTxnAlignedData: "",
  StopTxnSampledData: "",
};

/** A 1.6 charger with one connector, in the hands of a test. It takes whatever it is told. */
export interface PlayedCharger extends FramePeer {
  readonly pair: SocketPair;
  /** It says from now on that it has so many connectors; null: it does not say. */
  counts(connectors: number | null): void;
  /** Boots, and tells that its connector is Available. */
  boot(): Promise<Payload>;
  status(status: string): Promise<Payload>;
  /** The answer to a card: "Accepted" and so on. */
  authorize(idTag: string, waitMs?: number): Promise<string>;
  /** Starts a session; `waitMs` is how long it waits for the answer. */
  start(idTag: string, facts?: Payload, waitMs?: number): Promise<{
    readonly number: number;
    readonly status: string;
  }>;
  /**
   * Sends a reading of a session: its register, and what flows on each line. It is not waited for the
   * answer, which comes when the reading is on disk: within a second.
   */
  meter(number: number, energyWh: number, amps: number): Promise<void>;
  stop(number: number, meterStop: number, facts?: Payload): Promise<Payload>;
  /** The newest limit that it was sent for a transaction; null where there is none. */
  limitAmps(): number | null;
}

/** Puts a charger on its end of a connection. */
export function playCharger(pair: SocketPair, clock: VirtualClock): PlayedCharger {
  const now = () => isoTime(clock.wallMs());
  const peer = createFramePeer(pair.far, clock, {
    GetConfiguration: (asked) => configuration(asked),
    ChangeConfiguration: { status: "Accepted" },
    ChangeAvailability: { status: "Accepted" },
    ClearCache: { status: "Accepted" },
    ClearChargingProfile: { status: "Accepted" },
    RemoteStartTransaction: { status: "Accepted" },
    RemoteStopTransaction: { status: "Accepted" },
    SetChargingProfile: { status: "Accepted" },
    TriggerMessage: { status: "Accepted" },
    UnlockConnector: { status: "Unlocked" },
  });
  const status = (word: string) =>
    peer.result("StatusNotification", { connectorId: 1, errorCode: "NoError", status: word });
  return {
    ...peer,
    pair,
    counts(connectors) {
      const count = connectors === null ? {} : { NumberOfConnectors: String(connectors) };
      peer.answer(
        "GetConfiguration",
        (asked) => configuration(asked, { ...CONFIGURATION, ...count }),
      );
    },
    async boot() {
      const model = { chargePointVendor: "Vendor", chargePointModel: "Model" };
      const answer = await peer.result("BootNotification", model);
      await status("Available");
      return answer;
    },
    status,
    async authorize(idTag, waitMs) {
      const { idTagInfo } = await peer.result("Authorize", { idTag }, waitMs);
      return String(Object(idTagInfo)["status"]);
    },
    async start(idTag, facts = {}, waitMs = 0) {
      const message = { connectorId: 1, idTag, meterStart: 1_000, timestamp: now(), ...facts };
      const answer = await peer.result("StartTransaction", message, waitMs);
      return {
        number: Number(answer["transactionId"]),
        status: String(Object(answer["idTagInfo"])["status"]),
      };
    },
    async meter(number, energyWh, amps) {
      const { kind } = await peer.ask("MeterValues", {
        connectorId: 1,
        transactionId: number,
        meterValue: [{
          timestamp: now(),
          sampledValue: [
            { value: String(energyWh), measurand: "Energy.Active.Import.Register", unit: "Wh" },
            ...["L1", "L2", "L3"].map((phase) => ({
              value: String(amps),
              measurand: "Current.Import",
              unit: "A",
              phase,
            })),
          ],
        }],
      });
      if (kind === "error") throw new Error(`The reading of ${number} was refused`);
    },
    stop: (number, meterStop, facts = {}) =>
      peer.result("StopTransaction", {
        transactionId: number,
        meterStop,
        timestamp: now(),
        ...facts,
      }),
    limitAmps() {
      const profiles = peer.payloads("SetChargingProfile")
        .map(({ csChargingProfiles }) => Object(csChargingProfiles))
        .filter(({ chargingProfilePurpose }) => chargingProfilePurpose === "TxProfile");
      return profiles.at(-1)?.chargingSchedule.chargingSchedulePeriod[0].limit ?? null;
    },
  };
}

function configuration(
  { key }: Payload,
  settings: Readonly<Record<string, string>> = CONFIGURATION,
): Payload {
  const keys = Array.isArray(key) ? key.map(String) : [];
  return {
    configurationKey: keys.filter((each) => each in settings)
      .map((each) => ({ key: each, readonly: false, value: settings[each] })),
    unknownKey: keys.filter((each) => !(each in settings)),
  };
}

/** A 1.6 CSMS in the hands of a test. It accepts everything, and numbers transactions from 501 on. */
export interface PlayedCsms {
  /** Connections, the oldest first. */
  readonly connections: readonly FramePeer[];
  /** The newest connection. */
  now(): FramePeer;
  /** How it answers from now on, on every connection. */
  answer(action: string, answer: Answer | ((payload: Payload) => Answer)): void;
  /** Calls with these names on all connections, in their order. */
  heard(...actions: readonly string[]): readonly FramePeer["heard"][number][];
  /** The gateway dialled and this is the CSMS's end. */
  take(socket: FrameSocket): void;
}

/** Creates a CSMS that nobody is connected to. */
export function playCsms(clock: VirtualClock): PlayedCsms {
  let lastNumber = 500;
  const time = () => ({ currentTime: isoTime(clock.wallMs()) });
  const answers: Record<string, Answer | ((payload: Payload) => Answer)> = {
    Authorize: { idTagInfo: { status: "Accepted" } },
    BootNotification: () => ({ status: "Accepted", interval: 300, ...time() }),
    Heartbeat: time,
    MeterValues: {},
    StartTransaction: () => ({
      transactionId: ++lastNumber,
      idTagInfo: { status: "Accepted" },
    }),
    StatusNotification: {},
    StopTransaction: {},
  };
  const connections: FramePeer[] = [];
  return {
    connections,
    now() {
      const newest = connections.at(-1);
      if (newest === undefined) throw new Error("The CSMS was never connected");
      return newest;
    },
    answer(action, answer) {
      answers[action] = answer;
      for (const each of connections) each.answer(action, answer);
    },
    heard: (...actions) =>
      connections.flatMap(({ heard }) => heard).filter(({ action }) => actions.includes(action)),
    take: (socket) => void connections.push(createFramePeer(socket, clock, answers)),
  };
}

/** The meter of the grid connection, in the hands of a test. */
export interface PlayedMeter extends MeterSource {
  /** From now on it reads so much on every line, once a second. */
  read(amps: number): void;
}

/** Creates a meter that reads nothing yet. */
export function playMeter(clock: VirtualClock): PlayedMeter {
  let listener: MeterListener | null = null;
  let currentsAmps: PerLine | null = null;
  let cancel = () => {};
  function beat(): void {
    cancel = clock.after(1_000, beat);
    tell();
  }
  function tell(): void {
    if (currentsAmps === null) return;
    listener?.sample({
      meterId: "main",
      atMonoMs: clock.monoMs(),
      atWallMs: clock.wallMs(),
      currentsAmps,
    });
  }
  return {
    id: "main",
    role: "grid",
    start(given) {
      // A run of the gateway that was killed has not stopped it.
      cancel();
      listener = given;
      beat();
    },
    stop() {
      cancel();
      listener = null;
      return Promise.resolve();
    },
    read(amps) {
      currentsAmps = { L1: amps, L2: amps, L3: amps };
      tell();
    },
  };
}
