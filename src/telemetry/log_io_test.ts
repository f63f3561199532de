import { assert, assertEquals } from "@std/assert";
import type { Log } from "../lib/log.ts";
import { type LogOptions, openLog } from "./log_io.ts";

/** What a log writes to standard error; each chunk is taken in two parts, as a full pipe does it. */
async function written(options: LogOptions, write: (log: Log) => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  const { stderr } = Deno;
  const real = stderr.write;
  stderr.write = (bytes) => {
    const part = bytes.subarray(0, Math.ceil(bytes.length / 2));
    chunks.push(part.slice());
    return Promise.resolve(part.length);
  };
  try {
    const { log, close } = await openLog(options);
    write(log);
    await close();
  } finally {
    stderr.write = real;
  }
  return new TextDecoder().decode(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
}

const lines = (text: string) => text.trimEnd().split("\n");

Deno.test("as JSON, each event is a line with its name and its fields", async () => {
  const text = await written({ level: "info", format: "json" }, (log) => {
    log("info", "charger_connected", { charger: "CP1", slots: [1, 2] });
    log("error", "ledger_write_failed");
  });
  const [first, second, ...others] = lines(text).map((line) => JSON.parse(line));
  assertEquals([first.message, first.level, first.charger, first.slots], [
    "charger_connected",
    "INFO",
    "CP1",
    [1, 2],
  ]);
  assertEquals([second.message, second.level, others], ["ledger_write_failed", "ERROR", []]);
});

Deno.test("a field that is called like a part of the line does not take its place", async () => {
  const text = await written({ level: "info", format: "json" }, (log) => {
    log("info", "disk_space", { level: "low", logger: "x", message: "y" });
  });
  const line = JSON.parse(text);
  assertEquals([line.message, line.level, line.logger], ["disk_space", "INFO", "sangam"]);
  assertEquals([line.level_, line.logger_, line.message_], ["low", "x", "y"]);
});

Deno.test("as text, an event is a line for people", async () => {
  const text = await written({ level: "info", format: "text" }, (log) => {
    log("warning", "limit_not_taken", { charger: "CP1", slot: 3 });
  });
  assert(/^\d\d:\d\d:\d\d\.\d{3} warning limit_not_taken charger=CP1 slot=3\n$/.test(text), text);
});

const LEVELS = ["debug", "info", "warning", "error"] as const;

for (const [index, level] of LEVELS.entries()) {
  Deno.test(`with level ${level} what is quieter is left out`, async () => {
    const text = await written({ level, format: "text" }, (log) => {
      for (const each of LEVELS) log(each, `event_${each}`);
    });
    const heard = LEVELS.filter((each) => text.includes(`event_${each}`));
    assertEquals(heard, LEVELS.slice(index));
  });
}

for (
  const field of [
    "password",
    "newPassword",
    "secret",
    "authorization",
    "apiKey",
    "digest",
    "accessToken",
  ]
) {
  Deno.test(`the field "${field}" is struck out`, async () => {
    const text = await written({ level: "info", format: "json" }, (log) => {
      log("info", "something", { [field]: "hunter2", charger: "CP1" });
    });
    assert(!text.includes("hunter2") && text.includes("***") && text.includes("CP1"), text);
  });
}

Deno.test("fields that only sound like a secret are shown", async () => {
  const text = await written({ level: "info", format: "json" }, (log) => {
    log("info", "setup_refused", { setting: "LocalPreAuthorize", authorizationSource: "list" });
  });
  assert(text.includes("LocalPreAuthorize") && text.includes('"list"'), text);
});
