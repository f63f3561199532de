import type { EvseState } from "../site/mod.ts";
import { onEachLine } from "../site/mod.ts";
import type {
  ChargerSecurityView,
  ChargerView,
  CircuitView,
  CsmsView,
  DecisionView,
  DemandView,
  EvseView,
  FaultView,
  LimitChangeView,
  ListenerView,
  LoadMinuteView,
  MessageView,
  MeterPeriodView,
  MeterPointView,
  MeterView,
  OrphanStopView,
  OutboxRowView,
  RefusalView,
  SecurityView,
  SignalView,
  SiteView,
  TokenUsageView,
  TokenView,
  TransactionView,
  WaitingView,
} from "./views.ts";
import { createReadings } from "./_fixture_stories.ts";
import type { SessionReadingView } from "./session_story.ts";
import { faultWords } from "./faults/fault_words.ts";
import type { BottleneckView, ReasonView } from "./reason_view.ts";

/** An outbox with next to nothing in it. */
export const OUTBOX_CLASSES: CsmsView["outbox"]["classes"] = {
  sessions: { rows: 12, bytes: 6_000, rowsMax: 100_000, bytesMax: 134_217_728 },
  readings: {
    rows: 25,
    bytes: 90_000,
    rowsMax: 1_000_000,
    bytesMax: 536_870_912,
    thinned: 0,
    droppedForRoom: 0,
  },
};

/** What the fixture's views show. Tests put other things into the arrays. */
export interface SiteState {
  site: SiteView;
  chargers: ChargerView[];
  evses: EvseView[];
  circuits: CircuitView[];
  signals: SignalView[];
  meters: MeterView[];
  transactions: TransactionView[];
  /** By transaction. */
  limits: Record<string, LimitChangeView[]>;
  /** By transaction. */
  readings: Record<string, SessionReadingView[]>;
  /** By meter: the last readings. */
  meterPoints: Record<string, MeterPointView[]>;
  /** By meter and step: "main quarter". */
  meterPeriods: Record<string, MeterPeriodView[]>;
  /** By circuit. */
  histories: Record<string, LoadMinuteView[]>;
  outbox: OutboxRowView[];
  orphanStops: OrphanStopView[];
  waiting: WaitingView[];
  refusals: RefusalView[];
  tokens: TokenView[];
  tokenUsage: TokenUsageView[];
  faults: FaultView[];
  decisions: DecisionView[];
  messages: MessageView[];
  listeners: ListenerView[];
  security: SecurityView;
}

const MINUTE_MS = 60_000;

