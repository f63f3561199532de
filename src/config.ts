import { unknownOtherLoads } from "./config_other_load.ts";
import type { AuthorizationOptions } from "./authorization/mod.ts";
import type { SurplusOptions } from "./balancing/mod.ts";
import {
  type ChargerModel,
  CHARGERS_TIMING,
  type ChargersOptions,
  type ListenerOptions,
  quirksOf,
} from "./chargers/mod.ts";
import { siteSchema, type SiteYaml } from "./config_schema.ts";
import {
  type ConfigPath,
  type ConfigProblem,
  type ConfigSources,
  pathText,
  readConfigText,
  resolveReferences,
} from "./config_text.ts";
import { usualDemands } from "./config_demands.ts";
import { circuitBounds, strategyOf } from "./config_circuits.ts";
import { alertProblems, alertRules } from "./config_alerts.ts";
import { desiredProblems, desiredRules } from "./config_desired.ts";
import { crossProblems } from "./config_checks.ts";
import { contactOptions, contactProblems } from "./config_contacts.ts";
import { contactorOptions, cutProblems } from "./config_cuts.ts";
import { aidProblems, aidRules } from "./config_first_aid.ts";
import { issuesOf } from "./config_issues.ts";
import { csmsTls } from "./config_csms.ts";
import { listenerOptions } from "./config_listeners.ts";
import { mqttProblems, publishingOptions } from "./config_mqtt.ts";
import { meterUseProblems } from "./config_meter_use.ts";
import { meterOptions } from "./config_meters.ts";
import { filesOptions, filesProblems } from "./config_files.ts";
import type { FilesOptions } from "./files/mod.ts";
import { crowdedBuses, uncheckedProfiles } from "./config_modbus.ts";
import { namedModels } from "./config_models.ts";
import { reportOptions, reportProblems } from "./config_reports.ts";
import type { ReportOptions } from "./reports/mod.ts";
import { signalOptions, signalProblems } from "./config_signals.ts";
import { surplusOptions } from "./config_surplus.ts";
import { siteTariff } from "./config_tariff.ts";
import { CSMS_TIMING, type CsmsOptions } from "./csms/mod.ts";
import { compact } from "./lib/json.ts";
import type { MeterOptions, MeterPreset, MeterProfile } from "./meters/mod.ts";
import type { AidRule, AlertRule, DesiredRule } from "./operations/mod.ts";
import { OCPP_VERSIONS } from "./ocpp/mod.ts";
import type { ContactOptions, ContactorOptions, SignalOptions } from "./signals/mod.ts";
import type { Circuit, EvsePlace, SharingStrategy } from "./site/mod.ts";
import type { PublishingOptions } from "./telemetry/mod.ts";
import type { Tariff } from "./transactions/mod.ts";

export { type ConfigProblem, type ConfigSources } from "./config_text.ts";
export { siteJsonSchema } from "./config_schema.ts";

