import mqtt from "mqtt";
import { errorText } from "../lib/log.ts";
import type { Contact, ContactState } from "../site/mod.ts";
import type { MqttContactOptions } from "./contact_options.ts";
import { brokerOptions } from "./_mqtt_broker.ts";

/** Between two attempts to reach the broker. */
const RECONNECT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A broker that answers no ping for one and a half of these is gone. */
const KEEP_ALIVE_S = 15;

/** A contact that is told of on a topic. What the broker kept counts: it is how the contact is. */
export function createMqttContact(options: MqttContactOptions): Contact {
  const { id, acts, topic, activePayload, idlePayload } = options;
  const { host } = new URL(options.url);
  let client: mqtt.MqttClient | null = null;

  function stateOf(payload: string): ContactState {
    if (payload === activePayload) return { kind: "active" };
    if (payload === idlePayload) return { kind: "idle" };
    const said = payload.length > 40 ? `${payload.slice(0, 40)}…` : payload;
    return { kind: "unread", reason: `"${said}" on "${topic}" is neither of its words` };
  }

  return {
    id,
    acts,
    start(hear) {
      let told = "";
      const tell = (state: ContactState) => {
        const key = JSON.stringify(state);
        if (key === told) return;
        told = key;
        hear(state);
      };
      let reason = `no answer from ${host}`;
      const session = mqtt.connect(clientOptions(options));
      client = session;
      session.on("connect", () => {
        session.subscribe(topic, { qos: 1 }, (error) => {
          if (error) tell({ kind: "unread", reason: `${host}: ${errorText(error)}` });
        });
      });
      session.on("message", (from, bytes) => {
        if (from === topic) tell(stateOf(new TextDecoder().decode(bytes.subarray(0, 256)).trim()));
      });
      session.on("error", (error) => reason = `${host}: ${errorText(error)}`);
      session.on("close", () => tell({ kind: "unread", reason }));
    },
    async stop() {
      await client?.endAsync(true);
      client = null;
    },
  };
}

function clientOptions(options: MqttContactOptions): mqtt.IClientOptions {
  return {
    ...brokerOptions(options),
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEP_ALIVE_S,
  };
}
