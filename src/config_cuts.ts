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
    if (cut.driver === "gpio") {
      const { driver, chip, line, open, feedback } = cut;
      return {
        driver,
        id,
        slots,
        chip,
        line,
        openWhen: open,
        feedback: feedback === undefined
          ? null
          : { line: feedback.line, openWhen: feedback.open, pull: feedback.pull },
      };
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

/** Lines of this machine that contacts and the contactors before this one have. */
function linesInUse(yaml: SiteYaml, index: number): Set<string> {
  const contacts = yaml.contacts.flatMap((each) =>
    each.driver === "gpio" ? [`${each.chip} ${each.line}`] : []
  );
  const cuts = yaml.cuts.slice(0, index).flatMap((each) => {
    if (each.driver !== "gpio") return [];
    const lines = [each.line, ...(each.feedback === undefined ? [] : [each.feedback.line])];
    return lines.map((line) => `${each.chip} ${line}`);
  });
  return new Set([...contacts, ...cuts]);
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
    if (cut.driver === "gpio") {
      const taken = linesInUse(yaml, index);
      const used = [["line", cut.line], ["feedback", cut.feedback?.line]] as const;
      for (const [at, line] of used) {
        if (line === undefined) continue;
        const name = `${cut.chip} ${line}`;
        if (taken.has(name)) add([at], `Line ${line} of ${cut.chip} is something else already`);
        taken.add(name);
      }
      return problems;
    }
    const broker = parseBrokerUrl(cut.url);
    if (!broker.ok) add(["url"], `Cannot use address: ${broker.error}`);
    if (cut.open === cut.closed) add(["closed"], "Open and closed are the same word");
    if (cut.ca !== undefined && sources.file(cut.ca) === null) {
      add(["ca"], `There is no file "${cut.ca}"`);
    }
    return problems;
  });
}
