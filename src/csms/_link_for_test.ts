import {
  type Books,
  type BooksOptions,
  openBooks,
  startOrdersOf,
} from "../../test/support/books.ts";
import { type Answer, createFramePeer, type FramePeer } from "../../test/support/frame_peer.ts";
import { createMemoryDialer, type MemoryDialer } from "../../test/support/memory_edges.ts";
import type {
  BootReason,
  CsmsAction,
  InsideCall,
  OcppVersion,
  SpokenOutcome,
} from "../ocpp/mod.ts";
import { createInstalledRoots, NO_OWN_KEYS, type OwnKeys } from "../certificates/mod.ts";
import { isoTime } from "../lib/clock.ts";
import { createCsms, type Csms } from "./csms.ts";
import type { InstalledProfiles, ProfileCriteria } from "./profile_desk.ts";
import type { TariffPort } from "./tariff_port.ts";
import { CSMS_TIMING, type CsmsOptions } from "./options.ts";
import { createSecurityEvents } from "./security_events.ts";

/** What chargers do with commands of the CSMS, played by a test. */
export interface PlayedChargers {
  readonly calls: { readonly chargerId: string; readonly action: string }[];
  readonly enforced: string[];
  /** The outcome of each command; silence for ever where it returns null. */
  outcome: (action: CsmsAction) => SpokenOutcome<CsmsAction> | null;
}

/** The desk for charging profiles, as far as reports go. */
export interface PlayedProfiles {
  readonly asked: ProfileCriteria[];
  reports: readonly InstalledProfiles[];
}

/** The upstream edge on virtual time, with real books, and a 1.6 CSMS that a test plays. */
export interface Upstream extends Books {
  readonly csms: Csms;
  readonly dialer: MemoryDialer;
  readonly chargers: PlayedChargers;
  readonly profiles: PlayedProfiles;
  /** Why the gateway was to start anew. */
  readonly restarts: readonly string[];
  /** Connections as the CSMS sees them, the oldest first. */
  readonly peers: readonly FramePeer[];
  /** The newest connection. */
  peer(): FramePeer;
  /** How the CSMS answers from now on, on this connection and all that follow. */
  answer(action: string, answer: Answer): void;
  /** Boots and lets everything be told that is to be told. */
  settle(): Promise<void>;
  /** Names of the messages that the CSMS has heard on its newest connection. */
  heard(): readonly string[];
}

/** A desk that takes no tariff. */
export const NO_TARIFF_DESK: TariffPort = {
  facts: () => ({ currency: "INR", elementsMax: 100 }),
  setDefault: () => Promise.resolve({ status: "Rejected" }),
  get: () => ({ status: "NoTariff" }),
  clear: () => Promise.resolve({ clearTariffsResult: [{ status: "NoTariff" }] }),
  setDriver: () => Promise.reject(new Error("No tariff desk in this test")),
  costDetails: () => null,
  change: () => Promise.resolve({ status: "TxNotFound" }),
};

const OPTIONS: CsmsOptions = {
  url: "wss://csms.example.com/ocpp",
  identity: "PUNE-1",
  password: "secret",
  protocols: ["ocpp1.6"],
  compression: true,
  replay: "spec",
  resetMeans: "gateway",
  mayChange: ["authorization", "metering", "heartbeat"],
  station: {
    vendorName: "Sangam",
    model: "Gateway",
    serialNumber: "SN-1",
    firmwareVersion: "1.0.0",
  },
  timing: { ...CSMS_TIMING, backOff: { waitMinimumMs: 5_000, randomRangeMs: 0, repeatTimes: 3 } },
};

