import { assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import { PROOF_LIFE_MS } from "../sign_in/sessions.ts";
import { addressFor } from "./charger_security_page.tsx";
import { certificateState } from "./charger_security.tsx";

const DAY_MS = 86_400_000;

async function setUp(role: "viewer" | "operator" | "installer" | "admin" = "installer") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  return { fixture, client };
}

Deno.test("a charger's page says how it proves who it is, to everybody; orders are an installer's", async () => {
  for (const role of ["viewer", "installer"] as const) {
    const { client } = await setUp(role);
    const page = await client.text("/chargers/CP03");
    assertStringIncludes(page, "3: certificate, encrypted");
    assertStringIncludes(page, "4FA70091C2");
    assertStringIncludes(page, "CN=CP03, O=Pune Depot");
    assertStringIncludes(page, "ends soon");
    assertStringIncludes(page, "Reason: board replaced");
    assertStringIncludes(page, "A new one was given. Both count");
    assertEquals(page.includes("/chargers/CP03/security"), role === "installer");
    client.web.close();
  }
});

Deno.test("each order goes out as it was asked for, is noted, and its page shows how far it came", async () => {
  const { fixture, client } = await setUp();
  for (
    const [fields, order] of [
      [{ do: "new-password" }, { do: "new-password" }],
      [{ do: "renew-certificate" }, { do: "renew-certificate" }],
      [
        { do: "raise-profile", profile: "2", url: "wss://10.0.0.5:9221/ocpp" },
        { do: "raise-profile", profile: 2, url: "wss://10.0.0.5:9221/ocpp" },
      ],
      [
        { do: "revoke-certificates", reason: "stolen" },
        { do: "revoke-certificates", reason: "stolen" },
      ],
      [{ do: "allow-profile", profile: "1" }, { do: "allow-profile", profile: 1 }],
    ] as const
  ) {
    const answer = await client.post("/chargers/CP03/security", fields);
    assertEquals(answer.status, 303);
    assertEquals(answer.headers.get("location"), "/chargers/CP03/security#commands");
    assertEquals(fixture.commanded.at(-1), ["secure", "CP03", order, "installer"]);
    const { what, about, outcome, detail } = fixture.noted.at(-1) ?? {};
    assertEquals([what, about, outcome], ["command security", "CP03", "done"]);
    assertStringIncludes(detail ?? "", fields.do);
  }
  const page = await client.text("/chargers/CP03/security");
  assertStringIncludes(page, "Higher security profile");
  assertStringIncludes(page, "Waiting to see it");
  // The ratchet stands at 3 still: nothing has been allowed yet.
  await fixture.clock.advance(91_000);
  const later = await client.text("/chargers/CP03/security");
  assertStringIncludes(later, "The charger said yes and has not come with it yet.");
  client.web.close();
});

Deno.test("what is no order is refused and reaches nobody", async () => {
  const { fixture, client } = await setUp();
  for (
    const fields of [
      { do: "unlock" },
      { do: "raise-profile", profile: "4" },
      { do: "raise-profile", profile: "2", url: "http://10.0.0.5" },
    ]
  ) {
    const answer = await client.post("/chargers/CP03/security", fields);
    assertEquals(answer.status, 422);
    await answer.body?.cancel();
  }
  const unknown = await client.post("/chargers/NOBODY/security", { do: "new-password" });
  assertEquals(unknown.status, 404);
  await unknown.body?.cancel();
  assertEquals((await client.get("/chargers/NOBODY/security")).status, 404);
  assertEquals(fixture.commanded, []);
  client.web.close();
});

Deno.test("who signed in a while ago shows again who he is, and comes back to the same charger", async () => {
  const { fixture, client } = await setUp();
  await fixture.clock.advance(PROOF_LIFE_MS);
  const answers = [
    await client.get("/chargers/CP03/security"),
    await client.post("/chargers/CP03/security", { do: "new-password" }),
  ];
  for (const answer of answers) {
    await answer.body?.cancel();
    assertEquals(
      answer.headers.get("location"),
      `/account/confirm?next=${encodeURIComponent("/chargers/CP03/security")}`,
    );
  }
  assertEquals(fixture.commanded, []);
  client.web.close();
});

