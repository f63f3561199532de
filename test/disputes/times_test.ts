/** Disputes about times. Each test is one complaint and its file. */
import { assertEquals } from "@std/assert";
import { openDesk } from "./desk.ts";

Deno.test('"I was not born in 1970": the charger had lost its clock, and told the session by its own', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  await desk.until("06:30");
  const started = { meterStart: 1_000, timestamp: "1970-01-01T00:10:00Z" };
  const { number } = await charger.start("ASHA", started);
  await desk.until("07:00");
  await charger.stop(number, 5_000, { timestamp: "1970-01-01T00:40:00Z" });
  await desk.until("07:05");
  assertEquals(await desk.ledger(), [
    "06:30–07:00 ASHA at CP1: 4000 Wh, let in by csms, ended: Local [clock-untrusted]",
  ]);
  const [session] = await desk.sessions();
  assertEquals(session?.remarks, "nobody can say how far the clock was off that told its times");
  assertEquals(
    desk.site.csms.heard("StartTransaction").map(({ payload }) => payload["timestamp"]),
    ["2026-01-05T06:30:00.000Z"],
  );
  // What the charger wrote is kept as it was written.
  const [kept] = await desk.site.store.transactions({ limit: 1 });
  assertEquals(kept?.startedAt, "1970-01-01T00:10:00Z");
  await desk.close();
});
