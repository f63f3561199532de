import { Buffer } from "node:buffer";
import mqtt from "mqtt";
import { compact } from "../../lib/json.ts";
import { errorText } from "../../lib/log.ts";
import type { MqttLink } from "./mqtt_link.ts";
import { birthTopic } from "./discovery.ts";
import type { PublishingOptions } from "./publishing_options.ts";
import { OFFLINE, topicsOf } from "./topics.ts";

/** Between two attempts to reach the broker. */
const RECONNECT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_S = 30;
/** Messages that the broker has not taken yet; a slow one gets the newest state later. */
const WAITING_MAX = 500;
/** The last word is not waited for longer than this. */
const GOODBYE_MS = 2_000;

/** Connects to the broker of the options; nothing is remembered there of a connection that ended. */
export function createMqttLink(options: PublishingOptions): MqttLink {
  const { qos } = options;
  const { host } = new URL(options.url);
  const topics = topicsOf(options.prefix);
  let client: mqtt.MqttClient | null = null;
  let waiting = 0;

  return {
    start(listener) {
      let reason = `no answer from ${host}`;
      const session = mqtt.connect(clientOptions(options));
      client = session;
      const wanted = [
        ...(options.commands ? topics.orders : []),
        ...(options.discoveryPrefix === null ? [] : [birthTopic(options.discoveryPrefix)]),
      ];
      session.on("connect", () => {
        if (wanted.length === 0) return listener.connected();
        session.subscribe(wanted, { qos }, (error) => {
          if (error) listener.disconnected(`${host}: ${errorText(error)}`);
          else listener.connected();
        });
      });
      session.on("message", (topic, bytes, { retain }) => {
        listener.message(topic, new TextDecoder().decode(bytes.subarray(0, 4_096)), retain);
      });
      session.on("error", (error) => reason = `${host}: ${errorText(error)}`);
      session.on("close", () => listener.disconnected(reason));
    },
    publish(topic, payload, retain) {
      if (client === null || !client.connected || waiting >= WAITING_MAX) return false;
      waiting++;
      client.publish(topic, payload, { qos, retain }, () => void waiting--);
      return true;
    },
    async stop() {
      const session = client;
      if (session === null) return;
      if (session.connected) {
        // The will is for connections that break: this one says goodbye itself.
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, GOODBYE_MS);
          session.publish(topics.status, OFFLINE, { qos, retain: true }, () => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
      client = null;
      await session.endAsync(true);
    },
  };
}

function clientOptions(options: PublishingOptions): mqtt.IClientOptions {
  const { protocol, hostname, port } = new URL(options.url);
  const isSecure = protocol === "mqtts:";
  const { username, password, ca } = options;
  return {
    ...compact({ username, password, ca }),
    protocol: isSecure ? "mqtts" : "mqtt",
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 8883 : 1883) : Number(port),
    protocolVersion: 4,
    clean: true,
    // What happened while it was away is of no use: the state of now goes out when it is back.
    queueQoSZero: false,
    resubscribe: false,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEP_ALIVE_S,
    timerVariant: "native",
    will: {
      topic: topicsOf(options.prefix).status,
      payload: Buffer.from(OFFLINE),
      qos: 1,
      retain: true,
    },
  };
}
