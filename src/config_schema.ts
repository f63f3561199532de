import { z } from "zod";
import { isAddressRule, quirksSchema } from "./chargers/mod.ts";
import { contactSchema } from "./config_contacts.ts";
import { chargerListener } from "./config_listeners.ts";
import { usualSchema } from "./config_demands.ts";
import { signalSchema } from "./config_signals.ts";
import { filesSchema } from "./config_files.ts";
import { alertsSchema } from "./config_alerts.ts";
import { desiredSchema, ownDesiredSchema } from "./config_desired.ts";
import { firstAidSchema } from "./config_first_aid.ts";
import { reportsSchema } from "./config_reports.ts";
import { surplusSchema } from "./config_surplus.ts";
import { mqttSchema } from "./config_mqtt.ts";
import { meterSchema } from "./config_meter_schema.ts";
import { tariffSchema } from "./config_tariff_schema.ts";
import { DISRUPTIVE_PER_MINUTE, FILE_RULES, isOwnership } from "./csms/mod.ts";
import { duration, lines, name, port } from "./config_words.ts";

const identity = z.string().regex(
  /^[A-Za-z0-9*\-_=:+|@. ]{1,48}$/,
  "Expected 1 to 48 letters, digits or * - _ = : + | @ .",
);
const amps = z.number().min(0).max(10_000);
const certificate = z.strictObject({ cert: z.string().min(1), key: z.string().min(1) });

const site = z.strictObject({
  name: z.string().min(1).max(80).default("Sangam"),
  timezone: z.string().default("UTC").refine(isTimeZone, "Expected an IANA time zone"),
  language: z.enum(["en", "mr", "hi"]).default("en"),
  voltage: z.number().min(100).max(300).default(230),
});

const csms = z.strictObject({
  url: z.string().regex(
    /^wss?:\/\/[^\s/]+(\/\S*)?$/,
    "Expected an address that begins with ws:// or wss://",
  ).refine((url) => URL.canParse(url), "This is no address: compare the name and the port"),
  identity,
  protocols: z.array(z.enum(["ocpp2.1", "ocpp2.0.1", "ocpp1.6"])).min(1)
    .default(["ocpp2.1", "ocpp2.0.1", "ocpp1.6"]),
  password: z.string().min(1).optional(),
  // Roots of the CSMS instead of those that browsers know; a certificate of the gateway's own.
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  mode: z.enum(["aggregate", "relay"]).default("aggregate"),
  replay: z.enum(["spec", "live-first"]).default("spec"),
  resetMeans: z.enum(["gateway", "site"]).default("gateway"),
  mayChange: z.array(
    z.enum([
      "authorization",
      "metering",
      "heartbeat",
      "connection",
      "security",
      "network",
      "charging",
      "station",
    ]),
  )
    .default(["authorization", "metering", "heartbeat", "security"]),
  // Makers' own settings of chargers that it may change besides those of OCPP.
  chargerSettings: z.array(
    z.string().min(1).max(100).refine(
      (key) => !isOwnership(key),
      "By this setting a charger finds or knows its gateway: nobody above may change it",
    ),
  ).max(500).default([]),
  // From where chargers fetch files, and where they bring them to.
  files: z.strictObject({
    schemes: z.array(z.enum(["https", "http", "ftps", "ftp", "sftp"])).min(1)
      .default([...FILE_RULES.schemes]),
    hosts: z.array(
      z.string().regex(
        /^(\*\.)?[A-Za-z0-9.:-]{1,253}$/,
        'Expected a host such as files.example.com, "*.example.com" or an address',
      ),
    ).max(100).default([]),
  }).prefault({}),
  // Commands that end sessions, take EVSEs out of service or make chargers forget.
  disruptivePerMinute: z.number().int().min(1).max(10_000).default(DISRUPTIVE_PER_MINUTE),
  compression: z.boolean().default(true),
  meterInterval: duration.default(60_000),
  answerTimeout: duration.default(30_000),
  retryInterval: duration.default(60_000),
  backOff: z.strictObject({
    minimum: duration.default(5_000),
    random: duration.default(5_000),
    repeat: z.number().int().min(0).max(20).default(6),
  }).prefault({}),
});

