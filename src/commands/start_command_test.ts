import { assertEquals, assertStringIncludes } from "@std/assert";
import { applyConfig, configDigest, configText, lastTrial } from "../config_trial_io.ts";
import { acceptedConfig } from "./config_commands_io.ts";
import { loadConfig } from "../config_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runGateway } from "./start_command_io.ts";

/** Runs the gateway on a file until it is up, and ends it then. */
async function runUntilUp(file: string) {
  const terminal = fakeTerminal();
  const ending = new AbortController();
  const code = await runGateway(
    async () => acceptedConfig(await loadConfig(file), file, terminal),
    { ...terminal, signal: ending.signal },
    { started: () => ending.abort(), file },
  );
  return { code, terminal };
}

async function freePort(): Promise<number> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return await Promise.resolve((listener.addr as Deno.NetAddr).port);
}

async function withSite(body: (file: string, good: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const [web, chargers] = [await freePort(), await freePort()];
  const good = `# a good one
site: { name: Good }
store: { path: ${folder}/data }
listen:
  web: { port: ${web} }
  chargers: [{ host: 127.0.0.1, port: ${chargers} }]
log: { level: error }
`;
  await Deno.writeTextFile(`${folder}/site.yaml`, good);
  try {
    await body(`${folder}/site.yaml`, good);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a configuration that does not come up is taken back, and the gateway runs with the former", () =>
  withSite(async (file, good) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    const bad = good.replace(/web: \{ port: \d+ \}/, `web: { port: ${port} }`);
    applyConfig(file, bad, configDigest(good), 1);
    const { code, terminal } = await runUntilUp(file);
    assertEquals(code, 0);
    assertEquals(configText(file), good);
    assertEquals(lastTrial(file)?.state, "rolled-back");
    assertStringIncludes(terminal.complaints.join(), "The new configuration is taken back");
  }));

Deno.test("one that is not valid where the gateway runs is taken back too", () =>
  withSite(async (file, good) => {
    applyConfig(file, `${good}nonsense: true\n`, configDigest(good), 1);
    assertEquals((await runUntilUp(file)).code, 0);
    assertEquals(configText(file), good);
    assertEquals(lastTrial(file)?.reason, "it is not valid here");
  }));

Deno.test("without a trial a configuration that does not come up ends the gateway, and stays", () =>
  withSite(async (file, good) => {
    await Deno.writeTextFile(file, `${good}nonsense: true\n`);
    assertEquals((await runUntilUp(file)).code, 1);
    assertStringIncludes(configText(file), "nonsense");
  }));
