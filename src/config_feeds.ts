import type { ConfigPorts } from "./config.ts";
import type { Made, PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import {
  type FilledPreset,
  fillPreset,
  type HttpMeterOptions,
  type MeterPreset,
  type MqttMeterOptions,
  type MqttTopic,
  parseBrokerUrl,
  parseMeterUrl,
  QUANTITIES,
  topicProblems,
  type ValuePlace,
  valueProblems,
} from "./meters/mod.ts";

type MeterYaml = SiteYaml["meters"][number];
type MqttYaml = MeterYaml & { driver: "mqtt" };
type HttpYaml = MeterYaml & { driver: "http-json" };
type Fuse = { readonly mainFuseAmps?: number };

/** A meter that publishes to a broker. */
export function mqttMeter(meter: MqttYaml, fuse: Fuse, ports: ConfigPorts): Made {
  const given = {
    ...(meter.preset !== undefined && meter.topic !== undefined && { topic: meter.topic }),
    ...meter.with,
  };
  if (meter.preset !== undefined && (meter.path ?? meter.scale) !== undefined) {
    const message = "A preset knows its own: give path and scale under topics";
    return { problems: [{ path: ["preset"], message }] };
  }
  const used = presetOf(meter, given, ports);
  if ("problems" in used) return used;
  const broker = parseBrokerUrl(meter.url);
  const topics = merged(
    used.filled?.values.map(presetTopic) ?? ownTopic(meter),
    namedTopics(meter),
  );
  const problems: PlacedProblem[] = [
    ...(broker.ok ? [] : [{ path: ["url"], message: `Cannot use address: ${broker.error}` }]),
    ...topicProblems(topics).map((message) => ({ path: ["topics"], message })),
    ...fileProblems(meter, ports),
  ];
  const certificate = clientCertificate(meter, ports);
  if (problems.length > 0) return { problems };
  return {
    ...common(meter, used.preset, fuse),
    driver: "mqtt",
    url: meter.url,
    topics,
    keepAlive: used.filled?.keepAlive ?? undefined,
    username: meter.username,
    password: meter.password,
    ca: meter.ca === undefined ? undefined : ports.file(meter.ca) ?? undefined,
    clientCertificate: certificate ?? undefined,
    clientId: meter.clientId,
    version: meter.version,
    maxAgeMs: meter.maxAge,
  } satisfies MqttMeterOptions;
}

/** Certificates that were named and are not there: without them the broker would be of no use. */
function fileProblems(meter: MqttYaml | HttpYaml, ports: ConfigPorts): PlacedProblem[] {
  const names = meter.driver === "mqtt" ? ["ca", "cert", "key"] as const : ["ca"] as const;
  const files = names.flatMap((name): PlacedProblem[] => {
    const file = name === "ca" || meter.driver !== "mqtt" ? meter.ca : meter[name];
    if (file === undefined || ports.file(file) !== null) return [];
    return [{ path: [name], message: `There is no file "${file}"` }];
  });
  if (meter.driver !== "mqtt" || (meter.cert === undefined) === (meter.key === undefined)) {
    return files;
  }
  const [given, other] = meter.cert === undefined ? ["key", "cert"] : ["cert", "key"];
  return [...files, { path: [given ?? ""], message: `A client certificate needs ${other} too` }];
}

function clientCertificate({ cert, key }: MqttYaml, ports: ConfigPorts) {
  if (cert === undefined || key === undefined) return null;
  const [certText, keyText] = [ports.file(cert), ports.file(key)];
  return certText === null || keyText === null ? null : { cert: certText, key: keyText };
}

/** `topic` alone is the total power. */
function ownTopic({ topic, path, scale }: MqttYaml): MqttTopic[] {
  return topic === undefined ? [] : [{ quantity: "active_power_total", topic, path, scale }];
}

function namedTopics(meter: MqttYaml): MqttTopic[] {
  return QUANTITIES.flatMap((quantity): MqttTopic[] => {
    const given = meter.topics[quantity];
    if (given === undefined) return [];
    if (typeof given === "string") return [{ quantity, topic: given }];
    const { topic, path, unit, scale, time } = given;
    return [{ quantity, topic, path, unit, scale, timestampPath: time }];
  });
}

function presetTopic(value: FilledPreset["values"][number]): MqttTopic {
  return { ...value, topic: value.topic ?? "" };
}

/** A meter that answers with JSON. */
export function httpMeter(meter: HttpYaml, fuse: Fuse, ports: ConfigPorts): Made {
  const used = presetOf(meter, meter.with, ports);
  if ("problems" in used) return used;
  const url = parseMeterUrl(meter.url);
  const values = merged(used.filled?.values ?? [], namedValues(meter));
  const problems: PlacedProblem[] = [
    ...(url.ok ? [] : [{ path: ["url"], message: `Cannot use address: ${url.error}` }]),
    ...valueProblems(values).map((message) => ({ path: ["values"], message })),
    ...fileProblems(meter, ports),
  ];
  if (!url.ok || problems.length > 0) return { problems };
  // An address with a path of its own means just that.
  const path = url.value.pathname === "/" && url.value.search === "" ? used.filled?.path : null;
  return {
    ...common(meter, used.preset, fuse),
    driver: "http-json",
    url: String(new URL(path ?? "", url.value)),
    values,
    username: meter.username,
    password: meter.password,
    ca: meter.ca === undefined ? undefined : ports.file(meter.ca) ?? undefined,
    intervalMs: meter.interval,
    timeoutMs: meter.timeout,
    maxAgeMs: meter.maxAge,
  } satisfies HttpMeterOptions;
}

function namedValues(meter: HttpYaml): ValuePlace[] {
  return QUANTITIES.flatMap((quantity): ValuePlace[] => {
    const given = meter.values[quantity];
    if (given === undefined) return [];
    if (typeof given === "string") return [{ quantity, path: given }];
    const { path, unit, scale, time } = given;
    return [{ quantity, path, unit, scale, timestampPath: time }];
  });
}

function common(meter: MqttYaml | HttpYaml, preset: MeterPreset | null, fuse: Fuse) {
  return {
    id: meter.id,
    role: meter.role,
    wiring: { lines: meter.lines, inverted: meter.inverted },
    ...(preset !== null && { currentSign: preset.currentSign }),
    ...fuse,
  };
}

/** What site.yaml says of a quantity stands in for what the preset says. */
function merged<T extends ValuePlace>(preset: readonly T[], named: readonly T[]): T[] {
  const isNamed = ({ quantity }: T) => named.some((each) => each.quantity === quantity);
  return [...preset.filter((each) => !isNamed(each)), ...named];
}

type UsedPreset =
  | { readonly preset: MeterPreset; readonly filled: FilledPreset }
  | { readonly preset: null; readonly filled: null }
  | { readonly problems: readonly PlacedProblem[] };

function presetOf(
  meter: MqttYaml | HttpYaml,
  given: Readonly<Record<string, string>>,
  ports: ConfigPorts,
): UsedPreset {
  if (meter.preset === undefined) {
    if (Object.keys(meter.with).length === 0) return { preset: null, filled: null };
    return {
      problems: [{ path: ["with"], message: "Settings of a preset, but there is no preset" }],
    };
  }
  const preset = ports.preset?.(meter.preset) ??
    { problem: `There is no meter preset "${meter.preset}"` };
  if ("problem" in preset) return { problems: [{ path: ["preset"], message: preset.problem }] };
  if (preset.driver !== meter.driver) {
    const message = `Preset ${preset.id} is for driver ${preset.driver}`;
    return { problems: [{ path: ["preset"], message }] };
  }
  const filled = fillPreset(preset, given);
  if (filled.ok) return { preset, filled: filled.value };
  return { problems: filled.error.map((message) => ({ path: ["preset"], message })) };
}
