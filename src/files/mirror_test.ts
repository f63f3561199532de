import { assert, assertEquals } from "@std/assert";
import { createHash, createSign } from "node:crypto";
import { assume } from "../lib/assert.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { noise, signer } from "./_servers_for_test.ts";
import { digestsOf } from "./signature.ts";
import type { Fetcher, FetchOutcome } from "./fetch.ts";
import type { FirmwareImage } from "../site/mod.ts";
import type { BroughtImage, FileStore } from "./image.ts";
import { createMirror, type MirrorOptions } from "./mirror.ts";
import { openFileStore } from "./file_store_io.ts";

const OPTIONS: MirrorOptions = {
  bytesMax: 100_000,
  triesMax: 3,
  firstWaitMs: 1_000,
  longestWaitMs: 10_000,
  keepBytesMax: 25_000,
};
const FIRST = "https://files.example.com/one.bin?key=7";
const md5 = (content: Uint8Array) => createHash("md5").update(content).digest("hex");

async function* inPieces(content: Uint8Array) {
  for (let at = 0; at < content.length; at += 4_096) {
    yield await Promise.resolve(content.subarray(at, at + 4_096));
  }
}

/** A mirror on a real folder, and a network that says what each try brings. */
async function withMirror(
  run: (bench: Bench) => Promise<void>,
  tries: Readonly<Record<string, readonly (Uint8Array | FetchOutcome)[]>> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(benchIn(folder, tries));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Bench = ReturnType<typeof benchIn>;

function benchIn(
  folder: string,
  tries: Readonly<Record<string, readonly (Uint8Array | FetchOutcome)[]>>,
) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const inUse = new Set<string>();
  const ledger = new Map<string, FirmwareImage>();
  const turns = new Map<string, number>();
  const fetcher: Fetcher = {
    async fetch(location, into) {
      asked.push(`${location} from ${into.bytes}`);
      const turn = turns.get(location) ?? 0;
      turns.set(location, turn + 1);
      const said = tries[location]?.[turn] ?? { kind: "refused", reason: "HTTP 404" };
      if (!(said instanceof Uint8Array)) return said;
      await into.restart("mark");
      for await (const piece of inPieces(said)) await into.write(piece);
      return { kind: "ended" };
    },
  };
  const files: FileStore = openFileStore(folder);
  let names = 0;
  const freeBytes = { now: 1_000_000 };
  const mirrorWith = (stored: Iterable<FirmwareImage>) =>
    createMirror(OPTIONS, {
      clock,
      log: () => {},
      fetcher,
      files,
      isInUse: (sha256) => inUse.has(sha256),
      roomProblem: (bytes) => bytes > freeBytes.now ? "The disk is full" : null,
      uuid: () => `00000000-0000-4000-8000-${String(names++).padStart(12, "0")}`,
      write(writes) {
        for (const write of writes) {
          if (write.kind === "put") ledger.set(write.key, write.value);
          else ledger.delete(write.key);
        }
        return Promise.resolve();
      },
    }, stored);
  return { clock, asked, inUse, ledger, folder, freeBytes, mirrorWith, mirror: mirrorWith([]) };
}

const wish = (location: string) => ({ location, md5: null, signing: null });

Deno.test("however many want a firmware at once, and soon after, it is fetched once", async () => {
  const content = noise(20_000);
  await withMirror(async ({ mirror, asked, ledger }) => {
    const many = await Promise.all(Array.from({ length: 8 }, () => mirror.obtain(wish(FIRST))));
    const later = await mirror.obtain(wish(FIRST));
    const { sha256 } = await digestsOf(inPieces(content));
    for (const each of [...many, later]) {
      assertEquals(each.kind === "here" && each.image.sha256, sha256);
    }
    assertEquals(asked.length, 1);
    assertEquals(ledger.get(sha256)?.name, "one.bin");
    assert(!JSON.stringify([...ledger]).includes("key=7"), "no secret of the address is kept");
    const read: number[] = [];
    for await (const piece of mirror.read(sha256, 19_990)) read.push(...piece);
    assertEquals(new Uint8Array(read), content.subarray(19_990));
  }, { [FIRST]: [content] });
});

Deno.test("after an hour an address may give another firmware", async () => {
  await withMirror(async ({ mirror, clock, asked }) => {
    await mirror.obtain(wish(FIRST));
    await clock.advance(3_600_001);
    const again = await mirror.obtain(wish(FIRST));
    assertEquals([again.kind === "here" && again.image.bytes, asked.length], [30, 2]);
  }, { [FIRST]: [noise(20), noise(30)] });
});

