import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { anotherClient, type Client, openClient, openClientAs } from "../_client.ts";

/** The text of a page as a reader hears it, in one line. */
function words(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll(/[\s\u202f]+/g, " ");
}

/** The part of a page that has that id, up to the next element with one. */
function part(html: string, id: string): string {
  const start = html.indexOf(`id="${id}"`);
  const end = html.indexOf(`id="`, start + 4);
  return start < 0 ? "" : words("<" + html.slice(start, end < 0 ? undefined : end));
}

const ALL_PAGES = [
  "/",
  "/chargers",
  "/chargers/CP01",
  "/sessions",
  "/sessions/7c1e117",
  "/load",
  "/faults",
  "/faults/1",
  "/faults/3",
  "/outbox",
  "/tokens",
];

Deno.test("the site page shows the top line, the banner, alarms and totals", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const page = words(await client.text("/"));
  for (
    const text of [
      "Pune Depot",
      "14:05 IST",
      "Cloud unreachable since 13:42. Charging goes on; 37 records are waiting.",
      "no answer from csms.example.com",
      "37 waiting",
      "1 alarm",
      "2 records were refused by the cloud and need a decision.",
      "CP06 · connector 6 Earth fault",
      "29.5 kW",
      "3 of 10",
      "312.4 kWh",
      "7 of 8",
    ]
  ) assertStringIncludes(page, text);
});

Deno.test("a circuit shows load, reservation and limit of each line, and says what is full", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/");
  assertStringIncludes(part(html, "circuit-row-a"), "L2: 62 A of 63 A");
  assertStringIncludes(part(html, "circuit-row-a"), "full L2: 62 A");
  assertEquals(part(html, "circuit-row-a").match(/full/g)?.length, 1);
  assertStringIncludes(part(html, "circuit-row-b"), "L1: 22 A reserved of 63 A");
  assertStringIncludes(part(html, "circuit-visitors"), "Meter silent: an assumed load counts");
  assertStringIncludes(part(html, "circuit-grid"), "50.8 kW from grid");
});

Deno.test("a connector shows state, reason in words, currents, energy, time, card masked", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/");
  for (
    const [slot, ...texts] of [
      [1, "Charging", "11.0 kW", "16 A × 3", "16 A allowed", "7.4 kWh", "42 min", "••••4118"],
      [
        2,
        "Waiting",
        "waits its turn: next about 14:20; row-a, phase L2 full: 63 A − other load 29 A",
        "SuspendedEVSE",
      ],
      [3, "32 A × 1", "car at 68 %"],
      [4, "Waiting", "The car is not taking power", "SuspendedEV"],
      [5, "Available", "up to 32 A"],
      [6, "Fault", "Ground fault: check the cable and the RCD"],
      [7, "Unreachable", "No connection since 13:12"],
      [8, "Plugged in", "Waiting for a card or a start"],
      [9, "measured 5 min ago"],
      [10, "Out of service", "Switched off by an operator"],
    ] as const
  ) for (const text of texts) assertStringIncludes(part(html, `evse-${slot}`), text);
  assertStringIncludes(html, 'class="evse-values is-old"');
  assertEquals(html.match(/is-old"/g)?.length, 2);
});

Deno.test("currents that differ are shown one by one", async () => {
  const fixture = await createFixture();
  const first = fixture.state.evses[0];
  if (first !== undefined) fixture.state.evses[0] = { ...first, measuredAmps: [16, 10, 0.2] };
  const client = await openClientAs(fixture, "viewer");
  assertStringIncludes(part(await client.text("/"), "evse-1"), "16 · 10 · 0 A");
});

Deno.test("a site without cloud, trouble or alarms is a calm page", async () => {
  const fixture = await createFixture();
  const { state } = fixture;
  state.faults = [];
  state.waiting = [];
  state.site = {
    ...state.site,
    alarms: 0,
    warnings: 0,
    csms: { ...state.site.csms, configured: false },
  };
  state.site = {
    ...state.site,
    csms: {
      ...state.site.csms,
      outbox: { ...state.site.csms.outbox, rows: 0, oldestSeconds: 0, deadLetters: 0 },
    },
  };
  const client = await openClientAs(fixture, "viewer");
  const html = await client.text("/");
  assertStringIncludes(words(html), "No cloud No alarms");
  assertEquals(/class="(banner|alarm|knocker)[" ]/.test(html), false);
});

