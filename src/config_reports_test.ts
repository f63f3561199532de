import { assertEquals } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, readConfig } from "./config.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => "a secret",
  profile: () => ({ problem: "none" }),
  model: () => ({ problem: "none" }),
};

function reportsOf(yaml: string) {
  const reading = readConfig(yaml, PORTS);
  assume(reading.ok, "it is right");
  return reading.config.reports;
}

function problemsOf(yaml: string): readonly string[] {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("a site that says nothing of reports sends none, and prints none", () => {
  assertEquals(reportsOf("site: { name: Pune }\n"), {
    carbon: null,
    printing: null,
    mail: null,
    ocpi: null,
    schedules: [],
  });
});

Deno.test("schedules, mail, printing and the factor of CO₂ are read", () => {
  const reports = reportsOf(`
reports:
  carbon: { gramsPerKwh: 713 }
  printing: { chromium: /usr/bin/chromium }
  email: { host: smtp.example.com, username: site, password: "\${file:mail}", from: site@example.com }
  schedules:
    - { report: revenue, every: month, at: "07:30", format: pdf, to: email, recipients: [o@example.com] }
    - { id: backup, report: sessions, every: day, to: folder, folder: /srv/reports }
    - { report: energy, every: week, to: folder }
`);
  assertEquals(reports.carbon, { gramsPerKwh: 713 });
  assertEquals(reports.printing, { chromium: "/usr/bin/chromium", timeoutMs: 60_000 });
  assertEquals(reports.mail, {
    host: "smtp.example.com",
    port: 587,
    security: "starttls",
    username: "site",
    password: "a secret",
    from: "site@example.com",
  });
  assertEquals(reports.schedules.map(({ id, atMinute, to }) => [id, atMinute, to]), [
    ["revenue-month-pdf-email", 450, { kind: "email", recipients: ["o@example.com"] }],
    ["backup", 360, { kind: "folder", path: "/srv/reports" }],
    ["energy-week-csv-folder", 360, { kind: "folder", path: null }],
  ]);
});

Deno.test("what does not go together is named with its line", () => {
  assertEquals(
    problemsOf(`
reports:
  email: { host: smtp.example.com, security: "off", username: site, password: x, from: a@example.com }
  schedules:
    - { report: energy, every: day, format: pdf, to: folder, recipients: [o@example.com] }
    - { report: energy, every: day, format: pdf, to: folder }
    - { report: energy, every: day, to: email, folder: /srv }
`),
    [
      "3: reports.email.security: A password is not sent without TLS: use starttls or tls",
      "5: reports.schedules[0].format: A PDF needs reports.printing, which names a Chromium",
      "5: reports.schedules[0].recipients: Recipients are for schedules that go by e-mail",
      '6: reports.schedules[1]: There is another schedule "energy-day-pdf-folder": give one of them ' +
      "an id of its own",
      "6: reports.schedules[1].format: A PDF needs reports.printing, which names a Chromium",
      "7: reports.schedules[2].to: Mail needs recipients",
      "7: reports.schedules[2].folder: A folder is for schedules that go to a folder",
    ],
  );
  assertEquals(
    problemsOf(`
reports:
  email: { host: smtp.example.com, username: site, from: a@example.com }
`),
    ["3: reports.email: username and password go together: name both, or neither"],
  );
  assertEquals(
    problemsOf(
      "reports: { schedules: [{ report: energy, every: day, to: email, recipients: [o@example.com] }] }",
    ),
    ["1: reports.schedules[0].to: Mail needs reports.email: host and from"],
  );
  for (
    const wrong of [
      "carbon: { gramsPerKwh: 713, hourly: [1, 2] }",
      "carbon: { gramsPerKwh: -1 }",
      "printing: { chromium: chromium }",
      "schedules: [{ report: weather, every: day, to: folder }]",
      "schedules: [{ report: energy, every: year, to: folder }]",
      'schedules: [{ report: energy, every: day, to: folder, at: "25:00" }]',
      "schedules: [{ report: energy, every: day, to: email, recipients: [nobody] }]",
    ]
  ) assertEquals(problemsOf(`reports: { ${wrong} }`).length > 0, true, wrong);
});
