import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Client, openClient, openClientAs, ORIGIN } from "../_client.ts";
import { createFixture, type Fixture } from "../_fixture.ts";
import { createFixtureFirmware, FIXTURE_CAMPAIGN, FIXTURE_IMAGE } from "../_fixture_firmware.ts";
import { UPLOAD_IDLE_MS } from "../firmware/receive_upload.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { VirtualClock } from "../../lib/virtual_clock.ts";
import type { Role } from "../../site/mod.ts";

const FIELDS = { vendor: "Ampera", model: "One 22", version: "1.13.0" };

async function setUp(role: Role = "installer") {
  const fixture = await createFixture();
  const firmware = createFixtureFirmware();
  Object.assign(fixture.ports, { firmware });
  return { fixture, firmware, client: await openClientAs(fixture, role) };
}

type Body = FormData | ReadableStream<Uint8Array>;

/** Sends a form with a file, as a browser does, or curl. */
async function upload(
  client: Client,
  path: string,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const request = new Request(new URL(path, ORIGIN), {
    method: "POST",
    body,
    headers: { origin: ORIGIN, cookie: client.cookie ?? "", ...headers },
  });
  return await client.web.fetch(request, { remoteAddress: "192.168.10.5" });
}

function formOf(
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly bytes: number } | null = {
    name: "fw.bin",
    bytes: 400_000,
  },
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== null) form.set("file", new File([new Uint8Array(file.bytes)], file.name));
  return form;
}

Deno.test("an image comes in by the page and by the API, larger than other requests may be, and is noted", async () => {
  const { fixture, firmware, client } = await setUp();
  const csrf = await client.csrf();
  const page = await upload(client, "/firmware", formOf({ csrf, ...FIELDS }));
  assertEquals(page.status, 200);
  assertStringIncludes(await page.text(), `fw.bin is kept. Its SHA-256: ${FIXTURE_IMAGE}`);
  const api = await upload(
    client,
    "/api/v1/firmware",
    formOf({ ...FIELDS, checksum: "AB".repeat(16) }),
  );
  assertEquals([api.status, (await api.json()).bytes], [200, 400_000]);
  const about = {
    name: "fw.bin",
    by: "installer",
    meantFor: FIELDS,
    isSigned: false,
    bytes: 400_000,
  };
  assertEquals(firmware.uploaded, [
    { ...about, checksum: null },
    { ...about, checksum: "ab".repeat(16) },
  ]);
  const noted = fixture.noted.filter(({ what }) => what === "firmware-upload");
  assertEquals(noted.map(({ who, outcome }) => `${who} ${outcome}`), [
    "installer done",
    "installer done",
  ]);
  client.web.close();
});

Deno.test("what is wrong with an upload is said, on the page in words and by the API with a status", async () => {
  const { client, firmware, fixture } = await setUp();
  const csrf = await client.csrf();
  const words = firmwareTextOf("en").notTaken;
  for (
    const [fields, file, said, status] of [
      [{ ...FIELDS, version: "" }, { name: "fw.bin", bytes: 9 }, words["bad-fields"], 422],
      [{ ...FIELDS, checksum: "xyz" }, { name: "fw.bin", bytes: 9 }, words["bad-fields"], 422],
      [{ ...FIELDS, signature: "AA==" }, { name: "fw.bin", bytes: 9 }, words["bad-fields"], 422],
      [FIELDS, null, words["no-file"], 422],
      [FIELDS, { name: "corrupt.bin", bytes: 9 }, words.checksum, 422],
    ] as const
  ) {
    const page = await upload(client, "/firmware", formOf({ csrf, ...fields }, file));
    assertEquals(page.status, 422);
    assertStringIncludes(await page.text(), said);
    const api = await upload(client, "/api/v1/firmware", formOf(fields, file));
    assertEquals(api.status, status, said);
    await api.body?.cancel();
  }
  assertEquals(firmware.uploaded.length, 2, "only the corrupt one was read at all");
  assertEquals(fixture.noted.at(-1)?.outcome, "refused");
  const noForm = await client.postJson("/api/v1/firmware", FIELDS);
  assertEquals(noForm.status, 415);
  await noForm.body?.cancel();
  client.web.close();
});

Deno.test("a form of another site, and of somebody who may not, brings no image", async () => {
  const { client, firmware } = await setUp();
  for (const csrf of ["", "wrong"]) {
    const answer = await upload(client, "/firmware", formOf({ csrf, ...FIELDS }));
    assertEquals(answer.status, 403);
    await answer.body?.cancel();
  }
  const other = await setUp("operator");
  const csrf = await other.client.csrf();
  for (const path of ["/firmware", "/api/v1/firmware"]) {
    const answer = await upload(other.client, path, formOf({ csrf, ...FIELDS }));
    assertEquals(answer.status, 403, path);
    await answer.body?.cancel();
  }
  const stranger = openClient(await createFixture());
  const answer = await upload(stranger, "/api/v1/firmware", formOf(FIELDS));
  assertEquals(answer.status, 401);
  await answer.body?.cancel();
  assertEquals([firmware.uploaded, other.firmware.uploaded], [[], []]);
  for (const each of [client, other.client, stranger]) each.web.close();
});

