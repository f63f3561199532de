import mqtt from "mqtt";
import { type Clock, every } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import { createPacketWatch } from "./_packet_watch.ts";
import { type Broker, type MqttMeterOptions, PACKET_LIMIT_BYTES } from "./mqtt_options.ts";
import { codeOf, networkReason } from "../lib/network_reason.ts";
import type { KeepAlive } from "./preset.ts";

/** One connection to a broker. */
export interface SessionOptions {
  readonly broker: Broker;
  readonly topics: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId?: string | undefined;
  readonly version?: MqttMeterOptions["version"];
  readonly keepAlive?: KeepAlive | undefined;
  readonly ca?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
}

/** Hears a session. */
export interface SessionListener {
  /** The broker has taken every subscription. */
  subscribed(): void;
  message(topic: string, payload: Uint8Array, retained: boolean): void;
}

/** Fits into the patience of a lost meter: what takes longer does not help any more. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A broker that answers no ping for one and a half of these is gone. */
const KEEP_ALIVE_S = 15;
/** From here on a subscription is refused (MQTT 3.1.1, §3.9.3; MQTT 5, §3.9.3 says why). */
const REFUSED = 0x80;
/** How long a broker is to remember a client that has a name, in seconds. */
const SESSION_EXPIRY_S = 300;

/**
 * Connects, subscribes and listens until the connection ends or `stop` aborts. Resolves with the
 * reason when everything is closed; never rejects.
 *
 * MQTT.js could reconnect by itself, but only at a fixed pace and on its own timers.
 */
export function runSession(
  options: SessionOptions,
  listener: SessionListener,
  clock: Clock,
  stop: AbortSignal,
): Promise<string> {
  const { address } = options.broker;
  const { promise, resolve } = Promise.withResolvers<string>();
  let reason: string | null = null;
  let stopKeepingAwake = () => {};
  // A port without TLS breaks off as soon as it sees the first message of it.
  let isSpoken = !options.broker.secure;
  const client = mqtt.connect(clientOptions(options));
  const end = (why?: string) => {
    reason ??= why ?? null;
    client.end(true);
  };
  const reasonOf = (error: Error) =>
    !isSpoken && isBrokenOff(error) ? noTls(address) : sessionReason(error, address);
  const onStop = () => end();
  stop.addEventListener("abort", onStop, { once: true });
  const watch = createPacketWatch(PACKET_LIMIT_BYTES);
  client.stream.on("data", (bytes: Uint8Array) => {
    isSpoken = true;
    const size = watch.see(bytes);
    if (size !== null) end(`${address} sent a packet of ${size} bytes`);
  });
  // MQTT.js keeps errors without a system code to itself; the stream tells them all.
  client.stream.on("error", (error: Error) => end(reasonOf(error)));
  client.stream.once("secureConnect", () => isSpoken = true);
  client.on("connect", () => {
    client.subscribe([...options.topics], { qos: 0 }, (error, _asked, answer) => {
      const refused = options.topics.filter((_, index) => isRefused(answer?.granted[index]));
      if (refused.length > 0) end(`${address} refuses the subscription to ${refused.join(", ")}`);
      else if (error !== null) end(reasonOf(error));
      else {
        listener.subscribed();
        stopKeepingAwake = keepAwake(client, options.keepAlive, clock);
      }
    });
  });
  client.on("message", (topic, payload, packet) => {
    listener.message(topic, payload, packet.retain);
  });
  client.on("error", (error) => end(reasonOf(error)));
  client.on("close", () => {
    stop.removeEventListener("abort", onStop);
    stopKeepingAwake();
    resolve(reason ?? (isSpoken ? `${address} closed the connection` : noTls(address)));
  });
  if (stop.aborted) onStop();
  return promise;
}

function isRefused(code: unknown): boolean {
  return typeof code === "number" && code >= REFUSED;
}

/** Asks the device again and again to go on publishing. The returned function ends that. */
function keepAwake(
  client: mqtt.MqttClient,
  keepAlive: KeepAlive | undefined,
  clock: Clock,
): () => void {
  if (keepAlive === undefined) return () => {};
  const ask = () => void client.publish(keepAlive.topic, keepAlive.payload, { qos: 0 });
  ask();
  return every(clock, keepAlive.everyMs, ask);
}

function clientOptions(options: SessionOptions): mqtt.IClientOptions {
  const { broker, clientCertificate } = options;
  return compact({
    protocol: broker.secure ? "mqtts" as const : "mqtt" as const,
    host: broker.host,
    port: broker.port,
    username: options.username,
    password: options.password,
    clientId: options.clientId,
    ca: options.ca,
    cert: clientCertificate?.cert,
    key: clientCertificate?.key,
    protocolVersion: options.version === "5" ? 5 as const : 4 as const,
    // The broker remembers who has a name. It keeps no message for us: subscriptions are of QoS 0.
    clean: options.clientId === undefined,
    properties: options.version === "5" && options.clientId !== undefined
      ? { sessionExpiryInterval: SESSION_EXPIRY_S }
      : undefined,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEP_ALIVE_S,
    timerVariant: "native" as const,
  });
}

/** CONNACK codes, first of MQTT 3.1.1 (§3.2.2.3). */
const REFUSALS: Readonly<Record<number, string>> = {
  1: "does not speak MQTT 3.1.1",
  2: "refuses the client id",
  3: "is out of service",
  4: "refuses the user name or password",
  5: "refuses the user name or password",
  // MQTT 5, §3.2.2.2.
  132: "does not speak MQTT 5",
  133: "refuses the client id",
  134: "refuses the user name or password",
  135: "refuses the user name or password",
  136: "is out of service",
  137: "is busy",
  138: "has shut us out",
};

function noTls(address: string): string {
  return `${address} does not speak TLS`;
}

/** True where the other side cannot have understood. */
function isBrokenOff(error: Error): boolean {
  return ["ECONNRESET", "EPIPE", "EPROTO"].includes(codeOf(error) ?? "") ||
    /wrong version number|InvalidContentType|corrupt message|unexpected eof/i.test(error.message);
}

function sessionReason(error: Error, address: string): string {
  const code = "code" in error ? error.code : undefined;
  const refusal = typeof code === "number" ? REFUSALS[code] : undefined;
  if (refusal !== undefined) return `${address} ${refusal}`;
  if (/connack timeout/i.test(error.message)) return networkReason({ code: "ETIMEDOUT" }, address);
  if (/certificate/i.test(error.message)) {
    return `the certificate of ${address} is not trusted: ${error.message}`;
  }
  return networkReason(error, address);
}
