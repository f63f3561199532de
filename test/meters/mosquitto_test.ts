import { assert, assertEquals } from "@std/assert";
import mqtt from "mqtt";
import { failure } from "../support/meters.ts";
import {
  makeTestCertificates,
  MOSQUITTO_BROKER,
  MOSQUITTO_WITH_TLS,
  type MosquittoBroker,
  startMosquitto,
} from "../support/mosquitto.ts";
import { listenToPower, POWER_TOPIC } from "../support/mqtt_meter.ts";
import { serverTest } from "../support/required_server.ts";

/** Somebody who publishes. */
async function publisher(url: string, options: mqtt.IClientOptions = {}) {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  return {
    /** Resolves when the broker has taken the message. */
    async publish(topic: string, payload: string, retain = false) {
      await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync();
    },
  };
}

/** Resolves when the meter listens, for the first or a later time. */
function subscribed(broker: MosquittoBroker, times = 1): Promise<void> {
  return broker.logged("Sending SUBACK", times);
}

serverTest(MOSQUITTO_BROKER, "a plain number becomes a sample", async () => {
  await using broker = await startMosquitto();
  await using site = listenToPower(broker.url);
  await subscribed(broker);
  await using source = await publisher(broker.url);
  await source.publish(POWER_TOPIC, "-4200.5");
  await site.heard.until(({ samples }) => samples.length === 1);
  const { atMonoMs, atWallMs, ...sample } = site.heard.samples[0] ?? {};
  assert(atMonoMs !== undefined && atWallMs !== undefined);
  assertEquals(sample, { meterId: "pv", totalPowerW: -4_200.5 });
  assertEquals(site.heard.healths.map(({ kind }) => kind), ["waiting", "good"]);
});

serverTest(MOSQUITTO_BROKER, "several topics, plain and JSON, become one sample", async () => {
  await using broker = await startMosquitto();
  await using site = listenToPower(broker.url, {
    role: "grid",
    topics: [
      { quantity: "current_l1", topic: "em", path: "a_current" },
      { quantity: "current_l2", topic: "em", path: "b_current" },
      { quantity: "current_l3", topic: "em", path: "c_current" },
      { quantity: "active_power_l1", topic: "em", path: 'phases["a"][0]' },
      { quantity: "active_power_l2", topic: "em", path: 'phases["b"][0]' },
      { quantity: "active_power_l3", topic: "em", path: 'phases["c"][0]' },
      { quantity: "energy_import_total", topic: "energy", unit: "kWh" },
    ],
  });
  await subscribed(broker);
  await using source = await publisher(broker.url);
  await source.publish("energy", "12.5");
  await source.publish(
    "em",
    JSON.stringify({
      a_current: 10,
      b_current: "4.5",
      c_current: 0,
      phases: { a: [2_300], b: [-1_000], c: [0] },
    }),
  );
  await site.heard.until(({ samples }) => samples.length === 1);
  const { currentsAmps, powersW, totalPowerW, importWh } = site.heard.samples[0] ?? {};
  assertEquals({ currentsAmps, powersW, totalPowerW, importWh }, {
    currentsAmps: { L1: 10, L2: -4.5, L3: 0 },
    powersW: { L1: 2_300, L2: -1_000, L3: 0 },
    totalPowerW: 1_300,
    importWh: 12_500,
  });
});

serverTest(MOSQUITTO_BROKER, "a retained value is ignored until a live one comes", async () => {
  await using broker = await startMosquitto();
  await using source = await publisher(broker.url);
  await source.publish(POWER_TOPIC, "1", true);
  await using site = listenToPower(broker.url);
  await broker.logged("r1, m0, 'solar/power'");
  await source.publish(POWER_TOPIC, "2", true);
  await site.heard.until(({ samples }) => samples.length > 0);
  assertEquals(site.heard.samples.map(({ totalPowerW }) => totalPowerW), [2]);
});

serverTest(MOSQUITTO_BROKER, "a retained value with a fresh time of its own counts", async () => {
  await using broker = await startMosquitto();
  await using source = await publisher(broker.url);
  const takenMs = Date.now() - 2_000;
  await source.publish(POWER_TOPIC, JSON.stringify({ w: 7, ts: takenMs }), true);
  await using site = listenToPower(broker.url, {
    maxAgeMs: 60_000,
    topics: [{
      quantity: "active_power_total",
      topic: POWER_TOPIC,
      path: "w",
      timestampPath: "ts",
    }],
  });
  await site.heard.until(({ samples }) => samples.length === 1);
  const sample = site.heard.samples[0];
  assertEquals(sample?.totalPowerW, 7);
  assert(Math.abs((sample?.atWallMs ?? 0) - takenMs) <= 50, `${sample?.atWallMs} ${takenMs}`);
});