const evse = z.strictObject({
  slot: z.number().int().min(1).max(10_000),
  evse: z.number().int().min(1).max(100).default(1),
  phases: lines.default(["L1", "L2", "L3"]),
  minCurrent: z.number().min(1).max(100).default(6),
  maxCurrent: z.number().min(1).max(1_000).default(32),
  failSafe: amps.default(0),
  priority: z.number().int().min(0).max(100).default(5),
  connection: z.enum(["line-to-neutral", "line-to-line"]).default("line-to-neutral"),
}).refine(({ connection, phases }) => connection === "line-to-neutral" || phases.length === 2, {
  path: ["phases"],
  message: "A charger between two lines has two phases: those two",
}).refine(({ minCurrent, maxCurrent }) => minCurrent <= maxCurrent, {
  path: ["maxCurrent"],
  message: "maxCurrent is below minCurrent",
}).refine(({ failSafe, minCurrent }) => failSafe === 0 || failSafe >= minCurrent, {
  path: ["failSafe"],
  message: "failSafe is 0 or at least minCurrent: no vehicle charges in between",
}).refine(({ failSafe, maxCurrent }) => failSafe <= maxCurrent, {
  path: ["failSafe"],
  message: "failSafe is above maxCurrent",
});

const knownCharger = z.strictObject({
  id: identity,
  password: z.string().min(1).optional(),
  // It has its place here, and comes in once somebody adopts it; its first password is then its own.
  adopt: z.literal("ask").optional(),
  addresses: z.array(
    z.string().refine(isAddressRule, "Expected an address, or a network such as 192.168.7.0/24"),
  ).default([]),
  circuit: name.optional(),
  model: z.string().min(1).optional(),
  quirks: quirksSchema.optional(),
  desired: ownDesiredSchema,
  evses: z.array(evse).default([]),
});

const strategy = z.enum(["fair", "priority", "departure", "surplus", "price"]);

/** What feeds a circuit instead of the grid, and carries less, or more. */
const source = z.strictObject({
  limit: z.number().positive().max(10_000),
  limitKw: z.number().positive().max(10_000).optional(),
  limitKva: z.number().positive().max(10_000).optional(),
});

const circuit = z.strictObject({
  id: name,
  parent: name.optional(),
  sources: z.record(
    name.refine((id) => id !== "grid", "The grid's limit is the circuit's own"),
    source,
  ).optional(),
  limit: z.number().positive().max(10_000),
  limitKw: z.number().positive().max(10_000).optional(),
  limitKva: z.number().positive().max(10_000).optional(),
  maxUnbalance: z.number().positive().max(10_000).optional(),
  neutralLimit: z.number().positive().max(10_000).optional(),
  strategy: strategy.optional(),
  transformer: z.strictObject({
    kind: z.literal("delta-wye"),
    // Amperes of the feeding side for an ampere of this one.
    ratio: z.number().positive().max(100),
  }).optional(),
  continuousFactor: z.number().positive().max(1).default(1),
  meter: name.optional(),
  otherLoad: z.strictObject({
    // Absent: nobody says, and 0 counts.
    worst: amps.optional(),
    substitute: amps.optional(),
  }).prefault({}),
});

const cutCommon = {
  id: name,
  slots: z.array(z.number().int().min(1).max(10_000)).min(1).max(200),
};

const modbusCut = z.strictObject({
  ...cutCommon,
  driver: z.literal("modbus-tcp"),
  host: z.string().min(1),
  port: port.default(502),
  unit: z.number().int().min(0).max(255).default(1),
  coil: z.number().int().min(0).max(65_535),
  // What the coil is while the contactor is open: off where the coil holds it closed.
  open: z.enum(["on", "off"]).default("off"),
});

