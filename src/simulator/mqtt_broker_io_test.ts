import { assertEquals, assertRejects } from "@std/assert";
import { connectAsync } from "mqtt";
import { startMqttBroker } from "./mqtt_broker_io.ts";

Deno.test("the broker hands on what is published, before and after somebody listens", async () => {
  const broker = await startMqttBroker({ host: "127.0.0.1", port: 0 });
  broker.publish("solar/power", "1200");
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  const heard: string[] = [];
  const second = Promise.withResolvers<void>();
  client.on("message", (topic, payload) => {
    heard.push(`${topic} ${payload}`);
    if (heard.length === 1) broker.publish("solar/power", "1300");
    else second.resolve();
  });
  await client.subscribeAsync("solar/#");
  await second.promise;
  assertEquals(heard, ["solar/power 1200", "solar/power 1300"]);
  await client.endAsync();
  await broker.stop();
});

Deno.test("stop() drops whoever is still connected", async () => {
  const broker = await startMqttBroker({ host: "127.0.0.1", port: 0 });
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
  await broker.stop();
  await closed;
  await client.endAsync();
});

Deno.test("a taken port is said to be", async () => {
  const broker = await startMqttBroker({ host: "127.0.0.1", port: 0 });
  await assertRejects(() => startMqttBroker({ host: "127.0.0.1", port: broker.port }));
  await broker.stop();
});