serverTest(
  MOSQUITTO_BROKER,
  "what is no number is refused, and the next number counts",
  async () => {
    await using broker = await startMosquitto();
    await using site = listenToPower(broker.url);
    await subscribed(broker);
    await using source = await publisher(broker.url);
    await source.publish(POWER_TOPIC, "unavailable");
    await source.publish(POWER_TOPIC, "x".repeat(70_000));
    await source.publish(POWER_TOPIC, "5");
    await site.heard.until(({ samples }) => samples.length === 1);
    assertEquals(site.heard.refusals, [
      'solar/power: no number for active_power_total in "unavailable"',
      "solar/power: a message of 70000 bytes, more than 65536",
    ]);
    assertEquals(site.heard.current().kind, "good");
  },
);

serverTest(
  MOSQUITTO_BROKER,
  "a huge message ends the connection before it fills the memory",
  async () => {
    await using broker = await startMosquitto();
    await using site = listenToPower(broker.url);
    await subscribed(broker);
    await using source = await publisher(broker.url);
    await source.publish(POWER_TOPIC, "x".repeat(1_000_000));
    await site.heard.until((heard) => heard.current().kind === "failing");
    const reason = failure(site.heard.current()) ?? "";
    assert(/^127\.0\.0\.1:\d+ sent a packet of 10000\d\d bytes$/.test(reason), reason);
    await subscribed(broker, 2);
    await source.publish(POWER_TOPIC, "6");
    await site.heard.until(({ samples }) => samples.length === 1);
  },
);

serverTest(MOSQUITTO_BROKER, "a broker that restarts is found again", async () => {
  const broker = await startMosquitto();
  await using site = listenToPower(broker.url);
  await subscribed(broker);
  await broker.stop();
  await site.heard.until((heard) => heard.current().kind === "failing");
  await using again = await startMosquitto({ port: broker.port });
  await subscribed(again);
  await using source = await publisher(again.url);
  await source.publish(POWER_TOPIC, "8");
  await site.heard.until(({ samples }) => samples.length === 1);
  assertEquals(site.heard.current().kind, "good");
});

serverTest(MOSQUITTO_BROKER, "silence fails the meter and names the topic", async () => {
  await using broker = await startMosquitto();
  await using site = listenToPower(broker.url, { maxAgeMs: 200 });
  await subscribed(broker);
  await using source = await publisher(broker.url);
  await source.publish(POWER_TOPIC, "8");
  await site.heard.until(({ samples }) => samples.length === 1);
  await site.heard.until((heard) => heard.current().kind === "failing");
  const expected = `no reading on solar/power of 127.0.0.1:${broker.port} for 0.2 s`;
  assertEquals(failure(site.heard.current()), expected);
});

serverTest(MOSQUITTO_BROKER, "a wrong password is named; the right one is let in", async () => {
  await using broker = await startMosquitto({ users: { meter: "right" } });
  await using wrong = listenToPower(broker.url, { username: "meter", password: "wrong" });
  await wrong.heard.until((heard) => heard.current().kind === "failing");
  const expected = `127.0.0.1:${broker.port} refuses the user name or password`;
  assertEquals(failure(wrong.heard.current()), expected);
  await using site = listenToPower(broker.url, { username: "meter", password: "right" });
  await subscribed(broker);
  await using source = await publisher(broker.url, { username: "meter", password: "right" });
  await source.publish(POWER_TOPIC, "3");
  await site.heard.until(({ samples }) => samples.length === 1);
});

serverTest(
  MOSQUITTO_WITH_TLS,
  "TLS with the right authority works, another is refused",
  async () => {
    const certificates = await makeTestCertificates();
    await using broker = await startMosquitto({ tls: certificates });
    await using site = listenToPower(broker.url, { ca: certificates.ca });
    await subscribed(broker);
    await using source = await publisher(broker.url, { ca: certificates.ca });
    await source.publish(POWER_TOPIC, "3");
    await site.heard.until(({ samples }) => samples.length === 1);
    const stranger = await makeTestCertificates();
    await using other = listenToPower(broker.url, { ca: stranger.ca });
    await other.heard.until((heard) => heard.current().kind === "failing");
    const reason = failure(other.heard.current()) ?? "";
    assert(/^the certificate of localhost:\d+ is not trusted: /.test(reason), reason);
  },
);

serverTest(
  MOSQUITTO_WITH_TLS,
  "a broker that asks for a certificate gets the meter's own",
  async () => {
    const { ca, cert, key } = await makeTestCertificates();
    await using broker = await startMosquitto({ tls: { cert, key, clientCa: ca } });
    await using stranger = listenToPower(broker.url, { ca });
    await stranger.heard.until((heard) => heard.current().kind === "failing");
    assert((failure(stranger.heard.current()) ?? "").includes(`localhost:${broker.port}`));
    await using site = listenToPower(broker.url, { ca, clientCertificate: { cert, key } });
    await subscribed(broker);
    await using source = await publisher(broker.url, { ca, cert, key });
    await source.publish(POWER_TOPIC, "3");
    await site.heard.until(({ samples }) => samples.length === 1);
  },
);