Deno.test("the page of the site's security names what needs somebody's eye", async () => {
  const { fixture, client } = await setUp();
  for (const detail of ["wrong", "wrong"]) {
    fixture.noted.push({
      atWallMs: fixture.clock.wallMs() - 60_000,
      who: "asha",
      way: "page",
      from: "203.0.113.9",
      what: "sign-in",
      about: "",
      outcome: "failed",
      detail,
    });
  }
  const page = await client.text("/security");
  for (
    const words of [
      "wss://0.0.0.0:9222/ocpp",
      "signed here, renewed by itself",
      "CN=Pune Depot charger root 1, O=Pune Depot",
      "Chargers without encryption: 7",
      "Certificates that end within 60 days: 1",
      "wrong password",
      "203.0.113.9",
      "0 of 4 users have a second factor",
      "listen.web.secondFactor: optional",
    ]
  ) assertStringIncludes(page, words);
  assertEquals(page.includes('href="/audit"'), false, "the log is an administrator's");
  client.web.close();
});

Deno.test("a page full of strangers' attempts stays short", async () => {
  const { fixture, client } = await setUp("admin");
  for (let count = 0; count < 5_000; count++) {
    fixture.noted.push({
      atWallMs: count,
      who: "stranger",
      way: "page",
      from: `203.0.113.${count % 200}`,
      what: "sign-in",
      about: "",
      outcome: "failed",
      detail: "",
    });
  }
  const page = await client.text("/security");
  assertEquals(page.match(/at the pages/g)?.length, 20);
  assertStringIncludes(page, 'href="/audit"');
  client.web.close();
});

Deno.test("a certificate is in use, unused, soon over, over or revoked", () => {
  const nowMs = Date.UTC(2026, 0, 5);
  const at = (days: number) => new Date(nowMs + days * DAY_MS).toISOString();
  const certificate = {
    fingerprint: "",
    serialNumber: "",
    subject: null,
    from: at(-1),
    until: at(100),
    issuedAt: at(-1),
    firstUsed: null,
    revoked: null,
  };
  assertEquals(certificateState(certificate, nowMs), "unused");
  assertEquals(certificateState({ ...certificate, firstUsed: at(-1) }, nowMs), "in-use");
  assertEquals(certificateState({ ...certificate, until: at(59) }, nowMs), "ends-soon");
  assertEquals(certificateState({ ...certificate, until: at(0) }, nowMs), "over");
  const revoked = { at: at(-1), reason: "" };
  assertEquals(certificateState({ ...certificate, revoked, until: at(-3) }, nowMs), "revoked");
});

Deno.test("a charger is offered the listener of the wanted profile, where the browser found us", () => {
  const listeners = [
    { url: "ws://0.0.0.0:9220/ocpp", securityProfile: 1 },
    { url: "wss://0.0.0.0:9221/ocpp", securityProfile: 2 },
    { url: "wss://[::]:9222/ocpp", securityProfile: 3 },
    { url: "wss://10.1.1.1:9223/ocpp", securityProfile: 3 },
  ] as const;
  const of = (profiles: readonly (0 | 1 | 2 | 3)[], all: typeof listeners | [] = listeners) =>
    addressFor({ listeners: all, host: "10.0.0.5" }, profiles);
  assertEquals(of([2, 3]), "wss://10.0.0.5:9221/ocpp");
  assertEquals(of([3]), "wss://10.0.0.5:9222/ocpp");
  assertEquals(addressFor({ listeners: listeners.slice(3), host: "x" }, [3]), listeners[3].url);
  assertEquals(of([2], []), "");
});
