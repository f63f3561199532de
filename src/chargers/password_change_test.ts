import { assert, assertEquals } from "@std/assert";
import { CHARGERS_TIMING } from "./options.ts";
import type { PasswordChange } from "./password_change.ts";
import { createEdge, type Edge } from "./_edge_for_test.ts";

const CP1 = { id: "CP1", password: "secret", addresses: [] };

/** What the charger was told: hexadecimal of the password's bytes (1.6). */
function toldKey(charger: Awaited<ReturnType<Edge["arrive"]>>): string {
  const told = charger.payloads("ChangeConfiguration").findLast(({ key }) =>
    key === "AuthorizationKey"
  );
  return String(told?.["value"]);
}

const decoded = (hex: string) =>
  String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));

async function change(edge: Edge): Promise<PasswordChange> {
  const underWay = edge.chargers.changePassword("CP1");
  await edge.clock.advance(100);
  return await underWay;
}

/** The connection before is gone. */
function come(edge: Edge, password: string): string {
  edge.chargers.station("CP1")?.speaker.peer.terminate();
  const { admission } = edge.listener.connect({
    url: "/ocpp/CP1",
    authorization: `Basic ${btoa(`CP1:${password}`)}`,
  });
  return admission.kind === "refuse" ? admission.reason : admission.kind;
}

Deno.test("a new password counts from its first use on alone; until then both do", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  assertEquals(await change(edge), { kind: "taken" });
  const key = toldKey(charger);
  assertEquals(key.length, 40, "20 bytes: as much as 1.6 takes");
  await edge.clock.advance(1_000);
  // The power went before the charger had written it down.
  assertEquals(come(edge, "secret"), "admit");
  await edge.clock.advance(CHARGERS_TIMING.probeMs + 1_000);
  assertEquals(come(edge, decoded(key)), "admit");
  await edge.clock.advance(CHARGERS_TIMING.probeMs + 1_000);
  assertEquals(come(edge, "secret"), "wrong password");
  assertEquals(come(edge, key), "admit", "many chargers show the hexadecimal itself");
  assertEquals(come(edge, key.toLowerCase()), "admit");
});

Deno.test("what is on disk after a new password is its digest", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  const messages: string[] = [];
  edge.events.on("message", ({ text }) => messages.push(text));
  await change(edge);
  const key = toldKey(charger);
  const stored = JSON.stringify([...(await edge.store.load(0)).chargers.values()]);
  for (const where of [stored, messages.join("\n"), JSON.stringify(edge.logged)]) {
    assert(!where.includes(key) && !where.includes(decoded(key)), "nobody reads it anywhere");
  }
  assert(messages.some((text) => text.includes("AuthorizationKey")));
});

Deno.test("a charger that refuses a new password keeps the one it has", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  charger.answer("ChangeConfiguration", { status: "Rejected" });
  assertEquals(await change(edge), { kind: "refused", status: "Rejected" });
  assertEquals(come(edge, decoded(toldKey(charger))), "wrong password");
  assertEquals(edge.site.charger("CP1")?.nextPasswordDigest, undefined);
});

Deno.test("without an answer nobody knows: both passwords count", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  charger.answer("ChangeConfiguration", "silence");
  const underWay = edge.chargers.changePassword("CP1");
  await edge.clock.advance(CHARGERS_TIMING.answerTimeoutMs + 1_000);
  assertEquals(await underWay, { kind: "unsure" });
  assertEquals(come(edge, "secret"), "admit");
  await edge.clock.advance(CHARGERS_TIMING.probeMs + 1_000);
  assertEquals(come(edge, decoded(toldKey(charger))), "admit");
});

Deno.test("a charger that is away gets no new password, and none is kept", async () => {
  const edge = await createEdge({ known: [CP1] });
  assertEquals(await change(edge), { kind: "away" });
  assertEquals(edge.site.charger("CP1")?.nextPasswordDigest, undefined);
});

Deno.test("a password that is new in site.yaml wins over the one that was given before", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  await change(edge);
  const given = decoded(toldKey(charger));
  await edge.clock.advance(1_000);
  come(edge, given);
  await edge.clock.advance(CHARGERS_TIMING.probeMs + 1_000);
  const same = await createEdge({ known: [CP1], store: edge.store });
  assertEquals([come(same, "secret"), come(same, given)], ["wrong password", "admit"]);
  const reset = { ...CP1, password: "after a factory reset" };
  const later = await createEdge({ known: [reset], store: edge.store });
  assertEquals(come(later, given), "wrong password");
  assertEquals(come(later, "after a factory reset"), "admit");
});