/** A depot with a car in every state, a cloud that is away and chargers at the door. */
export function createSiteState(nowMs: number): SiteState {
  const ago = (minutes: number) => new Date(nowMs - minutes * MINUTE_MS).toISOString();
  const transactions = createTransactions(ago);
  const limits = createLimits(transactions);
  return {
    site: createSite(ago),
    chargers: createChargers(ago),
    evses: createEvses(transactions, ago),
    circuits: createCircuits(),
    signals: [createSignal()],
    meters: createMeters(),
    transactions,
    limits,
    readings: createReadings(transactions, limits, nowMs),
    meterPoints: { main: createMeterPoints(nowMs) },
    meterPeriods: createMeterPeriods(nowMs),
    histories: createHistories(nowMs),
    outbox: createOutbox(ago),
    orphanStops: createOrphanStops(ago),
    waiting: createWaiting(ago),
    refusals: [
      { at: ago(2), address: "192.168.10.77", chargerId: "CP11", reason: "unknown identity" },
      { at: ago(9), address: "192.168.10.71", chargerId: "CP01", reason: "wrong password" },
      { at: ago(12), address: "192.168.10.90", chargerId: null, reason: "no identity in the path" },
    ],
    tokens: createTokens(),
    tokenUsage: [{ token: "04A1B2C3D4118", sessions: 41, energyWh: 318_400, lastUsedAt: ago(95) }],
    faults: createFaults(ago),
    decisions: [
      {
        at: ago(1),
        chargerId: "CP01",
        slot: 1,
        token: "04A1B2C3D4118",
        what: "start",
        status: "Accepted",
        source: "list",
        reason: "accepted by the local list",
        waitedMs: 0,
      },
      {
        at: ago(2),
        chargerId: "CP02",
        slot: null,
        token: "STRANGER",
        what: "authorize",
        status: "Invalid",
        source: "offline-policy",
        reason: "unknown, and the CSMS cannot be asked",
        waitedMs: 1_800,
      },
    ],
    messages: createMessages(nowMs),
    listeners: [
      { url: "ws://0.0.0.0:9220/ocpp", securityProfile: 1 },
      { url: "wss://0.0.0.0:9221/ocpp", securityProfile: 2 },
    ],
    security: {
      listeners: [
        {
          url: "ws://0.0.0.0:9220/ocpp",
          securityProfile: 1,
          certificateUntil: null,
          isOwn: false,
        },
        {
          url: "wss://0.0.0.0:9221/ocpp",
          securityProfile: 2,
          certificateUntil: ago(-9 * DAY_MINUTES),
          isOwn: false,
        },
        { url: "wss://0.0.0.0:9222/ocpp", securityProfile: 3, certificateUntil: null, isOwn: true },
      ],
      roots: [{
        subject: "CN=Pune Depot charger root 1, O=Pune Depot",
        fingerprint: Array.from({ length: 32 }, (_, index) => (16 + index).toString(16)).join(":")
          .toUpperCase(),
        from: ago(400 * DAY_MINUTES),
        until: ago(-6_900 * DAY_MINUTES),
      }],
    },
  };
}

type Ago = (minutes: number) => string;

function createSite(ago: Ago): SiteView {
  return {
    name: "Pune Depot",
    timezone: "Asia/Kolkata",
    clock: "known",
    language: "en",
    time: ago(0),
    csms: {
      configured: true,
      connected: false,
      online: false,
      protocol: null,
      since: ago(23),
      trouble: "no answer from csms.example.com",
      clockOffsetMs: null,
      outbox: { rows: 37, oldestSeconds: 23 * 60, deadLetters: 2, classes: OUTBOX_CLASSES },
    },
    totals: {
      chargers: 8,
      connected: 7,
      evses: 10,
      charging: 3,
      powerW: 29_480,
      energyTodayWh: 312_400,
    },
    alarms: 1,
    warnings: 2,
    openListener: false,
  };
}

function createTransactions(ago: Ago): TransactionView[] {
  const open = (
    number: number,
    slot: number,
    chargerId: string,
    minutes: number,
    energyWh: number,
  ) =>
    transaction({
      number,
      slot,
      chargerId,
      startedAt: ago(minutes),
      energyWh,
      upstream: "waiting",
    });
  const closed = (number: number, hours: number, more: Partial<TransactionView>) =>
    transaction({
      number,
      startedAt: ago(hours * 60),
      stoppedAt: ago(hours * 60 - 83),
      stopReason: "EVDisconnected",
      upstream: "delivered",
      ...more,
    });
  return [
    open(118, 1, "CP01", 42, 7_420),
    open(117, 2, "CP02", 96, 4_150),
    open(116, 3, "CP03", 61, 6_980),
    open(115, 4, "CP03", 185, 21_300),
    open(114, 9, "CP09", 131, 15_240),
    closed(113, 5, { slot: 5, chargerId: "CP05", energyWh: 18_260, upstream: "dead-letter" }),
    closed(112, 7, { slot: 1, chargerId: "CP01", energyWh: 30_910, stopReason: "Local" }),
    closed(111, 9, {
      slot: 6,
      chargerId: "CP06",
      energyWh: 350,
      stopReason: "GroundFault",
      flags: ["energy estimated"],
    }),
    closed(110, 26, {
      slot: 8,
      chargerId: "CP08",
      energyWh: 42_120,
      authorizationSource: "offline-policy",
      upstream: "partly",
    }),
    closed(109, 31, { slot: 10, chargerId: "CP10", energyWh: 11_040 }),
  ];
}

