import { type Chargers, readSettings, type Station, writeSettings } from "../chargers/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { put, type WriteOf } from "../lib/write.ts";
import type {
  ChargerDrift,
  CorrectionCollections,
  CorrectionRecord,
  DriftSetting,
  DriftState,
  SiteBook,
  SiteEvents,
} from "../site/mod.ts";
import {
  desiredFor,
  type DesiredRule,
  type DesiredSetting,
  isSameSetting,
} from "./desired_configuration.ts";

/** What the desk works with. */
export interface DriftPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "charger" | "chargers">;
  readonly chargers: Pick<Chargers, "station">;
  readonly commit: (writes: readonly WriteOf<CorrectionCollections>[]) => Promise<void>;
}

/** Holds what chargers are set to against what site.yaml wants, and corrects it where that says so. */
export interface DriftDesk {
  /** Of every charger of which site.yaml wants something. */
  all(): readonly ChargerDrift[];
  /** Asks one now; it is asked once at a time. */
  check(chargerId: string): Promise<void>;
  /** Checks who booted, was set, or was not looked at for an hour; called once a minute. */
  look(): void;
  stop(): void;
}

/** A charger that sets a value back, or drops it, is not fought: so often a day, then people hear of it. */
export const TRIES_A_DAY = 3;
const DAY_MS = 24 * 3_600_000;
const RECHECK_MS = 3_600_000;
/** So many are asked in one minute. */
const CHECKS_AT_ONCE = 10;
const SHOWN_IN_FAULT = 5;
const SETTINGS_CHANGED = /^\[2,"[^"]{0,50}","(?:ChangeConfiguration|SetVariables)"/;

interface Known {
  readonly drift: ChargerDrift;
  /** Taken, and in force only after the boot that comes after this one. */
  readonly afterRestart: ReadonlyMap<string, number>;
  readonly refused: ReadonlySet<string>;
}

