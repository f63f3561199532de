import { assertEquals } from "@std/assert";
import { readConfigIn } from "./config_io.ts";

const CIRCUITS = "circuits: [{ id: grid, limit: 63 }]\n";

async function read(mqtt: string) {
  return await readConfigIn(".", `${CIRCUITS}mqtt: { ${mqtt} }\n`);
}

const BROKER = "url: mqtt://broker, prefix: sangam/depot";

Deno.test("mqtt is read as the room of telemetry takes it", async () => {
  const plain = await read(BROKER);
  const expected = {
    url: "mqtt://broker",
    prefix: "sangam/depot",
    username: undefined,
    password: undefined,
    ca: undefined,
    qos: 1,
    discoveryPrefix: null,
    commands: false,
    startToken: null,
  };
  assertEquals(plain.ok && plain.config.publishing, expected);
  assertEquals(plain.ok && plain.notices, []);
  const full = await read(
    `${BROKER}, username: gateway, password: secret, qos: 0, discovery: true, commands: true, ` +
      "startToken: HOME-1",
  );
  assertEquals(full.ok && full.config.publishing, {
    ...expected,
    username: "gateway",
    password: "secret",
    qos: 0,
    discoveryPrefix: "homeassistant",
    commands: true,
    startToken: "HOME-1",
  });
  const other = await read(`${BROKER}, discovery: ha/found`);
  assertEquals(other.ok && other.config.publishing?.discoveryPrefix, "ha/found");
  const none = await readConfigIn(".", CIRCUITS);
  assertEquals(none.ok && none.config.publishing, null);
});

for (
  const [mqtt, problem] of [
    ["prefix: a", "mqtt.url:2: Invalid input: expected string, received undefined"],
    ["url: http://broker, prefix: a", "mqtt.url:2: Cannot use address: expected mqtt://host:port"],
    [
      "url: mqtt://me:secret@broker, prefix: a",
      "mqtt.url:2: Cannot use address: name and password",
    ],
    ["url: mqtt://broker, prefix: /a", "mqtt.prefix:2: Expected the beginning of a topic"],
    ["url: mqtt://broker, prefix: 'a/#'", "mqtt.prefix:2: Expected the beginning of a topic"],
    [`${BROKER}, ca: none.pem`, 'mqtt.ca:2: There is no file "none.pem"'],
    [`${BROKER}, password: x`, "mqtt.password:2: A password needs a username too"],
    [`${BROKER}, startToken: X`, "mqtt.startToken:2: Nothing is started by MQTT unless"],
    [`${BROKER}, discovery: sangam`, 'mqtt.prefix:2: Our topics may not lie below "sangam"'],
    [`${BROKER}, qos: 2`, "mqtt.qos:2: "],
    [`${BROKER}, retain: true`, "mqtt"],
  ] as const
) {
  Deno.test(`mqtt: { ${mqtt} } is refused: ${problem}`, async () => {
    const reading = await read(mqtt);
    const [first] = reading.ok ? [] : reading.problems;
    const said = first === undefined ? "" : `${first.path}:${first.line}: ${first.message}`;
    assertEquals(said.slice(0, problem.length), problem);
  });
}
