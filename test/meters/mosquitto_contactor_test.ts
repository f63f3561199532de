import mqtt from "mqtt";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createMqttContactor } from "../../src/signals/mqtt_contactor_io.ts";
import { contactorContract } from "../contract/contactor.ts";
import { serverTest } from "../support/required_server.ts";
import { MOSQUITTO_BROKER, startMosquitto } from "../support/mosquitto.ts";

contactorContract("MQTT relay behind mosquitto", async () => {
  const broker = await startMosquitto();
  const relay = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  let isOpen: boolean | null = null;
  let isWelded = false;
  await relay.subscribeAsync("relay/set", { qos: 1 });
  relay.on("message", (_topic, bytes) => {
    if (!isWelded) isOpen = new TextDecoder().decode(bytes) === "OPEN";
    relay.publish("relay/state", isOpen ? "OPEN" : "CLOSED", { qos: 1 });
  });
  let isCut = false;
  const cutCable = async () => {
    if (isCut) return;
    isCut = true;
    await relay.endAsync(true);
    await broker.stop();
  };
  const contactor = createMqttContactor({
    driver: "mqtt",
    id: "row-a",
    slots: [1],
    url: broker.url,
    topic: "relay/set",
    openPayload: "OPEN",
    closedPayload: "CLOSED",
    stateTopic: "relay/state",
  }, createSystemClock());
  return {
    contactor,
    isOpen: () => isOpen,
    weld: () => void (isWelded = true),
    cutCable,
    [Symbol.asyncDispose]: cutCable,
  };
}, (name, run) => serverTest(MOSQUITTO_BROKER, name, run));