Deno.test("an upload that says nothing more is broken off, and two at once are enough", async () => {
  const { client, fixture } = await setUp();
  const head = "--b\r\n" +
    Object.entries(FIELDS).map(([name, value]) =>
      `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b\r\n`
    ).join("") + 'Content-Disposition: form-data; name="file"; filename="fw.bin"\r\n\r\nabc';
  const stuck = () =>
    upload(
      client,
      "/api/v1/firmware",
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
      }),
      { "content-type": "multipart/form-data; boundary=b" },
    );
  const both = [stuck(), stuck()];
  // Streams take turns of the machine, which no clock of ours sees.
  for (let turn = 0; turn < 50; turn++) await new Promise((next) => setTimeout(next, 0));
  const third = await upload(client, "/api/v1/firmware", formOf(FIELDS));
  assertEquals(third.status, 503);
  await third.body?.cancel();
  await fixture.clock.advance(UPLOAD_IDLE_MS);
  for (const answer of await Promise.all(both)) {
    assertEquals(answer.status, 400);
    await answer.body?.cancel();
  }
  const after = await upload(client, "/api/v1/firmware", formOf(FIELDS));
  assertEquals(after.status, 200);
  await after.body?.cancel();
  client.web.close();
});

Deno.test("the page shows images with their digests, campaigns and orders, in three languages", async () => {
  const { client } = await setUp("admin");
  for (const language of ["en", "mr", "hi"] as const) {
    await (await client.post("/language", { language, next: "/firmware" })).body?.cancel();
    const words = firmwareTextOf(language);
    const html = await client.text("/firmware");
    for (
      const said of [
        FIXTURE_IMAGE,
        words.images,
        words.forNobody,
        words.campaigns,
        words.campaignStates.stopped,
        words.statuses.Downloading,
        words.upload,
        words.cancelTold,
      ]
    ) assertStringIncludes(html, said.replaceAll("’", "’"), language);
    const campaign = await client.text(`/firmware/campaigns/${FIXTURE_CAMPAIGN}`);
    for (const said of [words.reasons["other-version"], words.words.retry, words.stoppedHint]) {
      assertStringIncludes(campaign, said, language);
    }
  }
  client.web.close();
});

Deno.test("who looks only sees no buttons; the chargers' page leads there", async () => {
  const { client } = await setUp("viewer");
  assertStringIncludes(await client.text("/chargers"), 'href="/firmware"');
  const html = await client.text("/firmware");
  for (const action of ["/remove", "/cancel", 'action="/firmware"', "campaigns/new"]) {
    assertEquals(html.includes(action), false, action);
  }
  const charger = await client.text("/chargers/CP09/firmware");
  assertEquals(charger.includes('<form method="post" action="/chargers'), false);
  assertMatch(await client.text(`/firmware/campaigns/${FIXTURE_CAMPAIGN}`), /CP10/);
  client.web.close();
});

Deno.test("one charger is updated from an image for its model, or from an address that no log shows", async () => {
  const { client, fixture } = await setUp();
  const html = await client.text("/chargers/CP09/firmware");
  assertStringIncludes(html, `<option value="${FIXTURE_IMAGE}"`);
  assertEquals((await client.text("/chargers/CP01/firmware")).includes('<option value="0f'), false);
  const path = "/chargers/CP09/firmware";
  await (await client.post(path, { image: FIXTURE_IMAGE })).body?.cancel();
  const location = "ftp://user:hunter2@files.example.com/fw.bin";
  await (await client.post(path, { location, version: "" })).body?.cancel();
  assertEquals(fixture.commanded, [
    ["firmware", { do: "update", chargerId: "CP09", image: FIXTURE_IMAGE }, "installer"],
    ["firmware", { do: "update-from", chargerId: "CP09", location, version: null }, "installer"],
  ]);
  assertEquals(JSON.stringify([fixture.log, fixture.noted]).includes("hunter2"), false);
  assertEquals(fixture.noted.at(-1)?.about, "CP09");
  client.web.close();
});

