import { assertEquals } from "@std/assert";
import mqtt from "mqtt";
import { createMqttContact } from "../../src/signals/mqtt_contact_io.ts";
import type { ContactState } from "../../src/site/mod.ts";
import { MOSQUITTO_BROKER, startMosquitto } from "../support/mosquitto.ts";
import { serverTest } from "../support/required_server.ts";

function contactAt(url: string) {
  const heard: ContactState[] = [];
  let wake = () => {};
  const contact = createMqttContact({
    driver: "mqtt",
    id: "changeover",
    acts: { kind: "source", circuitId: "grid", sourceId: "genset" },
    url,
    topic: "genset/running",
    activePayload: "ON",
    idlePayload: "OFF",
  });
  contact.start((state) => {
    heard.push(state);
    wake();
  });
  return {
    heard,
    async until(count: number) {
      while (heard.length < count) await new Promise<void>((resolve) => wake = resolve);
    },
    [Symbol.asyncDispose]: () => contact.stop(),
  };
}

serverTest(
  MOSQUITTO_BROKER,
  "a contact on MQTT is as it was kept, and then as it is told",
  async () => {
    await using broker = await startMosquitto();
    const device = await mqtt.connectAsync(broker.url);
    await device.publishAsync("genset/running", "ON", { qos: 1, retain: true });
    await using contact = contactAt(broker.url);
    await contact.until(1);
    await device.publishAsync("genset/running", "OFF", { qos: 1 });
    await contact.until(2);
    await device.publishAsync("genset/running", "maybe", { qos: 1 });
    await contact.until(3);
    await device.endAsync();
    assertEquals(contact.heard, [
      { kind: "active" },
      { kind: "idle" },
      { kind: "unread", reason: '"maybe" on "genset/running" is neither of its words' },
    ]);
  },
);

serverTest(
  MOSQUITTO_BROKER,
  "a contact whose broker is gone is unread, and read again when it is back",
  async () => {
    const broker = await startMosquitto();
    const device = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    await device.publishAsync("genset/running", "ON", { qos: 1, retain: true });
    await using contact = contactAt(broker.url);
    await contact.until(1);
    await device.endAsync();
    await broker.stop();
    await contact.until(2);
    assertEquals(contact.heard.map(({ kind }) => kind), ["active", "unread"]);
    await using again = await startMosquitto({ port: broker.port });
    const back = await mqtt.connectAsync(again.url);
    await back.publishAsync("genset/running", "OFF", { qos: 1, retain: true });
    await back.endAsync();
    await contact.until(3);
    assertEquals(contact.heard.at(-1), { kind: "idle" });
  },
);
