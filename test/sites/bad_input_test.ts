/**
 * Wrong input on every edge of a gateway that runs as a process of its own: each gets its right
 * answer, and the charger next door charges on undisturbed.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { assume } from "../../src/lib/assert.ts";
import { type BareCharger, knock, type KnockOptions } from "./bare_charger.ts";
import { type GatewayProcess, runMain, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { createHappenings, freePort } from "./until.ts";

interface Site {
  readonly gateway: GatewayProcess;
  /** Where chargers connect, without identity. */
  readonly url: string;
  readonly webUrl: string;
  /** A charger that does everything right all the time. */
  readonly neighbour: RpcCharger;
}

function siteYaml(ports: { chargers: number; web: number; csms?: number }): string {
  const csms = ports.csms === undefined ? "" : `
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: password-of-the-site
  backOff: { minimum: 100ms, random: 50ms, repeat: 1 }
`;
  return `
site: { name: Test site }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
${csms}
chargers:
  adopt: ask
  known:
    - { id: GOOD, password: password-of-good, circuit: row, evses: [{ slot: 1, failSafe: 6 }] }
    - { id: BAD, password: password-of-bad, circuit: row, evses: [{ slot: 2, failSafe: 6 }] }
circuits:
  - { id: row, limit: 63 }
log: { level: info, format: json }
`;
}

async function boot(charger: RpcCharger): Promise<void> {
  await charger.connect();
  const request = { chargePointVendor: "Independent", chargePointModel: "RPC" };
  assertEquals((await charger.insist("BootNotification", request))["status"], "Accepted");
  await charger.status("Available");
}

/** Runs a gateway with a good neighbour, and looks at the end that neither took any harm. */
async function onSite(use: (site: Site) => Promise<void>, csmsPort?: number): Promise<void> {
  const ports = { chargers: freePort(), web: freePort() };
  const folder = { path: await Deno.makeTempDir(), webPort: ports.web };
  const withCsms = csmsPort === undefined ? ports : { ...ports, csms: csmsPort };
  await Deno.writeTextFile(`${folder.path}/site.yaml`, siteYaml(withCsms));
  const gateway = await startGatewayProcess(folder);
  const url = `ws://127.0.0.1:${ports.chargers}/ocpp`;
  const neighbour = createRpcCharger({ id: "GOOD", url, password: "password-of-good" });
  try {
    await boot(neighbour);
    const connections = neighbour.connections();
    await use({ gateway, url, webUrl: `http://127.0.0.1:${ports.web}`, neighbour });
    await neighbour.call("Heartbeat", {});
    assertEquals(neighbour.connections(), connections, "the neighbour never lost its connection");
    const { connected } = await gateway.get("/chargers/GOOD") as { connected: boolean };
    assertEquals(connected, true);
    assertEquals(gateway.said.filter((line) => line.includes('"level":"ERROR"')), []);
  } finally {
    await neighbour.close();
    assertEquals(await gateway.stop(), 0);
    await Deno.remove(folder.path, { recursive: true });
  }
}

async function enter(options: KnockOptions): Promise<BareCharger> {
  const outcome = await knock(options);
  assume(outcome.kind === "open", `expected to get in, got ${JSON.stringify(outcome)}`);
  return outcome.charger;
}

async function statusOf(options: KnockOptions): Promise<number> {
  const outcome = await knock(options);
  assume(outcome.kind === "refused", "expected to be refused");
  return outcome.status;
}

const BOOT = { chargePointVendor: "V", chargePointModel: "M" };

async function booted(url: string): Promise<BareCharger> {
  const charger = await enter({ url: `${url}/BAD`, password: "password-of-bad" });
  charger.send(JSON.stringify([2, "boot", "BootNotification", BOOT]));
  const [type, id, answer] = await charger.answer(0);
  assertEquals([type, id, (answer as { status: string }).status], [3, "boot", "Accepted"]);
  return charger;
}