function transaction(
  view: Partial<TransactionView> & { readonly number: number },
): TransactionView {
  return {
    id: `7c1e${view.number}`,
    chargerId: "CP01",
    slot: 1,
    token: `04A1B2C3D4${view.number}`,
    startedAt: "2026-01-05T08:00:00.000Z",
    stoppedAt: null,
    energyWh: 0,
    stopReason: null,
    authorizationSource: "list",
    authorizationReason: "in the local list",
    authorizationStatus: "Accepted",
    upstream: "none",
    flags: [],
    remarks: [],
    evidenceWh: null,
    evidenceBy: null,
    correctionWh: null,
    correctionCost: null,
    signedReadings: 0,
    cost: null,
    ...view,
  };
}

function createEvses(transactions: readonly TransactionView[], ago: Ago): EvseView[] {
  const running = (slot: number) =>
    transactions.find((found) => found.slot === slot && found.stoppedAt === null) ?? null;
  const place = (slot: number, chargerId: string, circuitId: string, state: EvseState) => ({
    ...IDLE,
    slot,
    chargerId,
    circuitId,
    state,
    transaction: running(slot),
    energyWh: running(slot)?.energyWh ?? null,
  });
  const second = running(2);
  const waiting = second && waitingSince(second);
  return [
    {
      ...place(1, "CP01", "row-a", "charging"),
      ...flow(16, [16, 16, 15.8], 11_020, 4_000),
      why: ROW_A_FULL,
      reservedAmps: 16,
    },
    {
      ...place(2, "CP02", "row-a", "suspended-by-evse"),
      ...flow(0, [0, 0, 0], 0, 6_000),
      protocolState: "SuspendedEVSE",
      ...(waiting && { why: waiting, reason: waiting.text, reservedAmps: 0 }),
    },
    {
      ...place(3, "CP03", "row-a", "charging"),
      ...flow(32, [31.6, 0, 0], 7_260, 9_000),
      evseId: 1,
      socPercent: 68,
    },
    {
      ...place(4, "CP03", "row-a", "suspended-by-ev"),
      ...flow(32, [0, 0, 0], 0, 9_000),
      evseId: 2,
      protocolState: "SuspendedEV",
      socPercent: 100,
    },
    { ...place(5, "CP05", "row-b", "available"), protocolState: "Available" },
    {
      ...place(6, "CP06", "row-b", "faulted"),
      protocolState: "Faulted",
      reason: "Ground fault: check the cable and the RCD",
    },
    { ...place(7, "CP07", "row-b", "unreachable"), reason: "No connection since 13:12" },
    {
      ...place(8, "CP08", "row-b", "preparing"),
      protocolState: "Preparing",
    },
    {
      ...place(9, "CP09", "visitors", "charging"),
      ...flow(16, [16.1, 16, 16], 11_200, 320_000),
      priority: { class: 1_000, by: "operator" },
      demand: createDemand(ago),
    },
    {
      ...place(10, "CP10", "visitors", "unavailable"),
      operative: false,
      protocolState: "Unavailable",
    },
  ];
}

/** Two hours from now, as the driver has told an operator; the energy is a guess. */
function createDemand(ago: Ago): DemandView {
  return {
    departure: ago(-120),
    departureBy: "operator",
    remainingWh: 12_000,
    energyBy: "habit",
    urgent: false,
  };
}