/** Everything that site.yaml decides, in the terms of the rooms that obey it. */
export interface SiteConfig {
  readonly siteName: string;
  readonly timezone: string;
  readonly language: "en" | "mr" | "hi";
  readonly nominalVoltageV: number;
  readonly listeners: readonly ListenerOptions[];
  readonly web: {
    readonly host: string;
    readonly port: number;
    readonly tls: "auto" | "off" | { readonly cert: string; readonly key: string };
    readonly secondFactor: "optional" | "admins" | "all";
  };
  readonly dataPath: string;
  readonly ballastBytes: number;
  /** How long decisions and measurements are kept. */
  readonly telemetryKeepMs: number;
  /** How long the log of who did what is kept. */
  readonly auditKeepMs: number;
  /** Daily copies of the ledger, at this minute of the site's day. Keep 0: none. */
  readonly backups: {
    readonly keep: number;
    readonly atMinute: number;
    /** Null: in "backups" beside the ledger. */
    readonly path: string | null;
  };
  readonly csms: Omit<CsmsOptions, "station"> | null;
  readonly meterIntervalS: number;
  readonly retryIntervalS: number;
  readonly chargers: ChargersOptions;
  /** The circuit of a charger that nobody has placed. */
  readonly adoptInto: string;
  readonly circuits: readonly Circuit[];
  readonly places: readonly EvsePlace[];
  readonly meters: readonly MeterOptions[];
  /** Contactors in front of chargers. */
  readonly contactors: readonly ContactorOptions[];
  readonly contacts: readonly ContactOptions[];
  readonly signals: readonly SignalOptions[];
  /** Where the state of the site is published; null: nowhere. */
  readonly publishing: PublishingOptions | null;
  readonly authorization: AuthorizationOptions;
  readonly balancing: {
    readonly strategy: SharingStrategy;
    readonly marginAmps: number;
    readonly surplus: SurplusOptions;
  };
  /** What drivers usually want. */
  readonly demands: ReturnType<typeof usualDemands>;
  /** What sessions cost; null where site.yaml does not say. */
  readonly tariff: Tariff | null;
  /** Files for chargers; null: they fetch and bring them elsewhere. */
  readonly fileService: FilesOptions | null;
  readonly reports: ReportOptions;
  /** Who is told of faults. */
  readonly alerts: readonly AlertRule[];
  /** What chargers are to be set to. */
  readonly desired: readonly DesiredRule[];
  /** What is done about faults by itself. */
  readonly firstAid: readonly AidRule[];
  readonly log: SiteYaml["log"];
  /** Files that it is completed from: passwords, certificates. As they are named. */
  readonly files: readonly string[];
}

/** A configuration with remarks, or everything that is wrong with it. */
export type ConfigReading =
  | {
    readonly ok: true;
    readonly config: SiteConfig;
    /** Not wrong, but worth saying: a setting that this version reads and does not use. */
    readonly notices: readonly ConfigProblem[];
  }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What reading a configuration needs of the outside. */
export interface ConfigPorts extends ConfigSources {
  /** A meter profile by name, or what is wrong with it. */
  profile(name: string): MeterProfile | { readonly problem: string };
  /** A preset of a meter that sends JSON, or what is wrong with it; absent where there are none. */
  preset?(name: string): MeterPreset | { readonly problem: string };
  /** A charger model by name, or what is wrong with it; absent where nothing is known of models. */
  model?(name: string): ChargerModel | { readonly problem: string };
  /** The models that chargers are compared with when they boot. */
  readonly models?: readonly ChargerModel[];
}

/** Reads site.yaml. Every problem is found and named with its place, not only the first. */
export function readConfig(text: string, given: ConfigPorts): ConfigReading {
  const files = new Set<string>();
  const ports: ConfigPorts = {
    ...given,
    file(name) {
      files.add(name);
      return given.file(name);
    },
  };
  const yaml = readConfigText(text.trim() === "" ? "{}" : text);
  if (!yaml.ok) return yaml;
  const { text: document } = yaml;
  const at = (path: ConfigPath, message: string): ConfigProblem => ({
    path: pathText(path),
    line: document.lineOf(path),
    message,
  });
  const resolved = resolveReferences(document.value ?? {}, ports);
  const missing = resolved.missing.map(({ path, what }) => at(path, `There is no ${what}`));
  const parsed = siteSchema.safeParse(resolved.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => issuesOf(issue))
      .map(({ path, message }) => at(path, message));
    return { ok: false, problems: [...missing, ...problems] };
  }
  const meters = meterOptions(parsed.data, ports);
  const named = namedModels(parsed.data, ports);
  const crossed = [
    ...crossProblems(parsed.data, ports),
    ...cutProblems(parsed.data, ports),
    ...contactProblems(parsed.data, ports),
    ...signalProblems(parsed.data, ports),
    ...mqttProblems(parsed.data, ports),
    ...reportProblems(parsed.data),
    ...alertProblems(parsed.data),
    ...desiredProblems(parsed.data, [...ports.models ?? [], ...named.models.values()]),
    ...aidProblems(parsed.data),
    ...filesProblems(parsed.data, ports),
    ...meters.problems,
    ...meterUseProblems(parsed.data, meters.options),
    ...named.problems,
  ];
  const problems = [...missing, ...crossed.map(({ path, message }) => at(path, message))];
  if (problems.length > 0) return { ok: false, problems };
  const notices = [
    ...openDoors(parsed.data),
    ...crowdedBuses(parsed.data, meters.options),
    ...uncheckedProfiles(parsed.data, meters.options),
    ...unknownOtherLoads(parsed.data),
  ].map(({ path, message }) => at(path, message));
  const config = configOf(parsed.data, meters.options, named.models, ports);
  return { ok: true, config: { ...config, files: [...files] }, notices };
}

