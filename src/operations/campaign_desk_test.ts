import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type {
  Campaign,
  CampaignWish,
  FirmwareImage,
  FirmwareOrder,
  SiteEvents,
} from "../site/mod.ts";
import { type ChargerFacts, createCampaignDesk, isInWindow } from "./campaign_desk.ts";
import { MEANT_FOR, TEST_RULES } from "./_campaign_for_test.ts";

const IMAGE: FirmwareImage = {
  sha256: "ab",
  md5: "cd",
  bytes: 3,
  name: "fw.bin",
  locationDigest: null,
  from: "asha",
  keptAtMs: 0,
  usedAtMs: 0,
  meantFor: MEANT_FOR,
};

function wishFor(...chargers: readonly string[]): CampaignWish {
  return { name: "Spring", image: "ab", chargers, rules: { ...TEST_RULES, waves: [1] } };
}

/** A desk among orders that a test ends; `ledger` outlives it. */
function bench(
  ledger = new Map<string, Campaign>(),
  orders = new Map<number, FirmwareOrder>(),
  versions = new Map<string, string>(),
) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const events = createEvents<SiteEvents>(() => {});
  let ids = 0;
  const openOf = (chargerId: string) =>
    [...orders.values()].filter((each) => each.chargerId === chargerId && each.stage !== "over");
  const desk = createCampaignDesk({
    clock,
    log: () => {},
    spawn,
    events,
    uuid: () => `c${++ids}`,
    timezone: "Asia/Kolkata",
    image: (sha256) => sha256 === "ab" ? IMAGE : undefined,
    chargerFacts: (id): ChargerFacts | null =>
      id === "NONE" ? null : {
        isConnected: true,
        isIdle: true,
        circuitId: "grid",
        vendor: id === "NEW" ? null : "Maker",
        model: id === "OTHER" ? "Y" : "X",
        version: versions.get(id) ?? "1.0",
      },
    firmware: {
      async give(chargerId, image, origin) {
        await Promise.resolve();
        const number = orders.size + 1;
        const order: FirmwareOrder = {
          number,
          chargerId,
          origin,
          message: { firmware: { location: "", retrieveDateTime: "" } },
          secret: "",
          image,
          version: "2.0",
          stage: "told",
          status: null,
          reason: null,
          givenAtMs: clock.wallMs(),
          changedAtMs: clock.wallMs(),
        };
        orders.set(number, order);
        return order;
      },
      cancel(number) {
        const order = orders.get(number);
        if (order !== undefined) {
          orders.set(number, { ...order, stage: "over", status: "DownloadFailed" });
        }
        return Promise.resolve();
      },
      orders: () => [...orders.values()],
      openOf,
    },
    write(writes) {
      for (const each of writes) {
        if (each.kind === "put") ledger.set(each.key, each.value);
        else ledger.delete(each.key);
      }
      return Promise.resolve();
    },
  }, ledger.values());
  desk.start();
  return {
    desk,
    clock,
    spawn,
    ledger,
    orders,
    versions,
    states: (id: string) => desk.campaign(id)?.chargers.map(({ state }) => state).join(" "),
    async install(chargerId: string) {
      for (const order of openOf(chargerId)) {
        orders.set(order.number, { ...order, stage: "over", status: "Installed" });
      }
      versions.set(chargerId, "2.0");
      events.emit("charger", { chargerId });
      await spawn.drain();
    },
  };
}

async function begun(desk: ReturnType<typeof bench>["desk"], ...chargers: readonly string[]) {
  const campaign = await desk.begin(wishFor(...chargers), "asha");
  assume("id" in campaign, JSON.stringify(campaign));
  return campaign.id;
}