const IDLE: EvseView = {
  slot: 0,
  chargerId: "",
  evseId: 1,
  circuitId: null,
  state: "available",
  protocolState: null,
  reason: null,
  why: null,
  reservedAmps: null,
  trust: null,
  operative: true,
  priority: { class: 5, by: "evse" },
  demand: null,
  transaction: null,
  offeredAmps: null,
  maxCurrentAmps: 32,
  measuredAmps: null,
  powerW: null,
  energyWh: null,
  socPercent: null,
  measuredAgeMs: null,
  isCut: false,
  pauses: 0,
  writesPerDay: 0,
};

function flow(
  offeredAmps: number,
  measuredAmps: readonly [number, number, number],
  powerW: number,
  measuredAgeMs: number,
) {
  return { offeredAmps, measuredAmps, powerW, measuredAgeMs, protocolState: "Charging" };
}

const DAY_MINUTES = 24 * 60;

/** A charger that comes with a certificate, which ends soon; the one before was revoked. */
function createCertificates(ago: Ago): ChargerSecurityView {
  const certificate = (serial: string, days: number) => ({
    fingerprint: `${serial}:`.repeat(16).slice(0, 47),
    serialNumber: `4F${serial}0091C2`,
    subject: "CN=CP03, O=Pune Depot",
    from: ago((730 - days) * DAY_MINUTES),
    until: ago(-days * DAY_MINUTES),
    issuedAt: ago((729 - days) * DAY_MINUTES),
    firstUsed: ago((729 - days) * DAY_MINUTES),
    revoked: null,
  });
  return {
    profile: 3,
    leastProfile: 3,
    password: { kept: true, since: ago(400 * DAY_MINUTES), changing: true },
    certificates: [
      certificate("A7", 12),
      { ...certificate("B8", 5), revoked: { at: ago(DAY_MINUTES), reason: "board replaced" } },
    ],
  };
}

function createChargers(ago: Ago): ChargerView[] {
  const charger = (id: string, slots: readonly number[], more: Partial<ChargerView> = {}) => ({
    id,
    protocol: "ocpp1.6",
    connected: true,
    address: `192.168.10.${70 + (slots[0] ?? 0)}`,
    connectedSince: ago(400),
    vendor: "Voltlane",
    model: "VL-22 Duo",
    serialNumber: `VL22-00${4_100 + (slots[0] ?? 0)}`,
    firmware: "3.4.1",
    bootedAt: ago(401),
    slots,
    held: null,
    formerly: null,
    lastFault: null,
    coercions: {},
    clockOffsetMs: 300,
    localList: null,
    quirkProfile: null,
    abilities: {
      profiles: true,
      stackLevelMax: 8,
      rateUnit: "A" as const,
      localList: true,
      reservation: false,
      remoteTrigger: true,
      sampleIntervalMs: 10_000,
    },
    quirks: [],
    security: {
      profile: 1 as const,
      leastProfile: 1 as const,
      password: { kept: true, since: ago(40 * DAY_MINUTES), changing: false },
      certificates: [],
    },
    limitPaths: slots.map((slot) => ({
      slot,
      by: "TxProfile" as const,
      stackLevel: 8,
      unit: "A" as const,
      endsByItself: true,
      failSafe: "schedule" as const,
      writesToday: 96,
      writesMax: 300,
      writesTotal: 96,
    })),
    ...more,
  });
  return [
    charger("CP01", [1], {
      clockOffsetMs: 42_000,
      quirkProfile: {
        id: "voltlane-vl22",
        foundBy: "boot",
        quirks: { rateUnit: "A" },
        notes: "A limit set in its own app stays above ours unseen.",
      },
      quirks: [
        { quirk: "rateUnit", value: "A", from: "model", count: 0, lastAt: null },
        {
          quirk: "purposes",
          value: ["TxProfile", "TxDefaultProfile"],
          from: "site.yaml",
          count: 96,
          lastAt: ago(2),
        },
        { quirk: "triggers", value: false, from: "asked", count: 0, lastAt: null },
        { quirk: "number-for-text", value: null, from: "always", count: 118, lastAt: ago(1) },
        { quirk: "late-reading", value: null, from: "always", count: 3, lastAt: ago(70) },
      ],
      coercions: { "number-for-text": 118, "late-reading": 3 },
      localList: {
        state: "current",
        version: 12,
        entries: 40,
        capacity: 500,
        pushedAt: ago(90),
        trouble: null,
      },
    }),
    charger("CP02", [2], {
      protocol: "ocpp2.0.1",
      vendor: "Ampera",
      model: "One 22",
      firmware: "1.12.0",
    }),
    charger("CP03", [3, 4], {
      protocol: "ocpp2.1",
      vendor: "Kiran",
      model: "DX-2",
      firmware: "7.0.2",
      security: createCertificates(ago),
    }),
    charger("CP05", [5]),
    charger("CP06", [6], { lastFault: createFaults(ago)[0] ?? null }),
    charger("CP07", [7], {
      connected: false,
      connectedSince: null,
      security: {
        profile: null,
        leastProfile: 1,
        password: { kept: false, since: null, changing: false },
        certificates: [],
      },
    }),
    charger("CP08", [8]),
    charger("CP09", [9], { vendor: "Ampera", model: "One 22", firmware: "1.12.0" }),
    charger("CP10", [10], { vendor: "Ampera", model: "One 22", firmware: "1.11.8" }),
  ];
}

