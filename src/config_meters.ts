import type { ConfigPorts } from "./config.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath } from "./config_text.ts";
import { httpMeter, mqttMeter } from "./config_feeds.ts";
import { modbusMeter } from "./config_modbus.ts";
import type { MeterOptions } from "./meters/mod.ts";

/** A problem at a place of the value, before anybody knows its line. */
export interface PlacedProblem {
  readonly path: ConfigPath;
  readonly message: string;
}

type MeterYaml = SiteYaml["meters"][number];

/** The meters of site.yaml as the room `meters` takes them. */
export function meterOptions(
  yaml: SiteYaml,
  ports: ConfigPorts,
): { readonly options: readonly MeterOptions[]; readonly problems: readonly PlacedProblem[] } {
  const problems: PlacedProblem[] = [];
  const options = yaml.meters.flatMap((meter, index): MeterOptions[] => {
    const fuse = fuseOf(yaml, meter.id);
    const made = meterOf(meter, yaml, fuse, ports);
    if (!("problems" in made)) return [made];
    for (const { path, message } of made.problems) {
      problems.push({ path: ["meters", index, ...path], message });
    }
    return [];
  });
  return { options, problems };
}

function meterOf(
  meter: MeterYaml,
  yaml: SiteYaml,
  fuse: { mainFuseAmps?: number },
  ports: ConfigPorts,
): Made {
  switch (meter.driver) {
    case "modbus-tcp":
    case "modbus-rtu":
    case "modbus-rtu-over-tcp":
      return modbusMeter(meter, yaml, fuse, ports);
    case "mqtt":
      return mqttMeter(meter, fuse, ports);
    case "http-json":
      return httpMeter(meter, fuse, ports);
    case "speedwire":
      return {
        driver: "speedwire",
        id: meter.id,
        role: meter.role,
        serial: meter.serial,
        localAddress: meter.localAddress,
        maxAgeMs: meter.maxAge,
        wiring: { lines: meter.lines, inverted: meter.inverted },
        ...fuse,
      };
    case "charger":
      return chargerMeter(meter, yaml);
    case "virtual":
      return {
        driver: "virtual",
        id: meter.id,
        role: meter.role,
        plus: meter.plus,
        minus: meter.minus,
        maxAgeMs: meter.maxAge,
      };
  }
}

function chargerMeter(meter: MeterYaml & { driver: "charger" }, yaml: SiteYaml): Made {
  const place = yaml.chargers.known.flatMap(({ evses }) => evses)
    .find(({ slot }) => slot === meter.slot);
  if (place === undefined) {
    const message = `There is no socket with slot ${meter.slot} under chargers`;
    return { problems: [{ path: ["slot"], message }] };
  }
  return {
    driver: "charger",
    id: meter.id,
    role: meter.role,
    slot: meter.slot,
    maxAgeMs: meter.maxAge,
    wiring: { lines: meter.lines ?? place.phases, inverted: meter.inverted },
  };
}

/** A meter, or what is wrong with its settings; paths begin below the meter. */
export type Made = MeterOptions | { readonly problems: readonly PlacedProblem[] };

/** A current of three times the rating of the circuit that it measures is no current. */
function fuseOf(yaml: SiteYaml, meterId: string): { mainFuseAmps?: number } {
  const limit = yaml.circuits.find(({ meter }) => meter === meterId)?.limit;
  return limit === undefined ? {} : { mainFuseAmps: limit };
}