/** Settings that let in who proves nothing: allowed, but nobody is to have them without knowing. */
function openDoors(yaml: SiteYaml): { path: ConfigPath; message: string }[] {
  const doors = [
    [
      yaml.chargers.adopt === "accept",
      ["chargers", "adopt"],
      "Any device may connect as a charger",
    ],
    [
      yaml.listen.chargers.some(({ securityProfile }) => securityProfile === 0),
      ["listen", "chargers"],
      "A listener without passwords: for an isolated charger network only",
    ],
  ] as const;
  return doors.filter(([applies]) => applies).map(([, path, message]) => ({
    path: [...path],
    message,
  }));
}

function configOf(
  yaml: SiteYaml,
  meters: readonly MeterOptions[],
  models: ReadonlyMap<string, ChargerModel>,
  sources: ConfigPorts,
): Omit<SiteConfig, "files"> {
  const places = yaml.chargers.known.flatMap((charger) =>
    charger.evses.map((evse): EvsePlace => ({
      slot: evse.slot,
      chargerId: charger.id,
      evseId: evse.evse,
      circuitId: charger.circuit ?? rootCircuit(yaml),
      lines: evse.phases,
      minCurrentAmps: evse.minCurrent,
      maxCurrentAmps: evse.maxCurrent,
      failSafeAmps: evse.failSafe,
      priority: evse.priority,
      ...(evse.connection === "line-to-line" && { connection: evse.connection }),
    }))
  );
  const { strategy } = yaml.balancing;
  return {
    siteName: yaml.site.name,
    timezone: yaml.site.timezone,
    language: yaml.site.language,
    nominalVoltageV: yaml.site.voltage,
    listeners: yaml.listen.chargers.map((listener) => listenerOptions(listener, sources)),
    web: webOptions(yaml, sources),
    dataPath: yaml.store.path,
    backups: {
      keep: yaml.store.backups.keep,
      atMinute: minuteOf(yaml.store.backups.at),
      path: yaml.store.backups.path ?? null,
    },
    ballastBytes: yaml.store.ballastMiB * 1_048_576,
    telemetryKeepMs: yaml.retention.logs,
    auditKeepMs: yaml.retention.audit,
    csms: csmsOptions(yaml, sources),
    meterIntervalS: Math.round((yaml.csms?.meterInterval ?? 60_000) / 1000),
    retryIntervalS: Math.round((yaml.csms?.retryInterval ?? 60_000) / 1000),
    chargers: chargersOptions(yaml, places, models, sources.models ?? []),
    adoptInto: yaml.chargers.adoptInto ?? rootCircuit(yaml),
    circuits: yaml.circuits.map((circuit): Circuit => ({
      id: circuit.id,
      parentId: circuit.parent ?? null,
      limitAmps: circuit.limit,
      continuousFactor: circuit.continuousFactor,
      meterId: circuit.meter ?? null,
      otherLoad: {
        worstAmps: circuit.otherLoad.worst ?? 0,
        substituteAmps: circuit.otherLoad.substitute ?? circuit.otherLoad.worst ?? 0,
      },
      ...circuitBounds(circuit),
    })),
    places,
    meters,
    contactors: contactorOptions(yaml, sources),
    contacts: contactOptions(yaml, sources),
    signals: signalOptions(yaml, sources),
    publishing: publishingOptions(yaml, sources),
    fileService: filesOptions(yaml, sources),
    authorization: {
      knownOffline: yaml.authorization.offline.knownTokens === "accept",
      unknownOffline: yaml.authorization.offline.unknownTokens === "accept",
      unknownSessionsMax: yaml.authorization.offline.unknownSessions,
      cacheLifetimeMs: yaml.authorization.offline.cacheLifetime,
      masterPassGroup: yaml.authorization.masterPassGroup,
      freeVend: yaml.authorization.freeVend.enabled
        ? { token: yaml.authorization.freeVend.token }
        : null,
    },
    balancing: {
      strategy: strategyOf(strategy),
      surplus: surplusOptions(yaml),
      marginAmps: yaml.balancing.margin,
    },
    demands: usualDemands(yaml),
    tariff: siteTariff(yaml),
    reports: reportOptions(yaml),
    alerts: alertRules(yaml),
    desired: desiredRules(yaml),
    firstAid: aidRules(yaml),
    log: yaml.log,
  };
}

