import { assertEquals } from "@std/assert";
import { readConfig } from "./config.ts";

const PORTS = { env: () => null, file: () => null, profile: () => ({ problem: "none" }) };

function read(more: string) {
  return readConfig(
    `csms:\n  url: wss://csms.example.com/ocpp\n  identity: SITE\n${more}\n`,
    PORTS,
  );
}

function problems(more: string): readonly string[] {
  const reading = read(more);
  return reading.ok ? [] : reading.problems.map(({ path, line }) => `${path} ${line}`);
}

Deno.test("unless site.yaml says otherwise a CSMS interrupts ten times a minute, and files go encrypted to the internet", () => {
  const reading = read("");
  assertEquals(reading.ok && reading.config.csms?.disruptivePerMinute, 10);
  assertEquals(reading.ok && reading.config.csms?.files, {
    schemes: ["https", "ftps", "sftp"],
    hosts: [],
  });
  assertEquals(reading.ok && reading.config.csms?.chargerSettings, []);
});

for (
  const [more, problem] of [
    ["  chargerSettings: [OpMode, CentralSystemURI]", "csms.chargerSettings[1] 4"],
    ["  chargerSettings: [SecurityCtrlr.BasicAuthPassword]", "csms.chargerSettings[0] 4"],
    ["  files: { schemes: [gopher] }", "csms.files.schemes[0] 4"],
    ["  files: { schemes: [] }", "csms.files.schemes 4"],
    ['  files: { hosts: ["https://files.example.com"] }', "csms.files.hosts[0] 4"],
    ["  disruptivePerMinute: 0", "csms.disruptivePerMinute 4"],
  ] as const
) {
  Deno.test(`site.yaml is told what is wrong with ${more.trim()}`, () => {
    assertEquals(problems(more), [problem]);
  });
}

Deno.test("A15: a name and a password in the CSMS's own address are refused: it is shown", () => {
  const reading = readConfig(
    "csms: { url: 'wss://user:hunter2@csms.example.com/ocpp', identity: SITE }\n",
    PORTS,
  );
  assertEquals(reading.ok, false);
  assertEquals(JSON.stringify(reading).includes("hunter2"), false);
});
