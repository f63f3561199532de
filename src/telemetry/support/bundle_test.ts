import { assert, assertEquals, assertThrows } from "@std/assert";
import { bundleFiles as read } from "../../../test/support/bundle.ts";
import { BUNDLE_BYTES_MAX, type BundleOrder, type BundlePart, bundleStream } from "./bundle.ts";
import { createRedactor } from "./redaction.ts";

function order(parts: readonly BundlePart[]): BundleOrder & { readonly pauses: () => number } {
  let pauses = 0;
  return {
    parts,
    leftOut: [{ name: "x", why: "not here" }],
    program: "1.2.3",
    madeMs: Date.UTC(2026, 4, 1),
    redactor: createRedactor({ secrets: ["open-sesame"], tokens: ["CARD-000001"] }),
    pause: () => Promise.resolve(void pauses++),
    pauses: () => pauses,
  };
}

const part = (name: string, lines: readonly string[], bytesMax = 1_000): BundlePart => ({
  name,
  about: `about ${name}`,
  bytesMax,
  lines: () => lines,
});

async function manifestOf(stream: ReadableStream<Uint8Array>) {
  return JSON.parse((await read(stream)).get("manifest.json") ?? "");
}

Deno.test("each part is a file, redacted, and the manifest says what is in and how", async () => {
  const files = await read(bundleStream(order([
    part("a.txt", ["by open-sesame", "of CARD-000001"]),
    part("empty.txt", []),
  ])));
  assertEquals([...files.keys()], ["a.txt", "empty.txt", "manifest.json"]);
  assertEquals([files.get("a.txt"), files.get("empty.txt")], ["by ***\nof person-1\n", ""]);
  const manifest = JSON.parse(files.get("manifest.json") ?? "");
  assertEquals([manifest.kind, manifest.program, manifest.madeAt], [
    "sangam-support-bundle",
    "1.2.3",
    "2026-05-01T00:00:00.000Z",
  ]);
  assertEquals(manifest.files[0], {
    name: "a.txt",
    about: "about a.txt",
    bytes: 19,
    lines: 2,
    linesCut: 0,
    linesShortened: 0,
  });
  assertEquals(manifest.leftOut, [{ name: "x", why: "not here" }]);
  assertEquals(manifest.redaction.people, 1);
  assert(manifest.redaction.rules.length > 3);
});

Deno.test("lines come until the room is used; those after are cut and counted", async () => {
  const lines = ["first", "second", "third and long", "x"];
  const stream = bundleStream(order([part("log", lines, 14)]));
  const files = await read(stream);
  assertEquals(files.get("log"), "first\nsecond\n");
  const [log] = JSON.parse(files.get("manifest.json") ?? "").files;
  assertEquals([log.lines, log.linesCut], [2, 2]);
});

Deno.test("a line without end is shortened between characters, and that is said", async () => {
  const files = await read(bundleStream(order([part("log", ["संगम".repeat(5_000)], 30_000)])));
  const log = files.get("log") ?? "";
  assert(log.endsWith(" …\n") && !log.includes("\ufffd"), log.slice(-20));
  assert(new TextEncoder().encode(log).length <= 20_000);
  assertEquals(JSON.parse(files.get("manifest.json") ?? "").files[0].linesShortened, 1);
});

Deno.test("a part that cannot be made is named, without its secrets, and the others are there", async () => {
  const broken = {
    ...part("broken", []),
    lines: () => Promise.reject(new Error("no open-sesame for it")),
  };
  const manifest = await manifestOf(bundleStream(order([broken, part("fine", ["x"])])));
  assertEquals(manifest.files.map(({ name }: { name: string }) => name), ["fine"]);
  assertEquals(manifest.leftOut[1], { name: "broken", why: "Error: no *** for it" });
});

Deno.test("parts that could be too large together are refused before anything is made", () => {
  assertThrows(
    () => bundleStream(order([part("a", [], 5_000_000), part("b", [], 5_000_000)])),
    RangeError,
  );
});

Deno.test("full parts of noise stay below 10 MB, and others have their turn meanwhile", async () => {
  const noise = (seed: number) =>
    Array.from({ length: 3_000 }, (_, line) => {
      let state = seed * 7_919 + line;
      return Array.from({ length: 160 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state.toString(36);
      }).join("~");
    });
  const plan = order([1, 2, 3].map((seed) => part(`${seed}`, noise(seed), 3_000_000)));
  let bytes = 0;
  for await (const chunk of bundleStream(plan)) bytes += chunk.length;
  assert(bytes > 3_000_000 && bytes < BUNDLE_BYTES_MAX, `${bytes}`);
  assert(plan.pauses() > 100, `${plan.pauses()}`);
});

Deno.test("who stops reading leaves nothing behind", async () => {
  const reader = bundleStream(order([part("a", ["x".repeat(500)])])).getReader();
  await reader.read();
  await reader.cancel();
});
