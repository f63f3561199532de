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
  const card = { token: "A1", status: "Accepted" };
  assertEquals(FORM_FIELDS.token.parse({ ...card, expires: "", group: "" }), {
    ...card,
    expires: null,
    group: null,
  });
  assertEquals(FORM_FIELDS.token.parse(card), { ...card, expires: null, group: null });
  assertEquals(FORM_FIELDS.token.parse({ ...card, expires: "2026-02-01", group: " G " }), {
    ...card,
    expires: "2026-02-01",
    group: "G",
  });
  for (const wrong of [{ expires: "1.2.2026" }, { group: "x".repeat(37) }, { status: "Invalid" }]) {
    assertEquals(FORM_FIELDS.token.safeParse({ ...card, ...wrong }).success, false);
  }
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
