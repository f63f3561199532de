import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import { duration, name } from "./config_words.ts";
import { addressProblem, hostOf } from "./files/mod.ts";
import type { AlertAddress, AlertRule } from "./operations/mod.ts";
import { FAULT_CODES, type FaultCode } from "./site/mod.ts";

const CODES = Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]];
const time = z.string().regex(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'Has to be a time such as "22:00"',
);

/** Who is told of faults, as site.yaml says it. */
export const alertsSchema = z.strictObject({
  rules: z.array(z.strictObject({
    id: name,
    to: z.enum(["webhook", "email", "mqtt"]),
    // A webhook.
    url: z.string().max(2_000).optional(),
    secret: z.string().min(16, "Expected at least 16 characters").max(500).optional(),
    // It is on a network of the site's own, or goes without TLS.
    internal: z.boolean().default(false),
    // Mail.
    recipients: z.array(z.email("Expected an e-mail address")).max(50).default([]),
    severity: z.enum(["info", "warning", "alarm"]).default("warning"),
    faults: z.array(z.enum(CODES)).max(CODES.length).default([]),
    // Chargers with their slots, "slot 3", meters, circuits, "site".
    about: z.array(z.string().min(1).max(100)).max(200).default([]),
    quiet: z.strictObject({
      from: time,
      to: time,
      exceptAlarms: z.boolean().default(false),
    }).refine(({ from, to }) => from !== to, "Quiet hours that end as they begin are a whole day")
      .optional(),
    fold: duration.default(600_000).refine((ms) => ms <= 86_400_000, "Expected at most 1d"),
    perHour: z.number().int().min(1).max(200).default(20),
    language: z.enum(["en", "mr", "hi"]).optional(),
  })).max(20).default([]),
}).prefault({});

type RuleYaml = SiteYaml["alerts"]["rules"][number];

/** The same in the terms of those who obey it. */
export function alertRules({ alerts, site }: SiteYaml): readonly AlertRule[] {
  return alerts.rules.map((rule): AlertRule => ({
    id: rule.id,
    to: addressOf(rule),
    severity: rule.severity,
    codes: rule.faults,
    subjects: rule.about,
    quiet: rule.quiet ?? null,
    foldMs: rule.fold,
    perHour: rule.perHour,
    language: rule.language ?? site.language,
  }));
}

function addressOf({ to, url = "", secret, internal, recipients }: RuleYaml): AlertAddress {
  switch (to) {
    case "webhook":
      return { kind: "webhook", url, secret: secret ?? null, isInternal: internal };
    case "email":
      return { kind: "email", recipients };
    case "mqtt":
      return { kind: "mqtt" };
  }
}

/** What does not go together. */
export function alertProblems(yaml: SiteYaml): PlacedProblem[] {
  const { rules } = yaml.alerts;
  return rules.flatMap((rule, index) => {
    const found: [field: keyof RuleYaml, message: string][] = [
      ...wayProblems(rule),
      ...(rule.to === "email" && yaml.reports.email === undefined
        ? [["to", "Mail needs reports.email: host and from"] as [keyof RuleYaml, string]]
        : []),
      ...(rule.to === "mqtt" && yaml.mqtt === undefined
        ? [["to", "MQTT needs mqtt: url and prefix"] as [keyof RuleYaml, string]]
        : []),
      ...(rules.findIndex(({ id }) => id === rule.id) < index
        ? [["id", `There is another rule "${rule.id}"`] as [keyof RuleYaml, string]]
        : []),
    ];
    return found.map(([field, message]) => ({
      path: ["alerts", "rules", index, field],
      message,
    }));
  });
}

function wayProblems(rule: RuleYaml): [keyof RuleYaml, string][] {
  const { to, url, secret, internal, recipients } = rule;
  const found: [keyof RuleYaml, string][] = [];
  if (to === "webhook") {
    const problem = url === undefined ? "A webhook needs its address" : urlProblem(url, internal);
    if (problem !== null) found.push(["url", problem]);
  } else {
    if (url !== undefined) found.push(["url", "An address is for webhooks"]);
    if (secret !== undefined) found.push(["secret", "A secret is for webhooks"]);
    if (internal) found.push(["internal", "This is for webhooks"]);
  }
  if (to === "email" && recipients.length === 0) {
    found.push(["recipients", "Mail needs recipients"]);
  }
  if (to !== "email" && recipients.length > 0) {
    found.push(["recipients", "Recipients are for e-mail"]);
  }
  return found;
}

/** No word of the address is in the answer but its host: it may hold a key. */
function urlProblem(text: string, isInternal: boolean): string | null {
  const url = URL.parse(text);
  if (url === null) return "This is no address: it begins with https://";
  if (url.username + url.password !== "") return "No name and password belong into an address";
  if (url.protocol === "http:" && !isInternal) {
    return "A webhook goes by https; by http only where internal is true";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "A webhook goes by https";
  const hosts = isInternal ? [hostOf(url)] : [];
  const isElsewhere = addressProblem(text, { schemes: ["https", "http"], hosts }) === null;
  return isElsewhere ? null : `${hostOf(url)} is not on the internet: say internal: true`;
}