/** Creates the desk; `corrections`: what former runs noted. */
export function createDriftDesk(
  rules: readonly DesiredRule[],
  corrections: ReadonlyMap<string, CorrectionRecord>,
  ports: DriftPorts,
): DriftDesk {
  const { clock, log, spawn, events, site, chargers } = ports;
  const known = new Map<string, Known>();
  const tries = new Map(corrections);
  const checking = new Map<string, Promise<void>>();
  const seenBoots = new Map<string, string>();
  const due = new Set<string>();
  const told = new Map<string, string>();

  function wantedOf(chargerId: string): readonly DesiredSetting[] {
    const record = site.charger(chargerId);
    const version = chargers.station(chargerId)?.version ?? record?.version ?? null;
    if (version === null) return [];
    const station = record?.station?.message ?? null;
    return desiredFor(rules, { chargerId, is16: version === "ocpp1.6", station });
  }

  function triesOf(chargerId: string, name: string): readonly number[] {
    const sinceMs = clock.wallMs() - DAY_MS;
    return (tries.get(chargerId)?.tries[name] ?? []).filter((atMs) => atMs > sinceMs);
  }

  /** On disk before the charger is told: one that restarts by it is not told for ever. */
  async function noteTries(chargerId: string, names: readonly string[]): Promise<void> {
    const before = Object.keys(tries.get(chargerId)?.tries ?? {});
    const kept = [...new Set([...before, ...names])].map((name): [string, readonly number[]] => {
      const former = triesOf(chargerId, name);
      return [name, names.includes(name) ? [...former, clock.wallMs()] : former];
    }).filter(([, times]) => times.length > 0);
    const record = { chargerId, tries: Object.fromEntries(kept) };
    tries.set(chargerId, record);
    await ports.commit([put("configuration-corrections", chargerId, record)]);
  }

  async function checkNow(chargerId: string): Promise<void> {
    const wanted = wantedOf(chargerId);
    const station = chargers.station(chargerId);
    if (wanted.length === 0 || station === undefined || !station.life.accepted) return;
    const bootedAtMs = site.charger(chargerId)?.bootedAtMs ?? 0;
    const names = wanted.map(({ name }) => name);
    const { kind, values } = await readSettings(station, names);
    if (kind !== "answered" && kind !== "refused") return noteSilence(chargerId, wanted);
    const former = known.get(chargerId);
    const waiting = new Map(
      [...former?.afterRestart ?? []].filter(([, bootMs]) => bootMs === bootedAtMs),
    );
    const wrong = wanted.filter(({ name, value, corrects }) => {
      const actual = values.get(name);
      return corrects && actual !== undefined && !isSameSetting(actual, value) &&
        !waiting.has(name) && triesOf(chargerId, name).length < TRIES_A_DAY;
    });
    const refused = new Set(
      [...former?.refused ?? []].filter((name) => triesOf(chargerId, name).length > 0),
    );
    let now = values;
    if (wrong.length > 0) {
      const { taken, afterReset } = await correct(station, wrong, values);
      for (const { name } of wrong) {
        if (taken.includes(name)) refused.delete(name);
        else refused.add(name);
      }
      for (const name of afterReset) waiting.set(name, bootedAtMs);
      const again = await readSettings(station, wrong.map(({ name }) => name));
      now = new Map([...values, ...again.values]);
    }
    const settings = wanted.map((each) =>
      settingOf(chargerId, each, now.get(each.name) ?? null, { waiting, refused })
    );
    const drift: ChargerDrift = {
      chargerId,
      checkedAtMs: clock.wallMs(),
      reading: "told",
      settings,
    };
    known.set(chargerId, { drift, afterRestart: waiting, refused });
    tellOf(drift);
  }

  async function correct(
    station: Station,
    wrong: readonly DesiredSetting[],
    values: ReadonlyMap<string, string>,
  ) {
    const { chargerId } = station;
    const names = wrong.map(({ name }) => name);
    await noteTries(chargerId, names);
    const pairs = wrong.map(({ name, value }) => [name, value] as const);
    const written = await writeSettings({ log }, station, values, pairs);
    log("info", "configuration_corrected", { charger: chargerId, names, taken: written.taken });
    if (written.afterReset.length > 0) {
      events.emit("fault", {
        kind: "reset-wanted",
        severity: "info",
        subject: chargerId,
        text: `${chargerId} took ${
          written.afterReset.join(", ")
        }: that counts only after a restart`,
        state: "raised",
      });
    }
    return written;
  }

  function settingOf(
    chargerId: string,
    { name, value, corrects }: DesiredSetting,
    actual: string | null,
    { waiting, refused }: {
      readonly waiting: ReadonlyMap<string, number>;
      readonly refused: ReadonlySet<string>;
    },
  ): DriftSetting {
    const tried = triesOf(chargerId, name).length;
    const state = ((): DriftState => {
      if (actual === null) return "unknown";
      if (isSameSetting(actual, value)) return "same";
      if (waiting.has(name)) return "after-restart";
      if (refused.has(name)) return "refused";
      return corrects && tried >= TRIES_A_DAY ? "left" : "differs";
    })();
    return { name, wanted: value, actual, state, corrects, tries: tried };
  }

  function noteSilence(chargerId: string, wanted: readonly DesiredSetting[]): void {
    const former = known.get(chargerId);
    const drift = former?.drift ?? unread(chargerId, wanted);
    known.set(chargerId, {
      afterRestart: former?.afterRestart ?? new Map(),
      refused: former?.refused ?? new Set(),
      drift: { ...drift, checkedAtMs: clock.wallMs(), reading: "silent" },
    });
  }

  function unread(chargerId: string, wanted: readonly DesiredSetting[]): ChargerDrift {
    const settings = wanted.map(({ name, value, corrects }): DriftSetting => ({
      name,
      wanted: value,
      actual: null,
      state: "unknown",
      corrects,
      tries: triesOf(chargerId, name).length,
    }));
    return { chargerId, checkedAtMs: null, reading: "never", settings };
  }

  /** Once for each way in which it differs. */
  function tellOf({ chargerId, settings }: ChargerDrift): void {
    const wrong = settings.filter(({ state }) => state !== "same" && state !== "after-restart");
    const text = wrong.slice(0, SHOWN_IN_FAULT).map(wordsOf).join("; ") +
      (wrong.length > SHOWN_IN_FAULT ? `; and ${wrong.length - SHOWN_IN_FAULT} more` : "");
    if (text === (told.get(chargerId) ?? "")) return;
    if (text === "") told.delete(chargerId);
    else told.set(chargerId, text);
    events.emit("fault", {
      kind: "configuration-drift",
      severity: "info",
      subject: chargerId,
      text: text === "" ? `${chargerId} is set as site.yaml wants it` : `${chargerId}: ${text}`,
      state: text === "" ? "over" : "raised",
    });
  }

  function check(chargerId: string): Promise<void> {
    const going = checking.get(chargerId) ??
      checkNow(chargerId).finally(() => checking.delete(chargerId));
    checking.set(chargerId, going);
    return going;
  }

  function heardOf(chargerId: string): void {
    const station = chargers.station(chargerId);
    if (station === undefined || !station.life.accepted) return;
    const boot = `${station.generation}|${site.charger(chargerId)?.bootedAtMs ?? 0}`;
    if (seenBoots.get(chargerId) === boot) return;
    seenBoots.set(chargerId, boot);
    due.add(chargerId);
  }

  const stops = rules.length === 0 ? [] : [
    events.on("charger", ({ chargerId }) => heardOf(chargerId)),
    // Whoever set something: a person, the CSMS, the gateway itself.
    events.on("message", ({ peer, direction, text }) => {
      const isOfOthers = direction === "out" && peer !== "csms" && !checking.has(peer);
      if (isOfOthers && SETTINGS_CHANGED.test(text.slice(0, 100))) due.add(peer);
    }),
  ];

  return {
    all: () =>
      site.chargers().flatMap(({ id }) => {
        const found = known.get(id)?.drift;
        if (found !== undefined) return [found];
        const wanted = wantedOf(id);
        return wanted.length === 0 ? [] : [unread(id, wanted)];
      }),
    check,
    look() {
      if (rules.length === 0) return;
      const oldMs = clock.wallMs() - RECHECK_MS;
      const all = site.chargers().map(({ id }) => id)
        .filter((id) => chargers.station(id)?.life.accepted === true);
      const isOld = (id: string) => (known.get(id)?.drift.checkedAtMs ?? 0) <= oldMs;
      const next = [
        ...all.filter((id) => due.has(id)),
        ...all.filter((id) => !due.has(id) && isOld(id) && wantedOf(id).length > 0),
      ].slice(0, CHECKS_AT_ONCE);
      for (const id of next) {
        due.delete(id);
        spawn("check settings of a charger", () => check(id));
      }
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** True for a charger with a setting that is not as it should be, and is not about to be. */
export function isDrifted({ settings }: ChargerDrift): boolean {
  return settings.some(({ state }) => state !== "same" && state !== "after-restart");
}

function wordsOf({ name, wanted, actual, state, tries }: DriftSetting): string {
  switch (state) {
    case "unknown":
      return `${name} should be "${wanted}", and it does not know it`;
    case "refused":
      return `${name} is "${actual}", and it refuses "${wanted}"`;
    case "left":
      return `${name} is "${actual}" again; it was set to "${wanted}" ${tries} times today, and is left`;
    default:
      return `${name} is "${actual}", and should be "${wanted}"`;
  }
}