function createCircuits(): CircuitView[] {
  const circuit = (id: string, parentId: string | null, limitAmps: number) => ({
    id,
    parentId,
    limitAmps,
    meterId: null,
    meterState: "none" as const,
    loadAmps: onEachLine(null),
    otherLoadAmps: onEachLine(0),
    headroomAmps: onEachLine(20),
    bounds: [],
    limits: [],
    source: "grid",
    sources: ["grid"],
    slots: [],
  });
  return [
    {
      ...circuit("grid", null, 100),
      meterId: "main",
      meterState: "good",
      loadAmps: { L1: 81, L2: 66, L3: 74 },
      otherLoadAmps: { L1: 20, L2: 10, L3: 10 },
      reservedAmps: { L1: 70, L2: 74, L3: 70 },
    },
    {
      ...circuit("row-a", "grid", 63),
      meterId: "meter-row-a",
      meterState: "good",
      loadAmps: { L1: 48, L2: 62, L3: 16 },
      reservedAmps: { L1: 54, L2: 63, L3: 18 },
      headroomAmps: { L1: 9, L2: 0, L3: 45 },
    },
    {
      ...circuit("row-b", "grid", 63),
      reservedAmps: { L1: 22, L2: 22, L3: 22 },
      headroomAmps: onEachLine(41),
    },
    {
      ...circuit("visitors", "row-b", 32),
      meterId: "meter-visitors",
      meterState: "substituted",
      loadAmps: { L1: 16, L2: 16, L3: 16 },
      reservedAmps: { L1: 18, L2: 18, L3: 18 },
      headroomAmps: onEachLine(14),
    },
  ];
}

/** Row A fills up: connector 2 has less and less, then waits. */
function createLimits(
  transactions: readonly TransactionView[],
): Record<string, LimitChangeView[]> {
  const session = transactions.find(({ slot }) => slot === 2);
  if (session === undefined) return {};
  const at = (minutes: number) =>
    new Date(Date.parse(session.startedAt) + minutes * MINUTE_MS).toISOString();
  const unlimited: ReasonView = {
    kind: "unlimited",
    maxAmps: 32,
    from: "charger",
    text: "as much as the socket carries: 32 A",
  };
  return {
    [session.id]: [
      { at: at(0), limitAmps: 32, why: unlimited },
      { at: at(31), limitAmps: 16, why: ROW_A_FULL },
      { at: at(74), limitAmps: 0, why: waitingSince(session) },
    ],
  };
}

