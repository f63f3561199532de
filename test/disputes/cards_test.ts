/** Disputes about cards: who may charge, who pays. Each test is one complaint and its file. */
import { assertEquals } from "@std/assert";
import { openDesk } from "./desk.ts";

Deno.test('"my card was good this morning, and then I was cut off": it was blocked while the site was offline', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  // Ben charged yesterday as well: the site has the CSMS's word that his card is good.
  await charger.authorize("BEN");
  await desk.until("06:10");
  await desk.site.loseCsms();
  await desk.until("06:30");
  assertEquals(await charger.authorize("BEN"), "Accepted");
  const { number } = await charger.start("BEN", { meterStart: 10_000 });
  await desk.until("07:00");
  await charger.meter(number, 12_000, 16);
  // Meanwhile his company has blocked the card. The site hears of it with the answer to his start.
  desk.site.csms.answer("StartTransaction", {
    transactionId: 501,
    idTagInfo: { status: "Blocked" },
  });
  await desk.site.restoreCsms();
  assertEquals(charger.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
  await charger.stop(number, 12_150, { reason: "Remote" });
  await desk.site.clock.advance(10_000);
  assertEquals(await desk.ledger(), [
    "06:30–07:00 BEN at CP1: 2150 Wh, let in by cache, ended: DeAuthorized",
  ]);
  assertEquals(desk.toldCsms(), [
    "start at 1: BEN, 10000 Wh",
    "readings of 501",
    "stop of 501: 12150 Wh, DeAuthorized",
  ]);
  const [session] = await desk.sessions();
  assertEquals(session?.csmsTransaction, 501, "the CSMS has the session: 2.15 kWh are to be paid");
  // With the CSMS away again the site remembers: blocked is the newest word about this card.
  await desk.site.loseCsms();
  await desk.until("07:30");
  assertEquals(await charger.authorize("BEN"), "Blocked");
  await desk.close();
});

Deno.test('"my card paid for two cars": it charged at one place, and a copy of it was refused at another', async () => {
  const desk = await openDesk();
  const first = await desk.charger("CP1");
  const second = await desk.charger("CP2");
  await first.authorize("ASHA");
  await desk.site.loseCsms();
  await desk.until("06:10");
  const own = await first.start("ASHA", { meterStart: 1_000 });
  await desk.until("06:20");
  const copy = await second.start("ASHA", { meterStart: 50 });
  assertEquals([own.status, copy.status], ["Accepted", "ConcurrentTx"]);
  // A charger that has begun all the same ends by itself; what it told is in the ledger too.
  await second.stop(copy.number, 50, { reason: "DeAuthorized" });
  await desk.until("06:50");
  await first.stop(own.number, 9_000);
  assertEquals(await desk.ledger(), [
    "06:10–06:50 ASHA at CP1: 8000 Wh, let in by cache, ended: Local",
    "06:20–06:20 ASHA at CP2: 0 Wh, let in by site-rule, ended: DeAuthorized",
  ]);
  const [, refused] = await desk.site.store.transactions({ limit: 2 }).then((all) =>
    all.toReversed()
  );
  assertEquals(refused?.authorization.reason, "the token is charging elsewhere on this site");
  await desk.close();
});

Deno.test('"somebody else ended my session": a colleague did, whose card is of the same group', async () => {
  const desk = await openDesk();
  const charger = await desk.charger("CP1");
  const idTagInfo = { status: "Accepted", parentIdTag: "FLEET" };
  desk.site.csms.answer("Authorize", { idTagInfo });
  desk.site.csms.answer("StartTransaction", { transactionId: 501, idTagInfo });
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  await desk.until("06:30");
  await desk.site.loseCsms();
  // The charger compares the groups, so it has to be told them without the CSMS as well.
  const answer = await charger.result("Authorize", { idTag: "ASHA" });
  assertEquals(answer["idTagInfo"], idTagInfo);
  await desk.site.restoreCsms();
  await charger.authorize("RAVI");
  await charger.stop(number, 3_000, { idTag: "RAVI" });
  await desk.site.clock.advance(10_000);
  assertEquals(await desk.ledger(), [
    "06:00–06:30 ASHA at CP1: 2000 Wh, let in by csms, ended: Local",
  ]);
  const [session] = await desk.site.store.transactions({ limit: 1 });
  assertEquals([session?.stop?.idToken?.idToken, session?.groupIdToken?.idToken], [
    "RAVI",
    "FLEET",
  ]);
  await desk.close();
});
