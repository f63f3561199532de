/**
 * What becomes of a gateway that lacks one of the permissions it lists: it says which one, and where it
 * can go on it does.
 */
import { assertEquals } from "@std/assert";
import { readLines } from "../support/lines.ts";
import { serverTest } from "../support/required_server.ts";
import { makeSerialPair, SOCAT } from "../support/serial_pair.ts";
import { runMain } from "./gateway_process.ts";
import { freePort } from "./until.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PATIENCE_MS = 30_000;

/** As libgpiod 1 has it: a line that is always on. */
const GPIOGET = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioget (libgpiod) v1.6.3"; exit 0; fi
echo 1
`;

/** The flags without one value; without the flag where nothing is left. */
function without(flags: readonly string[], name: string, value: string): readonly string[] {
  return flags.flatMap((flag) => {
    if (flag === name) return [];
    if (!flag.startsWith(`${name}=`)) return [flag];
    const left = flag.slice(name.length + 1).split(",").filter((each) => each !== value);
    return left.length === 0 ? [] : [`${name}=${left.join()}`];
  });
}

/** Starts the gateway under those flags, until it has said something like `wanted`; what it said. */
async function said(
  flags: readonly string[],
  { folder, settings }: { readonly folder: string; readonly settings: string },
  wanted: RegExp,
): Promise<string> {
  const args = ["--config", `${settings}/site.yaml`, "--data", `${folder}/data`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--frozen", "--config", CONFIG, ...flags, MAIN, "start", ...args],
    cwd: folder,
    env: { NO_COLOR: "1", PATH: `${settings}:${Deno.env.get("PATH") ?? ""}` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(kill, PATIENCE_MS);
  const all: string[] = [];
  function kill(): void {
    try {
      child.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  async function follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const lines = readLines(stream);
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      all.push(line);
      if (wanted.test(plain(line))) kill();
    }
  }
  await Promise.all([follow(child.stdout), follow(child.stderr), child.status]);
  clearTimeout(timer);
  return all.map(plain).find((line) => wanted.test(line)) ??
    `nothing of the kind:\n${all.join("\n")}`;
}

/** As it reads outside of JSON. */
const plain = (line: string) => line.replaceAll('\\"', '"');

const quoted = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

Deno.test("nothing that starts the gateway for its user gives it everything, or asks at a terminal", async () => {
  const root = new URL("../../", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(CONFIG));
  const starts = [tasks.start.command, tasks.demo.command];
  for (const name of ["sangam.service", "write-permissions", "sangam-command"]) {
    const text = await Deno.readTextFile(new URL(`systemd/${name}`, root));
    starts.push(...text.replaceAll("\\\n", " ").split("\n").filter((line) => / run -/.test(line)));
  }
  assertEquals(starts.length, 6);
  assertEquals(starts.filter((line) => / -A\b|--allow-all|--allow-run(?!=)/.test(line)), []);
  assertEquals(starts.filter((line) => !line.includes("--no-prompt")), []);
});

serverTest(SOCAT, "a gateway that lacks one of its permissions says which one", async () => {
  await using bus = await makeSerialPair();
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const settings = await Deno.realPath(await Deno.makeTempDir());
  const [chargers, web, csms] = [freePort(), freePort(), freePort()];
  const meters = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ w: 4_200 }),
  );
  const meter = meters.addr.port;
  await Deno.writeTextFile(`${settings}/gpioget`, GPIOGET, { mode: 0o755 });
  await Deno.mkdir(`${folder}/data`);
  const at = (port: number) => `127.0.0.1:${port}`;
  await Deno.writeTextFile(
    `${settings}/site.yaml`,
    `
listen:
  chargers: [{ host: 127.0.0.1, port: ${chargers} }]
  web: { host: 127.0.0.1, port: ${web} }
csms: { url: "ws://${at(csms)}/ocpp", identity: SITE-1 }
meters:
  - { id: rtu, driver: modbus-rtu, device: ${bus.near}, profile: eastron-sdm630 }
  - { id: web, driver: http-json, url: "http://${at(meter)}/", values: { active_power_total: w } }
circuits: [{ id: grid, limit: 100 }]
contacts: [{ id: ripple, driver: gpio, line: 17, circuit: grid, limit: { kW: 20 } }]
`,
  );
  const args = ["--config", `${settings}/site.yaml`, "--data", `${folder}/data`];
  const { out, code, error } = await runMain(folder, ["permissions", ...args]);
  assertEquals([code, error], [0, ""]);
  const flags = out.trim().split(" ");
  const program = MAIN.replace(/\/main\.ts$/, "");
  const lacking: readonly (readonly [string, string, RegExp])[] = [
    ["--allow-read", program, new RegExp(`read access to "${quoted(program)}/hardware`)],
    ["--allow-read", settings, new RegExp(`read access to "${quoted(settings)}/site.yaml"`)],
    ["--allow-read", `${folder}/data`, new RegExp(`read access to "${quoted(folder)}/data`)],
    ["--allow-write", `${folder}/data`, new RegExp(`write access to "${quoted(folder)}/data`)],
    ["--allow-net", at(chargers), new RegExp(`net access to "${quoted(at(chargers))}"`)],
    ["--allow-net", at(web), new RegExp(`net access to "${quoted(at(web))}"`)],
    ["--allow-net", at(csms), new RegExp(`net access to "${quoted(at(csms))}"`)],
    ["--allow-net", at(meter), new RegExp(`"meter":"web".*cannot reach ${quoted(at(meter))}`)],
    ["--allow-env", "", /env access/],
    ["--allow-sys", "statfs", /"disk_space_unknown"/],
    ["--allow-run", "stty", /"meter":"rtu".*--allow-run=stty,dd/],
    ["--allow-run", "dd", /"meter":"rtu".*--allow-run=stty,dd/],
    ["--allow-run", "gpioget", /"contact":"ripple","state":"unread".*gpioget/],
  ];
  const every = flags.flatMap((flag) => {
    const [name = "", values = ""] = flag.split("=");
    return values.split(",").map((value) => `${name} ${value}`);
  });
  assertEquals(lacking.map(([name, value]) => `${name} ${value}`).sort(), every.sort());
  try {
    for (const [name, value, wanted] of lacking) {
      const line = await said(without(flags, name, value), { folder, settings }, wanted);
      assertEquals(wanted.test(line), true, `${name} ${value}: ${line}`);
    }
  } finally {
    await meters.shutdown();
    for (const each of [folder, settings]) await Deno.remove(each, { recursive: true });
  }
});
