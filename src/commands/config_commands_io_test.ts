import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const SITE = `
csms: { url: "wss://csms.example.com/ocpp", identity: SITE-1 }
chargers:
  known:
    - { id: CP1, password: a-password-of-cp1, evses: [{ slot: 1 }, { slot: 2, evse: 2 }] }
circuits: [{ id: grid, limit: 63 }]
`;

/** Runs a command on this site.yaml. */
async function run(yaml: string, name: string, ...args: readonly string[]) {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/site.yaml`;
  await Deno.writeTextFile(file, yaml);
  const terminal = fakeTerminal();
  const code = await runProgram([name, "--config", file, ...args], terminal);
  await Deno.remove(folder, { recursive: true });
  return { code, terminal, file, folder };
}

Deno.test("check counts what a good site.yaml describes", async () => {
  const { code, terminal } = await run(SITE, "check");
  assertEquals(code, 0);
  assertEquals(
    terminal.printed(),
    "Fine: 1 charger, 2 EVSEs, 1 circuit, 0 meters, CSMS wss://csms.example.com/ocpp\n",
  );
});

Deno.test("check names every problem with file, line and place, and nothing of a password", async () => {
  const broken = SITE.replace("limit: 63", "limit: many").replace("slot: 2", "slot: 1");
  const { code, terminal, file } = await run(broken, "check");
  assertEquals([code, terminal.printed()], [1, ""]);
  const said = terminal.complaints.join("\n");
  assertStringIncludes(said, `${file}:6: circuits[0].limit`);
  assert(!said.includes("a-password-of-cp1"));
});

Deno.test("check says what lets in who proves nothing, and accepts it", async () => {
  const { code, terminal, file } = await run(
    SITE.replace("chargers:", "chargers:\n  adopt: accept"),
    "check",
  );
  assertEquals(code, 0);
  const [remark = "", ...others] = terminal.complaints;
  assertEquals(others, []);
  assert(
    remark.startsWith(`${file}:4: chargers.adopt: `) && remark.endsWith(" (a remark)"),
    remark,
  );
});

Deno.test("a file that is named and not there is a problem", async () => {
  const terminal = fakeTerminal();
  assertEquals(await runProgram(["check", "--config", "/nowhere/site.yaml"], terminal), 1);
  assertStringIncludes(terminal.complaints.join(), "/nowhere/site.yaml");
});

Deno.test("permissions name the hosts and folders of this configuration, and nothing wide", async () => {
  const { code, terminal } = await run(SITE, "permissions", "--data", "/var/lib/sangam");
  assertEquals(code, 0);
  const flags = terminal.printed().trim().split(" ");
  assert(flags.every((flag) => flag.startsWith("--")), terminal.printed());
  assert(!flags.includes("--allow-all") && !flags.includes("--allow-net"));
  const net = flags.find((flag) => flag.startsWith("--allow-net=")) ?? "";
  assertStringIncludes(net, "csms.example.com:443");
  const write = flags.find((flag) => flag.startsWith("--allow-write=")) ?? "";
  assertStringIncludes(write, "/var/lib/sangam");
});

Deno.test("schema is a JSON Schema that knows the sections of site.yaml", async () => {
  const terminal = fakeTerminal();
  assertEquals(await runProgram(["schema"], terminal), 0);
  const { type, properties } = JSON.parse(terminal.printed());
  assertEquals(type, "object");
  for (const name of ["site", "csms", "chargers", "circuits", "meters"]) {
    assert(name in properties, name);
  }
});
