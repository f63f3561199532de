import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { type BringOutcome, ftpOutcome, pathOf, placeProblem, webOutcome } from "./bring.ts";
import { bringUntilEnd } from "./bring_until.ts";
import type { FileRules } from "./file_rules.ts";

const RULES: FileRules = { schemes: ["https", "http", "ftps", "ftp", "sftp"], hosts: [] };

for (
  const [location, problem] of [
    ["https://files.example.com/logs/", null],
    ["ftp://user:hunter2@files.example.com/logs", null],
    [
      "sftp://user:hunter2@files.example.com/logs",
      "The gateway does not speak sftp: name a place by https or ftps",
    ],
    [
      "https://user:hunter2@files.example.com/",
      "No name and password belong into an address of the web",
    ],
    ["https://10.0.0.1/", "Files do not go to or come from 10.0.0.1"],
    ["file:///etc/passwd", "Files go by https, http, ftps, ftp, sftp, not by file"],
    ["nonsense", "Its location is no address"],
  ] as const
) {
  Deno.test(`a place for a log: ${location.replace("hunter2", "…")} ${problem ?? "is fine"}`, () => {
    assertEquals(placeProblem(location, RULES), problem);
  });
}

const words = (outcome: BringOutcome) => outcome.kind === "refused" ? outcome.why : outcome.kind;

for (
  const [status, word] of [
    [200, "ended"],
    [201, "ended"],
    [204, "ended"],
    [302, "UploadFailure"],
    [400, "BadMessage"],
    [401, "PermissionDenied"],
    [403, "PermissionDenied"],
    [404, "UploadFailure"],
    [405, "NotSupportedOperation"],
    [413, "UploadFailure"],
    [415, "BadMessage"],
    [429, "broken"],
    [500, "broken"],
    [501, "NotSupportedOperation"],
    [503, "broken"],
  ] as const
) {
  Deno.test(`HTTP ${status} is ${word}`, () => {
    assertEquals(words(webOutcome(status, "files.example.com")), word);
  });
}

for (
  const [code, word] of [
    [425, "broken"],
    [452, "broken"],
    [501, "BadMessage"],
    [502, "NotSupportedOperation"],
    [530, "PermissionDenied"],
    [550, "PermissionDenied"],
    [552, "UploadFailure"],
  ] as const
) {
  Deno.test(`FTP ${code} is ${word}`, () => {
    assertEquals(words(ftpOutcome(code, "files.example.com:21")), word);
  });
}

Deno.test("a folder gets the charger's name of the file, a file keeps its own", () => {
  assertEquals(pathOf("/logs/", "cp1.zip", false), "/logs/cp1.zip");
  assertEquals(pathOf("/logs/", "cp1.zip", true), "/logs/cp1.zip");
  assertEquals(pathOf("/upload", "cp1.zip", false), "/upload");
  assertEquals(pathOf("/upload", "cp1.zip", true), "/upload/cp1.zip");
  assertEquals(pathOf("/logs/now.log", "cp1.zip", true), "/logs/now.log");
});

async function* nothing() {
  yield await Promise.resolve(new Uint8Array(1));
}

/** Tries against a place, on a clock that runs by itself. */
async function tries(outcomes: readonly BringOutcome[], stopAfter = Infinity) {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const troubles: string[] = [];
  let turn = 0;
  const end = bringUntilEnd(
    {
      location: "https://files.example.com/",
      file: { name: "log.zip", bytes: 1, read: nothing },
      isWanted: () => true,
      troubled: (reason) => void troubles.push(reason),
    },
    {
      bring() {
        if (turn >= stopAfter) stop.abort();
        return Promise.resolve(
          outcomes[Math.min(turn++, outcomes.length - 1)] ?? { kind: "ended" },
        );
      },
    },
    clock,
    stop.signal,
  );
  await clock.advance(3 * 3_600_000);
  return { end: await end, turns: turn, troubles: troubles.length };
}

const BROKEN: BringOutcome = { kind: "broken", reason: "busy" };

Deno.test("a place that comes and goes is tried again, one that refuses is not, and none for ever", async () => {
  assertEquals(await tries([BROKEN, BROKEN, { kind: "ended" }]), {
    end: { kind: "ended" },
    turns: 3,
    troubles: 2,
  });
  const refused: BringOutcome = { kind: "refused", why: "PermissionDenied", reason: "no" };
  assertEquals(await tries([refused]), { end: refused, turns: 1, troubles: 0 });
  assertEquals(await tries([BROKEN]), { end: BROKEN, turns: 16, troubles: 16 });
});

Deno.test("a gateway that stops has not failed", async () => {
  assertEquals((await tries([BROKEN], 2)).end, null);
});
