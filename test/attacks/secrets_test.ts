import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { listRoutes } from "../../src/web/routes.ts";
import { knock } from "../sites/bare_charger.ts";
import { type GatewayFolder, startGatewayProcess } from "../sites/gateway_process.ts";
import { bareBrowser, setUpAdmin, signInAgain } from "../sites/signed_in.ts";
import { freePort } from "../sites/until.ts";
import { bundleFiles } from "../support/bundle.ts";
import { testAuthority } from "../support/certificates.ts";

/** Every kind of secret that a site has, each a text that nobody writes by chance. */
const SECRETS = {
  chargerPassword: "charger-secret-51c0ffee",
  csmsPassword: "csms-secret-52c0ffee",
  httpMeter: "http-meter-secret-53c0ffee",
  mqttMeter: "mqtt-meter-secret-54c0ffee",
  vtn: "vtn-secret-55c0ffee",
  front: "front-secret-56c0ffee",
  adopted: "adopted-secret-57c0ffee",
  fileServer: "file-server-secret-58c0ffee",
  mail: "mail-secret-59c0ffee",
  publishing: "publishing-secret-60c0ffee",
} as const;
/** Stands in site.yaml itself: README advises against it, and the file's own page shows it. */
const WRITTEN_DOWN = "written-down-secret-63c0ffee";
/** Whom the admin chose to be known by. */
const CHOSEN = "chosen-secret-64c0ffee";
/** A driver's card: in logs and files of the site it may stand, in a bundle for others it may not. */
const CARD = "CARD-66C0FFEE";
/** What somebody typed who has no right: it may be the password of another door. */
const TYPED = ["wrong-secret-61c0ffee", "wrong-token-62c0ffee", "wrong-sign-in-63c0ffee"] as const;

interface Place {
  readonly where: string;
  readonly text: string;
}

/** In any of the spellings in which it goes over a wire or into a file. */
function spellings(secret: string): readonly string[] {
  const hex = [...new TextEncoder().encode(secret)].map((byte) => byte.toString(16)).join("");
  return [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, ""), hex];
}

function found(places: readonly Place[], secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) =>
    places.filter(({ text }) => spellings(secret).some((each) => text.includes(each)))
      .map(({ where }) => `${secret} in ${where}`)
  );
}

/** Arguments of a process and of those it has started; the surroundings of the latter. */
async function processTexts(pid: number): Promise<readonly Place[]> {
  const places: Place[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const status = await Deno.readTextFile(`/proc/${name}/status`).catch(() => "");
    const isChild = new RegExp(`^PPid:\\s+${pid}$`, "m").test(status);
    if (Number(name) !== pid && !isChild) continue;
    for (const file of isChild ? ["cmdline", "environ"] : ["cmdline"]) {
      const text = await Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
      places.push({ where: `/proc/${name}/${file}`, text });
    }
  }
  return places;
}

/** What the gateway keeps; a secret is looked for in the bytes, whatever they mean. */
async function fileTexts(folder: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) places.push(...await fileTexts(path));
    else {
      const bytes = await Deno.readFile(path);
      places.push({ where: path, text: new TextDecoder("latin1").decode(bytes) });
    }
  }
  return places;
}

/** The mode of every file below a folder that others than its owner may do anything with. */
async function looseFiles(folder: string): Promise<readonly string[]> {
  const loose: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const mode = ((await Deno.stat(path)).mode ?? 0) & 0o777;
    const isPublic = /\.pem$|\.crt$/.test(name);
    if (!isDirectory && !isPublic && (mode & 0o077) !== 0) {
      loose.push(`${path} ${mode.toString(8)}`);
    }
    if (isDirectory) loose.push(...await looseFiles(path));
  }
  return loose;
}