const ROW_A: BottleneckView = {
  kind: "line",
  circuitId: "row-a",
  line: "L2",
  limitAmps: 63,
  marginAmps: 2,
  otherLoadAmps: 29,
  othersAmps: 32,
};
const ROW_A_FULL: ReasonView = {
  kind: "shared",
  bottleneck: ROW_A,
  from: "site",
  text: "row-a, phase L2 full: 63 A − other load 29 A − others 32 A − margin 2 A",
};

function waitingSince({ startedAt }: TransactionView): ReasonView {
  const nextAt = new Date(Date.parse(startedAt) + 111 * MINUTE_MS).toISOString();
  return {
    kind: "waiting",
    bottleneck: ROW_A,
    minAmps: 6,
    nextAt,
    from: "site",
    text:
      "waits its turn: next about 14:20; row-a, phase L2 full: 63 A − other load 29 A − others 32 A − margin 2 A",
  };
}

/** Two hours in which the building took more and more. */
/** Two days by the quarter and a month by the day, with a night in which the gateway was off. */
function createMeterPeriods(nowMs: number): Record<string, MeterPeriodView[]> {
  const periods = (lengthMs: number, count: number, isGap: (back: number) => boolean) => {
    const endMs = Math.ceil((nowMs + PUNE_MS) / lengthMs) * lengthMs - PUNE_MS;
    return Array.from({ length: count }, (_, index): MeterPeriodView => {
      const back = count - 1 - index;
      const atMs = endMs - (back + 1) * lengthMs;
      const powerW = Math.round(20_000 + 15_000 * Math.sin(index / 9));
      const times = {
        at: new Date(atMs).toISOString(),
        until: new Date(atMs + lengthMs).toISOString(),
      };
      if (isGap(back)) return { ...times, ...NOTHING_KNOWN };
      return {
        ...times,
        quality: back === 0 ? "running" : "whole",
        coveredSeconds: lengthMs / 1_000,
        importWh: powerW * lengthMs / 3_600_000,
        exportWh: 0,
        unreadImportWh: isGap(back + 1) ? 4_200 : 0,
        unreadExportWh: 0,
        energyBy: "counter",
        powerW,
        powerMinW: powerW - 4_000,
        powerMaxW: powerW + 7_000,
        maxAmps: {
          L1: (powerW + 7_000) / 690,
          L2: (powerW + 3_000) / 690,
          L3: (powerW + 1_000) / 690,
        },
      };
    });
  };
  const quarters = periods(900_000, 192, (back) => back >= 60 && back < 84);
  return {
    "main quarter": quarters,
    "main hour": periods(3_600_000, 48, () => false),
    "main day": periods(86_400_000, 31, () => false),
  };
}

/** By so much the clocks of Pune are ahead of UTC. */
const PUNE_MS = 5.5 * 3_600_000;

const NOTHING_KNOWN = {
  quality: "none",
  coveredSeconds: 0,
  importWh: null,
  exportWh: null,
  unreadImportWh: 0,
  unreadExportWh: 0,
  energyBy: null,
  powerW: null,
  powerMinW: null,
  powerMaxW: null,
  maxAmps: null,
} as const;

function createHistories(nowMs: number): Record<string, LoadMinuteView[]> {
  const minutes = (limitAmps: number, amps: (minute: number) => LoadMinuteView["loadAmps"]) =>
    Array.from({ length: 120 }, (_, minute) => ({
      at: new Date(nowMs - (120 - minute) * MINUTE_MS).toISOString(),
      loadAmps: amps(minute),
      reservedAmps: onEachLine(20),
      limitAmps,
    }));
  return {
    grid: minutes(100, (minute) => ({
      L1: 40 + minute / 3,
      L2: 66 - (minute % 10),
      L3: minute > 60 ? 74 : 52,
    })),
    "row-a": minutes(63, (minute) => ({ L1: 48, L2: Math.min(62, 20 + minute), L3: 16 })),
  };
}

