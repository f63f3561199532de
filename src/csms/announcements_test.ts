import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import type { ConnectorReport } from "../ocpp/mod.ts";
import { type Desk, openDesk } from "./_desk_for_test.ts";
import { type Announcements, createAnnouncements, reportOf } from "./announcements.ts";

interface Bench extends Desk {
  readonly announcements: Announcements;
  readonly charging: Set<number>;
  /** Tells everything that is due, and returns it: "3 Available". */
  tellAll(): readonly string[];
  look(slot: number): string;
}

async function createBench({ speaks2x = false } = {}): Promise<Bench> {
  const desk = await openDesk();
  const charging = new Set<number>();
  const ports = {
    site: desk.site,
    wallMs: () => desk.clock.wallMs(),
    hasTransaction: (slot: number) => charging.has(slot),
    hasListConflict: () => desk.tokens.hasListConflict(),
    speaks2x: () => speaks2x,
  };
  const announcements = createAnnouncements(ports);
  return {
    ...desk,
    announcements,
    charging,
    look: (slot) => wordsOf(reportOf(slot, ports)),
    tellAll() {
      const told: string[] = [];
      for (let next = announcements.next(); next !== null; next = announcements.next()) {
        told.push(`${next.slot} ${wordsOf(next.report)}`);
        announcements.told(next.slot, next.report);
      }
      return told;
    },
  };
}

function wordsOf({ message }: ReturnType<typeof reportOf>): string {
  const { connectorStatus, chargingState, problem } = message;
  return [connectorStatus, chargingState, problem?.errorCode, problem?.info]
    .filter((word) => word !== undefined).join(" ");
}

// What is told when

Deno.test("on a new connection the site and all slots are told, in their order (errata 3.22)", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  assertEquals(bench.announcements.due(), 4);
  assertEquals(bench.tellAll(), ["0 Available", "1 Available", "2 Available", "3 Available"]);
  assertEquals(bench.announcements.next(), null);
  bench.announcements.reset();
  assert(!bench.announcements.isAnnounced(1), "a new connection knows nothing");
  assertEquals(bench.tellAll().length, 4);
});

Deno.test("a slot that changed is told again, one that did not is not", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  bench.announcements.touch(2);
  assertEquals(bench.announcements.due(), 0);
  bench.site.report(2, {
    message: { evseId: 1, connectorId: 1, connectorStatus: "Occupied", chargingState: "Charging" },
  }, 0);
  bench.announcements.touch(2);
  assertEquals(bench.tellAll(), ["2 Occupied Charging"]);
});

Deno.test("a 2.x CSMS hears of a connector when its status changes, not when its charging state does (G01)", async () => {
  const bench = await createBench({ speaks2x: true });
  const { announcements } = bench;
  announcements.reset();
  bench.tellAll();
  const hear = (facts: Pick<ConnectorReport, "connectorStatus"> & Partial<ConnectorReport>) => {
    bench.site.report(2, { message: { evseId: 1, connectorId: 1, ...facts } }, 0);
    announcements.touch(2);
    return bench.tellAll();
  };
  assertEquals(hear({ connectorStatus: "Occupied", chargingState: "EVConnected" }).length, 1);
  for (const chargingState of ["Charging", "SuspendedEV", "Charging", "SuspendedEVSE"] as const) {
    assertEquals(hear({ connectorStatus: "Occupied", chargingState }), []);
  }
  assertEquals(hear({ connectorStatus: "Occupied", afterTransaction: true }), []);
  assertEquals(hear({ connectorStatus: "Faulted", problem: { errorCode: "GroundFailure" } }), [
    "2 Faulted GroundFailure",
  ]);
  assertEquals(hear({ connectorStatus: "Faulted", problem: { errorCode: "OverVoltage" } }), []);
  assertEquals(hear({ connectorStatus: "Available" }), ["2 Available"]);
  announcements.repeat(2);
  assertEquals(bench.tellAll(), ["2 Available"], "whoever asks is told");
  announcements.refresh();
  assertEquals(bench.tellAll(), [], "after a brief absence only what changed (B04.FR.02)");
  announcements.reset();
  assertEquals(bench.tellAll().length, 4, "after a long one, or a boot, all (B04.FR.01)");
});

