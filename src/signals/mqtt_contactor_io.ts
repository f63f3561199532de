import mqtt from "mqtt";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { Contactor } from "../site/mod.ts";
import { orderedContactor } from "./_ordered_contactor.ts";
import { CONTACTOR_PATIENCE_MS, type MqttContactorOptions } from "./contactor_options.ts";
import { brokerOptions } from "./_mqtt_broker.ts";

/**
 * A contactor behind a relay that listens to a broker. The order is not retained: a relay that comes
 * back must not be switched by an old word. Where it tells its state, only that word counts.
 */
export function createMqttContactor(options: MqttContactorOptions, clock: Clock): Contactor {
  const { id, slots, topic, stateTopic, openPayload, closedPayload } = options;
  const { host } = new URL(options.url);
  let client: mqtt.MqttClient | null = null;

  function order(payload: string): Promise<Result<void, string>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, string>>();
    const session = mqtt.connect(clientOptions(options));
    client = session;
    const publish = () => {
      session.publish(topic, payload, { qos: 1, retain: false }, (error) => {
        if (error) resolve(fail(`${host}: ${errorText(error)}`));
        else if (stateTopic === null) resolve(ok(undefined));
      });
    };
    session.on("error", (error) => resolve(fail(`${host}: ${errorText(error)}`)));
    session.on("close", () => resolve(fail(`${host} closed the connection`)));
    session.on("message", (from, bytes, { retain }) => {
      // What was kept from before says nothing about this order.
      if (retain || from !== stateTopic) return;
      if (new TextDecoder().decode(bytes).trim() === payload) resolve(ok(undefined));
    });
    session.on("connect", () => {
      if (stateTopic === null) return publish();
      session.subscribe(stateTopic, { qos: 1 }, (error) => {
        if (error) resolve(fail(`${host}: ${errorText(error)}`));
        else publish();
      });
    });
    return promise;
  }

  return orderedContactor({ id, slots }, {
    address: host,
    silence: stateTopic === null ? `no answer from ${host}` : `no word on "${stateTopic}"`,
    order: (isOpen) => order(isOpen ? openPayload : closedPayload),
    letGo() {
      client?.end(true);
      client = null;
    },
  }, clock);
}

function clientOptions(options: MqttContactorOptions): mqtt.IClientOptions {
  return {
    ...brokerOptions(options),
    reconnectPeriod: 0,
    connectTimeout: CONTACTOR_PATIENCE_MS,
  };
}