function createMeters(): MeterView[] {
  const meter = (id: string, role: MeterView["role"], totalPowerW: number | null): MeterView => ({
    id,
    role,
    health: "good",
    trouble: null,
    ageMs: 900,
    currentsAmps: null,
    voltagesV: onEachLine(231),
    powersW: null,
    totalPowerW,
    importWh: 48_211_300,
    exportWh: 0,
    frequencyHz: 49.98,
    readings: 86_400,
    everyMs: 1_000,
    refused: 0,
    lastRefusal: null,
    counterBreaks: [],
    findings: [],
    doubtedSince: null,
  });
  return [
    { ...meter("main", "grid", 50_830), currentsAmps: { L1: 81, L2: 66, L3: 74 } },
    meter("meter-row-a", "circuit", 28_900),
    meter("meter-visitors", "circuit", 11_000),
    meter("pv", "generation", -9_140),
    {
      ...meter("heat-pump", "consumer", 3_260),
      health: "failing",
      trouble: "no answer from 192.168.10.24:502",
      findings: [{ kind: "host-absent", place: "192.168.10.24:502" }],
      ageMs: 184_000,
    },
  ];
}

/** Ten minutes of readings. */
function createMeterPoints(nowMs: number): MeterPointView[] {
  return Array.from({ length: 600 }, (_, second): MeterPointView => ({
    at: new Date(nowMs - (600 - second) * 1_000).toISOString(),
    powerW: 48_000 + 3_000 * Math.sin(second / 40),
    currentsAmps: {
      L1: 78 + 4 * Math.sin(second / 40),
      L2: 66 + 3 * Math.cos(second / 25),
      L3: 74 - 2 * Math.sin(second / 60),
    },
  }));
}

function createOutbox(ago: Ago): OutboxRowView[] {
  const row = (id: number, more: Partial<OutboxRowView>): OutboxRowView => ({
    id,
    transactionId: "7c1e113",
    slot: 5,
    kind: "updated",
    createdAt: ago(23 - (id % 20)),
    refusals: 0,
    lastError: null,
    dead: false,
    ...more,
  });
  const error = "PropertyConstraintViolation: idTag is unknown";
  return [
    row(871, { kind: "started", refusals: 5, lastError: error, dead: true, createdAt: ago(300) }),
    row(902, { kind: "ended", refusals: 5, lastError: error, dead: true, createdAt: ago(217) }),
    ...Array.from({ length: 35 }, (_, index) =>
      row(910 + index, {
        transactionId: `7c1e${114 + (index % 5)}`,
        slot: 1 + (index % 4),
        kind: index < 5 ? "started" : "updated",
      })),
  ];
}

function createOrphanStops(ago: Ago): OrphanStopView[] {
  return [
    {
      id: "3f0c9a7be1d24568",
      chargerId: "CP03",
      heardAt: ago(95),
      stoppedAt: ago(1_500),
      chargersOwnId: "0191c1d2-77aa-7c1e-9a3b-5f0e2d4c6b8a",
      registerWh: 1_284_350,
      token: null,
      stopReason: "PowerLoss",
    },
    {
      id: "b7714e02c5d8a913",
      chargerId: "CP05",
      heardAt: ago(610),
      stoppedAt: ago(612),
      chargersOwnId: "4711",
      registerWh: 98_120,
      token: "04A1B2C3D4199",
      stopReason: "Local",
    },
  ];
}

function createWaiting(ago: Ago): WaitingView[] {
  return [{
    id: "CP11",
    address: "192.168.10.77",
    protocols: ["ocpp1.6"],
    firstSeen: ago(16),
    lastSeen: ago(2),
    knocks: 14,
  }];
}

const NOTHING_USUAL = { priority: null, departure: null, energyKwh: null };