Deno.test("at the chargers' door a wrong password, identity or version gets its own refusal", async () => {
  await onSite(async ({ url, gateway }) => {
    assertEquals(await statusOf({ url: `${url}/BAD`, password: "wrong" }), 401);
    assertEquals(await statusOf({ url: `${url}/BAD` }), 401);
    assertEquals(await statusOf({ url: `${url}/STRANGER`, password: "anything-at-all" }), 404);
    assertEquals(await statusOf({ url: `${url}/no%00name`, password: "password-of-bad" }), 404);
    const waiting = await gateway.get("/waiting") as { id: string }[];
    assertEquals(waiting.map(({ id }) => id), ["STRANGER"]);
    const other = await rawHandshake(`${url}/BAD`, "password-of-bad", "ocpp1.5");
    assertMatch(other.head, /^HTTP\/1\.1 101 /);
    assert(!/sec-websocket-protocol/i.test(other.head), "no protocol is chosen");
    assertEquals(other.closeCode, 1002);
  });
});

/** A handshake in plain bytes: WebSocket libraries end one without a common protocol by themselves. */
async function rawHandshake(
  url: string,
  password: string,
  protocol: string,
): Promise<{ readonly head: string; readonly closeCode: number }> {
  const { hostname, port, pathname } = new URL(url);
  const identity = pathname.slice(pathname.lastIndexOf("/") + 1);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request = [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `Sec-WebSocket-Protocol: ${protocol}`,
    `Authorization: Basic ${btoa(`${identity}:${password}`)}`,
  ];
  await connection.write(new TextEncoder().encode(`${request.join("\r\n")}\r\n\r\n`));
  const bytes: number[] = [];
  const chunk = new Uint8Array(1024);
  // The close frame is the first after the head: FIN and opcode 8, its length, and the code.
  for (;;) {
    const end = new TextDecoder("latin1").decode(new Uint8Array(bytes)).indexOf("\r\n\r\n") + 4;
    if (end > 3 && bytes.length >= end + 4) {
      assertEquals(bytes[end], 0x88);
      const head = new TextDecoder("latin1").decode(new Uint8Array(bytes.slice(0, end)));
      return { head, closeCode: ((bytes[end + 2] ?? 0) << 8) + (bytes[end + 3] ?? 0) };
    }
    const count = await connection.read(chunk);
    if (count === null) throw new Error("The connection ended before a close frame came");
    bytes.push(...chunk.subarray(0, count));
  }
}

/** Frames of a charger, and the answer that each gets: its type, message id and code. */
const FRAMES: readonly {
  readonly title: string;
  readonly frame: string;
  readonly answer: readonly [number, string, string];
}[] = [
  { title: "not JSON", frame: "hello", answer: [4, "-1", "GenericError"] },
  { title: "an object", frame: "{}", answer: [4, "-1", "GenericError"] },
  { title: "an empty array", frame: "[]", answer: [4, "-1", "GenericError"] },
  {
    title: "too few elements",
    frame: '[2,"few"]',
    answer: [4, "few", "ProtocolError"],
  },
  {
    title: "an action that is no string",
    frame: '[2,"seven",7,{}]',
    answer: [4, "seven", "ProtocolError"],
  },
  {
    title: "an unknown action",
    frame: '[2,"unknown","MakeCoffee",{}]',
    answer: [4, "unknown", "NotImplemented"],
  },
  {
    title: "an action that only a CSMS may send",
    frame: '[2,"reversed","RemoteStopTransaction",{"transactionId":1}]',
    answer: [4, "reversed", "NotSupported"],
  },
  {
    title: "a missing field",
    frame: '[2,"missing","Authorize",{}]',
    answer: [4, "missing", "OccurenceConstraintViolation"],
  },
  {
    title: "a wrong type",
    frame: '[2,"type","Authorize",{"idTag":{"deep":true}}]',
    answer: [4, "type", "TypeConstraintViolation"],
  },
  {
    title: "a value that the message does not know",
    frame:
      '[2,"value","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Dancing"}]',
    answer: [4, "value", "PropertyConstraintViolation"],
  },
];

Deno.test("each wrong frame of a charger gets the error that the protocol names, and it goes on", async () => {
  await onSite(async ({ url, neighbour }) => {
    const charger = await booted(url);
    for (const { title, frame, answer } of FRAMES) {
      const mark = charger.mark();
      charger.send(frame);
      const [type, id, code, description] = await charger.answer(mark);
      assertEquals([type, id, code], [...answer], title);
      assert(String(description).length > 0 && String(description).length <= 255, title);
      await neighbour.call("Heartbeat", {});
    }
    const mark = charger.mark();
    // An answer that nobody asked for is no reason for anything.
    charger.send('[3,"never-asked",{}]');
    charger.send('[2,"after","Heartbeat",{}]');
    assertEquals((await charger.answer(mark)).slice(0, 2), [3, "after"]);
    await charger.close();
  });
});

