import { fail, ok, type Result } from "../lib/result.ts";
import type { MeasuredMeter } from "./measured_meter.ts";
import type { BackOff } from "./pace.ts";
import { placeProblems, type ValuePlace } from "./payload.ts";
import type { KeepAlive } from "./preset.ts";
import { isDecisive } from "./quantity.ts";

/** Where one quantity is published. */
export interface MqttTopic extends ValuePlace {
  /** One topic, without wildcards. */
  readonly topic: string;
}

/** A meter that publishes to an MQTT broker. */
export interface MqttMeterOptions extends MeasuredMeter {
  readonly driver: "mqtt";
  /** `mqtt://host:port` or `mqtts://host:port`; the ports default to 1883 and 8883. */
  readonly url: string;
  readonly topics: readonly MqttTopic[];
  /** What the device wants to hear so that it goes on publishing. Default: nothing. */
  readonly keepAlive?: KeepAlive | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The client certificate for brokers that ask for one, and its key, PEM. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** What the broker's certificate must be signed by, PEM. Default: the system's authorities. */
  readonly ca?: string | undefined;
  /**
   * Default: a new one each time, as MQTT.js makes it. With one the broker remembers the meter's
   * subscriptions for a while; no two clients of a broker may share it.
   */
  readonly clientId?: string | undefined;
  /** Default 3.1.1, which every broker speaks. */
  readonly version?: "3.1.1" | "5" | undefined;
  /** The oldest a value may be, in milliseconds. Default 10000. */
  readonly maxAgeMs?: number | undefined;
}

/** From here on a substitute counts instead of the meter, so that older values are of no use. */
export const DEFAULT_MAX_AGE_MS = 10_000;

/** How long values of one moment may take to arrive on their several topics. */
export const GATHER_MS = 200;

/** Energy counters and the frequency come seldom with many devices and decide nothing. */
export const SLOW_MAX_AGE_MS = 300_000;

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
  if (!/^[^+#\0]{1,1024}$/.test(topic.topic)) {
    yield `${topic.quantity}: "${topic.topic}" is not the name of one topic`;
  }
  yield* placeProblems(topic);
}
