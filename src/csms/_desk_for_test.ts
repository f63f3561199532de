import { createInstalledRoots, NO_OWN_KEYS } from "../certificates/mod.ts";
import {
  type Books,
  type BooksOptions,
  openBooks,
  placeOf,
  startOrdersOf,
} from "../../test/support/books.ts";
import { createMemoryStore } from "../../test/support/memory_edges.ts";
import { assume } from "../lib/assert.ts";
import { put } from "../lib/write.ts";
import type {
  ChargingProfile,
  CsmsAction,
  InsideCall,
  InsideRequest,
  InsideResponse,
  SpokenOutcome,
} from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import type { SlotRecord } from "../site/mod.ts";
import { createAccess } from "./access.ts";
import type { CommandNotes } from "./audited_commands.ts";
import { createFollowUps } from "./follow_ups.ts";
import { numberingFor } from "./numbering.ts";
import { CSMS_TIMING, type CsmsOptions } from "./options.ts";
import { NO_TARIFF_DESK } from "./_link_for_test.ts";
import type { ProfileAnswer, ProfileDesk } from "./profile_desk.ts";
import type { CommandDesk } from "./route.ts";
import { runCommand } from "./routes.ts";

/** A message of 1.6, as JSON has it. */
export type Payload16 = Readonly<Record<string, unknown>>;

/** What the gateway answers to the CSMS: a payload, or the code of an error. */
export type Answer16 = Payload16 | { readonly callError: string };

/** What a charger does with a command. */
export type ChargerAnswer = Payload16 | "silent" | "gone" | { readonly callError: string };

/** A command that reached a charger, in the words of 1.6. */
export interface ChargerCall {
  readonly chargerId: string;
  readonly action: string;
  readonly payload: Payload16;
}

/** The charging profiles of the CSMS: what was asked, and what is answered. */
export interface RecordedProfiles extends ProfileDesk {
  readonly installed: InsideRequest<"SetChargingProfile">[];
  readonly cleared: InsideRequest<"ClearChargingProfile">[];
  readonly composed: InsideRequest<"GetCompositeSchedule">[];
  readonly keptForStart: Map<number, ChargingProfile | null>;
  installAnswer: ProfileAnswer<"SetChargingProfile">;
  clearAnswer: InsideResponse<"ClearChargingProfile">;
  compositeAnswer: ProfileAnswer<"GetCompositeSchedule">;
  /** What is wrong with the profile of a remote start. */
  startProblem: string | null;
}

/**
 * The desk at which commands of the CSMS are worked on, with the whole way of a 1.6 message: schema,
 * dialect, route, dialect, schema. Chargers are doubles that speak 1.6, everything else is real.
 *
 * The site: slot 1 is EVSE 1 of CP1, slots 2 and 3 are EVSEs 1 and 2 of CP2. The CSMS knows slot 3 as
 * connector 5, so that no test passes by taking one number for the other.
 */
export interface Desk extends Books {
  /** What the CSMS says, and what it is answered. */
  ask(action: string, payload: Payload16): Promise<Answer16>;
  readonly calls: readonly ChargerCall[];
  /** What a charger answers from now on; without word it accepts. */
  answers(chargerId: string, action: string, answer: ChargerAnswer): void;
  connect(...chargerIds: readonly string[]): void;
  readonly profiles: RecordedProfiles;
  /** Slots whose state is to be told again; null for all of them. */
  readonly repeated: readonly (number | null)[];
  /** Messages that follow the answer, in the words of 1.6. */
  readonly followed: readonly { readonly action: string; readonly payload: unknown }[];
  /** What was handed on for the log of who did what. */
  readonly noted: readonly Parameters<CommandNotes["tell"]>[];
  readonly boots: () => number;
  readonly restarts: readonly string[];
  /** Told about the CSMS's registration and the options of site.yaml. */
  isAccepted: boolean;
  options: CsmsOptions;
}