Deno.test("a slot that changed and changed back is not told", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  bench.connect("CP1");
  bench.announcements.touch(2);
  assertEquals(bench.announcements.due(), 1);
  bench.connect("CP1", "CP2");
  bench.announcements.touch(2);
  assertEquals(bench.announcements.due(), 0);
});

Deno.test("the time of a report is no news", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  await bench.clock.advance(60_000);
  bench.site.report(1, {
    message: {
      evseId: 1,
      connectorId: 1,
      connectorStatus: "Available",
      timestamp: isoTime(bench.clock.wallMs()),
    },
  }, bench.clock.wallMs());
  bench.announcements.touch(1);
  assertEquals(bench.announcements.due(), 0);
});

Deno.test("what changes while the CSMS takes its time is told after it", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  bench.connect("CP1");
  bench.announcements.touch(2);
  const next = bench.announcements.next();
  bench.connect("CP1", "CP2");
  if (next !== null) bench.announcements.told(2, next.report);
  assertEquals(bench.tellAll(), ["2 Available"]);
});

Deno.test("what changes back while nobody knows whether the CSMS has heard of it is told again", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  bench.connect("CP1");
  bench.announcements.touch(2);
  const next = bench.announcements.next();
  bench.connect("CP1", "CP2");
  bench.announcements.touch(2);
  assertEquals(bench.announcements.due(), 1, "the CSMS may believe that it is away");
  if (next !== null) bench.announcements.told(2, next.report);
  assertEquals(bench.tellAll(), ["2 Available"]);
  bench.announcements.touch(2);
  assertEquals(bench.announcements.due(), 0);
});

Deno.test("the slot whose transaction waits is told first, and only once", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  const first = bench.announcements.next(3);
  assertEquals(first?.slot, 3);
  if (first !== null) bench.announcements.told(3, first.report);
  assert(bench.announcements.isAnnounced(3));
  assertEquals(bench.announcements.next(3)?.slot, 0);
});

Deno.test("what the CSMS asks for is told again though it did not change, and before we are accepted", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  bench.tellAll();
  bench.announcements.repeat(2);
  bench.announcements.touch(2);
  assertEquals(bench.announcements.nextAsked()?.slot, 2);
  assertEquals(bench.tellAll(), ["2 Available"]);
  assertEquals(bench.announcements.nextAsked(), null);
  bench.announcements.repeat(null);
  assertEquals(bench.tellAll().length, 4);
});

Deno.test("what is only due is not what the CSMS asked for", async () => {
  const bench = await createBench();
  bench.announcements.reset();
  assertEquals(bench.announcements.nextAsked(), null);
});

// How a slot looks

Deno.test("the site itself is Available, and Unavailable when it was ordered out of service", async () => {
  const bench = await createBench();
  assertEquals(bench.look(0), "Available");
  bench.site.orderAvailability({ slot: 0, operative: false, orderedBy: "csms", orderedAtMs: 0 });
  assertEquals([bench.look(0), bench.look(1)], ["Unavailable", "Unavailable"]);
});

Deno.test("a slot whose charger is away is Unavailable, and Faulted while it charges: the session goes on (1.6 §4.9)", async () => {
  const bench = await createBench();
  bench.connect("CP1");
  assertEquals(bench.look(3), "Unavailable");
  bench.charging.add(3);
  assertEquals(bench.look(3), "Faulted OtherError charger link lost");
});

Deno.test("a slot of which nothing was ever heard is Unavailable", async () => {
  const bench = await createBench();
  const { slot } = bench.site.giveSlot("CP1", 2)?.slot ?? { slot: 0 };
  assertEquals(bench.look(slot), "Unavailable");
  assertEquals(bench.site.isConnected("CP1"), true, "it is not for its charger");
});

