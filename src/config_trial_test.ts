import { assertEquals } from "@std/assert";
import {
  applyConfig,
  beginStart,
  cannotWrite,
  configDigest,
  configText,
  keepConfig,
  lastTrial,
  rollBack,
} from "./config_trial_io.ts";

const OLD = "site: { name: Old } # with its comment\n";
const NEW = "site: { name: New }\n";

async function withFile(body: (file: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/site.yaml`, OLD, { mode: 0o640 });
    await body(`${folder}/site.yaml`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what is applied stands in the file, whole and with its rights, and the former beside it", () =>
  withFile((file) => {
    assertEquals(lastTrial(file), null);
    assertEquals(applyConfig(file, NEW, configDigest(OLD), 7), { kind: "applied" });
    assertEquals([configText(file), configText(`${file}.former`)], [NEW, OLD]);
    assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o640);
    const trial = { state: "running", attempts: 0, atMs: 7, reason: "", hadNone: false } as const;
    assertEquals(lastTrial(file), trial);
    beginStart(file);
    keepConfig(file);
    assertEquals(lastTrial(file), { ...trial, state: "kept", attempts: 1 });
    // What is kept is nobody's to take back.
    assertEquals(rollBack(file, "late"), false);
    assertEquals(configText(file), NEW);
  }));

Deno.test("what does not come up is taken back, with why", () =>
  withFile((file) => {
    applyConfig(file, NEW, configDigest(OLD), 7);
    beginStart(file);
    assertEquals(rollBack(file, "port 8443 is taken"), true);
    assertEquals(configText(file), OLD);
    assertEquals(lastTrial(file)?.state, "rolled-back");
    assertEquals(lastTrial(file)?.reason, "port 8443 is taken");
    assertEquals(rollBack(file, "again"), false);
  }));

Deno.test("a gateway that is killed before it stays up comes back with the former one", () =>
  withFile((file) => {
    applyConfig(file, NEW, configDigest(OLD), 7);
    beginStart(file);
    assertEquals(configText(file), NEW);
    beginStart(file);
    assertEquals(configText(file), NEW, "a power cut says nothing of the configuration");
    beginStart(file);
    assertEquals(configText(file), OLD);
    assertEquals(lastTrial(file)?.state, "rolled-back");
    beginStart(file);
    assertEquals(configText(file), OLD);
  }));

Deno.test("a power cut before the new text stands leaves the former one, at every step", () =>
  withFile((file) => {
    applyConfig(file, NEW, configDigest(OLD), 7);
    // The former and the mark are on disk, the new text is not.
    Deno.writeTextFileSync(file, OLD);
    Deno.writeTextFileSync(`${file}.new`, NEW.slice(0, 5));
    beginStart(file);
    assertEquals(configText(file), OLD);
    keepConfig(file);
    // The next one is applied all the same.
    assertEquals(applyConfig(file, NEW, configDigest(OLD), 8), { kind: "applied" });
    assertEquals(configText(file), NEW);
    Deno.writeTextFileSync(`${file}.trial`, "{ half of");
    beginStart(file);
    assertEquals([lastTrial(file), configText(file)], [null, NEW]);
  }));

Deno.test("what somebody else has changed meanwhile is not overwritten", () =>
  withFile((file) => {
    Deno.writeTextFileSync(file, "site: { name: Other }\n");
    assertEquals(applyConfig(file, NEW, configDigest(OLD), 7), { kind: "changed-meanwhile" });
    assertEquals(configText(file), "site: { name: Other }\n");
    assertEquals(lastTrial(file), null);
  }));

Deno.test("the first site.yaml is taken away again where it does not come up", () =>
  withFile((file) => {
    Deno.removeSync(file);
    assertEquals(configText(file), "");
    assertEquals(applyConfig(file, NEW, configDigest(""), 7), { kind: "applied" });
    assertEquals(rollBack(file, "no"), true);
    assertEquals(configText(file), "");
  }));

Deno.test("a file that cannot be written is said to be one, and nothing has changed", () =>
  withFile((file) => {
    assertEquals(cannotWrite(file), null);
    const nowhere = `${file}/below/site.yaml`;
    assertEquals(typeof cannotWrite(nowhere), "string");
    const outcome = applyConfig(nowhere, NEW, configDigest(""), 7);
    assertEquals(outcome.kind, "not-written");
    assertEquals(configText(file), OLD);
  }));
