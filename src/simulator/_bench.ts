import { assert, assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../lib/virtual_clock.ts";
import type { Requests16, Requests21 } from "../ocpp/messages/mod.ts";
import {
  chooseVersion,
  type MessageCheck,
  OCPP_VERSIONS,
  type OcppVersion,
  readFrame,
} from "../ocpp/mod.ts";
import type { ChargerDialer, ChargerEvents, StartMoment, StopMoment } from "./charger.ts";
import { loadChecks } from "./checks.ts";
import { type ChargerChanges, chargerOptions } from "./charger_options.ts";
import {
  type CsmsEvents,
  FRIENDLY_CSMS,
  type SimulatedCsms,
  type SimulatedCsmsOptions,
} from "./csms.ts";
import { createCsms } from "./csms/simulated_csms.ts";
import { newEv } from "./ev.ts";
import { EV_MODELS, type EvModelName } from "./ev_models.ts";
import { createSocketPair, type SocketPair } from "./memory_socket.ts";
import { createCharger, type VersionedCharger } from "./versioned_charger.ts";

/** A charger and a CSMS, connected in memory on virtual time. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly charger: VersionedCharger;
  readonly csms: SimulatedCsms;
  /** What happened at the charger, as "event value value". */
  readonly happened: readonly string[];
  /** Begins and ends of transactions, as the charger counts them. */
  readonly starts: readonly StartMoment[];
  readonly stops: readonly StopMoment[];
  /** What is worse than "info" in the logs, and messages that are not valid. `end` wants none. */
  readonly complaints: readonly string[];
  /** Every text that the charger sent and got, with the second: "12 out […]". */
  readonly frames: readonly string[];
  /** What the CSMS heard of one kind, in order. */
  heard<A extends keyof Requests16>(action: A): readonly Requests16[A][];
  /** The same of 2.x. */
  heard2x<A extends keyof Requests21>(action: A): readonly Requests21[A][];
  /** "status" of each StatusNotification of a connector, in order. */
  statuses(connectorId: number): readonly string[];
  /** Plugs an EV in at connector 1, or another. */
  plugIn(model?: EvModelName, soc?: number, connectorId?: number): void;
  seconds(count: number): Promise<void>;
  /** While false, nobody gets through to the CSMS. */
  setReachable(isReachable: boolean): void;
  /** Loses the wire without a word to either side. */
  cutWire(): void;
  /** Takes back complaints that a test provokes. Throws where there is none with that text. */
  forgive(text: string): void;
  /** Ends both, and says what was not right: messages, leaks, work that goes on. */
  end(): Promise<void>;
}

/** What may differ from a friendly CSMS and an ordinary charger. */
export interface BenchOptions {
  readonly charger?: Omit<ChargerChanges, "identity">;
  readonly csms?: Partial<SimulatedCsmsOptions>;
}

/** Puts them together. The charger is started; let a second pass until it has booted. */
export async function createBench(options: BenchOptions = {}): Promise<Bench> {
  const checks = await loadChecks();
  const version = options.charger?.version ?? "ocpp1.6";
  const clock = createVirtualClock();
  let complaints: string[] = [];
  const happened: string[] = [];
  const frames: string[] = [];
  const starts: StartMoment[] = [];
  const stops: StopMoment[] = [];
  const spawn = createSpawner((_level, event, fields) =>
    complaints.push(`${event} ${JSON.stringify(fields)}`)
  );
  const log = (level: string, event: string) => {
    if (level === "warning" || level === "error") complaints.push(`${level} ${event}`);
  };
  const fail = (error: unknown) => complaints.push(`listener: ${error}`);
  const shared = { clock, ids: createSeededIds(1), log, spawn, checks };
  const csmsEvents = createEvents<CsmsEvents>(fail);
  const csms = createCsms({ ...FRIENDLY_CSMS, ...options.csms }, {
    ...shared,
    events: csmsEvents,
  });
  let isReachable = true;
  let wire: SocketPair | null = null;
  const dialer: ChargerDialer = {
    dial({ identity, protocols }) {
      if (!isReachable) return Promise.resolve({ kind: "failed", reason: "unreachable" });
      wire = createSocketPair(clock, { latencyMs: 20 });
      csms.accept(wire.far, identity, chooseVersion(protocols, OCPP_VERSIONS) ?? "ocpp1.6");
      return Promise.resolve({ kind: "open", socket: wire.near });
    },
  };
  const events = createEvents<ChargerEvents>(fail);
  for (const name of ["connected", "disconnected", "registered", "started", "stopped"] as const) {
    events.on(name, (value) => happened.push([name, ...Object.values(value)].join(" ")));
  }
  events.on("started", (moment) => starts.push(moment));
  events.on("stopped", (moment) => stops.push(moment));
  const strict = createStrictReader(
    checks[version],
    version,
    (complaint) => complaints.push(complaint),
  );
  events.on("frame", ({ direction, text }) => {
    frames.push(`${Math.floor(clock.monoMs() / 1_000)} ${direction} ${text}`);
    strict(text);
  });
  csmsEvents.on("frame", ({ text }) => strict(text));
  const charger = createCharger(
    chargerOptions({ identity: "BENCH", ...options.charger }),
    { ...shared, events, dialer },
  );
  charger.start();

  function heard<A extends keyof Requests16>(action: A): readonly Requests16[A][] {
    return csms.heard.items().filter((each) => each.action === action)
      .map(({ payload }) => payload as Requests16[A]);
  }

  return {
    clock,
    charger,
    csms,
    happened,
    starts,
    stops,
    get complaints() {
      return complaints;
    },
    frames,
    heard,
    heard2x: (action) =>
      csms.heard.items().filter((each) => each.action === action)
        .map(({ payload }) => payload as Requests21[typeof action]),
    statuses: (connectorId) =>
      heard("StatusNotification").filter((each) => each.connectorId === connectorId)
        .map(({ status }) => status),
    plugIn(model = "threePhase11kW", soc = 0.2, connectorId = 1) {
      charger.plugIn(connectorId, newEv(EV_MODELS[model], { soc }, clock.monoMs()));
    },
    seconds: (count) => clock.advance(count * 1_000),
    setReachable(wanted) {
      isReachable = wanted;
      if (!wanted) csms.disconnect();
    },
    cutWire: () => wire?.cut(),
    forgive(text) {
      const rest = complaints.filter((each) => !each.includes(text));
      assert(rest.length < complaints.length, `nobody complained about ${text}: ${complaints}`);
      complaints = rest;
    },
    async end() {
      const stopped = charger.stop();
      csms.stop();
      await clock.advance(60_000);
      await stopped;
      await spawn.drain();
      assertEquals(complaints, []);
      assertEquals(clock.pending(), 0, "timers are left");
    },
  };
}

/** Holds every frame against the schemas of the version, strictly. */
function createStrictReader(
  check: MessageCheck,
  version: OcppVersion,
  complain: (complaint: string) => void,
): (text: string) => void {
  const actions = new Map<string, string>();
  return (text) => {
    const frame = readFrame(text, version, { lengthMax: 1e6, depthMax: 32, valuesMax: 1e6 });
    if (frame.kind === "call") actions.set(frame.id, frame.action);
    const action = frame.kind === "call" || frame.kind === "result" ? actions.get(frame.id) : "";
    const direction = frame.kind === "call" ? "request" : "response";
    const problems = action && "payload" in frame
      ? check.strict(direction, action, frame.payload)
      : [];
    if (problems.length > 0) complain(`${text}: ${JSON.stringify(problems)}`);
    if (frame.kind === "unreadable" || action === undefined) complain(`unreadable: ${text}`);
  };
}