/** Creates the edge and starts it; the CSMS accepts everything. */
export async function openUpstream(
  given:
    & Partial<CsmsOptions>
    & Partial<BooksOptions>
    & {
      readonly latencyMs?: number;
      readonly tariffs?: (books: Books) => TariffPort;
      readonly lastVersion?: OcppVersion;
      readonly keys?: OwnKeys;
      readonly wantedBoot?: BootReason;
    } = {},
): Promise<Upstream> {
  const books = await openBooks(given);
  const { clock, site } = books;
  const answers: Record<string, Answer> = {
    Authorize: { idTagInfo: { status: "Accepted" } },
    BootNotification: { status: "Accepted", currentTime: isoTime(clock.wallMs()), interval: 300 },
    DataTransfer: { status: "Accepted" },
    FirmwareStatusNotification: {},
    Heartbeat: { currentTime: isoTime(clock.wallMs()) },
    MeterValues: {},
    StartTransaction: { transactionId: 4711, idTagInfo: { status: "Accepted" } },
    StatusNotification: {},
    StopTransaction: {},
  };
  const peers: FramePeer[] = [];
  const dialer = createMemoryDialer(
    clock,
    (pair) => {
      peers.push(createFramePeer(pair.far, clock, answers));
    },
    undefined,
    { latencyMs: given.latencyMs ?? 0 },
  );
  dialer.policy = { kind: "open", protocol: given.protocols?.[0] ?? "ocpp1.6" };
  const chargers: PlayedChargers = {
    calls: [],
    enforced: [],
    outcome: () => ({ kind: "gone" }),
  };

  const profiles: PlayedProfiles = { asked: [], reports: [] };
  const restarts: string[] = [];

  function call<A extends CsmsAction>(
    chargerId: string,
    { action }: InsideCall<A> & { readonly action: A },
  ): Promise<SpokenOutcome<A>> {
    chargers.calls.push({ chargerId, action });
    const outcome = chargers.outcome(action);
    return outcome === null
      ? new Promise(() => {})
      // The test says what fits the action that it is about.
      : Promise.resolve(outcome as SpokenOutcome<A>);
  }

  const snapshot = await books.store.load(clock.wallMs());
  const csms: Csms = createCsms({ ...OPTIONS, ...given }, {
    ...books,
    dialer,
    roots: createInstalledRoots(snapshot["csms-roots"].values()),
    keys: given.keys ?? NO_OWN_KEYS,
    access: snapshot["csms-access"].get("access"),
    security: createSecurityEvents({ ...books, wake: () => csms?.wake() }),
    audit: () => Promise.resolve(),
    lastVersion: given.lastVersion ?? null,
    wantedBoot: given.wantedBoot ?? null,
    followedOrders: [],
    tariffs: given.tariffs?.(books) ?? NO_TARIFF_DESK,
    profiles: {
      install: () => Promise.resolve({ ok: true, message: { status: "Accepted" } }),
      clear: () => Promise.resolve({ status: "Unknown" }),
      problemOfStart: () => null,
      composite: () => ({ ok: true, message: { status: "Rejected" } }),
      report(criteria) {
        profiles.asked.push(criteria);
        return profiles.reports;
      },
      keepForStart: () => {},
    },
    chargers: {
      call,
      orderStart: startOrdersOf(books, call),
      connected: () => site.chargers().map(({ id }) => id).filter((id) => site.isConnected(id)),
      enforce(transactionId) {
        chargers.enforced.push(transactionId);
        return Promise.resolve();
      },
    },
    restart: (reason) => void restarts.push(reason),
  });

  function peer(): FramePeer {
    const newest = peers.at(-1);
    if (newest === undefined) throw new Error("The CSMS was never connected");
    return newest;
  }

  csms.start();
  return {
    ...books,
    csms,
    profiles,
    restarts,
    dialer,
    chargers,
    peers,
    peer,
    answer(action, answer) {
      answers[action] = answer;
      for (const each of peers) each.answer(action, answer);
    },
    settle: () => clock.advance(1_000),
    heard: () => peer().heard.map(({ action }) => action),
  };
}

/** Stops the edge, and says how many timers are left: none, or something leaked. */
export async function stopUpstream({ csms, clock, spawn }: Upstream): Promise<number> {
  let isStopped = false;
  const stopping = csms.stop().then(() => spawn.drain()).then(() => isStopped = true);
  for (let second = 0; second < 60 && !isStopped; second++) await clock.advance(1_000);
  await stopping;
  return clock.pending();
}