Deno.test("only an installer sees the button to adopt a charger", async () => {
  const fixture = await createFixture();
  for (
    const [role, sees] of [["viewer", false], ["operator", false], ["installer", true]] as const
  ) {
    const html = await (await openClientAs(fixture, role)).text("/");
    assertStringIncludes(words(html), "CP11 is not known here and asks to be let in.");
    assertEquals(html.includes("/chargers/CP11/adopt"), sees, role);
  }
});

Deno.test("without a charger the page says how to point one here, and who was refused", async () => {
  const fixture = await createFixture();
  Object.assign(fixture.state, { chargers: [], evses: [], waiting: [] });
  const client = await openClientAs(fixture, "installer");
  const html = await client.text("/");
  const page = words(html);
  for (
    const text of [
      "No charger yet",
      "ws://127.0.0.1:9220/ocpp",
      "wss://127.0.0.1:9221/ocpp",
      "With password, encrypted (security profile 2)",
      "unknown identity",
      "192.168.10.71 wrong password",
      "no identity in the path",
    ]
  ) assertStringIncludes(page, text);
  assertStringIncludes(html, 'aria-label="QR code of ws://127.0.0.1:9220/ocpp"');
});

Deno.test("a charger's page shows what it is, how it is and what it said", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const page = words(await client.text("/chargers/CP01"));
  for (
    const text of [
      "Connected since 07:25",
      "Voltlane",
      "VL-22 Duo",
      "VL22-004101",
      "3.4.1",
      "ocpp1.6",
      "42 seconds ahead",
      "118 ×, last 1 min ago",
      "SetChargingProfile",
      `"chargingProfilePurpose": "TxProfile"`,
      "Stop charging at connector 1?",
      "The session of card ••••4118 ends now, after 7.4 kWh in 42 min.",
      "One session is running there and will be ended.",
    ]
  ) assertStringIncludes(page, text);
});

Deno.test("a charger's page says what it does its own way, from where that is known, and how often", async () => {
  for (
    const [language, expected] of [
      ["en", ["It obeys only some kinds of charging profiles.", "site.yaml", "96 ×, last "]],
      ["mr", ["तो काही प्रकारचीच चार्जिंग प्रोफाइल पाळतो.", "विचारून समजले", "96 ×, शेवटचे "]],
      ["hi", ["यह केवल कुछ प्रकार के चार्जिंग प्रोफ़ाइल मानता है.", "पूछकर पता चला", "96 ×, पिछली बार "]],
    ] as const
  ) {
    const fixture = await createFixture();
    fixture.state.site = { ...fixture.state.site, language };
    const client = await openClientAs(fixture, "viewer");
    const page = await client.text("/chargers/CP01");
    const values = ["purposes: [TxProfile, TxDefaultProfile]", "triggers: false", "late-reading"];
    for (const text of [...expected, ...values]) assertStringIncludes(page, text);
  }
});

Deno.test("a viewer sees a charger without commands and frames", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/chargers/CP01");
  assertStringIncludes(words(html), "Commands need the role operator.");
  assertEquals(
    [...html.matchAll(/<form[^>]* action="([^"]+)"/g)].map(([, action]) => action),
    ["/language", "/sign-out"],
    "the only forms are about oneself",
  );
  assertEquals(html.includes("SetChargingProfile"), false);
});

Deno.test("a connector without a session can be started, one out of service put back", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const available = await client.text("/chargers/CP05");
  assertStringIncludes(available, 'action="/evses/5/start"');
  assertEquals(available.includes("/evses/5/stop"), false);
  const out = await client.text("/chargers/CP10");
  assertStringIncludes(out, 'name="operational" value="true"');
  assertEquals(out.includes('value="false"'), false);
});

/** Sends a form and returns the page that it leads to. */
async function submit(
  client: Client,
  path: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await client.post(path, fields);
  assertEquals(response.status, 303, path);
  return words(await client.text(response.headers.get("location")?.split("#")[0] ?? ""));
}

