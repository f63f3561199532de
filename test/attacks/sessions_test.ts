import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openSite } from "../gateway/site_bench.ts";

/** Two chargers with a session each, and the numbers of those. */
async function twoCharge(site: Awaited<ReturnType<typeof openSite>>) {
  const chargers = [await site.arrive("CP1"), await site.arrive("CP2")];
  const numbers: number[] = [];
  for (const [index, charger] of chargers.entries()) {
    await charger.status("Preparing");
    numbers.push((await charger.start(`CARD${index}`)).number);
    await charger.status("Charging");
  }
  return { chargers, numbers };
}

// A5

Deno.test("A5: whatever numbers a charger names, the sessions of another go on untouched", async () => {
  const site = await openSite();
  const [owner, thief] = [await site.arrive("CP1"), await site.arrive("CP2")];
  const { number } = await owner.start("ASHA");
  await owner.meter(number, 1_200, 16);
  const guesses = fc.oneof(
    fc.constantFrom(number, -number, 0, -1, number + 1, 2_147_483_647),
    fc.integer(),
  );
  await fc.assert(
    fc.asyncProperty(guesses, fc.nat(1_000_000), fc.boolean(), async (guess, wh, stops) => {
      if (stops) await thief.ask("StopTransaction", stopOf(guess, wh));
      else await thief.meter(guess, wh, 32).catch(() => {});
    }),
    { numRuns: 60 },
  );
  await site.clock.advance(5_000);
  const { views } = site.gateway().web;
  assertEquals([views.evse(1)?.transaction?.stoppedAt, views.evse(1)?.energyWh], [null, 200]);
  await owner.stop(number, 1_500);
  await site.clock.advance(5_000);
  const told = site.csms.heard("StopTransaction").map(({ payload }) => payload["meterStop"]);
  assertEquals(told.filter((wh) => wh === 1_500).length, 1);
  await site.stop();
});

function stopOf(transactionId: number, meterStop: number) {
  return { transactionId, meterStop, timestamp: "2026-01-05T06:00:00Z" };
}

// A11

Deno.test("A11: a register that runs ten times as fast as the connector can deliver is seen, and said with the bill", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  // 64.8 kW ten times over, of a connector that has 22.
  for (let minute = 1; minute <= 10; minute++) {
    await site.clock.advance(60_000);
    await charger.meter(number, 1_000 + minute * 10_800, 16);
  }
  await site.clock.advance(1_000);
  await charger.stop(number, 109_000);
  await site.clock.advance(2_000);
  const { transactions } = await site.store.load(site.clock.wallMs());
  const flags = transactions.flatMap((each) => each.flags);
  assert(flags.includes("register-jumped"), flags.join(", "));
  await site.stop();
});

Deno.test("A11: a charger that says it draws less than it does wins nothing for the others: the site's meter counts", async () => {
  const site = await openSite({ gridAmps: 40, metered: true });
  const { chargers, numbers } = await twoCharge(site);
  for (let second = 0; second < 120; second++) {
    const told = chargers.map((charger) => charger.limitAmps() ?? 0);
    site.meter.read(told.reduce((sum, amps) => sum + amps, 0));
    if (second % 10 === 0) {
      for (const [index, charger] of chargers.entries()) {
        const lies = index === 0 ? 0 : told[1] ?? 0;
        await charger.meter(numbers[index] ?? 0, 1_000 + second * 3, lies);
      }
    }
    await site.clock.advance(1_000);
    const sum = chargers.reduce((all, charger) => all + (charger.limitAmps() ?? 0), 0);
    assert(sum <= 40, `${sum} A are told at second ${second}`);
  }
  await site.stop();
});

Deno.test("A11: a charger that tells three times what flows is found out by the site's meter, and somebody is told", async () => {
  for (const told of [1, 3]) {
    const site = await openSite({ gridAmps: 63, metered: true });
    const charger = await site.arrive("CP1");
    // Of one that nobody hears nobody knows whether it is the one that draws.
    for (const other of ["CP2", "CP3"]) await (await site.arrive(other)).status("Available");
    await charger.status("Preparing");
    const { number } = await charger.start("ASHA");
    await charger.status("Charging");
    for (let second = 0; second < 720; second++) {
      const flowsAmps = Math.floor(second / 40) % 2 === 0 ? 10 : 2;
      site.meter.read(flowsAmps + 5);
      if (second % 10 === 0) {
        await charger.meter(number, 1_000 + second * told, flowsAmps * told);
      }
      await site.clock.advance(1_000);
    }
    const raised = site.gateway().web.views.faults().filter(({ kind, state }) =>
      kind === "meter-wiring" && state === "raised"
    );
    assertEquals(raised.map(({ subject }) => subject), told === 1 ? [] : ["main"]);
    if (told > 1) assert(/0[.,]33/.test(raised[0]?.text ?? ""), raised[0]?.text);
    await site.stop();
  }
});

