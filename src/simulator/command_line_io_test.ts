import { assert, assertEquals } from "@std/assert";
import { openTerminal, type Terminal } from "./_terminal.ts";
import { runDemo, runSimulation } from "./command_line_io.ts";

/** Runs a command on a free port, does something with it, and stops it. */
async function withCommand(
  args: readonly string[],
  work: (port: string, terminal: Terminal) => Promise<void>,
): Promise<Terminal> {
  const terminal = openTerminal();
  const ended = runSimulation([...args, "--port", "0"], terminal);
  const port = await terminal.shows(/127\.0\.0\.1:(\d+)/);
  await work(port, terminal);
  terminal.stop();
  assertEquals(await ended, 0);
  assertEquals(terminal.complaints, []);
  return terminal;
}

/** Its EV is full from the start, so that nobody has to wait for electricity. */
const CHARGER = ["charger", "--id", "CP1", "--soc", "100"];

Deno.test("a charger charges one EV at a CSMS, tells it, and ends with 0", async () => {
  const csms = await withCommand(["csms"], async (port, csms) => {
    const terminal = openTerminal();
    const url = `ws://127.0.0.1:${port}/ocpp`;
    const args = [...CHARGER, "--url", url, "--plug-in", "ANNA", "--once"];
    assertEquals(await runSimulation(args, terminal), 0);
    assert(/CP1 card ANNA: started/.test(terminal.printed()), terminal.printed());
    await csms.shows(/transaction 1001 stops at \d+ Wh/);
  });
  for (const line of ["CP1 connected", "booted: Sangam", "ANNA starts", "connector 1: Preparing"]) {
    assert(csms.printed().includes(line), `${line} in ${csms.printed()}`);
  }
});

Deno.test("a charger whose one card is refused ends with 1", async () => {
  await withCommand(["csms", "--block", "ANNA"], async (port) => {
    const terminal = openTerminal();
    const url = `ws://127.0.0.1:${port}`;
    const args = [...CHARGER, "--url", url, "--plug-in", "ANNA", "--once"];
    assertEquals(await runSimulation(args, terminal), 1);
    assertEquals(terminal.complaints, ["The card ANNA was refused"]);
  });
});

Deno.test("a charger without --once runs until it is stopped", async () => {
  await withCommand(["csms"], async (port, csms) => {
    const terminal = openTerminal();
    const args = [...CHARGER, "--url", `ws://127.0.0.1:${port}`, "--plug-in", "ANNA", "--frames"];
    const ended = runSimulation(args, terminal);
    await csms.shows(/ANNA starts/);
    await terminal.shows(/> \[2,.*"StartTransaction"/);
    terminal.stop();
    assertEquals(await ended, 0);
    await csms.shows(/CP1 gone/);
  });
});

Deno.test("a charger says why it cannot connect, and goes on trying", async () => {
  const terminal = openTerminal();
  let freePort = "";
  await withCommand(["csms"], (port) => {
    freePort = port;
    return Promise.resolve();
  });
  const ended = runSimulation([...CHARGER, "--url", `ws://127.0.0.1:${freePort}`], terminal);
  await terminal.shows(/not connected: connection refused/);
  terminal.stop();
  assertEquals(await ended, 0);
});

Deno.test("passwords come from the flag or from the environment", async () => {
  Deno.env.set("SANGAM_SIM_PASSWORD", "from the environment");
  try {
    await withCommand(["csms"], async (port, csms) => {
      const wrong = openTerminal();
      const args = [...CHARGER, "--url", `ws://127.0.0.1:${port}`];
      const refused = runSimulation([...args, "--password", "guess"], wrong);
      await wrong.shows(/HTTP 401/);
      wrong.stop();
      assertEquals(await refused, 0);
      const right = openTerminal();
      const ended = runSimulation(args, right);
      await csms.shows(/CP1 connected/);
      right.stop();
      assertEquals(await ended, 0);
    });
  } finally {
    Deno.env.delete("SANGAM_SIM_PASSWORD");
  }
});

Deno.test("a CSMS sends what it was told to, and shows the answers", async () => {
  const send = ["--send", 'GetConfiguration {"key":["NumberOfConnectors"]}', "--send", "Nonsense"];
  await withCommand(["csms", ...send], async (port, csms) => {
    const terminal = openTerminal();
    const ended = runSimulation([...CHARGER, "--url", `ws://127.0.0.1:${port}`], terminal);
    await csms.shows(/GetConfiguration → .*"value":"1"/);
    await csms.shows(/Nonsense → unsendable/);
    terminal.stop();
    assertEquals(await ended, 0);
  });
});

Deno.test("a CSMS that drops out says so, and takes the charger back", async () => {
  await withCommand(["csms", "--drop-every", "0.3", "--drop-for", "0.1"], async (port, csms) => {
    const terminal = openTerminal();
    const ended = runSimulation([...CHARGER, "--url", `ws://127.0.0.1:${port}`], terminal);
    await csms.shows(/CP1 connected[\s\S]*out of order[\s\S]*back again/);
    terminal.stop();
    assertEquals(await ended, 0);
  });
});

Deno.test("a meter answers Modbus, and ends with 0", async () => {
  const meter = ["meter", "--profile", "eastron-sdm630", "--steady", "--amps", "10", "--unit", "3"];
  await withCommand(meter, async (port) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await connection.write(Uint8Array.of(0, 1, 0, 0, 0, 6, 3, 4, 0, 6, 0, 2));
    const answer = new Uint8Array(13);
    for (let got = 0; got < answer.length;) {
      got += (await connection.read(answer.subarray(got))) ?? answer.length;
    }
    const amps = new DataView(answer.buffer).getFloat32(9);
    assert(Math.abs(amps - 10) < 0.2, `${amps} A`);
  });
});