const OPTIONS: CsmsOptions = {
  url: "wss://csms.example.com/ocpp",
  identity: "PUNE-1",
  password: null,
  protocols: ["ocpp1.6"],
  compression: true,
  replay: "spec",
  resetMeans: "gateway",
  mayChange: ["authorization", "metering", "heartbeat"],
  station: { vendorName: "Sangam", model: "Gateway", serialNumber: "1", firmwareVersion: "1" },
  chargerSettings: ["MaxCurrent", "FreeCharging", "K".repeat(48)],
  vendors: ["org.vendor"],
  files: { schemes: ["https", "ftp"], hosts: ["10.0.0.1", "*.example.com"] },
  timing: CSMS_TIMING,
};

/** The connector id by which the CSMS knows slot 3. */
export const CONNECTOR_OF_SLOT_3 = 5;

const SLOTS: readonly SlotRecord[] = [
  { slot: 1, chargerId: "CP1", evseId: 1, upstreamConnectorId: 1, removed: false },
  { slot: 2, chargerId: "CP2", evseId: 1, upstreamConnectorId: 2, removed: false },
  {
    slot: 3,
    chargerId: "CP2",
    evseId: 2,
    upstreamConnectorId: CONNECTOR_OF_SLOT_3,
    removed: false,
  },
];

/** Opens the desk; both chargers are connected and their connectors Available. */
export async function openDesk(given: Partial<BooksOptions> = {}): Promise<Desk> {
  const store = createMemoryStore();
  await store.commit(SLOTS.map((record) => put("slots", record.slot, record)));
  const places = [
    placeOf(1),
    placeOf(2),
    placeOf(3, { chargerId: "CP2", evseId: 2 }),
  ];
  const books = await openBooks({ store, places, ...given });
  const { dialect, check } = await books.speech("ocpp1.6");
  const calls: ChargerCall[] = [];
  const answers = new Map<string, ChargerAnswer>();
  const followed: { action: string; payload: unknown }[] = [];
  const repeated: (number | null)[] = [];
  const restarts: string[] = [];
  const noted: Parameters<CommandNotes["tell"]>[] = [];
  let boots = 0;

  function call<A extends CsmsAction>(
    chargerId: string,
    command: InsideCall<A> & { readonly action: A },
  ): Promise<SpokenOutcome<A>> {
    if (!books.site.isConnected(chargerId)) return Promise.resolve({ kind: "gone" });
    const { action, payload } = dialect.writeRequest(command);
    const problems = check.strict("request", action, payload);
    assume(problems.length === 0, `${action} to a charger is not valid 1.6`);
    calls.push({ chargerId, action, payload: JSON.parse(JSON.stringify(payload)) });
    const answer = answers.get(`${chargerId} ${action}`) ?? ACCEPTED[action] ?? {};
    if (answer === "silent" || answer === "gone") return Promise.resolve({ kind: answer });
    if (isCallError(answer)) {
      return Promise.resolve({ kind: "refused", error: rpcError("NotSupported") });
    }
    const read = dialect.readResponse<A>(action, command.action, answer);
    return Promise.resolve({ kind: "answered", ...read });
  }

  const profiles = recordProfiles();
  const desk: Desk = {
    ...books,
    calls,
    profiles,
    repeated,
    followed,
    restarts,
    noted,
    boots: () => boots,
    isAccepted: true,
    options: OPTIONS,
    answers: (chargerId, action, answer) => void answers.set(`${chargerId} ${action}`, answer),
    connect(...chargerIds) {
      for (const { chargerId } of SLOTS) {
        books.site.setConnected(chargerId, chargerIds.includes(chargerId));
      }
    },
    ask,
  };

  async function ask(action: string, payload: Payload16): Promise<Answer16> {
    const read = check.relaxed("request", action, payload);
    if (!read.ok) return { callError: read.error.code };
    const command = dialect.readRequest({ action, payload: read.payload });
    assume(command !== null, `${action} has no place inside`);
    const answered = runCommand(command, commandDesk());
    await books.clock.advance(0);
    const answer = await answered;
    await books.spawn.drain();
    if (!answer.ok) return { callError: answer.error.code };
    const wire = dialect.writeResponse(action, command.action, answer);
    const problems = check.strict("response", action, wire);
    assume(problems.length === 0, `the answer to ${action} is not valid: ${JSON.stringify(wire)}`);
    return JSON.parse(JSON.stringify(wire));
  }

  function commandDesk(): CommandDesk {
    return {
      ...books,
      profiles,
      keys: NO_OWN_KEYS,
      access: createAccess(desk.options, undefined, {
        keys: NO_OWN_KEYS,
        salt: () => books.ids.secret(16),
      }),
      security: { tell: () => {} },
      ownCertificate: {
        trigger: () => {},
        signed: () => Promise.resolve({ message: { status: "Rejected" } }),
        look: () => {},
      },
      reconnect: () => {},
      options: desk.options,
      isAccepted: desk.isAccepted,
      version: "ocpp1.6",
      tariffs: NO_TARIFF_DESK,
      followUps: createFollowUps(books, []),
      mayDisrupt: () => true,
      notes: { tell: (...told) => void noted.push(told) },
      numbering: numberingFor("ocpp1.6", books.site, books.transactions),
      chargers: {
        call,
        orderStart: startOrdersOf(books, call),
        connected: () => ["CP1", "CP2"].filter((id) => books.site.isConnected(id)),
        enforce: () => Promise.resolve(),
      },
      dialer: { dial: () => new Promise(() => {}) },
      roots: createInstalledRoots([]),
      lastVersion: null,
      wantedBoot: null,
      followedOrders: [],
      restart: (reason) => void restarts.push(reason),
      repeatStatus: (slot) => void repeated.push(slot),
      follow: (_key, message) => void followed.push(dialect.writeRequest(message)),
      triggerTransactions: () => false,
      bootAgain: () => void boots++,
    };
  }

  desk.connect("CP1", "CP2");
  for (const { slot, evseId } of SLOTS) {
    const message = { evseId, connectorId: 1, connectorStatus: "Available" } as const;
    books.site.report(slot, { message }, 0);
  }
  return desk;
}