Deno.test("each form reaches its port, and the page it leads to says what came of it", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const steps: readonly (readonly [string, Record<string, string>, string])[] = [
    ["/evses/5/start", { idToken: "04A1B2C3D4" }, "Start connector 5 for card ••••C3D4"],
    ["/evses/1/stop", {}, "Stop connector 1"],
    ["/evses/2/unlock", {}, "Unlock connector 2"],
    ["/evses/5/availability", { operational: "false" }, "Take connector 5 out of service"],
    ["/evses/10/availability", { operational: "true" }, "Put connector 10 back into service"],
    ["/evses/1/limit", { amps: "10", minutes: "60" }, "Limit connector 1 to 10 A for 60 min"],
    ["/evses/1/priority", { order: "first" }, "Connector 1 first"],
    ["/evses/1/priority", { order: "as-others" }, "Connector 1 as others"],
    [
      "/evses/1/demand",
      { departure: "17:30", energyKwh: "12.5", urgent: "on" },
      "What the driver at connector 1 wants",
    ],
    [
      "/evses/1/demand",
      { departure: "13:00", energyKwh: "" },
      "What the driver at connector 1 wants",
    ],
    ["/chargers/CP01/reset", { type: "hard" }, "Restart hard"],
    ["/chargers/CP01/trigger", { message: "StatusNotification" }, "Ask for StatusNotification"],
    ["/chargers/CP11/adopt", {}, "Adopt: done."],
    ["/outbox/871/retry", {}, "Send record 871 again: done."],
    ["/outbox/871/discard", {}, "Discard record 871: done."],
    [
      "/orphan-stops/b7714e02c5d8a913/dismiss",
      {},
      "Take an end of CP05 off the list: done.",
    ],
    [
      "/tokens",
      { token: "A1", status: "Blocked", expires: "2026-01-31", group: "" },
      "Save card •••• : done.",
    ],
    ["/tokens/remove", { token: "VISITOR-07" }, "Remove card ••••R-07: done."],
  ];
  for (const [path, fields, says] of steps) {
    assertStringIncludes((await submit(client, path, fields)).replace("••••:", "•••• :"), says);
  }
  assertEquals(fixture.commanded, [
    ["start", 5, "04A1B2C3D4", "admin"],
    ["stop", 1, "admin"],
    ["unlock", 2, "admin"],
    ["availability", 5, false, "admin"],
    ["availability", 10, true, "admin"],
    ["limit", 1, 10, 60, "admin"],
    ["priority", 1, { class: "first", minutes: null }, "admin"],
    ["priority", 1, { class: null, minutes: null }, "admin"],
    [
      "demand",
      1,
      { departure: "2026-01-05T12:00:00.000Z", energyKwh: 12.5, urgent: true },
      "admin",
    ],
    // An hour that has passed today is tomorrow's.
    [
      "demand",
      1,
      { departure: "2026-01-06T07:30:00.000Z", energyKwh: null, urgent: false },
      "admin",
    ],
    ["reset", "CP01", "hard", "admin"],
    ["trigger", "CP01", "StatusNotification", null, "admin"],
    ["adopt", "CP11", "admin"],
    ["retryRow", 871, "admin"],
    ["discardRow", 871, "admin"],
    ["dismissOrphan", "b7714e02c5d8a913", "admin"],
    [
      "putToken",
      "A1",
      {
        type: "Central",
        status: "Blocked",
        expires: "2026-01-31T18:30:00.000Z",
        group: null,
        priority: null,
        departure: null,
        energyKwh: null,
      },
      "admin",
    ],
    ["deleteToken", "VISITOR-07", "admin"],
  ]);
  client.web.close();
});

Deno.test("a refusal shows the reason and what to try, a failure too", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  for (const [kind, step] of [["refused", "Refused"], ["failed", "Not delivered"]] as const) {
    fixture.answer = () =>
      Promise.resolve({ kind, reason: "the plug is stuck", advice: "pull it" });
    const page = await submit(client, "/evses/2/unlock");
    assertStringIncludes(page, `${step} The plug is stuck. Pull it.`);
    assertStringIncludes(
      await submit(client, "/outbox/871/retry"),
      `Send record 871 again: ${
        kind === "refused" ? "refused" : "did not work"
      }, the plug is stuck. Pull it.`,
    );
  }
});

Deno.test("a form with nonsense in it commands nothing", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  for (
    const [path, fields, status] of [
      ["/evses/5/start", { idToken: "" }, 422],
      ["/evses/1/limit", { amps: "", minutes: "60" }, 422],
      ["/evses/1/limit", { amps: "-5", minutes: "60" }, 422],
      ["/evses/1/limit", { amps: "1e3", minutes: "60" }, 422],
      ["/evses/1/availability", {}, 422],
      ["/evses/99/stop", {}, 404],
      ["/chargers/CP99/reset", { type: "soft" }, 404],
      ["/chargers/CP01/reset", { type: "x" }, 422],
      ["/chargers/CP01/adopt", {}, 404],
      ["/outbox/1/discard", {}, 404],
      ["/tokens", { token: "A1", status: "Fine" }, 422],
      ["/tokens", { token: "A1", status: "Accepted", expires: "soon" }, 422],
    ] as const
  ) {
    const given = Object.fromEntries(Object.entries(fields));
    assertEquals((await client.post(path, given)).status, status, path);
  }
  assertEquals(fixture.commanded, []);
});

