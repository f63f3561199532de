import { assert, assertEquals } from "@std/assert";
import { type FloodWay, openFloodSite } from "../support/flood_site.ts";
import { connectAgain } from "../support/good_charger.ts";

const CHARGERS = 50;

/** Five seconds of 500 bad connections each; how fast the answers are is for the bench. */
async function standsFlood(way: FloodWay): Promise<void> {
  const site = await openFloodSite(CHARGERS, way);
  try {
    const flooding = site.flood(5, 500);
    const answers = await site.measure(5);
    const outcome = await flooding;
    assert(outcome.sent >= 2_000, JSON.stringify(outcome));
    assertEquals(outcome.letIn, 0, "a bad one was let in");
    assertEquals([site.lost(), answers.unanswered], [0, 0], "good chargers' connections, answers");
    assert(answers.asked >= CHARGERS * 2, "they asked all the while");
    // What the flood says is not written down word for word.
    const told = site.gateway.said.filter((line) => /charger_refused|tls_handshake/.test(line));
    assert(told.length <= 100, `${told.length} lines about ${outcome.sent} bad connections`);
    assert(site.gateway.said.some((line) => line.includes("charger_flood")));
    // It comes from the flood's own address, so perhaps not with its first try.
    const late = await connectAgain(site.spare);
    assert(await late.ask("Heartbeat", {}) !== null, "and one more comes in after it");
    late.close();
  } finally {
    await site.stop();
  }
}

Deno.test("A3: fifty chargers lose no connection and no answer while somebody floods their port", () =>
  standsFlood("plain"));

Deno.test("A3: fifty chargers lose no connection and no answer while somebody floods their TLS port", () =>
  standsFlood("tls"));