/** How a charger says yes to each command. */
const ACCEPTED: Readonly<Record<string, Payload16>> = {
  ChangeAvailability: { status: "Accepted" },
  ChangeConfiguration: { status: "Accepted" },
  ClearCache: { status: "Accepted" },
  RemoteStartTransaction: { status: "Accepted" },
  RemoteStopTransaction: { status: "Accepted" },
  Reset: { status: "Accepted" },
  TriggerMessage: { status: "Accepted" },
  UnlockConnector: { status: "Unlocked" },
};

function isCallError(answer: ChargerAnswer): answer is { readonly callError: string } {
  return typeof answer === "object" && "callError" in answer;
}

function recordProfiles(): RecordedProfiles {
  const installed: InsideRequest<"SetChargingProfile">[] = [];
  const cleared: InsideRequest<"ClearChargingProfile">[] = [];
  const composed: InsideRequest<"GetCompositeSchedule">[] = [];
  const profiles: RecordedProfiles = {
    installed,
    cleared,
    composed,
    keptForStart: new Map(),
    installAnswer: { ok: true, message: { status: "Accepted" } },
    clearAnswer: { status: "Accepted" },
    compositeAnswer: { ok: true, message: { status: "Rejected" } },
    startProblem: null,
    problemOfStart: () => profiles.startProblem,
    install(message) {
      installed.push(message);
      return Promise.resolve(profiles.installAnswer);
    },
    clear(message) {
      cleared.push(message);
      return Promise.resolve(profiles.clearAnswer);
    },
    composite(message) {
      composed.push(message);
      return profiles.compositeAnswer;
    },
    report: () => [],
    keepForStart: (slot, profile) => void profiles.keptForStart.set(slot, profile),
  };
  return profiles;
}
