import { assertEquals } from "@std/assert";
import { createEvents } from "../../lib/events.ts";
import { createSpawner } from "../../lib/spawn.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import type { CommandOutcome, SiteEvents } from "../../site/mod.ts";
import { OPTIONS, SITE } from "./_site_for_test.ts";
import type { MqttListener } from "./mqtt_link.ts";
import type { Order } from "./orders.ts";
import type { PublishedSite } from "./published_state.ts";
import type { PublishingOptions } from "./publishing_options.ts";
import { createSitePublisher, ORDERS_MAX, PUBLISH_MS } from "./site_publisher.ts";

type Sent = readonly [topic: string, payload: string, retain: boolean];

function setUp(changes: Partial<PublishingOptions> = {}) {
  const clock = createVirtualClock(0);
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const lines: string[] = [];
  const log = (_level: string, event: string) => void lines.push(event);
  const spawn = createSpawner(log);
  const bench = {
    clock,
    events,
    lines,
    spawn,
    sent: [] as Sent[],
    site: SITE as PublishedSite,
    orders: [] as Order[],
    /** How many messages the broker takes. */
    room: Infinity,
    answer: (): Promise<CommandOutcome> => Promise.resolve({ kind: "accepted", detail: "Fine" }),
    listener: null as MqttListener | null,
    take: () => bench.sent.splice(0),
    topics: () => bench.take().map(([topic]) => topic.replace(`${OPTIONS.prefix}/`, "")),
    async connect() {
      bench.listener?.connected();
      await clock.advance(PUBLISH_MS);
    },
    async order(topic: string, payload: string, retained = false) {
      bench.listener?.message(`${OPTIONS.prefix}/${topic}`, payload, retained);
      await spawn.drain();
      return bench.take().map(([topic, text, retain]) => [
        topic.replace(`${OPTIONS.prefix}/`, ""),
        JSON.parse(text),
        retain,
      ]);
    },
  };
  const publisher = createSitePublisher({ ...OPTIONS, ...changes }, {
    clock,
    log,
    spawn,
    events,
    link: {
      start: (listener) => void (bench.listener = listener),
      publish(topic, payload, retain) {
        if (bench.sent.length >= bench.room) return false;
        bench.sent.push([topic, payload, retain]);
        return true;
      },
      stop: () => Promise.resolve(),
    },
    site: () => bench.site,
    carryOut(order) {
      bench.orders.push(order);
      return bench.answer();
    },
  });
  publisher.start();
  return { ...bench, bench, publisher };
}

Deno.test("a connection is told everything once, retained; then what changes", async () => {
  const { bench, events, clock, publisher } = setUp();
  await bench.connect();
  const all = bench.take();
  assertEquals(all.map(([topic]) => topic.replace(`${OPTIONS.prefix}/`, "")), [
    "status",
    "gateway",
    "slot/1",
    "slot/2",
    "circuit/row-a",
    "meter/main",
  ]);
  assertEquals(all.every(([, , retain]) => retain), true);
  assertEquals(all[0]?.[1], "online");
  assertEquals(JSON.parse(all[2]?.[1] ?? ""), SITE.slots[0]);

  events.emit("evse", { slot: 1 });
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics(), []);
  const [first, ...others] = SITE.slots;
  if (first === undefined) throw new Error("The site has no slot");
  bench.site = { ...SITE, slots: [{ ...first, powerW: 7_100 }, ...others] };
  events.emit("evse", { slot: 1 });
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics(), ["slot/1"]);
  await publisher.stop();
});

Deno.test("however much happens, the state goes out once a second", async () => {
  const { bench, events, clock, publisher } = setUp();
  await bench.connect();
  bench.take();
  let powerW = 0;
  for (let step = 0; step < 100; step++) {
    bench.site = { ...SITE, gateway: { ...SITE.gateway, powerW: ++powerW } };
    events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
    await clock.advance(50);
  }
  assertEquals(bench.take().length <= 6, true);
  await publisher.stop();
});

Deno.test("while the broker is away nothing waits; then the state of now goes out", async () => {
  const { bench, events, clock, lines, publisher } = setUp();
  await bench.connect();
  bench.take();
  bench.listener?.disconnected("no answer from broker");
  bench.listener?.disconnected("no answer from broker");
  bench.site = { ...SITE, slots: [] };
  events.emit("evse", { slot: 1 });
  assertEquals(clock.pending(), 0);
  assertEquals(bench.take(), []);
  await bench.connect();
  assertEquals(bench.topics(), ["status", "gateway", "circuit/row-a", "meter/main"]);
  assertEquals(lines, ["mqtt_connected", "mqtt_disconnected", "mqtt_connected"]);
  await publisher.stop();
});

Deno.test("what there is no longer is taken off the broker", async () => {
  const { bench, events, clock, publisher } = setUp();
  await bench.connect();
  bench.take();
  bench.site = { ...SITE, slots: SITE.slots.slice(0, 1) };
  events.emit("charger", { chargerId: "CP02" });
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.take(), [[`${OPTIONS.prefix}/slot/2`, "", true]]);
  await publisher.stop();
});

Deno.test("a broker that is slow gets the rest later, the newest of it", async () => {
  const { bench, clock, publisher } = setUp();
  bench.room = 3;
  await bench.connect();
  assertEquals(bench.topics(), ["status", "gateway", "slot/1"]);
  bench.room = Infinity;
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics(), ["slot/2", "circuit/row-a", "meter/main"]);
  await publisher.stop();
});

