import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigSources } from "./config_text.ts";
import { parseBrokerUrl } from "./meters/mod.ts";
import type { ContactorOptions } from "./signals/mod.ts";

/** The contactors of site.yaml as the room `signals` takes them. */
export function contactorOptions(
  yaml: SiteYaml,
  sources: ConfigSources,
): readonly ContactorOptions[] {
  return yaml.cuts.map((cut): ContactorOptions => {
    const { id, slots } = cut;
    if (cut.driver === "modbus-tcp") {
      const { driver, host, port, unit, coil, open } = cut;
      return { driver, id, slots, host, port, unit, coil, openWhenOn: open === "on" };
    }
    return {
      driver: "mqtt",
      id,
      slots,
      url: cut.url,
      topic: cut.topic,
      openPayload: cut.open,
      closedPayload: cut.closed,
      stateTopic: cut.state ?? null,
      username: cut.username,
      password: cut.password,
      ca: cut.ca === undefined ? undefined : sources.file(cut.ca) ?? undefined,
    };
  });
}

/** What is wrong with them. */
export function cutProblems(yaml: SiteYaml, sources: ConfigSources): PlacedProblem[] {
  const known = new Set(yaml.chargers.known.flatMap(({ evses }) => evses.map(({ slot }) => slot)));
  return yaml.cuts.flatMap((cut, index): PlacedProblem[] => {
    const problems: PlacedProblem[] = [];
    const add = (path: readonly (string | number)[], message: string) =>
      void problems.push({ path: ["cuts", index, ...path], message });
    if (yaml.cuts.findIndex(({ id }) => id === cut.id) < index) {
      add(["id"], `Contactor "${cut.id}" is there twice`);
    }
    cut.slots.forEach((slot, at) => {
      if (!known.has(slot)) add(["slots", at], `No known charger has slot ${slot}`);
      else if (cut.slots.indexOf(slot) < at) add(["slots", at], `Slot ${slot} is there twice`);
    });
    if (cut.driver === "modbus-tcp") return problems;
    const broker = parseBrokerUrl(cut.url);
    if (!broker.ok) add(["url"], `Cannot use address: ${broker.error}`);
    if (cut.open === cut.closed) add(["closed"], "Open and closed are the same word");
    if (cut.ca !== undefined && sources.file(cut.ca) === null) {
      add(["ca"], `There is no file "${cut.ca}"`);
    }
    return problems;
  });
}
