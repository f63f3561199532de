import { createHash } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import { createEvents, type Events } from "../lib/events.ts";
import { createSeededIds } from "../lib/ids.ts";
import type { LogFields } from "../lib/log.ts";
import { createSpawner, type Spawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import {
  type AnsweredCommand,
  type ApiTokenRecord,
  type AuditEntry,
  type AuditNote,
  type CommandOutcome,
  type Role,
  ROLES,
  type SiteEvents,
  type UserRecord,
} from "../site/mod.ts";
import { FIXTURE_DRIFTS } from "./_fixture_drifts.ts";
import { createFixtureFirmware } from "./_fixture_firmware.ts";
import { FIXTURE_ALERTS, FIXTURE_FIRST_AID } from "./_fixture_alerts.ts";
import { createFixtureForecasts, type FixtureForecasts } from "./_fixture_forecasts.ts";
import { createFixtureRecords } from "./_fixture_records.ts";
import { createFixtureReports } from "./_fixture_reports.ts";
import { FIXTURE_SITE_TIME } from "./_fixture_site_time.ts";
import { fixtureRotation } from "./_fixture_rotation.ts";
import { createStories } from "./_fixture_stories.ts";
import { createSiteState, type SiteState } from "./_fixture_site.ts";
import type {
  AnsweredCommandStore,
  ApiTokenStore,
  AuditLog,
  HealthView,
  UserStore,
  WebCommands,
  WebOptions,
  WebPorts,
  WebViews,
} from "./ports.ts";
import type { SettingsPort } from "./settings_port.ts";
import { hashPassword, type ScryptCost } from "./sign_in/password.ts";

/** Every user of the fixture has it. */
export const FIXTURE_PASSWORD = "three blue kites";
export const FIXTURE_TOKEN = "fixture-admin-token-0123456789abcdef";
/** Cheap: tests hash often. */
export const FIXTURE_COST: ScryptCost = { cost: 1_024, blockSize: 8, parallelization: 1 };

export const FIXTURE_OPTIONS: WebOptions = {
  host: "127.0.0.1",
  port: 0,
  tls: null,
  adminToken: FIXTURE_TOKEN,
  version: "0.0.0-test",
};

/** A line of the log. */
export interface LogLine extends LogFields {
  readonly event: string;
}

/** A whole site for tests, with everything in it that pages can show. */
export interface Fixture<Time extends Clock> {
  readonly clock: Time;
  readonly ports: WebPorts;
  readonly events: Events<SiteEvents>;
  readonly spawn: Spawner;
  /** Change it, then emit the event. */
  readonly state: SiteState;
  readonly forecasts: FixtureForecasts;
  readonly users: UserStore;
  /** What was noted, oldest first. */
  readonly noted: AuditNote[];
  /** Configurations that were applied, oldest first. */
  readonly applied: string[];
  readonly log: LogLine[];
  /** What was commanded, by name and arguments. */
  readonly commanded: unknown[][];
  /** What commands answer; replace it to have another outcome. */
  answer: (name: string) => Promise<CommandOutcome>;
  health: HealthView;
}

/** Creates the fixture on virtual time. Users are named like their roles. */
export function createFixture(seed = 1): Promise<Fixture<ReturnType<typeof createVirtualClock>>> {
  return createFixtureAt(createVirtualClock(Date.UTC(2026, 0, 5, 8, 35, 0)), seed);
}

/** Creates the fixture on a clock of one's own. */
export async function createFixtureAt<Time extends Clock>(
  clock: Time,
  seed = 1,
): Promise<Fixture<Time>> {
  const ids = createSeededIds(seed);
  const log: LogLine[] = [];
  const write = (_level: string, event: string, fields?: LogFields) =>
    void log.push({ ...fields, event });
  const spawn = createSpawner(write, (name, error) => {
    throw new Error(`Cannot finish ${name}`, { cause: error });
  });
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const state = createSiteState(clock.wallMs());
  const users = createUsers(await hashPassword(FIXTURE_PASSWORD, ids, FIXTURE_COST));
  const forecasts = createFixtureForecasts(state, clock);
  const commanded: unknown[][] = [];
  const noted: AuditNote[] = [];
  const applied: string[] = [];
  const fixture: Fixture<Time> = {
    clock,
    events,
    spawn,
    state,
    forecasts,
    users,
    log,
    noted,
    applied,
    commanded,
    answer: () => Promise.resolve({ kind: "accepted", detail: "Accepted" }),
    health: { alive: true, ready: true, problems: [] },
    ports: {
      clock,
      ids,
      log: write,
      spawn,
      events,
      users,
      apiTokens: createApiTokens(),
      audit: createAudit(noted),
      answered: createAnswered(),
      browserKey: "fixture",
      views: createViews(state, clock),
      commands: createCommands((name, args) => {
        commanded.push([name, ...args]);
        return fixture.answer(name);
      }),
      reports: createFixtureReports(),
      alerts: { rules: () => FIXTURE_ALERTS },
      rotation: fixtureRotation,
      siteTime: () => FIXTURE_SITE_TIME,
      configuration: {
        drifts: () => FIXTURE_DRIFTS,
        check: () => Promise.resolve(),
      },
      firmware: createFixtureFirmware(),
      firstAid: { rules: () => FIXTURE_FIRST_AID },
      forecasts,
      records: createFixtureRecords((id) => state.transactions.some((each) => each.id === id)),
      settings: createSettings(applied),
      support: {
        make: () => ({
          name: "sangam-support-2026-01-05.tar.gz",
          content: new Blob(["bundle"]).stream(),
        }),
      },
      archive: {
        make: () =>
          Promise.resolve({
            name: "sangam-2026-01-05.tar.gz",
            bytes: 6,
            content: ReadableStream.from([new TextEncoder().encode("backup")]),
          }),
      },
      metrics: () => Promise.resolve("sangam_up 1\n"),
      health: () => fixture.health,
    },
  };
  return fixture;
}

/** What stands in site.yaml of the fixture; a text with "wrong" in it is. */
export const FIXTURE_CONFIG = [
  "site:",
  "  name: Pune Depot # as on the sign at the gate",
  "  timezone: Asia/Kolkata",
  "circuits:",
  "  - { id: grid, limit: 100 }",
  "",
].join("\n");

function createSettings(applied: string[]): SettingsPort {
  const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
  const text = () => applied.at(-1) ?? FIXTURE_CONFIG;
  return {
    read: () => ({
      file: "/etc/sangam/site.yaml",
      text: text(),
      digest: digestOf(text()),
      cannotWrite: null,
      trial: applied.length === 0
        ? null
        : { state: "rolled-back", at: "2026-01-05T08:30:00.000Z", reason: "port 8443 is taken" },
    }),
    check(wanted) {
      const line = wanted.split("\n").findIndex((each) => each.includes("wrong")) + 1;
      const message = "Expected a number of amperes";
      return Promise.resolve({
        problems: line === 0 ? [] : [{ path: "circuits[0].limit", line, message }],
        notices: [],
      });
    },
    apply(wanted, base) {
      if (base !== digestOf(text())) return { kind: "changed-meanwhile" };
      applied.push(wanted);
      return { kind: "applied" };
    },
  };
}

function createUsers(passwordDigest: string): UserStore {
  const records = new Map(ROLES.map((role) => [role as string, newUser(role, passwordDigest)]));
  return {
    list: () => [...records.values()],
    find: (name) => records.get(name),
    save(user) {
      records.set(user.name, user);
      return Promise.resolve();
    },
    remove(name) {
      records.delete(name);
      return Promise.resolve();
    },
  };
}

function createApiTokens(): ApiTokenStore {
  const records = new Map<string, ApiTokenRecord>();
  return {
    list: () => [...records.values()],
    find: (id) => records.get(id),
    save(token) {
      records.set(token.id, token);
      return Promise.resolve();
    },
    remove(id) {
      records.delete(id);
      return Promise.resolve();
    },
  };
}

function createAnswered(): AnsweredCommandStore {
  const records = new Map<string, AnsweredCommand>();
  return {
    list: () => [...records.values()],
    save(command) {
      records.set(command.id, command);
      return Promise.resolve();
    },
    remove(ids) {
      ids.forEach((id) => records.delete(id));
      return Promise.resolve();
    },
  };
}

/** Notes without a chain: that is `telemetry/`'s, and tested there. */
function createAudit(noted: AuditNote[]): AuditLog {
  const entry = (note: AuditNote, index: number): AuditEntry => ({
    ...note,
    number: index + 1,
    hash: "ab".repeat(32),
  });
  return {
    append: (note) => Promise.resolve(entry(note, noted.push(note) - 1)),
    find: ({ who, what, beforeNumber = Infinity, limit }) =>
      Promise.resolve(
        noted.map(entry).filter((each) =>
          (who === undefined || each.who === who) && each.number < beforeNumber &&
          (what === undefined || each.what.startsWith(what))
        ).toReversed().slice(0, limit),
      ),
    check: () =>
      Promise.resolve({
        kind: "sound",
        entries: noted.length,
        first: Math.min(1, noted.length),
        last: noted.length,
        hash: "ab".repeat(32),
      }),
  };
}

function newUser(role: Role, passwordDigest: string): UserRecord {
  return { name: role, role, passwordDigest, mustChangePassword: false, createdAtMs: 0 };
}

function createViews(state: SiteState, clock: Clock): WebViews {
  return {
    site: () => ({ ...state.site, time: new Date(clock.wallMs()).toISOString() }),
    chargers: () => state.chargers,
    charger: (id) => state.chargers.find((charger) => charger.id === id),
    evses: () => state.evses,
    evse: (slot) => state.evses.find((evse) => evse.slot === slot),
    circuits: () => state.circuits,
    circuitLimits: () => state.circuits.flatMap(({ limits }) => limits),
    signals: () => state.signals,
    loadHistory: (circuitId, fromMs) =>
      Promise.resolve(
        (state.histories[circuitId] ?? []).filter(({ at }) => Date.parse(at) >= fromMs),
      ),
    limits: (id) =>
      Promise.resolve(
        state.transactions.some((each) => each.id === id) ? state.limits[id] ?? [] : undefined,
      ),
    meters: () => state.meters,
    meterRecent: (id) =>
      state.meters.some((meter) => meter.id === id) ? state.meterPoints[id] ?? [] : null,
    meterMinutes: (id, fromMs, toMs) =>
      Promise.resolve(
        (state.meterPoints[id] ?? []).filter(({ at }, second) =>
          second % 60 === 0 && Date.parse(at) >= fromMs && Date.parse(at) < toMs
        ),
      ),
    meterPeriods(id, step, fromMs, toMs) {
      const periods = state.meterPeriods[`${id} ${step}`] ?? [];
      return Promise.resolve(
        periods.filter(({ at, until }) => Date.parse(until) > fromMs && Date.parse(at) < toMs),
      );
    },
    transactions({ from, to, charger, token, slot, state: wanted, limit, before }) {
      const found = state.transactions.filter((transaction) =>
        (from === undefined || transaction.startedAt >= from) &&
        (to === undefined || transaction.startedAt < to) &&
        (charger === undefined || transaction.chargerId === charger) &&
        (token === undefined || transaction.token === token) &&
        (slot === undefined || transaction.slot === slot) &&
        (wanted === undefined || (transaction.stoppedAt === null) === (wanted === "running")) &&
        (before === undefined || transaction.number < before)
      );
      return Promise.resolve(found.slice(0, limit));
    },
    transaction: (id) => Promise.resolve(state.transactions.find((found) => found.id === id)),
    ...createStories(state),
    outbox: ({ afterId, limit } = { afterId: -1, limit: 500 }) =>
      state.outbox.filter(({ id }) => id > afterId).slice(0, limit),
    orphanStops: () => state.orphanStops,
    waiting: () => state.waiting,
    refusals: () => state.refusals,
    tokens: () => state.tokens,
    tokenUsage: () => Promise.resolve(state.tokenUsage),
    cachedTokens: () => 41,
    faults: (which) =>
      state.faults.filter(({ state }) => which === undefined || state === "raised"),
    fault: (id) => state.faults.find((each) => each.id === id),
    decisions: ({ from, to, charger, token, limit }) =>
      Promise.resolve(
        state.decisions.filter((each) =>
          (from === undefined || each.at >= from) && (to === undefined || each.at < to) &&
          (charger === undefined || each.chargerId === charger) &&
          (token === undefined || each.token === token)
        ).slice(0, limit),
      ),
    messages: ({ charger, action, beforeId = Infinity, limit }) =>
      state.messages.filter(({ id, peer, text }) =>
        id < beforeId &&
        (charger === undefined || peer === charger) &&
        (action === undefined || text.includes(`"${action}"`))
      ).slice(0, limit),
    listeners: () => state.listeners,
    security: () => state.security,
  };
}

function createCommands(
  ask: (name: string, args: readonly unknown[]) => Promise<CommandOutcome>,
): WebCommands {
  return {
    start: (...args) => ask("start", args),
    stop: (...args) => ask("stop", args),
    unlock: (...args) => ask("unlock", args),
    reconnect: (...args) => ask("reconnect", args),
    availability: (...args) => ask("availability", args),
    limit: (...args) => ask("limit", args),
    switchSource: (...args) => ask("switchSource", args),
    limitCircuit: (...args) => ask("limitCircuit", args),
    tellSignal: (...args) => ask("tellSignal", args),
    beatSignal: (id) => Promise.resolve(id === "box"),
    priority: (...args) => ask("priority", args),
    demand: (...args) => ask("demand", args),
    reset: (...args) => ask("reset", args),
    trigger: (...args) => ask("trigger", args),
    adopt: (...args) => ask("adopt", args),
    rebind: (...args) => ask("rebind", args),
    secure: (...args) => ask("secure", args),
    say: (...args) => ask("say", args),
    firmware: (...args) => ask("firmware", args),
    configure: (...args) => ask("configure", args),
    readConfiguration: (_chargerId, names) =>
      Promise.resolve(
        {
          kind: "read",
          version: "1.6",
          settings: [
            {
              name: "HeartbeatInterval",
              at: null,
              value: "300",
              access: "read-write",
              kept: null,
            },
            {
              name: "AuthorizationKey",
              at: null,
              value: null,
              access: "write-only",
              kept: "the gateway's",
            },
            {
              name: "NumberOfConnectors",
              at: null,
              value: "2",
              access: "read-only",
              kept: "read-only",
            },
          ],
          unknown: names.filter((name) => name === "Nonsense"),
        } as const,
      ),
    putToken: (...args) => ask("putToken", args),
    putTokens: (...args) => ask("putTokens", args),
    deleteToken: (...args) => ask("deleteToken", args),
    closeTransaction: (...args) => ask("closeTransaction", args),
    retryRow: (...args) => ask("retryRow", args),
    discardRow: (...args) => ask("discardRow", args),
    dismissOrphan: (...args) => ask("dismissOrphan", args),
    acknowledgeFault: (...args) => ask("acknowledgeFault", args),
    closeFault: (...args) => ask("closeFault", args),
    testAlert: (...args) => ask("testAlert", args),
    believeMeter: (...args) => ask("believeMeter", args),
    testRotation: (...args) => ask("testRotation", args),
    endRotationTest: (...args) => ask("endRotationTest", args),
  };
}
