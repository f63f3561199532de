import { assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  listToken,
  openBooks,
  placeOf,
  startOrdersOf,
} from "../../test/support/books.ts";
import type { Chargers } from "../chargers/mod.ts";
import { put } from "../lib/write.ts";
import type { CsmsAction, InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import type { CommandOutcome, OperatorLimit } from "../site/mod.ts";
import { type ChargerCommands, createChargerCommands } from "./commands.ts";

interface Bench extends Books {
  readonly commands: ChargerCommands;
  /** What chargers were told, and whether it was urgent. */
  readonly calls:
    (readonly [chargerId: string, action: string, message: unknown, urgent: boolean])[];
  outcome: SpokenOutcome<CsmsAction>;
  readonly limits: (readonly [slot: number, limit: OperatorLimit | null])[];
  readonly touched: number[];
}

/** Slot 1 is EVSE 1 of CP1, slots 2 and 3 are EVSEs 1 and 2 of CP2. */
async function createBench(): Promise<Bench> {
  const books = await openBooks({
    places: [placeOf(1), placeOf(2), placeOf(3, { chargerId: "CP2", evseId: 2 })],
  });
  const bench: Omit<Bench, "commands"> = {
    ...books,
    calls: [],
    outcome: { kind: "answered", message: { status: "Accepted" } },
    limits: [],
    touched: [],
  };
  function call<A extends CsmsAction>(
    chargerId: string,
    { action, message }: InsideCall<A> & { readonly action: A },
    urgent = false,
  ): Promise<SpokenOutcome<A>> {
    bench.calls.push([chargerId, action, message, urgent]);
    // The test says what fits the action that it is about.
    return Promise.resolve(bench.outcome as SpokenOutcome<A>);
  }
  const nothing = () => Promise.resolve();
  const chargers: Chargers = {
    call,
    orderStart: startOrdersOf(books, call),
    open: () => Promise.resolve({ port: 0 }),
    close: nothing,
    stations: () => [],
    station: () => undefined,
    limit: () => Promise.resolve({ kind: "accepted" }),
    enforce: nothing,
    model: () => null,
    quirks: () => [],
    quirkCounts: { of: () => new Map(), totals: () => new Map(), unkept: () => [] },
    limitFacts: () => {
      throw new Error("Nobody asks for that");
    },
    pushedList: () => null,
    closeInterrupted: () => {},
    waiting: () => [],
    refusals: () => [],
    rebind: () => Promise.resolve({ kind: "never-seen" }),
    adopt: nothing,
    lowerProfile: nothing,
    changePassword: () => Promise.resolve({ kind: "away" }),
    revokeCertificates: () => Promise.resolve(0),
    renewCertificate: () => Promise.resolve({ kind: "asked" }),
    changeProfile: () => Promise.resolve({ kind: "taken" }),
  };
  const commands = createChargerCommands({
    ...books,
    chargers,
    limits: {
      on: () => null,
      moved: () => [],
      set(slot, limit) {
        bench.limits.push([slot, limit]);
        return limit === null ? [] : [put("operator-limits", slot, limit)];
      },
      stop: () => {},
    },
    emitEvse: (slot) => void bench.touched.push(slot),
  });
  return Object.assign(bench, { commands });
}

const answered = (status: string): SpokenOutcome<CsmsAction> =>
  ({ kind: "answered", message: { status } }) as SpokenOutcome<CsmsAction>;
const GONE: SpokenOutcome<CsmsAction> = { kind: "gone" };
const SILENT: SpokenOutcome<CsmsAction> = { kind: "silent" };

const short = (outcome: CommandOutcome) =>
  outcome.kind === "accepted"
    ? `accepted: ${outcome.detail}`
    : `${outcome.kind}: ${outcome.reason}`;

const noSlot = {
  kind: "refused",
  reason: "There is no connector 9",
  advice: "Look at the list of chargers",
};

// Start

Deno.test("start() keeps the order on disk before it tells the charger, at once, under its own number", async () => {
  const bench = await createBench();
  assertEquals(
    short(await bench.commands.start(3, "ASHA", "priya")),
    "accepted: The charger will start as soon as a vehicle is plugged in",
  );
  const idToken = { idToken: "ASHA", type: "Central" };
  assertEquals(bench.calls, [
    ["CP2", "RequestStartTransaction", { evseId: 2, idToken, remoteStartId: 1 }, true],
  ]);
  assertEquals((await bench.store.load(0))["remote-starts"].get("3"), {
    slot: 3,
    idToken: { idToken: "ASHA", type: "Central" },
    remoteStartId: 1,
    origin: "operator",
    expiresAtMs: bench.clock.wallMs() + 180_000,
  });
});

Deno.test("start() asks nobody to plug in a vehicle that is plugged in", async () => {
  const bench = await createBench();
  bench.site.report(3, {
    message: {
      evseId: 2,
      connectorId: 1,
      connectorStatus: "Occupied",
      chargingState: "EVConnected",
    },
  }, bench.clock.wallMs());
  assertEquals(
    short(await bench.commands.start(3, "ASHA", "priya")),
    "accepted: The charger will start",
  );
});

for (
  const [what, outcome, said] of [
    ["rejects", answered("Rejected"), "refused: The charger answered Rejected"],
    ["is away", GONE, "failed: The charger is not connected"],
    [
      "answers with an error",
      { kind: "refused", error: rpcError("NotSupported", "no") },
      "refused: The charger answered NotSupported no",
    ],
  ] as const
) {
  Deno.test(`start() of a charger that ${what} leaves no order behind`, async () => {
    const bench = await createBench();
    bench.outcome = outcome;
    assertEquals(short(await bench.commands.start(3, "ASHA", "priya")), said);
    assertEquals(bench.transactions.state().remoteStarts.size, 0);
    assertEquals((await bench.store.load(0))["remote-starts"].size, 0);
  });
}

Deno.test("start() of a silent charger keeps the order: it may start all the same", async () => {
  const bench = await createBench();
  bench.outcome = SILENT;
  assertEquals(
    short(await bench.commands.start(3, "ASHA", "priya")),
    "failed: The charger did not answer",
  );
  assertEquals(bench.transactions.state().remoteStarts.size, 1);
});

Deno.test("start() refuses a connector that nobody knows, and one that is in use", async () => {
  const bench = await createBench();
  listToken(bench, "ASHA");
  assertEquals(await bench.commands.start(9, "ASHA", "priya"), noSlot);
  await beginTransaction(bench, 3);
  assertEquals(await bench.commands.start(3, "BEN", "priya"), {
    kind: "refused",
    reason: "A session is running here already",
    advice: "Stop it first",
  });
  assertEquals(bench.calls, []);
});

// Stop, unlock

Deno.test("stop() tells the charger under the number that it knows", async () => {
  const bench = await createBench();
  const { number } = await beginTransaction(bench, 3);
  assertEquals(
    short(await bench.commands.stop(3, "priya")),
    "accepted: The charger will stop the session",
  );
  assertEquals(bench.calls, [
    ["CP2", "RequestStopTransaction", { transactionId: String(number) }, true],
  ]);
});

Deno.test("stop() where nothing runs says so", async () => {
  const bench = await createBench();
  assertEquals(short(await bench.commands.stop(3, "priya")), "refused: No session is running here");
  assertEquals(bench.calls, []);
});

for (
  const [status, said] of [
    ["Unlocked", "accepted: The connector is unlocked"],
    ["UnlockFailed", "refused: The charger answered UnlockFailed"],
    ["UnknownConnector", "refused: The charger answered UnknownConnector"],
  ] as const
) {
  Deno.test(`unlock() of a charger that says ${status} is ${said.split(":")[0]}`, async () => {
    const bench = await createBench();
    bench.outcome = answered(status);
    assertEquals(short(await bench.commands.unlock(3, "priya")), said);
    assertEquals(bench.calls, [["CP2", "UnlockConnector", { evseId: 2, connectorId: 1 }, false]]);
  });
}

Deno.test("unlock() of a connector that nobody knows says so", async () => {
  const { commands } = await createBench();
  assertEquals(await commands.unlock(9, "priya"), noSlot);
});

// Availability

for (
  const [outcome, said] of [
    [answered("Accepted"), "accepted: Done"],
    [answered("Scheduled"), "accepted: It takes effect when the session ends"],
    [answered("Rejected"), "refused: The charger answered Rejected"],
    [GONE, "accepted: Noted; the charger is told when it is back"],
    [SILENT, "failed: The charger did not answer"],
  ] as const
) {
  Deno.test(`availability() is kept whatever the charger makes of it: ${said}`, async () => {
    const bench = await createBench();
    bench.outcome = outcome;
    assertEquals(short(await bench.commands.availability(3, false, "priya")), said);
    assertEquals(bench.calls, [
      ["CP2", "ChangeAvailability", { evse: { id: 2 }, operationalStatus: "Inoperative" }, false],
    ]);
    assertEquals([bench.site.isOperative(3), bench.touched], [false, [3]]);
    assertEquals((await bench.store.load(0)).availability.get("3")?.orderedBy, "operator");
  });
}

Deno.test("availability() puts an EVSE back into service", async () => {
  const bench = await createBench();
  await bench.commands.availability(3, false, "priya");
  await bench.commands.availability(3, true, "priya");
  assertEquals(bench.site.isOperative(3), true);
  assertEquals(bench.calls.at(-1)?.[2], { evse: { id: 2 }, operationalStatus: "Operative" });
});

Deno.test("availability() of a connector that nobody knows says so", async () => {
  const { commands, site } = await createBench();
  assertEquals(await commands.availability(9, false, "priya"), noSlot);
  assertEquals(site.availability().size, 0);
});

// Limits

Deno.test("limit() caps an EVSE for a while, and 0 minutes lift the cap", async () => {
  const bench = await createBench();
  assertEquals(
    short(await bench.commands.limit(3, 10, 30, "priya")),
    "accepted: At most 10 A for 30 min",
  );
  assertEquals(short(await bench.commands.limit(3, 10, 0, "priya")), "accepted: The cap is lifted");
  const untilMs = bench.clock.wallMs() + 30 * 60_000;
  assertEquals(bench.limits, [[3, { slot: 3, amps: 10, untilMs, by: "priya" }], [3, null]]);
  assertEquals((await bench.store.load(0))["operator-limits"].get("3")?.amps, 10);
  assertEquals(await bench.commands.limit(9, 10, 30, "priya"), noSlot);
});

// Whole chargers

Deno.test("reset() tells the charger how", async () => {
  const bench = await createBench();
  await bench.commands.reset("CP2", "soft", "priya");
  bench.outcome = answered("Rejected");
  assertEquals(await bench.commands.reset("CP2", "hard", "priya"), {
    kind: "refused",
    reason: "The charger answered Rejected",
    advice: "Try a hard reset, or switch its breaker off and on",
  });
  assertEquals(bench.calls.map(([, , message]) => message), [
    { type: "OnIdle" },
    { type: "Immediate" },
  ]);
});

Deno.test("trigger() asks for a message, of the whole charger or of one EVSE under its number", async () => {
  const bench = await createBench();
  assertEquals(
    short(await bench.commands.trigger("CP2", "MeterValues", 3, "priya")),
    "accepted: The charger sends it",
  );
  await bench.commands.trigger("CP2", "Heartbeat", null, "priya");
  assertEquals(bench.calls.map(([, , message]) => message), [
    { requestedMessage: "MeterValues", evse: { id: 2 } },
    { requestedMessage: "Heartbeat" },
  ]);
});

Deno.test("trigger() refuses what nobody can ask for, and an EVSE that is not the charger's", async () => {
  const bench = await createBench();
  assertEquals(
    short(await bench.commands.trigger("CP2", "Applause", null, "priya")),
    'refused: "Applause" cannot be triggered',
  );
  assertEquals(
    short(await bench.commands.trigger("CP2", "MeterValues", 1, "priya")),
    "refused: There is no connector 1",
  );
  assertEquals(await bench.commands.trigger("CP2", "MeterValues", 9, "priya"), noSlot);
  assertEquals(bench.calls, []);
});

Deno.test("trigger() tells an operator what his charger cannot do", async () => {
  const bench = await createBench();
  bench.outcome = answered("NotImplemented");
  assertEquals(
    short(await bench.commands.trigger("CP2", "LogStatusNotification", null, "priya")),
    "refused: The charger answered NotImplemented",
  );
  bench.outcome = { kind: "unsayable", problems: [] };
  assertEquals(
    short(await bench.commands.trigger("CP2", "LogStatusNotification", null, "priya")),
    "failed: This charger's protocol has no such command",
  );
});

Deno.test("every command is logged with who gave it, and none with the token", async () => {
  const bench = await createBench();
  await beginTransaction(bench, 2);
  const { commands } = bench;
  await commands.start(3, "SECRET-TOKEN", "priya");
  await commands.stop(2, "priya");
  await commands.unlock(3, "priya");
  await commands.availability(3, false, "priya");
  await commands.limit(3, 10, 30, "priya");
  await commands.reset("CP2", "soft", "priya");
  await commands.trigger("CP2", "Heartbeat", null, "priya");
  const logged = bench.logged.filter(({ event }) => event.startsWith("operator_"));
  assertEquals(
    logged.map(({ event, by }) => [event, by]),
    [
      "operator_start",
      "operator_stop",
      "operator_unlock",
      "operator_availability",
      "operator_limit",
      "operator_reset",
      "operator_trigger",
    ].map((event) => [event, "priya"]),
  );
  assertEquals(JSON.stringify(bench.logged).includes("SECRET-TOKEN"), false);
});
