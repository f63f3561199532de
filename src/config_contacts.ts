import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigSources } from "./config_text.ts";
import { name } from "./config_words.ts";
import { parseBrokerUrl } from "./meters/mod.ts";
import type { ContactOptions } from "./signals/mod.ts";
import type { ContactEffect } from "./site/mod.ts";

const contactCommon = {
  id: name,
  circuit: name,
  // One of the two: what it limits all chargers below to, or what feeds the circuit then.
  limit: z.union([
    z.strictObject({ amps: z.number().min(0).max(10_000) }),
    z.strictObject({ kW: z.number().min(0).max(10_000) }),
  ]).optional(),
  source: name.optional(),
};

/** A contact of somebody else: a relay of the grid operator, the changeover of a generator. */
export const contactSchema = z.discriminatedUnion("driver", [
  z.strictObject({
    ...contactCommon,
    driver: z.literal("gpio"),
    chip: z.string().regex(/^gpiochip\d{1,3}$/, "Expected a chip such as gpiochip0")
      .default("gpiochip0"),
    line: z.number().int().min(0).max(1_023),
    active: z.enum(["high", "low"]).default("low"),
    pull: z.enum(["up", "down", "none"]).default("up"),
  }),
  z.strictObject({
    ...contactCommon,
    driver: z.literal("mqtt"),
    url: z.string().min(1),
    topic: z.string().regex(/^[^+#\0]{1,1024}$/, "Expected the name of one topic"),
    active: z.string().min(1).max(100).default("on"),
    idle: z.string().min(1).max(100).default("off"),
    username: z.string().optional(),
    password: z.string().optional(),
    ca: z.string().optional(),
  }),
]);

type ContactYaml = SiteYaml["contacts"][number];

/** The contacts of site.yaml as the room `signals` takes them. */
export function contactOptions(yaml: SiteYaml, files: ConfigSources): readonly ContactOptions[] {
  return yaml.contacts.map((contact): ContactOptions => {
    const common = { id: contact.id, acts: effectOf(contact) };
    if (contact.driver === "gpio") {
      const { driver, chip, line, active, pull } = contact;
      return { ...common, driver, chip, line, activeWhen: active, pull };
    }
    const { url, topic, active, idle, username, password, ca } = contact;
    return {
      ...common,
      driver: "mqtt",
      url,
      topic,
      activePayload: active,
      idlePayload: idle,
      username,
      password,
      ca: ca === undefined ? undefined : files.file(ca) ?? undefined,
    };
  });
}

function effectOf({ circuit: circuitId, limit, source }: ContactYaml): ContactEffect {
  if (limit === undefined) return { kind: "source", circuitId, sourceId: source ?? "" };
  return "amps" in limit
    ? { kind: "limit", circuitId, unit: "A", limit: limit.amps }
    : { kind: "limit", circuitId, unit: "W", limit: limit.kW * 1_000 };
}

/** What is wrong with them. */
export function contactProblems(yaml: SiteYaml, files: ConfigSources): PlacedProblem[] {
  return yaml.contacts.flatMap((contact, index): PlacedProblem[] => {
    const problems: PlacedProblem[] = [];
    const add = (path: readonly (string | number)[], message: string) =>
      void problems.push({ path: ["contacts", index, ...path], message });
    const before = yaml.contacts.slice(0, index);
    if (before.some(({ id }) => id === contact.id)) {
      add(["id"], `Contact "${contact.id}" is there twice`);
    }
    effectProblems(contact, before, yaml).forEach(({ path, message }) => add(path, message));
    if (contact.driver === "gpio") {
      const { chip, line } = contact;
      const isTaken = before.some((other) =>
        other.driver === "gpio" && other.chip === chip && other.line === line
      );
      if (isTaken) add(["line"], `Line ${line} of ${chip} is another contact already`);
      return problems;
    }
    const broker = parseBrokerUrl(contact.url);
    if (!broker.ok) add(["url"], `Cannot use address: ${broker.error}`);
    if (contact.active === contact.idle) add(["idle"], "Active and idle are the same word");
    if (contact.ca !== undefined && files.file(contact.ca) === null) {
      add(["ca"], `There is no file "${contact.ca}"`);
    }
    return problems;
  });
}

function effectProblems(
  contact: ContactYaml,
  before: readonly ContactYaml[],
  yaml: SiteYaml,
): PlacedProblem[] {
  const circuit = yaml.circuits.find(({ id }) => id === contact.circuit);
  if (circuit === undefined) {
    return [{ path: ["circuit"], message: `There is no circuit "${contact.circuit}"` }];
  }
  if ((contact.limit === undefined) === (contact.source === undefined)) {
    return [{ path: [], message: "A contact needs a limit or a source, one of the two" }];
  }
  if (contact.source !== undefined && circuit.sources?.[contact.source] === undefined) {
    const message = `Circuit "${circuit.id}" has no source "${contact.source}"`;
    return [{ path: ["source"], message }];
  }
  const acts = effectOf(contact);
  const differs = before.some((other) => {
    const theirs = effectOf(other);
    return acts.kind === "limit" && theirs.kind === "limit" &&
      theirs.circuitId === acts.circuitId && theirs.unit !== acts.unit;
  });
  if (!differs) return [];
  const message = "Contacts of one circuit have to agree on amps or kW: the lowest counts";
  return [{ path: ["limit"], message }];
}