/** Minutes after midnight of "03:00". */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The first circuit that nothing feeds. */
function rootCircuit(yaml: SiteYaml): string {
  return yaml.circuits.find(({ parent }) => parent === undefined)?.id ?? "";
}

function webOptions(yaml: SiteYaml, sources: ConfigSources): SiteConfig["web"] {
  const { host, port, tls, secondFactor } = yaml.listen.web;
  if (typeof tls === "string") return { host, port, tls, secondFactor };
  return {
    host,
    port,
    secondFactor,
    tls: { cert: sources.file(tls.cert) ?? "", key: sources.file(tls.key) ?? "" },
  };
}

function chargersOptions(
  yaml: SiteYaml,
  places: readonly EvsePlace[],
  named: ReadonlyMap<string, ChargerModel>,
  models: readonly ChargerModel[],
): ChargersOptions {
  const { chargers } = yaml;
  return {
    known: chargers.known.map(({ id, password, addresses, adopt, quirks }) =>
      compact({
        id,
        password: password ?? null,
        addresses,
        isByAdoption: adopt === "ask" ? (true as const) : undefined,
        model: named.get(id),
        quirks: quirks === undefined ? undefined : quirksOf(quirks),
      })
    ),
    models,
    adopt: chargers.adopt,
    places,
    versions: OCPP_VERSIONS,
    nominalVoltageV: yaml.site.voltage,
    dataTransferVendors: chargers.dataTransferVendors,
    timing: {
      ...CHARGERS_TIMING,
      answerTimeoutMs: chargers.answerTimeout,
      heartbeatIntervalMs: chargers.heartbeat,
    },
  };
}

function csmsOptions({ csms, chargers }: SiteYaml, sources: ConfigSources): SiteConfig["csms"] {
  if (csms === undefined) return null;
  return {
    url: csms.url,
    identity: csms.identity,
    password: csms.password ?? null,
    tls: csmsTls(csms, sources),
    protocols: csms.protocols,
    compression: csms.compression,
    replay: csms.replay,
    resetMeans: csms.resetMeans,
    mayChange: csms.mayChange,
    chargerSettings: csms.chargerSettings,
    vendors: chargers.dataTransferVendors,
    files: csms.files,
    disruptivePerMinute: csms.disruptivePerMinute,
    timing: {
      ...CSMS_TIMING,
      answerTimeoutMs: csms.answerTimeout,
      backOff: {
        waitMinimumMs: csms.backOff.minimum,
        randomRangeMs: csms.backOff.random,
        repeatTimes: csms.backOff.repeat,
      },
    },
  };
}