Deno.test("a view that breaks is logged, and the gateway goes on", async () => {
  const { bench, events, clock, lines, publisher } = setUp();
  Object.defineProperty(bench, "site", {
    configurable: true,
    get() {
      throw new Error("broken");
    },
  });
  await bench.connect();
  assertEquals(lines.includes("mqtt_publishing_failed"), true);
  Object.defineProperty(bench, "site", { value: SITE });
  events.emit("circuits", {});
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics().length, 6);
  await publisher.stop();
});

Deno.test("orders are carried out, and what became of them is told", async () => {
  const { bench, publisher } = setUp();
  await bench.connect();
  bench.take();
  const told = [
    await bench.order("slot/1/start", '{"idToken": "04A1B2C3", "ref": "night-7"}'),
    await bench.order("slot/1/limit", "10"),
    await bench.order("slot/2/stop", ""),
  ];
  assertEquals(bench.orders, [
    { name: "start", slot: 1, idToken: "04A1B2C3" },
    { name: "limit", slot: 1, amps: 10, minutes: 1_440 },
    { name: "stop", slot: 2 },
  ]);
  const accepted = { outcome: "accepted", text: "Fine" };
  assertEquals(told, [
    [["slot/1/outcome", { order: "start", ...accepted, ref: "night-7" }, false]],
    [["slot/1/outcome", { order: "limit", ...accepted }, false]],
    [["slot/2/outcome", { order: "stop", ...accepted }, false]],
  ]);
  bench.answer = () => Promise.resolve({ kind: "refused", reason: "Busy", advice: "Wait" });
  assertEquals(await bench.order("slot/1/stop", ""), [
    ["slot/1/outcome", { order: "stop", outcome: "refused", text: "Busy", advice: "Wait" }, false],
  ]);
  await publisher.stop();
});

Deno.test("what is no order is refused with why, and nothing is done", async () => {
  const { bench, publisher } = setUp();
  await bench.connect();
  bench.take();
  for (
    const [topic, payload] of [
      ["slot/1/start", ""],
      ["slot/1/start", "ä"],
      ["slot/1/start", '{"token": "04A1B2C3"}'],
      ["slot/1/limit", "much"],
      ["slot/1/limit", "-1"],
      ["slot/1/limit", '{"amps": 10, "minutes": 1441}'],
      ["slot/1/limit", '{"amps": 10, "minuts": 5}'],
      ["slot/1/stop", '{"now": true}'],
      ["slot/1/stop", "x".repeat(2_000)],
    ] as const
  ) {
    const [told] = await bench.order(topic, payload);
    assertEquals(told?.[1].outcome, "refused", payload);
    assertEquals(told?.[1].text.length > 0, true, payload);
  }
  assertEquals(bench.orders, []);
  await publisher.stop();
});

Deno.test("kept orders, other topics, and all where orders are off, are left alone", async () => {
  const { bench, publisher } = setUp();
  await bench.connect();
  bench.take();
  for (
    const [topic, retained] of [
      ["slot/1/stop", true],
      ["slot/1", false],
      ["slot/x/stop", false],
      ["slot/1/stop/now", false],
      ["slot/1/outcome", false],
      ["slot/123456/stop", false],
    ] as const
  ) {
    assertEquals(await bench.order(topic, "", retained), [], topic);
  }
  await publisher.stop();
  const deaf = setUp({ commands: false });
  await deaf.bench.connect();
  deaf.bench.take();
  assertEquals(await deaf.bench.order("slot/1/stop", ""), []);
  assertEquals([...bench.orders, ...deaf.bench.orders], []);
  await deaf.publisher.stop();
});

Deno.test("so many orders at once are turned away", async () => {
  const { bench, spawn, publisher } = setUp();
  await bench.connect();
  bench.take();
  const { promise, resolve } = Promise.withResolvers<CommandOutcome>();
  bench.answer = () => promise;
  for (let count = 0; count <= ORDERS_MAX; count++) {
    bench.listener?.message(`${OPTIONS.prefix}/slot/1/stop`, "", false);
  }
  assertEquals(bench.take().map(([, text]) => JSON.parse(text).outcome), ["refused"]);
  resolve({ kind: "accepted", detail: "" });
  await spawn.drain();
  assertEquals(bench.take().length, ORDERS_MAX);
  // Those are done: there is room for others.
  bench.listener?.message(`${OPTIONS.prefix}/slot/1/stop`, "", false);
  await spawn.drain();
  assertEquals(bench.take().map(([, text]) => JSON.parse(text).outcome), ["accepted"]);
  await publisher.stop();
});

Deno.test("Home Assistant that has started anew is told everything again", async () => {
  const { bench, clock, publisher } = setUp({ discoveryPrefix: "homeassistant" });
  await bench.connect();
  assertEquals(bench.topics().slice(0, 4), [
    "status",
    "homeassistant/device/sangam_pune-depot/config",
    "homeassistant/device/sangam_pune-depot_slot1/config",
    "homeassistant/device/sangam_pune-depot_slot2/config",
  ]);
  bench.listener?.message("homeassistant/status", "online", false);
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics().length, 8);
  bench.listener?.message("homeassistant/status", "offline", false);
  bench.listener?.message("homeassistant/status", "online", true);
  await clock.advance(PUBLISH_MS);
  assertEquals(bench.topics(), []);
  await publisher.stop();
});

Deno.test("after the end nothing is published, and no timer runs", async () => {
  const { bench, events, clock, publisher } = setUp();
  await bench.connect();
  events.emit("evse", { slot: 1 });
  await publisher.stop();
  bench.take();
  events.emit("evse", { slot: 1 });
  assertEquals(clock.pending(), 0);
  assertEquals(bench.take(), []);
});
