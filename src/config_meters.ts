import type { ConfigPorts } from "./config.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath, ConfigSources } from "./config_text.ts";
import { type MeterOptions, type MqttTopic, QUANTITIES, topicProblems } from "./meters/mod.ts";
import { parseBrokerUrl } from "./meters/mod.ts";

/** A problem at a place of the value, before anybody knows its line. */
export interface PlacedProblem {
  readonly path: ConfigPath;
  readonly message: string;
}

type MeterYaml = SiteYaml["meters"][number];
type MqttYaml = MeterYaml & { driver: "mqtt" };
type ModbusYaml = MeterYaml & { driver: "modbus-tcp" };

/** The meters of site.yaml as the room `meters` takes them. */
export function meterOptions(
  yaml: SiteYaml,
  ports: ConfigPorts,
): { readonly options: readonly MeterOptions[]; readonly problems: readonly PlacedProblem[] } {
  const problems: PlacedProblem[] = [];
  const options = yaml.meters.flatMap((meter, index): MeterOptions[] => {
    const fuse = fuseOf(yaml, meter.id);
    const made = meter.driver === "mqtt"
      ? mqttMeter(meter, fuse, ports)
      : modbusMeter(meter, fuse, ports);
    if (!("problems" in made)) return [made];
    for (const { path, message } of made.problems) {
      problems.push({ path: ["meters", index, ...path], message });
    }
    return [];
  });
  return { options, problems };
}

type Made = MeterOptions | { readonly problems: readonly PlacedProblem[] };

/** A current of three times the rating of the circuit that it measures is no current. */
function fuseOf(yaml: SiteYaml, meterId: string): { mainFuseAmps?: number } {
  const limit = yaml.circuits.find(({ meter }) => meter === meterId)?.limit;
  return limit === undefined ? {} : { mainFuseAmps: limit };
}

function modbusMeter(
  meter: ModbusYaml,
  fuse: { mainFuseAmps?: number },
  ports: ConfigPorts,
): Made {
  const profile = ports.profile(meter.profile);
  if ("problem" in profile) {
    return { problems: [{ path: ["profile"], message: profile.problem }] };
  }
  return {
    driver: "modbus-tcp",
    id: meter.id,
    role: meter.role,
    host: meter.host,
    port: meter.port,
    unit: meter.unit,
    profile,
    intervalMs: meter.interval,
    readTimeoutMs: meter.timeout,
    wordOrder: meter.wordOrder,
    wiring: { lines: meter.lines, inverted: meter.inverted },
    ...fuse,
  };
}

function mqttMeter(
  meter: MqttYaml,
  fuse: { mainFuseAmps?: number },
  sources: ConfigSources,
): Made {
  const broker = parseBrokerUrl(meter.url);
  const topics = mqttTopics(meter);
  const problems: PlacedProblem[] = [
    ...(broker.ok ? [] : [{ path: ["url"], message: `Cannot use address: ${broker.error}` }]),
    ...topicProblems(topics).map((message) => ({ path: ["topics"], message })),
  ];
  if (problems.length > 0) return { problems };
  return {
    driver: "mqtt",
    id: meter.id,
    role: meter.role,
    url: meter.url,
    topics,
    username: meter.username,
    password: meter.password,
    ca: meter.ca === undefined ? undefined : sources.file(meter.ca) ?? undefined,
    maxAgeMs: meter.maxAge,
    wiring: { lines: meter.lines, inverted: meter.inverted },
    ...fuse,
  };
}

/** `topic` alone is the total power; `topics` names more. */
function mqttTopics(meter: MqttYaml): MqttTopic[] {
  const total: MqttTopic[] = meter.topic === undefined ? [] : [{
    quantity: "active_power_total",
    topic: meter.topic,
    path: meter.path,
    scale: meter.scale,
  }];
  const named = QUANTITIES.flatMap((quantity): MqttTopic[] => {
    const given = meter.topics[quantity];
    if (given === undefined) return [];
    if (typeof given === "string") return [{ quantity, topic: given }];
    const { topic, path, unit, scale, time } = given;
    return [{ quantity, topic, path, unit, scale, timestampPath: time }];
  });
  return [...total, ...named];
}