async function writeSite(path: string, ports: { ocpp: number; tls: number; web: number }) {
  const own = await (await testAuthority("csms")).issue("SITE");
  await Deno.writeTextFile(`${path}/csms.pem`, own.cert);
  await Deno.writeTextFile(`${path}/csms-key.pem`, own.key, { mode: 0o600 });
  const pair = await (await testAuthority("site")).issue("localhost");
  await Deno.writeTextFile(`${path}/cert.pem`, pair.cert);
  await Deno.writeTextFile(`${path}/key.pem`, pair.key, { mode: 0o600 });
  for (const [name, secret] of Object.entries(SECRETS)) {
    await Deno.writeTextFile(`${path}/${name}`, `${secret}\n`, { mode: 0o600 });
  }
  const nobody = freePort();
  const file = (name: keyof typeof SECRETS) => `\${file:${name}}`;
  const host = "127.0.0.1";
  await Deno.writeTextFile(
    `${path}/site.yaml`,
    JSON.stringify({
      listen: {
        chargers: [
          { host, port: ports.ocpp, securityProfile: 1 },
          { host, port: ports.tls, securityProfile: 2, cert: "cert.pem", key: "key.pem" },
          { host, port: freePort(), securityProfile: 2, front: file("front") },
        ],
        web: { host, port: ports.web },
      },
      csms: {
        url: `wss://${host}:${nobody}/ocpp`,
        cert: "csms.pem",
        key: "csms-key.pem",
        identity: "SITE",
        password: file("csmsPassword"),
        backOff: { minimum: "100ms", random: "100ms", repeat: 1 },
      },
      chargers: {
        known: [
          { id: "CP1", password: file("chargerPassword"), circuit: "grid" },
          { id: "CP2", password: WRITTEN_DOWN, circuit: "grid" },
        ],
      },
      mqtt: {
        url: `mqtt://${host}:${nobody}`,
        prefix: "site",
        username: "u",
        password: file("publishing"),
      },
      reports: {
        email: { host, port: nobody, username: "u", password: file("mail"), from: "a@example.com" },
      },
      circuits: [{ id: "grid", limit: 100 }],
      meters: [
        {
          id: "shelly",
          driver: "http-json",
          url: `http://${host}:${nobody}`,
          preset: "shelly-em",
          username: "admin",
          password: file("httpMeter"),
          interval: "1s",
        },
        {
          id: "plug",
          driver: "mqtt",
          url: `mqtt://${host}:${nobody}`,
          preset: "tasmota",
          topic: "plug",
          username: "u",
          password: file("mqttMeter"),
        },
      ],
      signals: [{
        id: "vtn",
        driver: "openadr",
        url: `http://${host}:${nobody}/openadr3/3.1.0`,
        version: "3.1",
        clientId: "depot",
        clientSecret: file("vtn"),
        circuit: "grid",
        fallback: { kW: 20 },
      }],
      log: { level: "debug", format: "json" },
    }),
  );
  return { keys: [pair.key, own.key].map((pem) => pem.split("\n")[1] ?? "?") };
}

/** The first start of all, in which somebody signs in and sets up an account. */
async function firstStart(folder: GatewayFolder, base: string) {
  const gateway = await startGatewayProcess({ ...folder, isWithoutToken: true });
  try {
    const handedOver = (line: string) => /with the password (\S{23}) and/.exec(line)?.[1] ?? [];
    const [first = "?"] = gateway.said.flatMap(handedOver);
    const shown = await setUpAdmin(bareBrowser(base), { first, own: CHOSEN });
    assertEquals([shown.recoveryCodes.length, shown.totpSecret.length], [8, 32]);
    assert(shown.apiToken.length > 20, shown.apiToken);
    const later = found([{ where: "log", text: logOf(gateway) }], [first, CHOSEN, shown.apiToken]);
    assertEquals(later, []);
    return { first, ...shown };
  } finally {
    await gateway.stop();
  }
}

/** The support bundle as whoever is asked for help unpacks it. */
async function bundleOf(base: string, headers: HeadersInit): Promise<readonly Place[]> {
  const { body, status } = await fetch(`${base}/api/v1/support-bundle`, { headers });
  assertEquals(status, 200);
  const files = await bundleFiles(body ?? new ReadableStream());
  assert(files.has("manifest.json") && files.has("log.jsonl") && files.has("site.yaml"));
  assertStringIncludes(files.get("messages.jsonl") ?? "", "BootNotification");
  return [...files].map(([name, text]) => ({ where: `bundle's ${name}`, text }));
}

/** What it said, without the one line that hands over the first password. */
function logOf({ said }: { readonly said: readonly string[] }): string {
  return said.filter((line) => !line.startsWith("Sign in once as admin")).join("\n");
}