// A12

Deno.test("A12: a car that says it is empty gets no more than one that says it is full", async () => {
  const site = await openSite({ gridAmps: 30, metered: true });
  const { chargers, numbers } = await twoCharge(site);
  for (let second = 0; second < 120; second++) {
    const told = chargers.map((charger) => charger.limitAmps() ?? 0);
    site.meter.read(told.reduce((sum, amps) => sum + amps, 0));
    if (second % 10 === 0) {
      for (const [index, charger] of chargers.entries()) {
        await charger.ask("MeterValues", {
          connectorId: 1,
          transactionId: numbers[index],
          meterValue: [{
            timestamp: new Date(site.clock.wallMs()).toISOString(),
            sampledValue: [
              { value: index === 0 ? "1" : "99", measurand: "SoC", unit: "Percent" },
              ...["L1", "L2", "L3"].map((phase) => ({
                value: String(told[index]),
                measurand: "Current.Import",
                unit: "A",
                phase,
              })),
            ],
          }],
        });
      }
    }
    await site.clock.advance(1_000);
  }
  const [empty = 0, full = 0] = chargers.map((charger) => charger.limitAmps() ?? 0);
  assert(empty >= 6 && Math.abs(empty - full) <= 1, `${empty} A and ${full} A`);
  await site.stop();
});

// A17

Deno.test("A17: a copied card does not charge while its owner does, with the CSMS and without", async () => {
  for (const isOffline of [false, true]) {
    const site = await openSite({ unknownOffline: true, isOffline });
    const [owner, thief] = [await site.arrive("CP1"), await site.arrive("CP2")];
    if (!isOffline) {
      // While it is there to hear of both, the CSMS decides.
      site.csms.answer("Authorize", { idTagInfo: { status: "ConcurrentTx" } });
    }
    const { number, status } = isOffline ? await owner.start("04A1B2C3") : await (async () => {
      site.csms.answer("Authorize", { idTagInfo: { status: "Accepted" } });
      const begun = await owner.start("04A1B2C3");
      site.csms.answer("Authorize", { idTagInfo: { status: "ConcurrentTx" } });
      return begun;
    })();
    assertEquals(status, "Accepted");
    for (const spelling of ["04A1B2C3", "04a1b2c3"]) {
      assertEquals((await thief.start(spelling)).status, "ConcurrentTx", spelling);
    }
    await owner.stop(number, 1_500);
    await site.stop();
  }
});

// A18

Deno.test("A18: frames of an old connection, said again on it or on another, make nothing happen twice", async () => {
  const site = await openSite();
  let charger = await site.arrive("CP1");
  const at = () => new Date(site.clock.wallMs()).toISOString();
  const start = { connectorId: 1, idTag: "ASHA", meterStart: 1_000, timestamp: at() };
  charger.say("s1", "StartTransaction", start);
  await site.clock.advance(1_000);
  const answered = charger.replyTo("s1");
  const transactionId = Number(Object(answered)["payload"]?.["transactionId"]);
  const meter = {
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp: at(), sampledValue: [{ value: "1200" }] }],
  };
  const stop = { transactionId, meterStop: 1_500, timestamp: at() };
  const recorded = [["s1", "StartTransaction", start], ["m1", "MeterValues", meter], [
    "e1",
    "StopTransaction",
    stop,
  ]] as const;
  const replay = async () => {
    for (const [id, action, payload] of recorded) {
      charger.say(id, action, payload);
      await site.clock.advance(1_000);
    }
  };
  for (const [id, action, payload] of recorded.slice(1)) {
    charger.say(id, action, payload);
    await site.clock.advance(1_000);
  }
  await replay();
  charger.socket.terminate();
  await site.clock.advance(1_000);
  charger = await site.arrive("CP1");
  for (let n = 0; n < 3; n++) await replay();
  await site.clock.advance(60_000);
  const heard = (action: string) => new Set(site.csms.heard(action).map(({ id }) => id)).size;
  assertEquals(
    { starts: heard("StartTransaction"), stops: heard("StopTransaction") },
    { starts: 1, stops: 1 },
  );
  const { transactions } = await site.store.load(site.clock.wallMs());
  assertEquals(transactions.filter(({ slot }) => slot === 1).length, 1);
  await site.stop();
});
