import { assertEquals } from "@std/assert";
import type { InsideCall } from "../ocpp/mod.ts";
import { FILE_RULES, type FileRules } from "../files/mod.ts";
import { locationProblem } from "./file_locations.ts";

const log = (remoteLocation: string): InsideCall => ({
  action: "GetLog",
  message: { logType: "DiagnosticsLog", requestId: 1, log: { remoteLocation } },
});
const problem = (location: string, rules: FileRules = FILE_RULES) =>
  locationProblem(log(location), rules);

for (
  const location of [
    "https://files.example.com/logs",
    "sftp://user:pass@files.example.com:2222/logs",
    "ftps://203.0.113.7/logs",
    "https://[2001:db8::7]/logs",
    "https://files.example.com./logs",
  ]
) {
  Deno.test(`A15: a charger may bring files to ${location}`, () =>
    assertEquals(problem(location), null));
}

for (
  const location of [
    "http://files.example.com/logs",
    "ftp://files.example.com/logs",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:alert(1)",
    "gopher://files.example.com",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "sftp://0177.0.0.1/",
    "sftp://0x7f000001/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.31.0.1/",
    "sftp://192.168.7.1:22/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "sftp://[::1]/",
    "https://gateway/",
    "https://printer.local/",
    "https://db.internal/",
    "https://files.example.com@10.0.0.1/",
    "https://10.0.0.1#.example.com/",
    "https:///logs",
    "",
    "files.example.com/logs",
  ]
) {
  Deno.test(`A15: no charger fetches or brings a file by "${location}"`, () => {
    const said = problem(location);
    assertEquals(typeof said, "string");
  });
}

Deno.test("A15: with hosts in site.yaml these count, also on the site's own network, and no others", () => {
  const rules: FileRules = { schemes: ["ftp"], hosts: ["10.0.0.5", "*.example.com", "nas.local"] };
  for (const host of ["10.0.0.5", "a.example.com", "a.b.EXAMPLE.com", "nas.local"]) {
    assertEquals(problem(`ftp://${host}/x`, rules), null, host);
  }
  for (const host of ["10.0.0.6", "example.com", "example.com.evil.org", "badexample.com"]) {
    assertEquals(problem(`ftp://${host}/x`, rules), `Files do not go to or come from ${host}`);
  }
});

Deno.test("A15: what is said of an address never holds the name and password in it", () => {
  for (const location of ["http://user:hunter2@x.org/", "sftp://user:hunter2@10.0.0.1/"]) {
    assertEquals(problem(location)?.includes("hunter2"), false);
  }
});
