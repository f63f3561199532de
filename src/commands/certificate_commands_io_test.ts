import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { DAY_MS, testAuthority, testRequest } from "../../test/support/certificates.ts";
import { openAuthority } from "../certificates/authority_io.ts";
import { certificatesIn, createCertificateBook } from "../certificates/mod.ts";
import { openRootFiles } from "../certificates/root_files_io.ts";
import { LEDGER_FILE } from "../gateway_io.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { put } from "../lib/write.ts";
import { openLedger } from "../store/ledger_io.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const SITE = "site: { name: Depot }\ncsms: { url: wss://csms.example.com, identity: SITE-1 }\n";

/** A site in a folder of its own, and what the console says of its certificates. */
async function withSite(
  during: (
    run: (...args: readonly string[]) => Promise<{ readonly code: number; readonly text: string }>,
    folder: string,
  ) => Promise<void>,
  site = SITE,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/site.yaml`, site);
  const flags = ["--config", `${folder}/site.yaml`, "--data", `${folder}/data`];
  try {
    await during(async (...args) => {
      const terminal = fakeTerminal();
      const code = await runProgram(["certificate", ...args, ...flags], terminal);
      return { code, text: terminal.printed() + terminal.complaints.join("\n") };
    }, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The authority of the site as the gateway opens it, and a charger with a certificate of it. */
async function withCharger(folder: string) {
  await Deno.mkdir(`${folder}/data`, { recursive: true });
  const tools = {
    clock: createSystemClock(),
    ids: createSystemIds(),
    store: openRootFiles(`${folder}/data/certificates`),
  };
  const authority = await openAuthority({ siteName: "Depot" }, tools);
  const { request } = await testRequest("CN=CP1");
  const signed = await authority.sign(request, "CP1");
  if (!signed.ok) throw new Error(signed.error);
  const certificate = new X509Certificate(signed.value.cert);
  await write(folder, (nowMs) => {
    const book = createCertificateBook([]);
    return [
      ...book.issue(certificate, "CP1", nowMs),
      ...book.used(certificate, "CP1", nowMs),
      put("chargers", "CP1", { id: "CP1", leastProfile: 3 } as never),
    ];
  });
  return authority;
}

async function write(
  folder: string,
  make: (nowMs: number) => Parameters<ReturnType<typeof openLedger>["commit"]>[0],
): Promise<void> {
  const ledger = openLedger(`${folder}/data/${LEDGER_FILE}`);
  await ledger.commit(make(Date.now()));
  await ledger.close();
}

async function notes(folder: string): Promise<readonly string[]> {
  const log = openAuditFile(`${folder}/data/${AUDIT_FILE}`, { keepMs: DAY_MS });
  const found = await log.find({ what: "command", limit: 10 });
  await log.close();
  return found.map(({ what, about, detail }) => `${what} ${about} ${detail}`.trim());
}

Deno.test("certificate show tells roots, what is for the CSMS, and each charger's, with their ends", () =>
  withSite(async (run, folder) => {
    assertMatch((await run("show")).text, /no authority of its own/);
    await withCharger(folder);
    const { code, text } = await run("show");
    assertEquals(code, 0);
    assertMatch(text, /^Root, signs: Depot charger root 1, until \d{4}-\d\d-\d\d \(\d+ days\)/m);
    assertMatch(text, /^CP1 {2}[0-9A-F]+ {2}until .*, by Depot charger root 1$/m);
    assertEquals(text.includes("PRIVATE"), false);
  }));

Deno.test("certificate revoke ends what a charger has, with a note of who and why", () =>
  withSite(async (run, folder) => {
    await withCharger(folder);
    assertEquals((await run("revoke", "CP1")).code, 2);
    assertEquals((await run("revoke", "CP9", "--reason", "stolen")).code, 1);
    assertEquals((await run("revoke", "CP1", "--reason", "stolen")).code, 0);
    assertMatch((await run("show")).text, /^CP1 .*revoked \d{4}-\d\d-\d\d: stolen/m);
    assertEquals((await run("revoke", "CP1", "--reason", "again")).code, 1);
    assertEquals(await notes(folder), ["command revoke-certificates CP1 stolen"]);
  }));

Deno.test("a root rolls over in three steps: begun, every charger with it, the old one ended", () =>
  withSite(async (run, folder) => {
    assertEquals((await run("roll-over", "start")).code, 1, "there is nothing to follow");
    const authority = await withCharger(folder);
    assertMatch((await run("roll-over", "state")).text, /nothing rolls over/);
    assertEquals((await run("roll-over", "finish")).code, 1);
    assertEquals((await run("roll-over", "start")).code, 0);
    assertEquals((await run("roll-over", "start")).code, 1, "one at a time");
    const { text } = await run("roll-over", "state");
    assertStringIncludes(text, "CP1 has not taken the new root");
    assertStringIncludes(text, "CP1 comes with a certificate of an old root");
    assertEquals((await run("roll-over", "finish")).code, 1);

    // The charger takes the root, and comes with a certificate of it.
    const store = openRootFiles(`${folder}/data/certificates`);
    const tools = { clock: createSystemClock(), ids: createSystemIds(), store };
    const after = await openAuthority({ siteName: "Depot" }, tools);
    const [newest = ""] = after.roots();
    const signed = await after.sign((await testRequest("CN=CP1")).request, "CP1");
    if (!signed.ok) throw new Error(signed.error);
    const certificate = new X509Certificate(signed.value.cert);
    const rootGiven = certificatesIn(newest)?.[0]?.fingerprint256 ?? "";
    await write(folder, (nowMs) => [
      ...createCertificateBook([]).used(certificate, "CP1", nowMs + 60_000),
      put("chargers", "CP1", { id: "CP1", leastProfile: 3, rootGiven } as never),
    ]);
    const state = await run("roll-over", "state");
    // The newer of two that end at the same day counts.
    assertEquals(state.code, 0);
    assertEquals(state.text.includes("has not taken"), false);
    const { code } = await run("roll-over", "finish", "--force", "yes");
    assertEquals(code, 0);
    const names = [...Deno.readDirSync(`${folder}/data/certificates`)].map(({ name }) => name);
    assertEquals(names.toSorted(), ["root-1.retired", "root-2.key", "root-2.pem"]);
    assertEquals((await openRootFiles(`${folder}/data/certificates`).load()).length, 1);
    assertEquals(authority.roots().length, 1);
    assertEquals((await run("roll-over", "sideways")).code, 2);
  }));

Deno.test("certificate import takes a pair that fits, copies its key for the owner alone, and nothing else", () =>
  withSite(async (run, folder) => {
    const root = await testAuthority("operator");
    const save = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    const good = await root.issue("SITE-1");
    const other = await root.issue("SITE-2");
    const past = await root.issue("SITE-1", { notAfter: new Date(Date.now() - 1_000) });
    const future = await root.issue("SITE-1", { notBefore: new Date(Date.now() + DAY_MS / 2) });
    const key = await save("good.key", good.key);
    const refused: readonly (readonly [string, string, RegExp])[] = [
      [await save("other.pem", other.cert), await save("other.key", other.key), /"SITE-2" instead/],
      [await save("good.pem", good.cert), await save("x.key", other.key), /not its own/],
      [await save("past.pem", past.cert), await save("past.key", past.key), /expired/],
      [await save("future.pem", future.cert), await save("f.key", future.key), /not valid yet/],
      [key, key, /holds no certificate/],
      [await save("good.pem", good.cert), await save("no.key", "nothing"), /no private key/],
    ];
    for (const [cert, itsKey, problem] of refused) {
      const { code, text } = await run("import", cert, itsKey);
      assertEquals(code, 1);
      assertMatch(text, problem);
    }
    const { code, text } = await run("import", `${folder}/good.pem`, key);
    assertEquals(code, 0);
    assertMatch(text, /raises the security profile to 3/);
    const copy = `${folder}/data/certificates/csms-1.key`;
    assertEquals(await Deno.readTextFile(copy), good.key);
    assertEquals(((await Deno.stat(copy)).mode ?? 0) & 0o777, 0o600);
    assertMatch((await run("show")).text, /^For the CSMS, by its order: SITE-1, until/m);
    assertEquals(await notes(folder), ["command import-certificate CSMS"]);
  }));

Deno.test("a site without a CSMS imports nothing for one", () =>
  withSite(async (run) => {
    assertMatch((await run("import", "a", "b")).text, /has no CSMS/);
  }, "site: { name: Depot }\n"));
