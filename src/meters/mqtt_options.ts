import type { MeterRole } from "../site/mod.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { parseJsonPath } from "./json_path.ts";
import type { BackOff } from "./pace.ts";
import type { PlausibilityLimits } from "./plausibility.ts";
import { isDecisive, type Quantity } from "./quantity.ts";
import { type Unit, unitFits } from "./unit.ts";
import type { Wiring } from "./wiring.ts";

/** Where one quantity is published. */
export interface MqttTopic {
  readonly quantity: Quantity;
  /** One topic, without wildcards. */
  readonly topic: string;
  /** Where the number lies in a JSON payload; absent for a payload that is a plain number. */
  readonly path?: string | undefined;
  /** Default: the base unit of the quantity (V, A, W, Hz, Wh). */
  readonly unit?: Unit | undefined;
  /** The published number times this is the value in `unit`; negative turns the sign. Default 1. */
  readonly scale?: number | undefined;
  /** Where the device's own time lies in a JSON payload: ISO 8601, or Unix seconds or milliseconds. */
  readonly timestampPath?: string | undefined;
}

/** A meter that publishes to an MQTT broker. */
export interface MqttMeterOptions {
  readonly driver: "mqtt";
  readonly id: string;
  readonly role: MeterRole;
  /** `mqtt://host:port` or `mqtts://host:port`; the ports default to 1883 and 8883. */
  readonly url: string;
  readonly topics: readonly MqttTopic[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The client certificate for brokers that ask for one, and its key, PEM. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** What the broker's certificate must be signed by, PEM. Default: the system's authorities. */
  readonly ca?: string | undefined;
  /** Default: a new one each time, as MQTT.js makes it. */
  readonly clientId?: string | undefined;
  /** The oldest a value may be, in milliseconds. Default 10000. */
  readonly maxAgeMs?: number | undefined;
  /** Default: three lines, straight. */
  readonly wiring?: Wiring | undefined;
  /** Default `from-power`. */
  readonly currentSign?: "from-power" | "signed" | undefined;
  /** See `PlausibilityLimits`; absent: currents are not checked against a fuse. */
  readonly mainFuseAmps?: PlausibilityLimits["mainFuseAmps"];
  /** Default 60; 0 switches the check off. */
  readonly frozenAfterReadings?: number | undefined;
}

/** From here on a substitute counts instead of the meter, so that older values are of no use. */
export const DEFAULT_MAX_AGE_MS = 10_000;

/** How long values of one moment may take to arrive on their several topics. */
export const GATHER_MS = 200;

/** Energy counters and the frequency come seldom with many devices and decide nothing. */
export const SLOW_MAX_AGE_MS = 300_000;

/** The largest payload that is looked at. */
export const PAYLOAD_LIMIT_BYTES = 65_536;

/** The largest packet that is received at all; a larger one ends the connection. */
export const PACKET_LIMIT_BYTES = 262_144;

/** Between two attempts to reach a broker. */
export const BROKER_BACK_OFF: BackOff = { firstMs: 1_000, longestMs: 30_000 };

/** Where a broker is. */
export interface Broker {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** "host:port", for reasons. */
  readonly address: string;
}

/** Reads the address of a broker. Names and passwords do not belong into it: they would be logged. */
export function parseBrokerUrl(text: string): Result<Broker, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^mqtts?:$/.test(url.protocol) || url.hostname === "") {
    return fail(`expected mqtt://host:port or mqtts://host:port`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail("name and password belong into username and password, not into the address");
  }
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") {
    return fail("an MQTT address ends with its port");
  }
  const secure = url.protocol === "mqtts:";
  const port = url.port === "" ? (secure ? 8883 : 1883) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return ok({ secure, host, port, address: `${url.hostname}:${port}` });
}

/** What is wrong with the topics of a meter; empty when nothing is. */
export function topicProblems(topics: readonly MqttTopic[]): readonly string[] {
  const problems = topics.flatMap((topic, index) => [
    ...problemsOf(topic),
    ...(topics.findIndex((other) => other.quantity === topic.quantity) < index
      ? [`${topic.quantity} is there twice`]
      : []),
  ]);
  if (topics.some(({ quantity }) => isDecisive(quantity))) return problems;
  return [...problems, "a meter needs a topic for a current or an active power"];
}

function* problemsOf(topic: MqttTopic): Generator<string> {
  const { quantity } = topic;
  if (!/^[^+#\0]{1,1024}$/.test(topic.topic)) {
    yield `${quantity}: "${topic.topic}" is not the name of one topic`;
  }
  if (topic.unit !== undefined && !unitFits(topic.unit, quantity)) {
    yield `${quantity} cannot be in ${topic.unit}`;
  }
  if (topic.scale !== undefined && !(Number.isFinite(topic.scale) && topic.scale !== 0)) {
    yield `${quantity}: the scale must be a number other than 0`;
  }
  for (const path of [topic.path, topic.timestampPath]) {
    const parsed = path === undefined ? null : parseJsonPath(path);
    if (parsed !== null && !parsed.ok) yield `${quantity}: ${parsed.error}`;
  }
}
