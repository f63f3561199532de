import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bundleFiles } from "../../test/support/bundle.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

async function inFolder(yaml: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/data`);
    await Deno.writeTextFile(`${folder}/site.yaml`, yaml);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function bundle(folder: string) {
  const terminal = fakeTerminal();
  const to = `${folder}/help.tar.gz`;
  const flags = ["--config", `${folder}/site.yaml`, "--data", `${folder}/data`];
  const code = await runProgram(["bundle", to, ...flags], terminal);
  return { code, to, terminal };
}

Deno.test("a bundle is made where no gateway runs, for its owner alone, without what is secret", () =>
  inFolder(
    "# sesame-one\nmqtt: { url: mqtt://b, prefix: p, username: u, password: sesame-two }\n",
    async (folder) => {
      const { code, to, terminal } = await bundle(folder);
      assertEquals([code, terminal.complaints], [0, []]);
      assertStringIncludes(terminal.printed(), "not in it: health, state, faults, log");
      assertEquals(((await Deno.stat(to)).mode ?? 0) & 0o777, 0o600);
      const files = await bundleFiles((await Deno.open(to)).readable);
      assertEquals([...files.keys()], [
        "system.json",
        "site.yaml",
        "records.json",
        "manifest.json",
      ]);
      assert(![...files.values()].some((text) => text.includes("sesame")));
      assertStringIncludes(files.get("site.yaml") ?? "", "url: mqtt://b");
      assertEquals(JSON.parse(files.get("records.json") ?? "")["ledger.db"], null);
    },
  ));

Deno.test("a configuration that is wrong, or a ledger that is none, does not keep a bundle from being made", () =>
  inFolder("circuits: nonsense\nfrobnicate: 1\n", async (folder) => {
    await Deno.writeTextFile(`${folder}/data/ledger.db`, "no ledger ".repeat(100));
    const { code, to } = await bundle(folder);
    assertEquals(code, 0);
    const files = await bundleFiles((await Deno.open(to)).readable);
    assertStringIncludes(files.get("site.yaml") ?? "", "frobnicate: 1");
    const records = JSON.parse(files.get("records.json") ?? "");
    assertStringIncludes(records["ledger.db"].error, "not a database");
  }));

Deno.test("where the bundle cannot be written that is said, and nothing is left", () =>
  inFolder("", async (folder) => {
    await Deno.mkdir(`${folder}/help.tar.gz`);
    const { code, to, terminal } = await bundle(folder);
    assertEquals([code, terminal.complaints.length], [1, 1]);
    assert((await Deno.stat(to)).isDirectory);
    assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".part")), []);
  }));
