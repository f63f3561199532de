import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigSources } from "./config_text.ts";
import { duration, name } from "./config_words.ts";
import { parseJsonPath } from "./lib/json_path.ts";
import { CONTACTS_SIGNAL, type SignalOptions, type SignalPlan } from "./signals/mod.ts";
import type { SignalAmount } from "./site/mod.ts";

const kW = z.number().min(0).max(10_000);
const amount = z.union([
  z.strictObject({ amps: z.number().min(0).max(10_000) }),
  z.strictObject({ kW }),
]);

const level = z.strictObject({ kW });

const signalCommon = {
  id: name.refine(
    (id) => id !== CONTACTS_SIGNAL,
    `"${CONTACTS_SIGNAL}" is what contacts are called`,
  ),
  circuit: name,
  // What the limit is about: the chargers together, or all that the circuit draws.
  counts: z.enum(["chargers", "everything"]),
  silentAfter: duration.default(15 * 60_000)
    .refine((ms) => ms >= 5_000, "Less than 5 s is no silence"),
  fallback: amount.optional(),
};

const interval = duration.refine((ms) => ms >= 5_000, "No more often than each 5 s");
const secret = z.string().min(1).max(4_096);
const https = z.string().max(2_000).refine(isSafeUrl, {
  message: "Expected https://host/path (http:// only on this machine), without credentials or #",
});

/** Somebody outside who limits circuits, and is heard over the network. */
export const signalSchema = z.discriminatedUnion("driver", [
  z.strictObject({
    ...signalCommon,
    // The capacity of OpenADR is what the site imports.
    counts: signalCommon.counts.default("everything"),
    driver: z.literal("openadr"),
    url: https,
    version: z.enum(["3.0", "3.1"]).default("3.1"),
    clientId: secret,
    clientSecret: secret,
    scope: z.string().max(4_096).optional(),
    tokenUrl: https.optional(),
    ca: z.string().optional(),
    program: z.string().min(1).max(128).optional(),
    targets: z.array(z.string().min(1).max(128)).max(50).default([]),
    targetType: z.string().min(1).max(128).default("GROUP"),
    // What the levels of SIMPLE events mean here; 0 is normal operation.
    levels: z.strictObject({ 1: level.optional(), 2: level.optional(), 3: level.optional() })
      .prefault({}),
    venName: z.string().min(1).max(128).optional(),
    interval: interval.default(60_000),
  }),
  z.strictObject({
    ...signalCommon,
    counts: signalCommon.counts.default("chargers"),
    driver: z.literal("http-json"),
    url: https,
    path: z.string().min(1).max(200),
    unit: z.enum(["A", "W", "kW"]).default("kW"),
    token: secret.optional(),
    ca: z.string().optional(),
    interval: interval.default(10_000),
  }),
  z.strictObject({
    ...signalCommon,
    counts: signalCommon.counts.default("chargers"),
    driver: z.literal("api"),
  }),
]);

type SignalYaml = SiteYaml["signals"][number];

/** A secret is not told in the clear, but to a program on this machine. */
function isSafeUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && isHere);
}

/** The signals of site.yaml as the room `signals` takes them. */
export function signalOptions(yaml: SiteYaml, files: ConfigSources): readonly SignalOptions[] {
  return yaml.signals.map((signal): SignalOptions => {
    const plan = planOf(signal);
    const fileOf = (path: string | undefined) =>
      path === undefined ? undefined : files.file(path) ?? undefined;
    switch (signal.driver) {
      case "api":
        return { driver: "api", plan };
      case "http-json": {
        const { driver, url, path, unit, token, interval: intervalMs } = signal;
        return { driver, plan, url, path, unit, token, ca: fileOf(signal.ca), intervalMs };
      }
      case "openadr": {
        const { driver, version, clientId, clientSecret, scope, tokenUrl, program } = signal;
        const { targets, targetType, venName, interval: intervalMs } = signal;
        const levelsW = new Map(
          Object.entries(signal.levels).flatMap(([level, said]) =>
            said === undefined ? [] : [[Number(level), said.kW * 1_000] as const]
          ),
        );
        const url = signal.url.replace(/\/+$/, "");
        const asked = { url, version, clientId, clientSecret, scope, tokenUrl, program };
        const meant = { targets, targetType, levelsW, venName, intervalMs };
        return { driver, plan, ...asked, ...meant, ca: fileOf(signal.ca) };
      }
    }
  });
}

function planOf({ id, driver, circuit, counts, silentAfter, fallback }: SignalYaml): SignalPlan {
  return {
    id,
    by: `${driver} ${id}`,
    circuitId: circuit,
    counts,
    silentAfterMs: silentAfter,
    fallback: fallback === undefined ? null : amountOf(fallback),
  };
}

function amountOf(said: z.output<typeof amount>): SignalAmount {
  return "amps" in said
    ? { unit: "A", limit: said.amps }
    : { unit: "W", limit: Math.round(said.kW * 1_000) };
}

/** What is wrong with them. */
export function signalProblems(yaml: SiteYaml, files: ConfigSources): PlacedProblem[] {
  return yaml.signals.flatMap((signal, index): PlacedProblem[] => {
    const problems: PlacedProblem[] = [];
    const add = (path: readonly (string | number)[], message: string) =>
      void problems.push({ path: ["signals", index, ...path], message });
    if (yaml.signals.findIndex(({ id }) => id === signal.id) < index) {
      add(["id"], `Signal "${signal.id}" is there twice`);
    }
    if (!yaml.circuits.some(({ id }) => id === signal.circuit)) {
      add(["circuit"], `There is no circuit "${signal.circuit}"`);
    }
    if (signal.driver === "api") return problems;
    if (signal.ca !== undefined && files.file(signal.ca) === null) {
      add(["ca"], `There is no file "${signal.ca}"`);
    }
    if (signal.interval >= signal.silentAfter) {
      add(["silentAfter"], "It would count as silent before it is asked again");
    }
    if (signal.driver === "http-json") {
      const path = parseJsonPath(signal.path);
      if (!path.ok) add(["path"], path.error);
    }
    return problems;
  });
}
