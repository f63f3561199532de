import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { Contactor, OpenContactor, SiteEvents } from "../site/mod.ts";
import { createCutDesk, type CutNews, type CutWrite } from "./cut_desk.ts";

function bench(
  stored: readonly OpenContactor[] = [],
  first: Result<void, string> = ok(undefined),
) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const orders: string[] = [];
  const news: string[] = [];
  const faults: string[] = [];
  const written: CutWrite[] = [];
  let answer = first;
  const contactor = (id: string, slots: readonly number[]): Contactor => ({
    id,
    slots,
    set(isOpen) {
      orders.push(`${id} ${isOpen ? "open" : "closed"}`);
      return Promise.resolve(answer);
    },
    stop: () => Promise.resolve(),
  });
  events.on("fault", ({ kind, subject, state }) => faults.push(`${kind} ${subject} ${state}`));
  const log = () => {};
  const desk = createCutDesk([contactor("row", [1, 2, 3]), contactor("one", [1])], stored, {
    clock,
    log,
    events,
    spawn: createSpawner(log),
    write: (writes) => Promise.resolve(void written.push(...writes)),
  });
  desk.listen(({ slot, outcome }: CutNews) => news.push(`${slot} ${outcome}`));
  const take = <T>(all: T[]) => all.splice(0);
  return {
    desk,
    settle: () => clock.advance(0),
    pass: (ms: number) => clock.advance(ms),
    answers: (next: Result<void, string>) => void (answer = next),
    orders: () => take(orders),
    news: () => take(news),
    faults: () => take(faults),
    written: () => take(written).map(({ kind, key }) => `${kind} ${key}`),
  };
}

Deno.test("The contactor that cuts fewest off is opened, and that is on record until it is closed", async () => {
  const { desk, settle, orders, news, faults, written } = bench();
  assertEquals([1, 2, 9].map(desk.isWired), [true, true, false]);
  desk.set(1, true);
  await settle();
  assertEquals([orders(), news(), written()], [["one open"], ["1 open"], ["put one"]]);
  assertEquals(faults().filter((each) => each.endsWith("raised")), ["cut-off one raised"]);
  desk.set(1, false);
  await settle();
  assertEquals([orders(), news(), written()], [["one closed"], ["1 closed"], ["drop one"]]);
  assertEquals(faults().includes("cut-off one over"), true);
});

Deno.test("All behind a common contactor hear of it, and it closes for the one who was the reason", async () => {
  const { desk, settle, orders, news } = bench();
  desk.set(2, true);
  await settle();
  assertEquals([orders(), news()], [["row open"], ["1 open", "2 open", "3 open"]]);
  desk.set(3, false);
  await settle();
  assertEquals(orders(), [], "the session of slot 3 is not what it was opened for");
  desk.set(2, false);
  await settle();
  assertEquals([orders(), news()], [["row closed"], ["1 closed", "2 closed", "3 closed"]]);
});

Deno.test("A contactor that does not obey raises an alarm, and nothing is said to be cut", async () => {
  const { desk, settle, answers, news, faults, written } = bench();
  answers(fail("no answer from 10.0.0.9:502"));
  desk.set(1, true);
  await settle();
  assertEquals([news(), written()], [["1 failed"], []]);
  assertEquals(faults(), ["contactor-failed one raised"]);
  answers(ok(undefined));
  desk.set(1, true);
  await settle();
  assertEquals(faults(), ["contactor-failed one over", "cut-off one raised"]);
});

Deno.test("One that is open since before a restart is known, and an operator closes it", async () => {
  const { desk, orders, news, answers, settle } = bench([{ id: "row", slot: 2, openedAtMs: 0 }]);
  assertEquals(news(), ["1 open", "2 open", "3 open"]);
  await settle();
  answers(fail("stuck"));
  assertEquals((await desk.reconnect(3, "priya")).kind, "refused");
  answers(ok(undefined));
  assertEquals((await desk.reconnect(3, "priya")).kind, "accepted");
  assertEquals((await desk.reconnect(3, "priya")).kind, "refused", "nothing is open any more");
  assertEquals(orders(), ["row open", "row closed", "row closed"]);
});

Deno.test("One that was open before a restart is opened again: where that fails, nothing is said to be cut", async () => {
  const before = [{ id: "row", slot: 2, openedAtMs: 0 }];
  const { orders, news, faults, settle } = bench(before, fail("no answer"));
  await settle();
  assertEquals(orders(), ["row open"]);
  assertEquals(news().slice(-3), ["1 failed", "2 failed", "3 failed"]);
  assertEquals(faults().at(-1), "contactor-failed row raised");
});

Deno.test("Nothing happens at a slot without a contactor", async () => {
  const { desk, settle, orders } = bench();
  desk.set(9, true);
  await settle();
  assertEquals([orders(), (await desk.reconnect(9, "priya")).kind], [[], "refused"]);
});

Deno.test("A power cycle opens what feeds a charger alone, and closes it; the balancer hears nothing of it", async () => {
  const { desk, pass, orders, news, faults, written } = bench();
  assertEquals([[1], [3, 2, 1], [2], [1, 2], []].map(desk.canPowerCycle), [
    true,
    true,
    false,
    false,
    false,
  ]);
  const cycling = desk.powerCycle([1], 20_000);
  await pass(19_999);
  assertEquals([orders(), written()], [["one open"], ["put one"]]);
  await pass(1);
  assertEquals([orders(), written()], [["one closed"], ["drop one"]]);
  assertEquals((await cycling).kind, "accepted");
  assertEquals([news(), faults().filter((each) => each.endsWith("raised"))], [[], []]);
  assertEquals((await desk.powerCycle([2], 20_000)).kind, "refused");
});

Deno.test("One that is open for the fuse's sake is not cycled, and one that is cut meanwhile stays open", async () => {
  const { desk, settle, pass, orders } = bench();
  desk.set(1, true);
  await settle();
  assertEquals((await desk.powerCycle([1], 20_000)).kind, "refused");
  desk.set(1, false);
  await settle();
  orders();
  const cycling = desk.powerCycle([1], 20_000);
  await pass(10_000);
  desk.set(1, true);
  await pass(10_000);
  assertEquals((await cycling).kind, "refused");
  assertEquals(orders(), ["one open", "one open"]);
});

Deno.test("A cycle that the end of the gateway breaks off is ended by the next run, or at once where it stops in order", async () => {
  const next = bench([{ id: "one", slot: 1, openedAtMs: 0, isPowerCycle: true }]);
  await next.settle();
  assertEquals([next.orders(), next.written(), next.news()], [["one closed"], ["drop one"], []]);
  const { desk, settle, orders } = bench();
  const cycling = desk.powerCycle([1], 20_000);
  await settle();
  await desk.stop();
  await cycling;
  assertEquals(orders(), ["one open", "one closed"]);
});

Deno.test("A contactor that does not open is told to be closed all the same, one that does not close is an alarm", async () => {
  const { desk, answers, pass, orders, faults } = bench();
  answers(fail("stuck"));
  assertEquals((await desk.powerCycle([1], 20_000)).kind, "failed");
  assertEquals([orders(), faults()], [["one open", "one closed"], ["contactor-failed one raised"]]);
  answers(ok(undefined));
  assertEquals((await desk.reconnect(1, "priya")).kind, "accepted", "a person has closed it");
  orders();
  const cycling = desk.powerCycle([1], 20_000);
  await pass(1);
  answers(fail("stuck"));
  await pass(20_000);
  assertEquals((await cycling).kind, "failed");
  assertEquals(faults().at(-1), "contactor-failed one raised");
});