Deno.test("a campaign gives each charger one order, wave by wave, and what the ledger says is what it is", async () => {
  const { desk, spawn, states, install, ledger, orders } = bench();
  const id = await begun(desk, "CP1", "CP2", "CP3");
  await spawn.drain();
  assertEquals([states(id), orders.size], ["updating queued queued", 1]);
  assertEquals(desk.isInUse("ab"), true);
  await install("CP1");
  assertEquals([states(id), orders.size], ["done updating updating", 3]);
  await install("CP2");
  await install("CP3");
  assertEquals([desk.campaign(id)?.state, desk.isInUse("ab")], ["over", false]);
  assertEquals(ledger.get(id), desk.campaign(id));
  desk.stop();
});

Deno.test("after a restart it goes on where it was, and nobody gets an order twice", async () => {
  const first = bench();
  const id = await begun(first.desk, "CP1", "CP2");
  await first.spawn.drain();
  first.desk.stop();
  const second = bench(first.ledger, first.orders, first.versions);
  await second.spawn.drain();
  await second.clock.advance(60_000);
  await second.spawn.drain();
  assertEquals([second.states(id), second.orders.size], ["updating queued", 1]);
  await second.install("CP1");
  assertEquals([second.states(id), second.orders.size], ["done updating", 2]);
  second.desk.stop();
});

Deno.test("a campaign that was written and whose order was not gives it after the restart", async () => {
  const first = bench();
  const id = await begun(first.desk, "CP1");
  await first.spawn.drain();
  first.desk.stop();
  const second = bench(first.ledger);
  await second.spawn.drain();
  assertEquals([second.states(id), second.orders.size], ["updating", 1]);
  second.desk.stop();
});

Deno.test("words of people count at once, and orders of a cancelled campaign are called off", async () => {
  const { desk, spawn, states, orders, clock } = bench();
  const id = await begun(desk, "CP1", "CP2");
  await spawn.drain();
  assertEquals((await desk.tell(id, "pause"))?.state, "paused");
  assertEquals(await desk.tell("none", "pause"), null);
  await desk.tell(id, "cancel");
  await spawn.drain();
  await clock.advance(15_000);
  await spawn.drain();
  assertEquals([states(id), desk.campaign(id)?.state], ["cancelled cancelled", "over"]);
  assertEquals([...orders.values()].map(({ stage }) => stage), ["over"]);
  desk.stop();
});

Deno.test("what cannot begin is refused with the chargers because of which, and a preview says what would be", async () => {
  const { desk, versions } = bench();
  versions.set("CP2", "2.0");
  const kind = async (wish: CampaignWish) => {
    const begun = await desk.begin(wish, "asha");
    return "kind" in begun ? `${begun.kind} ${begun.chargers.join(" ")}`.trim() : "begun";
  };
  assertEquals(await kind(wishFor()), "no-chargers");
  assertEquals(await kind({ ...wishFor("CP1"), image: "ff" }), "no-image");
  assertEquals(await kind(wishFor("CP1", "NONE")), "unknown-charger NONE");
  assertEquals(await kind(wishFor("CP1", "NEW")), "unknown-model NEW");
  assertEquals(await kind(wishFor("CP1", "OTHER")), "wrong-model OTHER");
  assertEquals(desk.preview(wishFor("CP1", "CP2", "CP3")), {
    waves: [["CP1"], ["CP2", "CP3"]],
    remarks: [{ chargerId: "CP2", kind: "had-it" }],
  });
  assertEquals(desk.campaigns(), []);
  assertEquals(await kind(wishFor("CP1")), "begun");
  assertEquals(await kind(wishFor("CP1", "CP3")), "other-campaign CP1");
  desk.stop();
});

Deno.test("hours are those of the site, over midnight too", () => {
  const night = { from: "22:00", to: "05:00" };
  const at = (text: string) => isInWindow(night, Date.parse(text), "Asia/Kolkata");
  assertEquals(at("2026-01-05T16:29:00Z"), false);
  assertEquals(at("2026-01-05T16:30:00Z"), true);
  assertEquals(at("2026-01-05T23:29:00Z"), true);
  assertEquals(at("2026-01-05T23:30:00Z"), false);
});
