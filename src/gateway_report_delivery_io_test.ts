import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createReportDelivery } from "./gateway_report_delivery_io.ts";
import { openPost } from "../test/support/post_server.ts";
import type { ReportFile } from "./gateway_report_schedules.ts";

function fileOf(text: string, name = "energy-2026-01.csv"): ReportFile {
  return {
    name,
    contentType: "text/csv; charset=utf-8",
    subject: "Pune Depot: energy 2026-01",
    mark: "office-2026-01",
    pieces: (async function* () {
      for (const part of text.match(/[^]{1,7}/g) ?? []) {
        yield await Promise.resolve(new TextEncoder().encode(part));
      }
    })(),
  };
}

Deno.test("a report lands in its folder under its name, whole, and again over itself", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const deliver = createReportDelivery(null, `${folder}/usual`);
    for (const text of ["first, and longer than the second", "second"]) {
      await deliver({ kind: "folder", path: `${folder}/office` }, fileOf(text));
    }
    await deliver({ kind: "folder", path: null }, fileOf("third"));
    assertEquals(await Deno.readTextFile(`${folder}/office/energy-2026-01.csv`), "second");
    assertEquals(await Deno.readTextFile(`${folder}/usual/energy-2026-01.csv`), "third");
    const names = [...Deno.readDirSync(`${folder}/office`)].map(({ name }) => name);
    assertEquals(names, ["energy-2026-01.csv"], "no part of it is left");
    const { mode } = await Deno.stat(`${folder}/office/energy-2026-01.csv`);
    assertEquals((mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const OFFICE = { kind: "email", recipients: ["office@example.com", "owner@example.com"] } as const;

Deno.test("a mail has the report attached, and a mark by which a second one is known", async () => {
  await using post = openPost();
  await createReportDelivery(post.options, "/nowhere")(OFFICE, fileOf("date,energyKwh\r\n"));
  const said = post.lines.join("\n");
  assertStringIncludes(said, "RCPT TO:<office@example.com>");
  assertStringIncludes(said, "RCPT TO:<owner@example.com>");
  assertStringIncludes(said, "Message-ID: <office-2026-01@pune.example.com>");
  assertStringIncludes(said, "Subject: Pune Depot: energy 2026-01");
  assertStringIncludes(said, "filename=energy-2026-01.csv");
  assert(said.includes(btoa("date,energyKwh\r\n")) || said.includes("date,energyKwh"), said);
});

Deno.test("a mail that nobody takes, and a server that has no TLS, are errors", async () => {
  await using refusing = openPost("MAIL");
  await assertRejects(() =>
    createReportDelivery(refusing.options, "/nowhere")(OFFICE, fileOf("x"))
  );
  await using plain = openPost("STARTTLS");
  await assertRejects(() =>
    createReportDelivery({ ...plain.options, security: "starttls" }, "/nowhere")(
      OFFICE,
      fileOf("x"),
    )
  );
  assertEquals(plain.lines.some((line) => line.startsWith("MAIL")), false, "nothing was told");
});

Deno.test("what is too large for a mail says so, and without a server there is no mail", async () => {
  const large: ReportFile = {
    ...fileOf(""),
    pieces: (async function* () {
      for (let megabytes = 0; megabytes < 30; megabytes++) {
        yield await Promise.resolve(new Uint8Array(1_048_576));
      }
    })(),
  };
  await using post = openPost();
  const error = await assertRejects(() =>
    createReportDelivery(post.options, "/nowhere")(OFFICE, large)
  );
  assertStringIncludes(String(error), "too large for a mail");
  await (await Deno.connect({ hostname: "127.0.0.1", port: post.options.port })).close();
  await assertRejects(() => createReportDelivery(null, "/nowhere")(OFFICE, fileOf("x")));
});