Deno.test("sessions are filtered by day in the site's zone, charger and card", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const rows = async (query: string) => {
    const html = await client.text(`/sessions?${query}`);
    return [...html.matchAll(/04A1B2C3D4(\d+)<\/td>/g)].map((match) => Number(match[1]));
  };
  assertEquals(await rows(""), [118, 117, 116, 115, 114, 113, 112, 111, 110, 109]);
  assertEquals(await rows("from=2026-01-04&to=2026-01-04"), [110, 109]);
  assertEquals(await rows("charger=CP03"), [116, 115]);
  assertEquals(await rows("token=04A1B2C3D4112&charger="), [112]);
  assertEquals(await rows("before=111"), [110, 109]);
  assertEquals(await rows("from=nonsense&before=x"), await rows(""));
  const viewer = await openClientAs(await createFixture(), "viewer");
  assertEquals((await viewer.text("/sessions?token=04A1B2C3D4112")).match(/<tr>/g)?.length, 11);
});

Deno.test("viewers see the end of a card's number on the page of sessions, as in the export", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  for (const path of ["/sessions", "/sessions.csv", "/", "/chargers/CP01"]) {
    const text = await client.text(path);
    assertEquals(text.includes("04A1B2C3D4"), false, path);
    assertStringIncludes(text, "••••4118", path);
  }
});

Deno.test("what came of a command is shown to whoever asked, and to nobody else", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const done = (await client.post("/outbox/871/retry")).headers.get("location") ?? "";
  assertEquals(done, "/outbox?done=1");
  assertStringIncludes(await client.text(done), "Send record 871 again: done.");
  const other = anotherClient(client.web);
  await other.signIn("admin");
  for (const path of [done, "/outbox?done=99", "/outbox?done=x"]) {
    assertEquals((await other.text(path)).includes("871 again: done"), false, path);
  }
});

Deno.test("the export holds every session of the filter, read page by page", async () => {
  const fixture = await createFixture();
  const [model] = fixture.state.transactions;
  if (model === undefined) throw new Error("no session");
  fixture.state.transactions = Array.from({ length: 1_203 }, (_, index) => ({
    ...model,
    number: 2_000 - index,
    token: index === 0 ? `=cmd|' /C calc'!A0` : model.token,
  }));
  const client = await openClientAs(fixture, "operator");
  const response = await client.get("/sessions.csv");
  assertEquals(response.headers.get("content-type"), "text/csv; charset=utf-8");
  assertEquals(
    response.headers.get("content-disposition"),
    `attachment; filename="sessions.csv"`,
  );
  const lines = (await response.text()).trimEnd().split("\r\n");
  assertEquals(lines.length, 1_204);
  assertEquals(
    lines[0],
    "id,number,charger,slot,token,startedAt,stoppedAt,energyWh,stopReason," +
      "authorizationSource,authorizationStatus,upstream,flags,cost,currency,tax," +
      "remarks,evidenceWh,evidenceBy,correctionWh,correctionCost",
  );
  assertStringIncludes(lines[1] ?? "", `,'=cmd|' /C calc'!A0,`);
  assertEquals(new Set(lines).size, 1_204);
  const viewer = await openClientAs(fixture, "viewer");
  assertEquals((await viewer.text("/sessions.csv")).includes(model.token), false);
});

Deno.test("refused records can be sent again or discarded, waiting ones are only shown", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const html = await client.text("/outbox");
  assertStringIncludes(words(html), "Refused by the cloud: 2");
  assertStringIncludes(words(html), "Waiting: 35");
  assertStringIncludes(html, 'action="/outbox/871/discard"');
  assertEquals(html.includes("/outbox/910/"), false);
  const viewer = await openClientAs(await createFixture(), "viewer");
  assertEquals((await viewer.text("/outbox")).includes("/outbox/871/"), false);
});

