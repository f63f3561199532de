import { assert, assertEquals } from "@std/assert";
import mqtt from "mqtt";
import { failure } from "../support/meters.ts";
import {
  makeTestCertificates,
  MOSQUITTO_BROKER,
  MOSQUITTO_WITH_TLS,
  startMosquitto,
} from "../support/mosquitto.ts";
import { listenToPower, POWER_TOPIC } from "../support/mqtt_meter.ts";
import { serverTest } from "../support/required_server.ts";

const VERSIONS = ["3.1.1", "5"] as const;

/** Publishes one message and leaves. */
async function publish(
  url: string,
  payload: string,
  { retain = false, ...options }: mqtt.IClientOptions & { readonly retain?: boolean } = {},
) {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  await client.publishAsync(POWER_TOPIC, payload, { qos: 1, retain });
  await client.endAsync();
}

for (const version of VERSIONS) {
  const sign = version === "5" ? "p5" : "p2";

  serverTest(MOSQUITTO_BROKER, `MQTT ${version}: live values count, kept ones do not`, async () => {
    await using broker = await startMosquitto();
    await publish(broker.url, "1", { retain: true });
    await using site = listenToPower(broker.url, { version });
    await broker.logged("r1, m0, 'solar/power'");
    await publish(broker.url, "2");
    await site.heard.until(({ samples }) => samples.length > 0);
    assertEquals(site.heard.samples.map(({ totalPowerW }) => totalPowerW), [2]);
    await broker.logged(`(${sign}, c1`);
  });

  serverTest(MOSQUITTO_BROKER, `MQTT ${version}: a wrong password is said`, async () => {
    await using broker = await startMosquitto({ users: { meter: "right" } });
    await using site = listenToPower(broker.url, { version, username: "meter", password: "wrong" });
    await site.heard.until((heard) => heard.current().kind === "failing");
    assertEquals(
      failure(site.heard.current()),
      `127.0.0.1:${broker.port} refuses the user name or password`,
    );
  });

  serverTest(
    MOSQUITTO_BROKER,
    `MQTT ${version}: a client with a name is remembered, but hears nothing old when it is back`,
    async () => {
      await using broker = await startMosquitto();
      {
        await using _first = listenToPower(broker.url, { version, clientId: "hall" });
        await broker.logged("Sending SUBACK");
      }
      await publish(broker.url, "1");
      await using again = listenToPower(broker.url, { version, clientId: "hall" });
      await broker.logged("Sending SUBACK", 2);
      await publish(broker.url, "2");
      await again.heard.until(({ samples }) => samples.length > 0);
      assertEquals(again.heard.samples.map(({ totalPowerW }) => totalPowerW), [2]);
      await broker.logged(`as hall (${sign}, c0`, 2);
    },
  );

  serverTest(
    MOSQUITTO_WITH_TLS,
    `MQTT ${version}: with TLS and a certificate of its own`,
    async () => {
      const { ca, cert, key } = await makeTestCertificates();
      await using broker = await startMosquitto({ tls: { cert, key, clientCa: ca } });
      await using site = listenToPower(broker.url, {
        version,
        ca,
        clientCertificate: { cert, key },
      });
      await broker.logged("Sending SUBACK");
      await publish(broker.url, "3", { ca, cert, key });
      await site.heard.until(({ samples }) => samples.length === 1);
    },
  );

  serverTest(
    MOSQUITTO_BROKER,
    `MQTT ${version}: a device that falls asleep is kept awake`,
    async () => {
      await using broker = await startMosquitto();
      // As a GX device of Victron does: it tells its values when it is asked, and then falls silent.
      const device = await mqtt.connectAsync(broker.url);
      await device.subscribeAsync("R/c0619/keepalive", { qos: 0 });
      let asked = 0;
      device.on(
        "message",
        () => void device.publish(POWER_TOPIC, JSON.stringify({ value: ++asked })),
      );
      {
        await using site = listenToPower(broker.url, {
          version,
          topics: [{ quantity: "active_power_total", topic: POWER_TOPIC, path: "value" }],
          keepAlive: { topic: "R/c0619/keepalive", payload: "", everyMs: 50 },
        });
        await site.heard.until(({ samples }) => samples.length >= 3);
        assert(site.heard.samples.every(({ totalPowerW }) => (totalPowerW ?? 0) > 0));
      }
      await device.endAsync();
    },
  );
}