Deno.test("a download that breaks waits, shows why, and goes on", async () => {
  const broken = { kind: "broken", reason: "cut off" } as const;
  await withMirror(async ({ mirror, clock }) => {
    const obtained = mirror.obtain(wish(FIRST));
    while (mirror.downloads()[0]?.trouble !== "cut off") {
      await new Promise((turn) => setTimeout(turn, 1));
    }
    await clock.advance(1_000);
    assertEquals((await obtained).kind, "here");
    assertEquals(mirror.downloads(), []);
  }, { [FIRST]: [broken, noise(5_000)] });
});

Deno.test("what is refused fails at once, with the reason, and nothing of it is kept", async () => {
  await withMirror(async ({ mirror, ledger }) => {
    assertEquals(await mirror.obtain(wish(FIRST)), {
      kind: "failed",
      why: "download",
      reason: "HTTP 404",
    });
    assertEquals(ledger.size, 0);
  });
});

Deno.test("a corrupt image is refused and not kept; the next try fetches it anew", async () => {
  const good = noise(9_000);
  const bad = good.map((byte, at) => at === 4_711 ? byte ^ 1 : byte);
  await withMirror(async ({ mirror, ledger, asked }) => {
    const wanted = { ...wish(FIRST), md5: md5(good).toUpperCase() };
    assertEquals(await mirror.obtain(wanted), {
      kind: "failed",
      why: "checksum",
      reason: "Its checksum is another",
    });
    assertEquals(ledger.size, 0);
    assertEquals((await mirror.obtain(wanted)).kind, "here");
    assertEquals(asked.length, 2);
  }, { [FIRST]: [bad, good] });
});

for (const kind of ["ec", "rsa"] as const) {
  Deno.test(`a firmware that its maker did not sign is refused (${kind})`, async () => {
    const content = noise(9_000);
    const { key, certificate } = await signer(kind);
    const signature = createSign("sha256").update(content).sign(key, "base64");
    const other = createSign("sha256").update(noise(10)).sign(key, "base64");
    await withMirror(async ({ mirror, ledger }) => {
      const signedBy = (text: string) => ({
        ...wish(FIRST),
        signing: { signature: text, certificate },
      });
      for (const wrong of [other, "", "nonsense"]) {
        const refused = await mirror.obtain(signedBy(wrong));
        assertEquals(refused.kind === "failed" && refused.why, "signature", wrong);
        assertEquals(ledger.size, 0);
      }
      assertEquals((await mirror.obtain(signedBy(signature))).kind, "here");
    }, { [FIRST]: [content, content, content, content] });
  });
}

Deno.test("the RSA-PSS that OCPP wants (2.1 L01.FR.04) counts, whatever the length of its salt", async () => {
  const { constants } = await import("node:crypto");
  const content = noise(9_000);
  const { key, certificate } = await signer("rsa");
  await withMirror(async ({ mirror }) => {
    for (const saltLength of [32, 64]) {
      const signature = createSign("sha256").update(content).sign(
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
        "base64",
      );
      const obtained = await mirror.obtain({
        ...wish(FIRST),
        signing: { signature, certificate },
      });
      assertEquals(obtained.kind, "here", `salt of ${saltLength}`);
    }
  }, { [FIRST]: [content] });
});

Deno.test("what has not been wanted for longest makes room, never what a charger still fetches", async () => {
  const url = (name: string) => `https://files.example.com/${name}`;
  const contents = { a: noise(10_000, 1), b: noise(10_000, 2), c: noise(10_000, 3) };
  await withMirror(async ({ mirror, inUse, clock, folder }) => {
    const first = await mirror.obtain(wish(url("a")));
    if (first.kind === "here") inUse.add(first.image.sha256);
    for (const name of ["b", "c"]) {
      await clock.advance(60_000);
      await mirror.obtain(wish(url(name)));
    }
    assertEquals(mirror.images().map(({ name }) => name).toSorted(), ["a", "c"]);
    const there = (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile }) => isFile);
    assertEquals(there.length, 2);
    assertEquals(await mirror.remove(first.kind === "here" ? first.image.sha256 : ""), false);
    inUse.clear();
    assertEquals(await mirror.remove(first.kind === "here" ? first.image.sha256 : ""), true);
  }, { [url("a")]: [contents.a], [url("b")]: [contents.b], [url("c")]: [contents.c] });
});