Deno.test("a slot that was ordered out of service is Unavailable when its session is over, not before", async () => {
  const bench = await createBench();
  bench.site.report(1, {
    message: { evseId: 1, connectorId: 1, connectorStatus: "Occupied", chargingState: "Charging" },
  }, 0);
  bench.site.orderAvailability({
    slot: 1,
    operative: false,
    orderedBy: "operator",
    orderedAtMs: 0,
  });
  bench.charging.add(1);
  assertEquals(bench.look(1), "Occupied Charging");
  bench.charging.delete(1);
  assertEquals(bench.look(1), "Unavailable");
});

Deno.test("a slot that is reserved and free is Reserved, until the reservation expires", async () => {
  const bench = await createBench();
  bench.site.reserve({
    id: 7,
    slot: 1,
    idToken: { idToken: "ASHA", type: "Central" },
    groupIdToken: null,
    expiresAtMs: bench.clock.wallMs() + 60_000,
  });
  assertEquals([bench.look(1), bench.look(2)], ["Reserved", "Available"]);
  await bench.clock.advance(60_000);
  assertEquals(bench.look(1), "Available");
});

Deno.test("a reserved slot at which somebody charges is what the charger says", async () => {
  const bench = await createBench();
  bench.site.report(1, { message: { evseId: 1, connectorId: 1, connectorStatus: "Faulted" } }, 0);
  bench.site.reserve({
    id: 7,
    slot: 1,
    idToken: { idToken: "ASHA", type: "Central" },
    groupIdToken: null,
    expiresAtMs: bench.clock.wallMs() + 60_000,
  });
  assertEquals(bench.look(1), "Faulted");
});

Deno.test("what a charger said goes up in its own words, with our slot and its time, or ours where it gave none", async () => {
  const { site, clock } = await openDesk();
  const ports = {
    site,
    wallMs: () => clock.wallMs(),
    hasTransaction: () => false,
    hasListConflict: () => false,
  };
  const carry = { dialect: "ocpp1.6", notes: [] } as const;
  const message = { evseId: 2, connectorId: 1, connectorStatus: "Available" } as const;
  site.report(3, { message: { ...message, timestamp: "2026-01-05T05:59:00Z" }, carry }, 0);
  assertEquals(reportOf(3, ports), {
    message: { ...message, evseId: 3, timestamp: "2026-01-05T05:59:00Z" },
    carry,
  });
  site.report(3, { message }, clock.wallMs());
  assertEquals(reportOf(3, ports).message.timestamp, isoTime(clock.wallMs()));
});

Deno.test("a CSMS that contradicts its own list is told so on connector 0, until it has settled it (1.6 §3.5.2)", async () => {
  const bench = await createBench();
  const { announcements, tokens } = bench;
  const idToken = { idToken: "ASHA", type: "Central" };
  const entries = [{ idToken, idTokenInfo: { status: "Accepted" } }] as const;
  tokens.update({ version: 1, type: "Full", entries });
  announcements.reset();
  bench.tellAll();
  tokens.learn(idToken, { status: "Blocked" }, bench.clock.wallMs());
  announcements.touch(0);
  assertEquals(bench.tellAll(), ["0 Available LocalListConflict"]);
  announcements.touch(0);
  assertEquals(bench.tellAll(), [], "once is enough");
  tokens.update({ version: 2, type: "Differential", entries });
  announcements.touch(0);
  assertEquals(bench.tellAll(), ["0 Available"]);
});

Deno.test("a connector with a session is never told as free, whatever its charger says of it", async () => {
  const bench = await createBench();
  bench.charging.add(2);
  for (const connectorStatus of ["Available", "Reserved"] as const) {
    bench.site.report(2, { message: { evseId: 1, connectorId: 1, connectorStatus } }, 0);
    assertEquals(bench.look(2), "Occupied SuspendedEV");
    bench.site.noteDrawing(2, true);
    assertEquals(bench.look(2), "Occupied Charging");
  }
  bench.charging.delete(2);
  assertEquals(bench.look(2), "Reserved", "as its charger says");
});