Deno.test("a port that is taken, and a meter that nobody knows, end with 1", async () => {
  await withCommand(["meter"], async (port) => {
    for (const command of ["meter", "csms"]) {
      const terminal = openTerminal();
      assertEquals(await runSimulation([command, "--port", port], terminal), 1);
      assert(terminal.complaints[0]?.startsWith(`Cannot listen on 127.0.0.1:${port}`));
    }
  });
  const terminal = openTerminal();
  assertEquals(await runSimulation(["meter", "--profile", "no-such-meter"], terminal), 1);
  assert(terminal.complaints[0]?.includes("no-such-meter"), terminal.complaints.join());
  const url = ["--url", "wss://127.0.0.1:1", "--ca", "/no/such/file.pem"];
  assertEquals(await runSimulation([...CHARGER, ...url], terminal), 1);
  assert(terminal.complaints[1]?.startsWith("Cannot read /no/such/file.pem"));
});

const WRONG: readonly (readonly [readonly string[], string])[] = [
  [[], "Usage: main.ts simulate charger|csms|meter|site …; --help on each"],
  [["toaster"], "Usage: main.ts simulate charger|csms|meter|site …; --help on each"],
  [["charger"], "--url is missing\nmain.ts simulate charger --help explains the flags"],
  [
    ["csms", "--protocol", "ocpp2"],
    "--protocol ocpp2 is not known: ocpp2.1, ocpp2.0.1, ocpp1.6\n" +
    "main.ts simulate csms --help explains the flags",
  ],
  [
    ["meter", "--amps", "lots"],
    "--amps is lots: expected a number from 0 to 1000\n" +
    "main.ts simulate meter --help explains the flags",
  ],
];

for (const [args, complaint] of WRONG) {
  Deno.test(`"simulate ${args.join(" ")}" is wrong usage and ends with 2`, async () => {
    const terminal = openTerminal();
    assertEquals(await runSimulation(args, terminal), 2);
    assertEquals(terminal.complaints, [complaint]);
  });
}

for (const name of ["charger", "csms", "meter", "site"]) {
  Deno.test(`"simulate ${name} --help" explains it and ends with 0`, async () => {
    const terminal = openTerminal();
    assertEquals(await runSimulation([name, "--help"], terminal), 0);
    assert(terminal.printed().startsWith(`main.ts simulate ${name}: `));
  });
}

Deno.test("the demonstration hands the gateway its site.yaml, and ends as the gateway does", async () => {
  const terminal = openTerminal();
  let folder = "";
  const args = ["--charger-port", "19999"];
  const code = await runDemo(args, terminal, async (siteYaml, signal, started) => {
    const yaml = JSON.parse(siteYaml);
    folder = yaml.store.path;
    assert((await Deno.stat(folder)).isDirectory);
    assertEquals(yaml.listen.chargers[0].port, 19_999);
    assertEquals(signal, terminal.signal);
    assertEquals(terminal.printed().includes("not connected"), false, "nobody dials before");
    started();
    await terminal.shows(/DEMO-B3 not connected: connection refused/);
    return 0;
  });
  assertEquals(code, 0);
  const isGone = await Deno.stat(folder).then(() => false, () => true);
  assert(isGone, "its own folder is removed");
});

Deno.test("a gateway that does not start ends the demonstration with 1", async () => {
  const terminal = openTerminal();
  const folder = await Deno.makeTempDir();
  const refuse = () => Promise.reject(new Error("no disk"));
  assertEquals(await runDemo(["--quiet", "--data", folder], terminal, refuse), 1);
  assertEquals(terminal.complaints, ["Cannot run the gateway: Error: no disk"]);
  assertEquals(terminal.printed(), "");
  await Deno.remove(folder);
});
