import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import type {
  CircuitLimit,
  Contact,
  ContactEffect,
  ContactState,
  SiteEvents,
} from "../site/mod.ts";
import type { LimitOrder } from "./circuit_limits.ts";
import { createContactDesk } from "./contact_desk.ts";

const LIMIT: ContactEffect = { kind: "limit", circuitId: "grid", unit: "W", limit: 4_200 };
const LOWER: ContactEffect = { ...LIMIT, limit: 0 };
const GENSET: ContactEffect = { kind: "source", circuitId: "grid", sourceId: "genset" };

type Held = LimitOrder & { readonly number: number };

/** Contacts on a desk; what was ordered before stays over a restart. */
function openDesk(
  effects: Readonly<Record<string, ContactEffect>>,
  held: Held[] = [],
  source = { now: "grid" },
) {
  const spawn = createSpawner(() => {});
  const events = createEvents<SiteEvents>(() => {});
  const faults: string[] = [];
  events.on("fault", ({ text, state }) => void faults.push(`${state}: ${text}`));
  const hears = new Map<string, (state: ContactState) => void>();
  const contacts = Object.entries(effects).map(([id, acts]): Contact => ({
    id,
    acts,
    start: (hear) => void hears.set(id, hear),
    stop: () => Promise.resolve(),
  }));
  let orders = 0;
  const desk = createContactDesk(contacts, {
    log: () => {},
    spawn,
    events,
    circuitLimits: {
      inForce: () =>
        held.map((each): CircuitLimit => ({ ...each, atMs: 0, metAtMs: null, ended: null })),
      set(order) {
        orders += 1;
        const others = held.filter(({ circuitId, source, signal }) =>
          circuitId !== order.circuitId || source !== order.source || signal !== order.signal
        );
        held.splice(0, held.length, ...others, { ...order, number: orders });
        return Promise.resolve();
      },
      lift(circuitId, source, _by, signal) {
        const left = held.filter((each) =>
          each.circuitId !== circuitId || each.source !== source || each.signal !== signal
        );
        const wasThere = left.length < held.length;
        held.splice(0, held.length, ...left);
        return Promise.resolve(wasThere);
      },
    },
    circuitSources: {
      on: () => source.now,
      choose(_, sourceId) {
        source.now = sourceId;
        return Promise.resolve();
      },
    },
  });
  desk.start();
  return {
    held,
    source,
    faults,
    orders: () => orders,
    async says(id: string, kind: "active" | "idle") {
      hears.get(id)?.({ kind });
      await spawn.drain();
    },
    async fails(id: string) {
      hears.get(id)?.({ kind: "unread", reason: "no answer" });
      await spawn.drain();
    },
    limits: () => held.map(({ limit, by }) => [limit, by]),
    drain: () => spawn.drain(),
  };
}

const OF_API: Held = {
  number: 9,
  circuitId: "grid",
  source: "signal",
  unit: "W",
  limit: 8_000,
  reason: "§14a",
  by: "api",
  untilMs: null,
};

Deno.test("a contact's limit holds while it is active, and no longer", async () => {
  const desk = openDesk({ ripple: LIMIT });
  await desk.says("ripple", "active");
  assertEquals(desk.limits(), [[4_200, "contact ripple"]]);
  await desk.says("ripple", "idle");
  assertEquals(desk.limits(), []);
});

Deno.test("of several active contacts the lowest counts, then the next one again", async () => {
  const desk = openDesk({ ripple: LIMIT, off: LOWER });
  await desk.says("ripple", "active");
  await desk.says("off", "active");
  assertEquals(desk.limits(), [[0, "contact off"]]);
  await desk.says("off", "idle");
  assertEquals(desk.limits(), [[4_200, "contact ripple"]]);
});

Deno.test("a limit that somebody else has set is not a contact's to lift", async () => {
  const desk = openDesk({ ripple: LIMIT }, [OF_API]);
  await desk.says("ripple", "idle");
  assertEquals(desk.limits(), [[8_000, "api"]]);
});

Deno.test("a contact takes the place of nothing that somebody else wants", async () => {
  const desk = openDesk({ ripple: LIMIT }, [OF_API]);
  await desk.says("ripple", "active");
  assertEquals(desk.limits(), [[8_000, "api"], [4_200, "contact ripple"]]);
  await desk.says("ripple", "idle");
  assertEquals(desk.limits(), [[8_000, "api"]]);
});

Deno.test("a contact that cannot be read changes nothing, and an alarm says so", async () => {
  const desk = openDesk({ ripple: LIMIT });
  await desk.says("ripple", "active");
  await desk.fails("ripple");
  assertEquals(desk.limits(), [[4_200, "contact ripple"]]);
  assertEquals(
    desk.faults.at(-1),
    'raised: Contact "ripple" cannot be read: no answer. ' +
      "What it said last holds",
  );
  await desk.says("ripple", "active");
  assertEquals([desk.orders(), desk.faults.at(-1)], [1, 'over: Contact "ripple" is read again']);
  await desk.says("ripple", "idle");
  assertEquals(desk.limits(), []);
});

Deno.test("after a restart a limit holds until its contact is known to be idle", async () => {
  const held = [{ ...OF_API, by: "contact ripple", signal: "contacts", limit: 4_200 }];
  const desk = openDesk({ ripple: LIMIT, off: LOWER }, held);
  await desk.says("off", "idle");
  await desk.fails("ripple");
  assertEquals(desk.limits(), [[4_200, "contact ripple"]]);
  await desk.says("ripple", "idle");
  assertEquals(desk.limits(), []);
});

Deno.test("the limit of a contact that is not there any more is lifted", async () => {
  const ripple = { ...OF_API, by: "contact ripple", signal: "contacts" };
  const desk = openDesk({}, [ripple, { ...OF_API, circuitId: "b" }]);
  await desk.drain();
  assertEquals(desk.limits(), [[8_000, "api"]]);
});

Deno.test("a changeover is followed both ways, and unread it stays as it was", async () => {
  const desk = openDesk({ changeover: GENSET });
  await desk.says("changeover", "active");
  assertEquals(desk.source.now, "genset");
  await desk.fails("changeover");
  assertEquals(desk.source.now, "genset");
  await desk.says("changeover", "idle");
  assertEquals(desk.source.now, "grid");
});

Deno.test("an idle changeover leaves alone what another source feeds", async () => {
  const desk = openDesk({ changeover: GENSET }, [], { now: "diesel" });
  await desk.says("changeover", "idle");
  assertEquals(desk.source.now, "diesel");
});