function createTokens(): TokenView[] {
  return [
    {
      token: "04A1B2C3D4118",
      type: "Central",
      status: "Accepted",
      expires: null,
      group: "FLEET",
      origin: "csms",
      ...NOTHING_USUAL,
    },
    {
      token: "04A1B2C3D4117",
      type: "Central",
      status: "Accepted",
      expires: "2026-12-31T18:30:00.000Z",
      group: "FLEET",
      origin: "csms",
      ...NOTHING_USUAL,
    },
    {
      token: "VISITOR-07",
      type: "Central",
      status: "Blocked",
      expires: null,
      group: null,
      origin: "operator",
      priority: 8,
      departure: "17:30",
      energyKwh: 12,
    },
  ];
}

function createFaults(ago: Ago): FaultView[] {
  const usual = {
    state: "raised",
    over: null,
    ending: null,
    isConfirmed: true,
    acknowledged: null,
    reported: null,
    aid: [],
  } as const;
  return [
    {
      ...usual,
      ...faultWords("en", "GroundFailure"),
      id: 3,
      code: "GroundFailure",
      kind: "charger-GroundFailure",
      severity: "alarm",
      subject: "slot 6",
      place: { kind: "connector", chargerId: "CP06", slot: 6 },
      text: "CP06 reports GroundFailure (RCD 30 mA)",
      reported: { vendorId: "ABB", vendorErrorCode: "E-117", info: "RCD 30 mA" },
      since: ago(51),
      lastSeen: ago(51),
      count: 1,
    },
    {
      ...usual,
      ...faultWords("en", "meter-failing"),
      id: 2,
      code: "meter-failing",
      kind: "meter-failing",
      severity: "warning",
      subject: "heat-pump",
      place: { kind: "meter", chargerId: null, slot: null },
      text: "does not answer. Its assumed load of 25 A counts until it does.",
      acknowledged: { by: "asha", at: ago(2) },
      since: ago(3),
      lastSeen: ago(1),
      count: 4,
    },
    {
      ...usual,
      ...faultWords("en", "charger-stays-away"),
      id: 1,
      code: "charger-stays-away",
      kind: "charger-stays-away",
      severity: "warning",
      subject: "CP05",
      place: { kind: "charger", chargerId: "CP05", slot: null },
      text: "CP05 has been away for half an hour",
      state: "over",
      over: ago(100),
      ending: "told",
      since: ago(300),
      lastSeen: ago(300),
      count: 2,
      aid: [{ at: ago(250), action: "power-cycle", outcome: "done" }],
    },
  ];
}

function createMessages(nowMs: number): MessageView[] {
  const message = (
    id: number,
    secondsAgo: number,
    direction: "in" | "out",
    frame: unknown,
  ): MessageView => ({
    id,
    atWallMs: nowMs - secondsAgo * 1_000,
    peer: "CP01",
    direction,
    text: JSON.stringify(frame),
  });
  const sampledValue = [
    { value: "16.0", measurand: "Current.Import", phase: "L1", unit: "A" },
    { value: "11020", measurand: "Power.Active.Import", unit: "W" },
  ];
  return [
    message(806, 4, "out", [3, "19223", {}]),
    message(805, 4, "in", [2, "19223", "MeterValues", {
      connectorId: 1,
      transactionId: 118,
      meterValue: [{ timestamp: new Date(nowMs - 4_000).toISOString(), sampledValue }],
    }]),
    message(804, 31, "in", [3, "e01", { status: "Accepted" }]),
    message(803, 31, "out", [2, "e01", "SetChargingProfile", {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 7,
        stackLevel: 2,
        chargingProfilePurpose: "TxProfile",
      },
    }]),
    message(802, 62, "out", [3, "19222", { currentTime: new Date(nowMs - 62_000).toISOString() }]),
    message(801, 62, "in", [2, "19222", "Heartbeat", {}]),
  ];
}

function createSignal(): SignalView {
  return {
    id: "box",
    circuitId: "grid",
    counts: "chargers",
    heardAt: null,
    silent: false,
    trouble: null,
    limit: null,
    problems: [],
  };
}