Deno.test("an end whose session nobody knows is shown with charger, time, register and reason, in each language", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const page = await client.text("/outbox");
  const listed = page.slice(page.indexOf('id="orphans"'));
  assertStringIncludes(words(listed), "Ends without a known session: 2");
  for (const text of ["CP05", "4711", "98.1 kWh", "04A1B2C3D4199", "PowerLoss", "1,284.4 kWh"]) {
    assertStringIncludes(words(listed), text);
  }
  for (
    const [language, title] of [["mr", "ज्ञात सत्र नसलेले शेवट"], ["hi", "बिना ज्ञात सत्र के अंत"]] as const
  ) {
    fixture.state.site = { ...fixture.state.site, language };
    assertStringIncludes(await client.text("/outbox"), title);
  }
  assertStringIncludes(listed, "/orphan-stops/b7714e02c5d8a913/dismiss");
  assertStringIncludes(words(listed), "Take this end of CP05 off the list?");
  const viewer = await openClientAs(fixture, "viewer");
  const seen = await viewer.text("/outbox");
  assertEquals([seen.includes("04A1B2C3D4199"), seen.includes("/dismiss")], [false, false]);
  fixture.state.orphanStops = [];
  assertEquals((await client.text("/outbox")).includes('id="orphans"'), false);
});

/** What a hostile charger, card or cloud would like to see run. */
const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}&amp;`;

Deno.test("text from outside is text on every page, never markup", async () => {
  const fixture = await createFixture();
  const { state } = fixture;
  const evil = HOSTILE;
  state.site = { ...state.site, name: evil, csms: { ...state.site.csms, trouble: evil } };
  state.chargers = state.chargers.map((charger) => ({
    ...charger,
    id: charger.id === "CP01" ? evil : charger.id,
    vendor: evil,
    model: evil,
    serialNumber: evil,
    firmware: evil,
    address: evil,
    quirks: [{ quirk: "vendorLimit", value: { by: evil }, from: "model", count: 0, lastAt: null }],
  }));
  state.transactions = state.transactions.map((one) => ({
    ...one,
    id: evil,
    chargerId: evil,
    token: evil,
    stopReason: evil,
    flags: [evil],
    remarks: [evil],
  }));
  state.evses = state.evses.map((evse) => ({
    ...evse,
    chargerId: evse.slot === 1 ? evil : evse.chargerId,
    circuitId: evse.slot < 5 ? evil : evse.circuitId,
    reason: evil,
    protocolState: evil,
    transaction: state.transactions[0] ?? null,
  }));
  state.circuits = state.circuits.map((one) => one.id === "row-a" ? { ...one, id: evil } : one);
  state.meters = state.meters.map((meter) => ({ ...meter, id: evil, trouble: evil }));
  state.outbox = state.outbox.map((row) => ({ ...row, transactionId: evil, lastError: evil }));
  state.orphanStops = state.orphanStops.map((one) => ({
    ...one,
    chargerId: evil,
    chargersOwnId: evil,
    token: evil,
    stopReason: evil,
  }));
  state.waiting = [
    ...state.waiting.map((one) => ({ ...one, id: evil, address: evil, protocols: [evil] })),
  ];
  state.refusals = state.refusals.map((one) => ({ ...one, chargerId: evil, reason: evil }));
  state.tokens = state.tokens.map((one) => ({ ...one, token: evil, status: evil, group: evil }));
  state.faults = state.faults.map((fault) => ({ ...fault, subject: evil, text: evil }));
  state.messages = state.messages.map((one) => ({ ...one, peer: evil, text: `[2,"1","${evil}"` }));
  const client = await openClientAs(fixture, "admin");
  const charger = `/chargers/${encodeURIComponent(evil)}`;
  for (
    const path of [
      ...ALL_PAGES,
      charger,
      ...["configuration", "messages", "message"].map((page) => `${charger}/${page}`),
      "/sign-in",
      "/nothing",
      `/sessions?token=${encodeURIComponent(evil)}`,
    ]
  ) {
    const html = await client.text(path.replace("/chargers/CP01", charger));
    const own = html.replaceAll(/<script src="\/assets\/[0-9a-f]+\/\w+\.js" defer/g, "");
    assertEquals(own.includes("<script"), false, path);
    assertEquals(/<img|onerror='/.test(html), false, path);
    assertEquals(html.includes("{{7*7}}&amp;amp;") || path === "/sign-in", true, path);
  }
  Object.assign(state, { chargers: [], evses: [] });
  assertEquals((await client.text("/")).match(/<script/g)?.length, 1);
});

Deno.test("no page has script or style of its own inside, nor a style attribute", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const pages = [...ALL_PAGES, "/account/password", "/nothing"];
  const texts = await Promise.all(pages.map((path) => client.text(path)));
  texts.push(await openClient(fixture).text("/sign-in"));
  for (const html of texts) {
    assertEquals(/<style|\sstyle=|\son\w+=|javascript:/.test(html), false);
    assertEquals(/<script(?! src="\/assets\/)/.test(html), false);
    assertEquals(/https?:\/\//.test(html.replaceAll("http://127.0.0.1", "")), false);
  }
});
