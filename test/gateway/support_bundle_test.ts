import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { outboxRow } from "../contract/sessions.ts";
import { bundleFiles } from "../support/bundle.ts";
import { openSupport } from "../../src/gateway_support_io.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { put } from "../../src/lib/write.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { createLogTail, createMessageLog } from "../../src/telemetry/mod.ts";
import { BUNDLE_BYTES_MAX } from "../../src/telemetry/support/mod.ts";
import { createFixture } from "../../src/web/_fixture.ts";
import type { WebPorts } from "../../src/web/mod.ts";

const SECRET = "charger-secret-of-the-test";

/** A site with something in each part of a bundle. */
async function withSite(
  during: (
    site: { readonly open: (web?: Partial<WebPorts>) => ReturnType<typeof openSupport> },
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const configPath = `${folder}/site.yaml`;
    await Deno.writeTextFile(
      configPath,
      `# ${SECRET}\nchargers: { known: [{ id: CP01, password: ${SECRET} }] }\n`,
    );
    const ledger = openLedger(`${folder}/ledger.db`);
    await ledger.commit([put("outbox", 7, outboxRow({ id: 7 }))]);
    await ledger.close();
    const { ports } = await createFixture();
    const log = createLogTail(10_000);
    log.push(JSON.stringify({ message: "charger_refused", text: `not ${SECRET}` }));
    const clock = createVirtualClock(Date.UTC(2026, 4, 1));
    const open = (web: Partial<WebPorts> = {}) =>
      openSupport(
        { dataPath: folder, configPath, config: null },
        { clock, program: "1.2.3" },
        { web: { ...ports, ...web }, log },
      );
    await during({ open });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a bundle of a running gateway has each part, and no secret and no card in any", () =>
  withSite(async ({ open }) => {
    const made = open().make();
    assertEquals(made?.name, "sangam-support-2026-05-01.tar.gz");
    const files = await bundleFiles(made?.content ?? new ReadableStream());
    assertEquals([...files.keys()], [
      "system.json",
      "site.yaml",
      "records.json",
      "health.json",
      "faults.jsonl",
      "chargers.jsonl",
      "evses.jsonl",
      "site.json",
      "outbox.jsonl",
      "log.jsonl",
      "messages.jsonl",
      "metrics.txt",
      "manifest.json",
    ]);
    const all = [...files.values()].join("\n");
    const { ports } = await createFixture();
    const cards = ports.views.tokens().map(({ token }) => token).filter((each) => each.length > 5);
    assert(cards.length > 0);
    for (const secret of [SECRET, ...cards]) assert(!all.includes(secret), secret);
    assertStringIncludes(files.get("log.jsonl") ?? "", "not ***");
    assertEquals(JSON.parse(files.get("records.json") ?? "")["ledger.db"].outbox.rows, 1);
    const system = JSON.parse(files.get("system.json") ?? "");
    assertEquals([system.program, typeof system.versions.deno, system.clock.wall], [
      "1.2.3",
      "string",
      "2026-05-01T00:00:00.000Z",
    ]);
    assertEquals(JSON.parse(files.get("manifest.json") ?? "").leftOut, []);
    assert((files.get("chargers.jsonl") ?? "").split("\n").length > 3, "it is about chargers");
  }));

Deno.test("of a message log that is full the newest are there, below 10 MB, and what is cut is said", () =>
  withSite(async ({ open }) => {
    const log = createMessageLog(2_000);
    let state = 1;
    for (let id = 1; id <= 2_500; id++) {
      const noise = Array.from({ length: 1_100 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state.toString(36);
      }).join(" ");
      const text = JSON.stringify([2, `m${id}`, "DataTransfer", { vendorId: "v", data: noise }]);
      log.add({ peer: "CP01", direction: "in", atWallMs: id, text });
    }
    const { ports } = await createFixture();
    const messages = ({ limit }: { readonly limit: number }) => log.find({ limit });
    const made = open({ views: { ...ports.views, messages } }).make();
    const chunks: Uint8Array[] = [];
    for await (const chunk of made?.content ?? []) chunks.push(chunk);
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    assert(bytes > 1_000_000 && bytes < BUNDLE_BYTES_MAX, `${bytes}`);
    const files = await bundleFiles(new Blob(chunks.map((each) => each.slice())).stream());
    const lines = (files.get("messages.jsonl") ?? "").trimEnd().split("\n");
    assertEquals(JSON.parse(lines[0] ?? "").id, 2_500, "the newest is first");
    const part = JSON.parse(files.get("manifest.json") ?? "").files
      .find(({ name }: { name: string }) => name === "messages.jsonl");
    assertEquals([part.lines, part.lines + part.linesCut], [lines.length, 2_000]);
    assert(part.linesCut > 500, `${part.linesCut}`);
    const unpacked = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    assert(unpacked < BUNDLE_BYTES_MAX, `${unpacked}`);
  }));

Deno.test("one bundle at a time; one that was given up, or that nobody reads, does not stand in the way", () =>
  withSite(async ({ open }) => {
    const support = open();
    const first = support.make();
    assertEquals(support.make(), null);
    await first?.content.cancel();
    const second = support.make();
    await bundleFiles(second?.content ?? new ReadableStream());
    assert(support.make() !== null);
  }));