Deno.test("a campaign is chosen, looked at before it begins, and begun with the same rules", async () => {
  const { client, fixture } = await setUp();
  const form = await client.text(`/firmware/campaigns/new?image=${FIXTURE_IMAGE}`);
  assertMatch(form, /name="charger\[\]" value="CP09"/);
  assertEquals(form.includes('value="CP01"'), false, "it is another model");
  const only = await client.text(`/firmware/campaigns/new?image=${FIXTURE_IMAGE}&firmware=1.12.0`);
  assertEquals(only.includes('value="CP10"'), false, "it runs another version");
  const fields = {
    image: FIXTURE_IMAGE,
    name: "Spring",
    "charger[]": "CP09",
    waves: "1, 5",
    perCircuitMax: "2",
    onlyIdle: "on",
    from: "22:00",
    to: "05:00",
    failurePercentMax: "20",
    timeoutMinutes: "60",
    triesMax: "2",
  };
  const preview = await (await client.post("/firmware/campaigns/preview", fields)).text();
  assertStringIncludes(preview, "1 charger.");
  assertStringIncludes(preview, firmwareTextOf("en").remarks.busy);
  const again = Object.fromEntries(
    [...preview.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)]
      .map(([, name = "", value = ""]) => [name, value]),
  );
  const { csrf: _csrf, ...sent } = again;
  const begun = await client.post("/firmware/campaigns", sent);
  assertEquals(begun.status, 303);
  await begun.body?.cancel();
  const [, action] = fixture.commanded.at(-1) ?? [];
  assertEquals(action, {
    do: "begin-campaign",
    wish: {
      name: "Spring",
      image: FIXTURE_IMAGE,
      chargers: ["CP09"],
      rules: {
        waves: [1, 5],
        perCircuitMax: 2,
        onlyIdle: true,
        window: { from: "22:00", to: "05:00" },
        failurePercentMax: 20,
        timeoutMs: 3_600_000,
        triesMax: 2,
      },
    },
  });
  for (
    const wrong of [{ waves: "0" }, { waves: "one" }, { from: "", to: "05:00" }, { triesMax: "9" }]
  ) {
    const answer = await client.post("/firmware/campaigns/preview", { ...fields, ...wrong });
    assertEquals(answer.status, 422, JSON.stringify(wrong));
    await answer.body?.cancel();
  }
  client.web.close();
});

Deno.test("by the API a campaign without names is for all that the image is for, and runs what is asked", async () => {
  const { client, fixture } = await setUp();
  const body = { name: "Spring", image: FIXTURE_IMAGE, firmware: "1.11.8" };
  assertEquals((await client.postJson("/api/v1/campaigns", body)).status, 200);
  const wish = (fixture.commanded.at(-1)?.[1] as { wish: { chargers: string[] } }).wish;
  assertEquals(wish.chargers, ["CP10"]);
  const twice = { name: "Spring", image: FIXTURE_IMAGE, chargers: ["CP09", "CP09"] };
  assertEquals((await client.postJson("/api/v1/campaigns", twice)).status, 422);
  const none = { ...body, firmware: "0" };
  assertEquals((await client.postJson("/api/v1/campaigns/preview", none)).status, 409);
  client.web.close();
});

Deno.test("words to campaigns and orders reach them; what is not there is not found", async () => {
  const { client, fixture } = await setUp("operator");
  const state = `/firmware/campaigns/${FIXTURE_CAMPAIGN}/state`;
  for (const word of ["pause", "resume", "cancel", "retry"]) {
    await (await client.post(state, { do: word })).body?.cancel();
  }
  await (await client.post("/firmware/orders/400000003/cancel")).body?.cancel();
  await (await client.post("/firmware/orders/400000002/retry")).body?.cancel();
  assertEquals(
    fixture.commanded.map(([, action]) => (action as { do: string }).do),
    [
      "pause-campaign",
      "resume-campaign",
      "cancel-campaign",
      "retry-campaign",
      "cancel-order",
      "retry-order",
    ],
  );
  assertEquals((await client.post("/firmware/orders/1/cancel")).status, 404);
  assertEquals((await client.get("/firmware/campaigns/none")).status, 404);
  assertEquals((await client.get("/chargers/NONE/firmware")).status, 404);
  assertEquals((await client.get("/api/v1/campaigns/none")).status, 404);
  client.web.close();
});

Deno.test("a site that gives chargers no files says how it would", async () => {
  const fixture: Fixture<VirtualClock> = await createFixture();
  const { firmware: _firmware, ...ports } = fixture.ports;
  const client = await openClientAs({ ...fixture, ports }, "admin");
  assertStringIncludes(await client.text("/firmware"), firmwareTextOf("en").noFiles);
  assert((await client.text("/chargers/CP01/firmware")).includes(firmwareTextOf("en").noFiles));
  assertEquals((await client.get("/api/v1/firmware")).status, 404);
  client.web.close();
});