const ABOUT: BroughtImage = {
  name: "C:\\fakepath\\Maker X 1.2.bin",
  from: "asha",
  meantFor: { vendor: "Maker", model: "X", version: "1.2" },
  bytes: null,
  checksum: null,
  signing: null,
};

Deno.test("what an operator brings is kept with what it is for; too much, nothing and no room are refused", async () => {
  await withMirror(async ({ mirror, mirrorWith, ledger, folder, freeBytes }) => {
    const taken = await mirror.take(inPieces(noise(9_000)), ABOUT);
    assume(taken.kind === "kept", "it is kept");
    const { image } = taken;
    assertEquals([image.name, image.meantFor?.version, image.bytes], [
      "Maker_X_1.2.bin",
      "1.2",
      9_000,
    ]);
    assertEquals(mirrorWith(ledger.values()).images(), [image], "it is there after a restart");
    const why = async (bytes: number, said: number | null = null) => {
      const outcome = await mirror.take(inPieces(noise(bytes)), { ...ABOUT, bytes: said });
      return outcome.kind === "refused" ? outcome.why : outcome.kind;
    };
    assertEquals(await why(100_001), "too-large");
    assertEquals(await why(10, 100_001), "too-large", "before a byte of it came");
    assertEquals(await why(0), "empty");
    freeBytes.now = 5_000;
    assertEquals(await why(9_001, 9_001), "no-room");
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/parts`)), []);
    assertEquals(ledger.size, 1);
  });
});

Deno.test("an upload is held against the checksum and the signature that came with it; of a wrong one nothing stays", async () => {
  const content = noise(9_000);
  const { key, certificate } = await signer("ec");
  const signature = createSign("sha256").update(content).sign(key, "base64");
  const sha256 = createHash("sha256").update(content).digest("hex");
  await withMirror(async ({ mirror, ledger, folder }) => {
    const files = async () =>
      (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile }) => isFile).length;
    const take = (more: Partial<BroughtImage>, bytes = content) =>
      mirror.take(inPieces(bytes), { ...ABOUT, ...more });
    const signing = { signature, certificate };
    const other = noise(8_999);
    for (
      const [why, more] of [["checksum", { checksum: sha256 }], ["signature", { signing }]] as const
    ) {
      const outcome = await take(more, other);
      assertEquals(outcome.kind === "refused" && outcome.why, why);
      assertEquals([ledger.size, await files()], [0, 0]);
    }
    assertEquals((await take({ checksum: sha256.toUpperCase(), signing })).kind, "kept");
    assertEquals((await take({ checksum: md5(content) })).kind, "kept");
    assertEquals(mirror.images()[0]?.signing, signing, "what vouched for it before still does");
    assertEquals((await take({ checksum: md5(other) })).kind, "refused");
    assertEquals([ledger.size, await files()], [1, 1], "the one that is kept stays");
  });
});

Deno.test("an upload that breaks off leaves nothing behind", async () => {
  await withMirror(async ({ mirror, folder, ledger }) => {
    async function* broken() {
      yield await Promise.resolve(noise(4_096));
      throw new Error("gone");
    }
    const outcome = await mirror.take(broken(), ABOUT).catch((error) => error.message);
    assertEquals(outcome, "gone");
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/parts`)), []);
    assertEquals(ledger.size, 0);
  });
});

Deno.test("a fetched image is told for which chargers it is", async () => {
  await withMirror(async ({ mirror, ledger }) => {
    const got = await mirror.obtain(wish(FIRST));
    assume(got.kind === "here", "it is fetched");
    const meantFor = { vendor: "Maker", model: "X", version: "2" };
    assertEquals(await mirror.describe(got.image.sha256, meantFor), true);
    assertEquals(ledger.get(got.image.sha256)?.meantFor, meantFor);
    assertEquals(await mirror.describe("ff", meantFor), false);
  }, { [FIRST]: [noise(50)] });
});

Deno.test("a stop breaks off what is on its way and keeps what came of it for the next start", async () => {
  await withMirror(async ({ mirror, mirrorWith, asked, clock }) => {
    const obtained = mirror.obtain(wish(FIRST));
    while (mirror.downloads()[0]?.trouble === null) {
      await new Promise((turn) => setTimeout(turn, 1));
    }
    mirror.stop();
    assertEquals((await obtained).kind, "failed");
    await clock.advance(1);
    assertEquals((await mirrorWith([]).obtain(wish(FIRST))).kind, "here");
    assertEquals(asked.length, 2);
  }, { [FIRST]: [{ kind: "broken", reason: "cut off" }, noise(50)] });
});
