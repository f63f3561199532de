/** The way to a broker that speaks TLS only, with an authority that nobody knows but site.yaml. */
import { assert, assertEquals } from "@std/assert";
import type { PublishingOptions } from "../../src/telemetry/mod.ts";
import { createMqttLink } from "../../src/telemetry/mqtt/mqtt_link_io.ts";
import { createHappenings } from "../sites/until.ts";
import { makeTestCertificates, MOSQUITTO_WITH_TLS, startMosquitto } from "../support/mosquitto.ts";
import { serverTest } from "../support/required_server.ts";

const OPTIONS: Omit<PublishingOptions, "url"> = {
  prefix: "sangam/depot",
  username: "gateway",
  password: "gateway's password",
  qos: 1,
  discoveryPrefix: null,
  commands: true,
  startToken: null,
};

/** A link, and what its owner hears. */
function listen(options: PublishingOptions) {
  const { notify, until } = createHappenings();
  const heard: string[] = [];
  const note = (what: string) => {
    heard.push(what);
    notify();
  };
  const link = createMqttLink(options);
  link.start({
    connected: () => note("connected"),
    disconnected: (reason) => note(`disconnected: ${reason}`),
    message: (topic, payload) => note(`${topic} ${payload}`),
  });
  return {
    link,
    heard,
    until: (what: string) => until(what, () => heard.find((each) => each.includes(what))),
  };
}

const CERTIFICATES = MOSQUITTO_WITH_TLS.isInstalled ? await makeTestCertificates() : null;

serverTest(
  MOSQUITTO_WITH_TLS,
  "with the authority of site.yaml a broker is reached over TLS, both ways",
  async () => {
    const { ca = "", cert = "", key = "" } = CERTIFICATES ?? {};
    const users = { gateway: "gateway's password" };
    await using broker = await startMosquitto({ users, tls: { cert, key } });
    assert(broker.url.startsWith("mqtts:"));
    const { link, until } = listen({ ...OPTIONS, url: broker.url, ca });
    await until("connected");
    assertEquals(link.publish("sangam/depot/slot/3/stop", "now", false), true);
    assertEquals(await until("slot/3/stop"), "sangam/depot/slot/3/stop now");
    await link.stop();
  },
);

serverTest(
  MOSQUITTO_WITH_TLS,
  "a broker that somebody else has signed is never told the password",
  async () => {
    const { cert = "", key = "" } = CERTIFICATES ?? {};
    const other = await makeTestCertificates();
    await using broker = await startMosquitto({ tls: { cert, key } });
    for (const ca of [{ ca: other.ca }, {}]) {
      const { link, heard, until } = listen({ ...OPTIONS, url: broker.url, ...ca });
      const reason = await until("disconnected");
      assert(/certificate|issuer|signed/i.test(reason), reason);
      assertEquals(heard.includes("connected"), false);
      assertEquals(link.publish("sangam/depot/status", "online", true), false);
      await link.stop();
    }
  },
);