const mqttCut = z.strictObject({
  ...cutCommon,
  driver: z.literal("mqtt"),
  url: z.string().min(1),
  topic: z.string().regex(/^[^+#\0]{1,1024}$/, "Expected the name of one topic"),
  open: z.string().min(1).max(100).default("open"),
  closed: z.string().min(1).max(100).default("closed"),
  state: z.string().regex(/^[^+#\0]{1,1024}$/, "Expected the name of one topic").optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
});

const level = z.enum(["high", "low"]);
const gpioLine = z.number().int().min(0).max(1_023);

const gpioCut = z.strictObject({
  ...cutCommon,
  driver: z.literal("gpio"),
  chip: z.string().regex(/^gpiochip\d{1,3}$/, "Expected a chip such as gpiochip0")
    .default("gpiochip0"),
  line: gpioLine,
  // The level while the contactor is open: at rest, with nobody holding the line, it is closed.
  open: level.default("high"),
  // An auxiliary contact that tells what it did.
  feedback: z.strictObject({
    line: gpioLine,
    open: level.default("high"),
    pull: z.enum(["up", "down", "none"]).default("up"),
  }).optional(),
});

/** site.yaml. Every object is strict: a key that nobody reads is a mistake that somebody made. */
export const siteSchema = z.strictObject({
  site: site.prefault({}),
  listen: z.strictObject({
    chargers: z.array(chargerListener).default([{
      host: "0.0.0.0",
      port: 9220,
      path: "/ocpp",
      securityProfile: 1,
      compression: true,
    }]),
    web: z.strictObject({
      host: z.string().default("127.0.0.1"),
      port: port.default(8080),
      tls: z.union([z.enum(["auto", "off"]), certificate]).default("off"),
      // Who has to sign in with more than a password.
      secondFactor: z.enum(["optional", "admins", "all"]).default("optional"),
    }).prefault({}),
  }).prefault({}),
  store: z.strictObject({
    path: z.string().min(1).default("./data"),
    // Room that is kept for the ends of sessions on a full disk; less on a small partition.
    ballastMiB: z.number().int().min(0).max(1_024).default(16),
    // A copy of the ledger each day, at this time of the site; keep 0: none.
    backups: z.strictObject({
      keep: z.number().int().min(0).max(366).default(7),
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Has to be a time such as "03:00"')
        .default("03:00"),
      path: z.string().min(1).optional(),
    }).prefault({}),
  }).prefault({}),
  csms: csms.optional(),
  chargers: z.strictObject({
    adopt: z.enum(["ask", "accept", "refuse"]).default("ask"),
    adoptInto: name.optional(),
    known: z.array(knownCharger).default([]),
    desired: desiredSchema,
    dataTransferVendors: z.array(z.string().min(1).max(255)).default([]),
    answerTimeout: duration.default(30_000),
    heartbeat: duration.default(300_000),
  }).prefault({}),
  circuits: z.array(circuit).min(1).default([{
    id: "grid",
    limit: 32,
    continuousFactor: 1,
    otherLoad: { worst: 0 },
  }]),
  meters: z.array(meterSchema).default([]),
  contacts: z.array(contactSchema).max(100).default([]),
  signals: z.array(signalSchema).max(20).default([]),
  cuts: z.array(z.discriminatedUnion("driver", [gpioCut, modbusCut, mqttCut])).default([]),
  authorization: z.strictObject({
    offline: z.strictObject({
      knownTokens: z.enum(["accept", "reject"]).default("accept"),
      unknownTokens: z.enum(["accept", "reject"]).default("reject"),
      // Of one such card, until the CSMS has heard of them.
      unknownSessions: z.number().int().min(1).max(1_000_000).default(10),
      cacheLifetime: duration.default(30 * 86_400_000),
    }).prefault({}),
    masterPassGroup: z.string().trim().max(36).default(""),
    freeVend: z.strictObject({
      enabled: z.boolean().default(false),
      token: z.string().regex(
        /^[\x21-\x7E]{1,20}$/,
        "Expected 1 to 20 printable characters without blanks: 1.6 chargers take no more",
      ).default("FREE-VEND"),
    }).prefault({}),
    tokens: z.array(usualSchema).max(10_000).default([]),
    groups: z.array(usualSchema).max(1_000).default([]),
  }).prefault({}),
  balancing: z.strictObject({
    strategy: strategy.default("fair"),
    margin: amps.default(2),
    learnHabits: z.boolean().default(true),
    surplus: surplusSchema(duration),
  }).prefault({}),
  tariff: tariffSchema(duration).optional(),
  files: filesSchema,
  reports: reportsSchema,
  alerts: alertsSchema,
  firstAid: firstAidSchema,
  mqtt: mqttSchema.optional(),
  retention: z.strictObject({
    transactions: duration.default(5 * 365 * 86_400_000),
    personal: duration.default(180 * 86_400_000),
    logs: duration.default(180 * 86_400_000),
    // Who did what.
    audit: duration.default(180 * 86_400_000),
  }).prefault({}),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warning", "error"]).default("info"),
    format: z.enum(["json", "text"]).default("json"),
  }).prefault({}),
});

/** site.yaml as it is after defaults. */
export type SiteYaml = z.output<typeof siteSchema>;

/** The JSON Schema of site.yaml, for editors. */
export function siteJsonSchema(): unknown {
  return z.toJSONSchema(siteSchema, { io: "input", unrepresentable: "any" });
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