Deno.test("a frame of 1 MiB, a binary one, and a large one before the boot end their own connection", async () => {
  await onSite(async ({ url }) => {
    const heartbeat = (padding: number) =>
      JSON.stringify([2, "large", "Heartbeat", { padding: "x".repeat(padding) }]);
    const early = await enter({ url: `${url}/BAD`, password: "password-of-bad" });
    early.send(heartbeat(20_000));
    assertEquals(await early.closed(), 1009);
    const large = await booted(url);
    large.send(heartbeat(20_000));
    assertEquals((await large.answer(large.mark())).slice(0, 2), [3, "large"]);
    large.send(heartbeat(1_048_576));
    assertEquals(await large.closed(), 1009);
    const binary = await booted(url);
    binary.send(new Uint8Array([1, 2, 3]));
    assertEquals(await binary.closed(), 1003);
    await (await booted(url)).close();
  });
});

/** A CSMS that answers a boot properly and says what it is told to besides. */
function createBareCsms(port: number) {
  const happenings = createHappenings();
  const got: string[] = [];
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port,
    perMessageDeflate: false,
    // Its frames are those of 1.6, whatever else is offered.
    handleProtocols: () => "ocpp1.6",
  });
  let station: WebSocket | null = null;
  let connections = 0;
  server.on("connection", (webSocket) => {
    station = webSocket;
    connections++;
    webSocket.on("message", (bytes) => {
      const text = String(bytes);
      got.push(text);
      const [type, id, action] = JSON.parse(text);
      const currentTime = new Date().toISOString();
      if (type === 2) {
        const isBoot = action === "BootNotification";
        const answer = isBoot ? { status: "Accepted", interval: 300, currentTime } : {};
        webSocket.send(JSON.stringify([3, id, action === "Heartbeat" ? { currentTime } : answer]));
      }
      happenings.notify();
    });
    happenings.notify();
  });
  return {
    until: happenings.until,
    connections: () => connections,
    got,
    say(text: string) {
      assume(station !== null, "the station is not connected");
      station.send(text);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}

Deno.test("garbage of a CSMS is answered or dropped, and the chargers do not notice", async () => {
  const port = freePort();
  const csms = createBareCsms(port);
  try {
    await onSite(async ({ neighbour }) => {
      await csms.until(
        "the station reports its connectors",
        () => csms.got.find((text) => text.includes('"Available"')),
      );
      for (const { title, frame, answer } of CSMS_FRAMES) {
        const mark = csms.got.length;
        csms.say(frame);
        const text = await csms.until(title, () => {
          return csms.got.slice(mark).find((each) => !each.startsWith("[2,"));
        });
        assertEquals(JSON.parse(text).slice(0, 3), [...answer], title);
        await neighbour.call("Heartbeat", {});
      }
      const before = csms.connections();
      csms.say(`[2,"large","ClearCache",{"padding":"${"x".repeat(1_100_000)}"}]`);
      await csms.until("it dials again", () => csms.connections() > before || null);
    }, port);
  } finally {
    await csms.stop();
  }
});

const CSMS_FRAMES: typeof FRAMES = [
  { title: "not JSON", frame: "<html>502</html>", answer: [4, "-1", "GenericError"] },
  { title: "not an array", frame: '"text"', answer: [4, "-1", "GenericError"] },
  {
    title: "an unknown action",
    frame: '[2,"u","MakeCoffee",{}]',
    answer: [4, "u", "NotImplemented"],
  },
  {
    title: "a wrong type",
    frame: '[2,"t","RemoteStopTransaction",{"transactionId":"one"}]',
    answer: [4, "t", "TypeConstraintViolation"],
  },
  {
    title: "a missing field",
    frame: '[2,"m","ChangeAvailability",{"connectorId":1}]',
    answer: [4, "m", "OccurenceConstraintViolation"],
  },
];

Deno.test("the web refuses what is wrong, and says what", async () => {
  await onSite(async ({ webUrl, gateway }) => {
    const post = async (path: string, body: string, token: string) => {
      const response = await fetch(`${webUrl}/api/v1${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body,
      });
      return { status: response.status, text: await response.text() };
    };
    assertEquals((await post("/chargers/GOOD/reset", "{}", "wrong")).status, 401);
    const { token } = gateway;
    assertEquals((await post("/evses/1/start", "not JSON", token)).status, 400);
    const wrong = await post("/evses/1/start", '{"idToken":7}', token);
    assertEquals(wrong.status, 422);
    assertStringIncludes(wrong.text, "idToken");
    assertEquals((await post("/chargers/NOBODY/reset", '{"type":"Soft"}', token)).status, 404);
    const large = await post("/evses/1/start", `"${"x".repeat(2_000_000)}"`, token);
    assertEquals(large.status, 413);
    for (const { text } of [wrong, large]) assert(!/\bat .*\.tsx?:\d+/.test(text), text);
  });
});

/** Ten ways to break site.yaml: what is put in, and what the message has to name. */
const BROKEN: readonly { readonly yaml: string; readonly says: RegExp }[] = [
  { yaml: "site: { name: [", says: /^site\.yaml:1: / },
  { yaml: "- a\n- list\n", says: /^site\.yaml:?.*expected/i },
  { yaml: "site:\n  name: Depot\n  timezone: Mars/Olympus\n", says: /:3: site\.timezone: .*IANA/ },
  { yaml: "sight: { name: Depot }\n", says: /:1: sight/ },
  { yaml: "site: { voltage: high }\n", says: /:1: site\.voltage: / },
  {
    yaml: "listen:\n  chargers: [{ port: 99999, path: /ocpp, securityProfile: 1 }]\n",
    says: /:2: listen\.chargers\[0\]\.port: /,
  },
  {
    yaml: "circuits:\n  - { id: a, parent: b, limit: 63 }\n",
    says: /:2: circuits\[0\]\.parent: .*"?b"?/,
  },
  {
    yaml: "circuits: [{ id: grid, limit: 63 }]\nmeters:\n" +
      "  - { id: m, driver: modbus-tcp, host: 10.0.0.1, unit: 1, profile: no-such, role: grid }\n",
    says: /:3: meters\[0\]\.profile: .*no-such/,
  },
  {
    yaml: "csms: { url: wss://csms.example.com/ocpp, identity: A, password: '${env:NOT_THERE}' }\n",
    says: /:1: csms\.password: .*NOT_THERE/,
  },
  {
    yaml: "circuits: [{ id: grid, limit: 10 }]\nchargers:\n  known:\n" +
      "    - { id: A, password: password-of-a, circuit: grid, evses: [{ slot: 1, failSafe: 6 }, { slot: 2, failSafe: 6 }] }\n",
    says: /circuits\[0\].*(fail-?safe|failSafe)/i,
  },
];

Deno.test("a metered circuit of whose other load nobody says anything is remarked by check, with its line", async () => {
  const folder = await Deno.makeTempDir();
  const yaml = (otherLoad: string) => `
circuits:
  - { id: grid, limit: 63, meter: main${otherLoad} }
meters:
  - { id: main, driver: modbus-tcp, host: 127.0.0.1, profile: eastron-sdm630, role: grid }
chargers:
  known:
    - { id: CP1, password: password-of-cp1, circuit: grid, evses: [{ slot: 1, failSafe: 6 }] }
`;
  try {
    for (
      const [otherLoad, isSaid] of [["", true], [", otherLoad: { worst: 20 }", false]] as const
    ) {
      await Deno.writeTextFile(`${folder}/site.yaml`, yaml(otherLoad));
      const { code, error, out } = await runMain(folder, ["check", "--config", "site.yaml"]);
      assertEquals([code, out.startsWith("Fine: ")], [0, true], error);
      const place = /^site\.yaml:3: circuits\[0\]: .* counts as 0 A.*\(a remark\)$/m;
      assertEquals(place.test(error), isSaid, error);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("site.yaml broken in ten ways: check and start name the place, and nothing is touched", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { yaml, says } of BROKEN) {
      await Deno.writeTextFile(`${folder}/site.yaml`, yaml);
      const args = ["--config", "site.yaml", "--data", `${folder}/data`];
      const [checked, started] = await Promise.all([
        runMain(folder, ["check", "--config", "site.yaml"]),
        runMain(folder, ["start", ...args]),
      ]);
      for (const { code, error, out } of [checked, started]) {
        assertEquals(code, 1, yaml);
        assertEquals(out, "", yaml);
        assertMatch(error, says, yaml);
        assert(!/^ {4}at /m.test(error), error);
      }
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["site.yaml"]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
