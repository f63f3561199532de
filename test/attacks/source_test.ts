import { assert, assertEquals } from "@std/assert";
import { identityInPath } from "../../src/chargers/identity.ts";

/** What is shown of the source itself, for what holds by how it is built. */

const SRC = new URL("../../src/", import.meta.url).pathname;

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}${name}`;
    if (isDirectory) yield* sources(`${path}/`);
    else if (/\.tsx?$/.test(name) && !/_test\.tsx?$|^_(fixture|.*_for_test)/.test(name)) yield path;
  }
}

// A19

const TRICKS = [
  "/ocpp/../admin",
  "/ocpp/%2e%2e%2fadmin",
  "/ocpp/..%2fCP1",
  "/ocpp/CP1%00",
  "/ocpp/CP1%2f..",
  "/ocpp/%43%50%31%0d%0aX: y",
  "/ocpp/ＣＰ１",
  "/ocpp/CP1;admin",
  "/ocpp/CP1\\..",
  `/ocpp/${"A".repeat(300)}`,
  "/ocpp/%",
  "/ocpp/%ff%fe",
  "/ocpp/%2543P1",
  "/",
  "",
];

Deno.test("A19: of tricks with the path of a charger none gives another identity than the one it names", () => {
  for (const path of TRICKS) {
    const identity = identityInPath(path, "/ocpp");
    // Two dots and a name give that name: which is asked for its password like any other.
    const isHarmless = identity === null || /^[A-Za-z0-9*\-_=:+|@. ]{1,48}$/.test(identity);
    assert(isHarmless && identity !== "CP1", `${path}: ${identity}`);
  }
  assertEquals(identityInPath("/ocpp/CP1", "/ocpp"), "CP1");
});

// A21

Deno.test("A21: meters are read and never written: no room of theirs knows a writing function, or publishes", async () => {
  const writing =
    /\bpublish\(|writeSingle|writeMultiple|writeCoil|writeRegister|function: 0x(05|06|0f|10)/i;
  const found: string[] = [];
  let files = 0;
  let readings = 0;
  for await (const path of sources(`${SRC}meters/`)) {
    // Some gateways tell what they measure only while somebody asks them to, on a topic of its own.
    const text = (await Deno.readTextFile(path)).replace("client.publish(keepAlive.topic, ", "");
    files += 1;
    if (/readRequest\(/.test(text)) readings += 1;
    if (writing.test(text)) found.push(path.slice(SRC.length));
    // The signals' own drivers do write: nobody here may borrow from them.
    if (/from "\.\.\/signals/.test(text)) found.push(`${path.slice(SRC.length)} imports signals`);
  }
  assertEquals(found, []);
  assert(files > 50 && readings >= 2, `${files} files, ${readings} that read`);
});

// A26

interface Regex {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

async function regexes(): Promise<readonly Regex[]> {
  const found: Regex[] = [];
  let file = "";
  const plugin: Deno.lint.Plugin = {
    name: "regexes",
    rules: {
      each: {
        create: () => ({
          Literal(node) {
            if (!("regex" in node)) return;
            const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.raw) ?? [];
            found.push({ file, source, flags });
          },
        }),
      },
    },
  };
  for await (const path of sources(SRC)) {
    file = path.slice(SRC.length);
    Deno.lint.runPlugin(plugin, path, await Deno.readTextFile(path));
  }
  return found;
}

/** What makes an expression go back and try again: what it repeats, over and over, and then not the end. */
function attacks({ source }: Regex, length: number): readonly string[] {
  const letters = new Set([..."a1 .\t\"'{[(/\\:,-_=%@#", ...source.replace(/\\[a-z]/gi, "")]);
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const pumps = [...letters, ...words, "a1", "1.", " a", "\\a", '"a', "a=", ", "];
  const beginnings = ["", ...words.slice(0, 2), source.replace(/\W+/g, " ").slice(0, 20)];
  return beginnings.flatMap((beginning) =>
    pumps.map((pump) => `${beginning}${pump.repeat(length / pump.length)}\u0000`)
  );
}

/** How long the slowest of the attacks takes, milliseconds. */
function slowestMs(regex: Regex, length: number): number {
  const compiled = new RegExp(regex.source, regex.flags);
  let slowest = 0;
  for (const text of attacks(regex, length)) {
    compiled.lastIndex = 0;
    const began = performance.now();
    compiled.test(text);
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}

/** The longest text that is bounded by its length alone: the head of an HTTP request. */
const HEAD = 8_192;
/**
 * What goes back over such a text once for each letter takes a tenth of a second; what does so for each
 * pair of letters takes minutes. In between nothing lies, however busy the machine is.
 */
const LONG_MS = 3_000;

Deno.test("A26: no text as long as a request's head keeps any expression of the source busy", async () => {
  const all = await regexes();
  assert(all.length > 300, `${all.length} expressions`);
  const slow = all.map((regex) => {
    // From short to long: what takes too long for a short text is not tried on a long one.
    for (const length of [128, 1_024, HEAD]) {
      // The least of three: the machine may have something else to do.
      let ms = Number.POSITIVE_INFINITY;
      for (let n = 0; n < 3 && ms > LONG_MS; n++) ms = Math.min(ms, slowestMs(regex, length));
      if (ms > LONG_MS) {
        return `${regex.file}: /${regex.source}/ takes ${ms} ms for ${length} characters`;
      }
    }
    return null;
  }).filter((line) => line !== null);
  assertEquals(slow, []);
});

const OF_FRAMES =
  /^(ocpp\/secret_text|telemetry\/message_log|ocpp\/dialects\/v16\/data_transfer)\.ts$/;
const FRAME = 65_536;

Deno.test("A26: nor does a whole frame those that look at whole frames", async () => {
  const all = (await regexes()).filter(({ file }) => OF_FRAMES.test(file));
  assert(all.length >= 4, `${all.length} expressions`);
  const slow = all.filter((regex) => slowestMs(regex, FRAME) > 1_000);
  assertEquals(slow, []);
});
