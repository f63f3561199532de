/** Disputes about sessions: doubled, endless, unknown. Each test is one complaint and its file. */
import { assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { openDesk, timeOf } from "./desk.ts";

Deno.test('"I was billed twice": the charger told its start and its stop again, since it had heard no answer', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  await charger.authorize("ASHA");
  const started = { meterStart: 1_000, timestamp: desk.now() };
  const first = await charger.start("ASHA", started);
  // The line breaks; as far as the charger knows, its start was never heard. New message ids.
  charger.socket.terminate();
  await desk.until("06:05");
  const back = await desk.site.connect("CP1");
  assertEquals(await back.start("ASHA", started), first, "the same number and the same words");
  await desk.until("06:40");
  const stopped = { timestamp: desk.now() };
  await back.stop(first.number, 6_000, stopped);
  back.socket.terminate();
  await desk.until("06:45");
  const again = await desk.site.connect("CP1");
  await again.stop(first.number, 6_000, stopped);
  await desk.until("07:00");
  assertEquals(await desk.ledger(), [
    "06:00–06:40 ASHA at CP1: 5000 Wh, let in by csms, ended: Local",
  ]);
  assertEquals(desk.toldCsms(), [
    "start at 1: ASHA, 1000 Wh",
    "stop of 501: 6000 Wh, Local",
  ]);
  await desk.close();
});

Deno.test('"your customer says he charged, we have nothing": the CSMS refused the record, and an operator sent it again', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  desk.site.csms.answer("StartTransaction", { callError: "InternalError" });
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  await desk.until("06:30");
  await charger.stop(number, 4_000);
  await desk.until("08:00");
  const { views, commands } = desk.site.gateway().web;
  const [row] = views.outbox();
  assertEquals([row?.kind, row?.dead, row?.lastError], ["started", true, "InternalError"]);
  assertEquals(desk.faults(), [
    `The CSMS did not take the started record ${row?.id}: InternalError`,
  ]);
  assertEquals(await desk.ledger(), [
    "06:00–06:30 ASHA at CP1: 3000 Wh, let in by csms, ended: Local",
  ]);
  const [before] = await desk.sessions();
  assertEquals(before?.csmsTransaction, null, "the CSMS has no number for it: it does not know it");
  desk.site.csms.answer("StartTransaction", {
    transactionId: 77,
    idTagInfo: { status: "Accepted" },
  });
  assertEquals((await commands.retryRow(row?.id ?? 0, "priya")).kind, "accepted");
  await desk.until("08:05");
  const [after] = await desk.sessions();
  assertEquals([after?.csmsTransaction, views.outbox()], [77, []]);
  assertEquals(desk.toldCsms().slice(-2), [
    "start at 1: ASHA, 1000 Wh",
    "stop of 77: 4000 Wh, Local",
  ]);
  await desk.close();
});

Deno.test('"I left at half past six, and it ran until eight": the power failed, and the charger had forgotten the session', async () => {
  const desk = await openDesk();
  const before = await desk.charger("CP1");
  const { number } = await before.start("ASHA", { meterStart: 1_000 });
  await desk.until("06:20");
  await before.meter(number, 3_000, 16);
  await desk.until("06:30");
  before.socket.terminate();
  await desk.until("08:00");
  // It comes back, shows its socket as free, and says nothing of the session any more.
  await desk.charger("CP1");
  await desk.until("09:00");
  assertEquals(await desk.ledger(), [
    "06:00–06:20 ASHA at CP1: 2000 Wh, let in by csms, ended: PowerLoss [closed-by-gateway]",
  ]);
  // He pays for what was last read; nothing was counted after it.
  assertEquals(desk.toldCsms(), [
    "start at 1: ASHA, 1000 Wh",
    "readings of 501",
    "stop of 501: 3000 Wh, PowerLoss",
  ]);
  await desk.close();
});

Deno.test('"I was gone long before that": the charger was offline, and told the end of the session an hour later', async () => {
  const desk = await openDesk();
  const before = await desk.charger("CP1");
  const { number } = await before.start("ASHA", { meterStart: 1_000 });
  await desk.until("06:20");
  before.socket.terminate();
  await desk.until("06:40");
  const pulled = desk.now();
  await desk.until("07:40");
  const back = await desk.site.connect("CP1");
  await back.stop(number, 5_000, { timestamp: pulled, reason: "EVDisconnected" });
  await desk.until("07:45");
  assertEquals(await desk.ledger(), [
    "06:00–06:40 ASHA at CP1: 4000 Wh, let in by csms, ended: EVDisconnected",
  ]);
  const [session] = await desk.site.store.transactions({ limit: 1 });
  assertEquals(
    timeOf(isoTime(session?.stop?.heardAtMs ?? 0)),
    "07:40",
    "that is when we heard of it",
  );
  assertEquals(desk.toldCsms().at(-1), "stop of 501: 5000 Wh, EVDisconnected");
  await desk.close();
});
