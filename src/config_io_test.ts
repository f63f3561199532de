import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { testAuthority } from "../test/support/certificates.ts";
import type { ConfigReading, SiteConfig } from "./config.ts";
import { folderOf, loadConfig, readConfigIn } from "./config_io.ts";

const MIB = 1_048_576;

/** Runs a test in a folder with these files, by their names. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(folderOf(`${folder}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function accepted(reading: ConfigReading): SiteConfig {
  assume(reading.ok, JSON.stringify(reading));
  return reading.config;
}

/** The problems of a reading, as "path:line: message". */
function problems(reading: ConfigReading): readonly string[] {
  assume(!reading.ok, "expected problems");
  return reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

const CSMS = (password: string) =>
  `csms: { url: "wss://csms.example.com/ocpp", identity: SITE-1, password: "${password}" }\n`;

Deno.test("loadConfig() reads the file that is named", async () => {
  await inFolder({ "etc/site.yaml": "site: { name: Pune Depot }\n" }, async (folder) => {
    const config = accepted(await loadConfig(`${folder}/etc/site.yaml`));
    assertEquals(config.siteName, "Pune Depot");
  });
});

Deno.test("loadConfig() of a named file that is not there is a problem, never defaults", async () => {
  await inFolder({ "a-file": "" }, async (folder) => {
    for (const missing of [`${folder}/site.yaml`, `${folder}/a-file/site.yaml`]) {
      assertEquals(problems(await loadConfig(missing)), [
        `:null: Cannot read configuration "${missing}": there is no such file`,
      ]);
    }
  });
});

Deno.test("loadConfig() takes a folder or a file of more than 4 MiB for no configuration", async () => {
  await inFolder({ "site.yaml": `#${"x".repeat(4 * MIB)}\n` }, async (folder) => {
    const file = `${folder}/site.yaml`;
    assertEquals([problems(await loadConfig(folder)), problems(await loadConfig(file))], [
      [`:null: Cannot read configuration "${folder}": it is not a file`],
      [`:null: Cannot read configuration "${file}": it is larger than 4 MiB`],
    ]);
    await Deno.writeTextFile(`${folder}/site.yaml`, `#${"x".repeat(4 * MIB - 1)}`);
    assert((await loadConfig(`${folder}/site.yaml`)).ok, "4 MiB are not too much");
  });
});

Deno.test("loadConfig() says on which line a file is wrong", async () => {
  await inFolder({ "site.yaml": "log: { level: info }\nsite: { nam: x }\n" }, async (folder) => {
    const found = problems(await loadConfig(`${folder}/site.yaml`));
    assertEquals(found, ["site.nam:2: Unknown key"]);
  });
});

Deno.test("loadConfig() without a name reads site.yaml of this folder, and has defaults without one", async () => {
  // A process of its own: the folder in which it runs belongs to all tests.
  const script = `import { loadConfig } from ${
    JSON.stringify(import.meta.resolve("./config_io.ts"))
  };
    const reading = await loadConfig(null);
    Deno.stdout.writeSync(new TextEncoder().encode(reading.config.siteName));`;
  async function nameIn(folder: string): Promise<string> {
    const config = new URL("../deno.json", import.meta.url).pathname;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", `--config=${config}`, script],
      cwd: folder,
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    return new TextDecoder().decode(stdout);
  }
  await inFolder({ "site/site.yaml": "site: { name: Pune Depot }\n" }, async (folder) => {
    assertEquals(await nameIn(`${folder}/site`), "Pune Depot");
    assertEquals(await nameIn(folder), "Sangam");
  });
});

// Secrets

Deno.test("a secret is read beside site.yaml, without the line break that editors end files with", async () => {
  const files = {
    "plain": "hush",
    "edited": "hush\n",
    "windows": "hush\r\n",
    "secrets/deep": "hush\n",
    "two-lines": "hush\n\n",
    "blank": " hush ",
  };
  await inFolder(files, async (folder) => {
    const secret = async (name: string) =>
      accepted(await readConfigIn(folder, CSMS(`\${file:${name}}`))).csms?.password;
    for (const name of ["plain", "edited", "windows", "secrets/deep", `${folder}/plain`]) {
      assertEquals(await secret(name), "hush", name);
    }
    assertEquals(await secret("two-lines"), "hush\n", "one line break goes");
    assertEquals(await secret("blank"), " hush ", "a blank may belong to a password");
  });
});

Deno.test("a secret that is not there is named with its place, and so is one that is too long", async () => {
  const files = { "long": "x".repeat(MIB / 4 + 1), "longest": "x".repeat(MIB / 4) };
  await inFolder(files, async (folder) => {
    for (const name of ["nope", "long", "long/nope", "."]) {
      const found = problems(await readConfigIn(folder, CSMS(`\${file:${name}}`)));
      assertEquals(found[0], `csms.password:1: There is no file:${name}`);
    }
    assert((await readConfigIn(folder, CSMS("${file:longest}"))).ok);
  });
});

Deno.test("systemd's credentials go before files beside site.yaml, which go for what is not among them", async () => {
  const files = {
    "credentials/both": "from systemd\n",
    "etc/both": "from beside\n",
    "etc/beside": "from beside\n",
  };
  await inFolder(files, async (folder) => {
    const before = Deno.env.get("CREDENTIALS_DIRECTORY");
    Deno.env.set("CREDENTIALS_DIRECTORY", `${folder}/credentials`);
    try {
      const secret = async (name: string) =>
        accepted(await readConfigIn(`${folder}/etc`, CSMS(`\${file:${name}}`))).csms?.password;
      assertEquals(await secret("both"), "from systemd");
      assertEquals(await secret("beside"), "from beside");
      assertEquals(await secret(`${folder}/etc/both`), "from beside", "an absolute name is meant");
    } finally {
      if (before === undefined) Deno.env.delete("CREDENTIALS_DIRECTORY");
      else Deno.env.set("CREDENTIALS_DIRECTORY", before);
    }
  });
});

Deno.test("a name that no file and no variable can have is one of nothing, with its place", async () => {
  await inFolder({}, async (folder) => {
    await Deno.symlink("loop", `${folder}/loop`);
    const long = "operator-root.pem".repeat(20);
    const tooDeep = `${"deep/".repeat(1_000)}secret`;
    for (const name of [long, tooDeep, "loop", "a\\0b"]) {
      const [found] = problems(await readConfigIn(folder, CSMS(`\${file:${name}}`)));
      assertMatch(found ?? "", /^csms\.password:1: There is no file:/, name);
    }
    for (const name of ["A\\0B", "A=B"]) {
      const [found] = problems(await readConfigIn(folder, CSMS(`\${env:${name}}`)));
      assertMatch(found ?? "", /^csms\.password:1: There is no env:/, name);
    }
    const [found] = problems(await loadConfig(`${folder}/${long}`));
    assertStringIncludes(found ?? "", "there is no such file");
  });
});

Deno.test("a secret may be in the environment; without it the problem names the variable", async () => {
  const name = "SANGAM_CONFIG_IO_TEST";
  const text = CSMS(`\${env:${name}}`);
  assertEquals(
    problems(await readConfigIn(".", text))[0],
    `csms.password:1: There is no env:${name}`,
  );
  Deno.env.set(name, "hush");
  try {
    assertEquals(accepted(await readConfigIn(".", text)).csms?.password, "hush");
  } finally {
    Deno.env.delete(name);
  }
});

Deno.test("certificates of listeners are read beside site.yaml", async () => {
  const text = "listen:\n  chargers:\n" +
    "    - { port: 1, securityProfile: 2, cert: tls/cert.pem, key: tls/key.pem }\n" +
    "  web: { host: 0.0.0.0, tls: { cert: tls/cert.pem, key: tls/key.pem } }\n";
  const authority = await testAuthority("gateways");
  const pair = await authority.issue("gateway.local");
  await inFolder({ "tls/cert.pem": pair.cert, "tls/key.pem": pair.key }, async (folder) => {
    const { listeners, web } = accepted(await readConfigIn(folder, text));
    const trimmed = { cert: pair.cert.trimEnd(), key: pair.key.trimEnd() };
    const { reread, ...tls } = listeners[0]?.tls ?? {};
    assertEquals([tls, web.tls], [trimmed, trimmed]);
    const { cert } = await authority.issue("renewed.local");
    await Deno.writeTextFile(`${folder}/tls/cert.pem`, cert);
    assertEquals(reread?.()?.cert, cert.trimEnd(), "a renewed one is found there");
  });
});

// Meter profiles

const METER = (profile: string) =>
  `meters:\n  - { id: main, driver: modbus-tcp, host: 192.168.10.20, profile: ${profile} }\n`;

Deno.test("a meter profile is a shipped one by its id, or a file beside site.yaml", async () => {
  const shipped = new URL("../hardware/meters/eastron-sdm630.yaml", import.meta.url);
  const own = (await Deno.readTextFile(shipped)).replace(/^id: .*$/m, "id: my-own");
  await inFolder({ "meters/own.yaml": own }, async (folder) => {
    const idOf = async (profile: string) => {
      const [meter] = accepted(await readConfigIn(folder, METER(profile))).meters;
      assume(meter?.driver === "modbus-tcp", "expected a Modbus meter");
      return meter.profile.id;
    };
    assertEquals(await idOf("eastron-sdm630"), "eastron-sdm630");
    assertEquals(await idOf("meters/own.yaml"), "my-own");
    assertEquals(await idOf(`${folder}/meters/own.yaml`), "my-own");
  });
});

Deno.test("a meter profile that nobody knows is a problem that names those that are known", async () => {
  const [found = "", ...others] = problems(await readConfigIn(".", METER("acme-1")));
  assertEquals(others, []);
  assertStringIncludes(found, 'meters[0].profile:2: no meter profile has the name "acme-1"');
  assertStringIncludes(found, "eastron-sdm630");
});

Deno.test("what is wrong inside a meter profile is said with file and line, all of it", async () => {
  await inFolder(
    { "own.yaml": "id: my-own\nregisters: many\nfunctionCode: 5\n" },
    async (folder) => {
      const [found = "", ...others] = problems(await readConfigIn(folder, METER("own.yaml")));
      assertEquals(others, []);
      assertMatch(found, /^meters\[0\]\.profile:2: /);
      assertMatch(found, /own\.yaml:2: registers: /);
      assertMatch(found, /own\.yaml:3: functionCode: /);
    },
  );
});

// Charger models

const CHARGER = (model: string) =>
  `chargers:\n  known:\n    - { id: CP01, password: secret, model: ${model} }\n`;

Deno.test("a charger's model is a shipped one by its id, or a file beside site.yaml", async () => {
  const shipped = new URL("../hardware/chargers/timxon.yaml", import.meta.url);
  const own = (await Deno.readTextFile(shipped)).replace(/^id: .*$/m, "id: my-own");
  await inFolder({ "own.yaml": own }, async (folder) => {
    const modelOf = async (model: string) =>
      accepted(await readConfigIn(folder, CHARGER(model))).chargers.known[0]?.model;
    assertEquals((await modelOf("wallbox"))?.id, "wallbox");
    assertEquals((await modelOf("own.yaml"))?.quirks, { purposes: ["TxDefaultProfile"] });
  });
});

Deno.test("chargers are compared with all shipped models where site.yaml names none", async () => {
  const { chargers } = accepted(
    await readConfigIn(".", "chargers: { known: [{ id: CP01, password: secret }] }"),
  );
  assertEquals(chargers.known, [{ id: "CP01", password: "secret", addresses: [] }]);
  assert(chargers.models?.some(({ id }) => id === "abb-terra-ac"));
});

Deno.test("a charger model that cannot be had is a problem with its line, and what is wrong inside", async () => {
  const [unknown = ""] = problems(await readConfigIn(".", CHARGER("acme")));
  assertStringIncludes(unknown, 'chargers.known[0].model:3: no charger model has the name "acme"');
  await inFolder({ "own.yaml": "id: own\nquirks: { pause: never }\n" }, async (folder) => {
    const [found = "", ...others] = problems(await readConfigIn(folder, CHARGER("own.yaml")));
    assertEquals(others, []);
    assertMatch(found, /^chargers\.known\[0\]\.model:3: /);
    assertMatch(found, /own\.yaml:2: quirks\.pause: /);
  });
});

Deno.test("what a charger does its own way may stand in site.yaml itself", async () => {
  const text = `chargers:
  known:
    - id: CP01
      password: secret
      model: wallbox
      quirks:
        purposes: [TxDefaultProfile]
        timezone: Asia/Kolkata
`;
  const { chargers } = accepted(await readConfigIn(".", text));
  const quirks = { purposes: ["TxDefaultProfile"], timezone: "Asia/Kolkata" };
  assertEquals(chargers.known[0]?.quirks as unknown, quirks);
});

Deno.test("a quirk that makes no sense in site.yaml is a problem with its line", async () => {
  const text = `chargers:
  known:
    - id: CP01
      password: secret
      quirks:
        stepAmps: 10
        minAmps: 6
        purposes: [TxProfile, Best]
        timezone: Pune
        stackLevel: 0
`;
  const found = problems(await readConfigIn(".", text));
  for (
    const expected of [
      /^chargers\.known\[0\]\.quirks\.purposes\[1\]:8: /,
      /^chargers\.known\[0\]\.quirks\.timezone:9: expected an IANA time zone/,
      /^chargers\.known\[0\]\.quirks\.stackLevel:10: Unknown key/,
    ]
  ) assert(found.some((each) => expected.test(each)), `${expected} in\n${found.join("\n")}`);
  const [step = ""] = problems(
    await readConfigIn(".", text.split("\n").slice(0, 7).join("\n")),
  );
  assertMatch(step, /^chargers\.known\[0\]\.quirks\.stepAmps:6: a step above minAmps/);
});

Deno.test("a text that is no configuration at all is a problem, not a crash", async () => {
  for (
    const text of ["meters: 5\n", "- a\n", "meters: [7, { profile: 3 }]\n", "a: [\n", "&a [*a]"]
  ) {
    assert(!(await readConfigIn(".", text)).ok, text);
  }
  assert((await readConfigIn(".", " \n")).ok, "an empty file has the defaults");
});

Deno.test("folderOf() is the folder that a path is in", () => {
  const folders = ["/etc/sangam/site.yaml", "/site.yaml", "site.yaml", "a/site.yaml"].map(folderOf);
  assertEquals(folders, ["/etc/sangam", "/", ".", "a"]);
});
