import { assertEquals, assertStringIncludes } from "@std/assert";
import { unpackTar } from "modern-tar";
import { at, atMs, ended, transactionRecord } from "../../test/contract/sessions.ts";
import { LEDGER_FILE } from "../gateway_io.ts";
import { put } from "../lib/write.ts";
import { signedKey } from "../outbox/mod.ts";
import { REPORT_NAMES } from "../reports/mod.ts";
import { openLedger } from "../store/ledger_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const OCPI = `
reports:
  ocpi:
    countryCode: IN
    partyId: SNG
    currency: INR
    location: { id: P1, address: FC Road 12, city: Pune, country: IND, latitude: 18.5, longitude: 73.8 }
`;

/** A site with a session in January 2026 whose meter has signed its end, and one that goes on. */
async function withSite(
  during: (folder: string, run: (...args: string[]) => ReturnType<typeof runIn>) => Promise<void>,
  yaml = OCPI,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/site.yaml`, `site: { timezone: Asia/Kolkata }\n${yaml}`);
    await Deno.mkdir(`${folder}/data`);
    const ledger = openLedger(`${folder}/data/${LEDGER_FILE}`);
    const session = transactionRecord({ number: 7, stop: ended(3_600), signedReadings: 1 });
    const record = {
      transactionId: session.id,
      position: 0,
      reading: {
        at: at(3_600),
        heardAtMs: atMs(3_600),
        context: "Transaction.End" as const,
        signedMeterData: "OCMF|{}|{}",
      },
    };
    await ledger.commit([
      put("transactions", session.id, session),
      put("signed-readings", signedKey(record), record),
      put("transactions", "tx-8", transactionRecord({ number: 8, slot: 2 })),
    ]);
    await ledger.close();
    await during(folder, (...args) => runIn(folder, args));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runIn(folder: string, args: readonly string[]) {
  const terminal = fakeTerminal();
  const flags = ["--config", `${folder}/site.yaml`, "--data", `${folder}/data`];
  const code = await runProgram([...args, ...flags], terminal);
  return { code, printed: terminal.printed(), complaints: terminal.complaints.join("\n") };
}

Deno.test("export report prints every report, as a table or as JSON", () =>
  withSite(async (_folder, run) => {
    for (const name of REPORT_NAMES) {
      const time = ["--from", "2026-01-01", "--to", "2026-01-31"];
      const csv = await run("export", "report", name, ...time);
      assertEquals([csv.code, csv.complaints], [0, ""], name);
      assertEquals(csv.printed.endsWith("\r\n"), true, name);
      const { code, printed } = await run("export", "report", name, ...time, "--format", "json");
      const report = JSON.parse(printed);
      assertEquals([code, report.report, report.from], [0, name, "2025-12-31T18:30:00.000Z"]);
    }
    const month = await run(
      "export",
      "report",
      "energy",
      "--period",
      "month",
      "--date",
      "2026-01-20",
    );
    assertStringIncludes(month.printed, "2026-01-05,1,8");
    const tokens = await run(
      "export",
      "report",
      "energy",
      "--date",
      "2026-01-20",
      "--table",
      "tokens",
    );
    assertStringIncludes(tokens.printed, "ASHA-01");
  }));

Deno.test("export cdr prints the records of sessions that are over", () =>
  withSite(async (_folder, run) => {
    const { code, printed } = await run(
      "export",
      "cdr",
      "--period",
      "year",
      "--date",
      "2026-06-01",
    );
    const records = JSON.parse(printed);
    assertEquals(code, 0);
    assertEquals(records.map((each: { id: string }) => each.id), ["tx-7"]);
    assertEquals(records[0].signed_data.encoding_method, "OCMF");
    assertEquals(JSON.parse((await run("export", "cdr", "--date", "2020-01-01")).printed), []);
  }));

Deno.test("export cdr says what is missing where the site has no name for partners", () =>
  withSite(async (_folder, run) => {
    const { code, complaints } = await run("export", "cdr");
    assertEquals(code, 1);
    assertStringIncludes(complaints, "reports.ocpi");
  }, ""));

Deno.test("export signed writes a tar for its owner alone", () =>
  withSite(async (folder, run) => {
    const path = `${folder}/signed.tar`;
    const { code, complaints } = await run("export", "signed", path, "--date", "2026-01-05");
    assertEquals([code, complaints], [0, ""]);
    const entries = await unpackTar(await Deno.readFile(path));
    assertEquals(entries.map(({ header }) => header.name), ["session-7.xml", "session-7.ocmf"]);
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o077, 0);
  }));

for (
  const [flags, message] of [
    [["report", "weather"], "There is no report"],
    [["report", "energy", "--format", "pdf"], "--format has to be csv or json"],
    [["report", "energy", "--table", "moons"], "It has days"],
    [["report", "energy", "--from", "yesterday"], "--from has to be a date"],
    [["report", "energy", "--to", "2026-01-01"], "--to needs --from"],
    [["cdr", "--from", "2026-01-02", "--to", "2026-01-01"], "--to lies before --from"],
    [["cdr", "--period", "decade"], "--period has to be one of"],
    [["signed"], "Usage: main.ts export signed FILE"],
  ] as const
) {
  Deno.test(`export ${flags.join(" ")} is wrong usage, and says so`, () =>
    withSite(async (_folder, run) => {
      const { code, complaints } = await run("export", ...flags);
      assertEquals(code, 2, complaints);
      assertStringIncludes(complaints, message);
    }));
}
