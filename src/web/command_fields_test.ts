import { assertEquals } from "@std/assert";
import { FORM_FIELDS, JSON_FIELDS } from "./command_fields.ts";

Deno.test("a form's numbers are read from plain digits only", () => {
  const read = (amps: string) => FORM_FIELDS.limit.safeParse({ amps, minutes: "60" }).data?.amps;
  for (const [text, amps] of [["10", 10], [" 6.5 ", 6.5], ["0", 0], ["1000", 1_000]] as const) {
    assertEquals(read(text), amps, text);
  }
  for (const text of ["", " ", "-1", "1e2", "0x10", "Infinity", "NaN", "1,5", "1001", "10 A"]) {
    assertEquals(read(text), undefined, text);
  }
});

Deno.test("a limit lasts one minute to one day, in whole minutes", () => {
  const read = (minutes: number) => JSON_FIELDS.limit.safeParse({ amps: 6, minutes }).success;
  assertEquals([0, 1, 1_440, 1_441, 1.5].map(read), [false, true, true, false, false]);
});

Deno.test("a card number is 1 to 36 printable characters, blanks around it cut off", () => {
  const read = (idToken: unknown) => JSON_FIELDS.start.safeParse({ idToken }).data?.idToken;
  assertEquals(read(" 04A1 B2 "), "04A1 B2");
  assertEquals(read("x".repeat(36))?.length, 36);
  for (
    const text of ["", "   ", "x".repeat(37), "a\nb", "a\u0000", "é", "कार्ड", 4, null, undefined]
  ) {
    assertEquals(read(text), undefined, String(text));
  }
});

Deno.test("the optional fields of a card's form are null when left empty", () => {
  const form = { token: "A1", status: "Accepted" };
  const card = { ...form, type: "Central" };
  const nothing = { expires: null, group: null, priority: null, departure: null, energyKwh: null };
  const empty = { expires: "", group: "", priority: "", departure: "", energyKwh: "" };
  assertEquals(FORM_FIELDS.token.parse({ ...form, ...empty }), { ...card, ...nothing });
  assertEquals(FORM_FIELDS.token.parse(form), { ...card, ...nothing });
  const full = { expires: "2026-02-01", group: " G ", priority: "8", departure: "17:30" };
  assertEquals(FORM_FIELDS.token.parse({ ...card, ...full, energyKwh: "12.5" }), {
    ...card,
    expires: "2026-02-01",
    group: "G",
    priority: 8,
    departure: "17:30",
    energyKwh: 12.5,
  });
  for (
    const wrong of [
      { expires: "1.2.2026" },
      { group: "x".repeat(37) },
      { status: "Perhaps" },
      { priority: "101" },
      { priority: "1.5" },
      { departure: "24:00" },
      { departure: "5 pm" },
      { energyKwh: "0" },
      { energyKwh: "2001" },
    ]
  ) {
    assertEquals(FORM_FIELDS.token.safeParse({ ...card, ...wrong }).success, false);
  }
});

Deno.test("who goes first is said as first, as a class, or as others; for a while or the session", () => {
  const read = (fields: unknown) => JSON_FIELDS.priority.safeParse(fields).data;
  assertEquals(read({ first: true }), { class: "first", minutes: null });
  assertEquals(read({ class: 0, minutes: 1_440 }), { class: 0, minutes: 1_440 });
  assertEquals(read({ class: null }), { class: null, minutes: null });
  for (
    const wrong of [
      {},
      { first: false },
      { first: true, class: 3 },
      { class: 101 },
      { class: -1 },
      { class: 1.5 },
      { class: "first" },
      { first: true, minutes: 0 },
      { first: true, minutes: 1_441 },
      { first: true, minute: 5 },
    ]
  ) assertEquals(read(wrong), undefined, JSON.stringify(wrong));
});

Deno.test("what a driver wants is a moment with its offset, an energy that a battery holds, a word", () => {
  const read = (fields: unknown) => JSON_FIELDS.demand.safeParse(fields).data;
  const nothing = { departure: null, energyKwh: null, urgent: false };
  assertEquals(read({}), nothing);
  assertEquals(read({ departure: "2026-01-05T17:30:00+05:30", energyKwh: 12, urgent: true }), {
    departure: "2026-01-05T12:00:00.000Z",
    energyKwh: 12,
    urgent: true,
  });
  for (
    const wrong of [
      { departure: "17:30" },
      { departure: "2026-01-05T17:30:00" },
      { energyKwh: 0 },
      { energyKwh: -1 },
      { energyKwh: 2_001 },
      { energyKwh: "12" },
      { urgent: "yes" },
      { energy: 12 },
    ]
  ) assertEquals(read(wrong), undefined, JSON.stringify(wrong));
});

Deno.test("kinds of restart come in OCPP's spelling and in ours", () => {
  const read = (type: string) => JSON_FIELDS.reset.safeParse({ type }).data?.type;
  assertEquals(["Soft", "soft", "HARD", "Immediate"].map(read), [
    "soft",
    "soft",
    "hard",
    undefined,
  ]);
});

Deno.test("a message to ask for has a name of letters, and an EVSE or none", () => {
  const read = (fields: unknown) => JSON_FIELDS.trigger.safeParse(fields).data;
  assertEquals(read({ message: "Heartbeat" }), { message: "Heartbeat", slot: null });
  assertEquals(read({ message: "MeterValues", slot: 3 }), { message: "MeterValues", slot: 3 });
  for (const fields of [{}, { message: "" }, { message: "a b" }, { message: "X", slot: 0 }]) {
    assertEquals(read(fields), undefined);
  }
});

Deno.test("an address for a charger is one of a web socket, with nothing that hides another", () => {
  const read = (url: unknown) =>
    JSON_FIELDS.security.safeParse({ do: "raise-profile", profile: 2, url }).data;
  const order = { do: "raise-profile", profile: 2 } as const;
  assertEquals(read("wss://10.0.0.5:9221/ocpp"), { ...order, url: "wss://10.0.0.5:9221/ocpp" });
  assertEquals(read(null), { ...order, url: null });
  for (
    const wrong of [
      "https://10.0.0.5",
      "wss://",
      "wss://user@10.0.0.5/",
      "wss://a b",
      "wss://10.0.0.5/ocpp?x=1",
      "wss://10.0.0.5/#x",
      "wss://10.0.0.5/\nx",
      `wss://${"x".repeat(510)}`,
    ]
  ) assertEquals(read(wrong), undefined, JSON.stringify(wrong));
});

Deno.test("orders about security say the same in a form as in JSON", () => {
  const form = (fields: unknown) => FORM_FIELDS.security.safeParse(fields).data;
  assertEquals(form({ do: "raise-profile", profile: "3", url: "" }), {
    do: "raise-profile",
    profile: 3,
    url: null,
  });
  assertEquals(form({ do: "allow-profile", profile: "0" }), { do: "allow-profile", profile: 0 });
  assertEquals(form({ do: "revoke-certificates", reason: " " }), {
    do: "revoke-certificates",
    reason: "no reason given",
  });
  for (
    const wrong of [
      {},
      { do: "raise-profile", profile: "0" },
      { do: "allow-profile", profile: "3" },
      { do: "allow-profile" },
      { do: "revoke-certificates", reason: "two\nlines" },
    ]
  ) assertEquals(form(wrong), undefined, JSON.stringify(wrong));
});