Deno.test("A23: nothing that a site keeps secret is in its log, arguments, answers, pages, metrics or files", async () => {
  const [ocpp, tls, web] = [freePort(), freePort(), freePort()];
  const folder = { path: await Deno.makeTempDir(), webPort: web };
  const { keys } = await writeSite(folder.path, { ocpp, tls, web });
  const base = `http://127.0.0.1:${web}`;
  const { first, ...shown } = await firstStart(folder, base);
  const gateway = await startGatewayProcess(folder);
  const bearer = { authorization: `Bearer ${gateway.token}` };
  try {
    const url = `ws://127.0.0.1:${ocpp}/ocpp`;
    const good = await knock({ url: `${url}/CP1`, password: SECRETS.chargerPassword });
    if (good.kind === "refused") throw new Error(`HTTP ${good.status}`);
    const { charger } = good;
    const boot = { chargePointVendor: "V", chargePointModel: "M" };
    charger.send(JSON.stringify([2, "1", "BootNotification", boot]));
    // A charger that tells what it knows, and breaks off in the middle of it.
    const key = [{ key: "AuthorizationKey", readonly: false, value: SECRETS.chargerPassword }];
    charger.send(JSON.stringify([3, "9", { configurationKey: key }]));
    const url2 = `ftp://u:${SECRETS.fileServer}@files.example.com/x`;
    charger.send(JSON.stringify([2, "2", "DataTransfer", { vendorId: "v", data: url2 }]));
    charger.send(JSON.stringify([2, "3", "Authorize", { idTag: CARD }]));
    const start = {
      connectorId: 1,
      idTag: CARD,
      meterStart: 1,
      timestamp: new Date().toISOString(),
    };
    charger.send(JSON.stringify([2, "4", "StartTransaction", start]));
    await charger.answer(charger.mark() - 1).catch(() => {});
    await knock({ url: `${url}/CP1`, password: TYPED[0] });
    await knock({ url: `${url}/NEW`, password: SECRETS.adopted });
    await fetch(`${base}/api/v1/chargers/NEW/adopt`, { method: "POST", headers: bearer })
      .then((response) => response.text());
    const adopted = await knock({ url: `${url}/NEW`, password: SECRETS.adopted });
    assertEquals(adopted.kind, "open", "it was let in with the password that it showed");
    await fetch(`${base}/api/v1/chargers`, { headers: { authorization: `Bearer ${TYPED[1]}` } })
      .then((response) => response.text());
    await fetch(`${base}/sign-in`, {
      method: "POST",
      headers: { origin: base, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ name: TYPED[2], password: TYPED[2] }),
    }).then((response) => response.text());

    const browser = bareBrowser(base);
    await signInAgain(browser, CHOSEN, shown.recoveryCodes[1] ?? "?");

    const places: Place[] = [];
    for (const { method, path } of listRoutes()) {
      if (method !== "GET" || /events|stream|live/.test(path)) continue;
      const at = path.replace(":slot", "1").replace(":id", "CP1").replace(":version", "0")
        .replace(":file", "site.css").replace(/:\w+/g, "1");
      const response = await fetch(base + at, { headers: bearer, redirect: "manual" });
      places.push({ where: `GET ${at}`, text: await response.text() });
      const page = await browser.get(at);
      places.push({ where: `admin's ${at}`, text: page.text });
      if (/^\/(users|api-tokens|audit|settings|account)$/.test(at)) {
        assertEquals(page.status, 200, at);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const answered = places.filter(({ text }) => text.length > 0).length;
    assert(answered > 30, `${answered} answers`);
    const messages = places.filter(({ where }) => where.endsWith("/messages"));
    assert(
      messages.some(({ text }) => text.includes("files.example.com")),
      "the message log shows",
    );
    places.push(...await processTexts(gateway.pid));
    places.push({ where: "log", text: logOf(gateway) });
    assert(gateway.said.length > 10, "there is a log");

    const files = await bundleOf(base, bearer);
    places.push(...files);
    assert(
      files.some(({ text }) => text.includes("files.example.com")),
      "the bundle has what was said",
    );
    assertEquals(found(files, [CARD]), [], "a bundle names nobody");

    const { totpSecret, recoveryCodes, apiToken } = shown;
    const own = [first, CHOSEN, ...recoveryCodes, apiToken];
    const all = [...Object.values(SECRETS), ...TYPED, gateway.token, ...own];
    assertEquals(found(places, [...all, ...keys, totpSecret]), []);
    // Who may change site.yaml has to see it, and has just shown again who they are.
    assertEquals(found(places, [WRITTEN_DOWN]), [`${WRITTEN_DOWN} in admin's /settings`]);
    if (adopted.kind === "open") await adopted.charger.close();
    await charger.close();
    assertEquals(await gateway.stop(), 0);
    // The log goes on until the end.
    assertEquals(found([{ where: "log", text: logOf(gateway) }], [...all, WRITTEN_DOWN]), []);
    assertEquals(found(await fileTexts(`${folder.path}/data`), all), [], "what is kept");
    assertEquals(await looseFiles(`${folder.path}/data`), [], "nobody else may read it");
  } finally {
    await gateway.cutPower().catch(() => {});
    await Deno.remove(folder.path, { recursive: true });
  }
});
