import { assertEquals } from "@std/assert";
import { transactionRecord } from "../test/contract/sessions.ts";
import { type CapSources, createSiteCaps } from "./gateway_caps.ts";
import { createTransactionBook, type Transaction } from "./transactions/mod.ts";

const SLOT = 1;

/** Caps of a site with these sessions, on which nobody else has a word unless `but` says so. */
function siteCaps(sessions: readonly Transaction[], but: Partial<CapSources> = {}) {
  const transactions = createTransactionBook({
    transactions: sessions,
    remoteStarts: [],
    orphanStops: [],
    lastTransactionNumber: 0,
  });
  return createSiteCaps({
    transactions,
    variables: { flag: () => false },
    limits: { on: () => null },
    circuitLimits: { inForce: () => [] },
    profiles: () => ({ capsOn: () => [] }),
    sun: () => ({ capsOn: () => [] }),
    rotation: () => ({ capsOn: () => [] }),
    ...but,
  });
}

const session = (changes: Partial<Transaction>) => transactionRecord({ slot: SLOT, ...changes });

Deno.test("a slot on which nobody has a word has no caps", () => {
  assertEquals(siteCaps([]).on(SLOT), []);
  assertEquals(siteCaps([session({})]).on(SLOT), []);
});

Deno.test("the CSMS's, the operator's and the sun's caps and those of a test all hold, each under its own name", () => {
  const caps = siteCaps([], {
    profiles: () => ({ capsOn: () => [{ source: "csms", amps: 20 }] }),
    limits: { on: () => ({ slot: SLOT, amps: 16, untilMs: 9_000, by: "asha" }) },
    sun: () => ({ capsOn: () => [{ source: "surplus", amps: 8 }] }),
    rotation: () => ({ capsOn: () => [{ source: "operator", amps: 6 }] }),
  });
  assertEquals(caps.on(SLOT), [
    { source: "csms", amps: 20 },
    { source: "operator", amps: 16, untilWallMs: 9_000 },
    { source: "surplus", amps: 8 },
    { source: "operator", amps: 6 },
  ]);
  assertEquals(caps.operatorOn(SLOT), [{ source: "operator", amps: 16, untilWallMs: 9_000 }]);
});

Deno.test("a session whose token was refused goes on at 0 A once what it was allowed is used up", () => {
  const refusal = { status: "Blocked", atMs: 0, fromWh: 1_000, allowedWh: 500 } as const;
  const at = (energyWh: number) =>
    siteCaps([session({
      meterStartWh: 1_000,
      refusal,
      lastReading: { at: "2026-01-05T06:10:00Z", energyWh },
    })]).on(SLOT);
  assertEquals(at(1_499), []);
  assertEquals(at(1_500), [{ source: "authorization", amps: 0 }]);
});

Deno.test("a session that goes on after a reboot gets energy where AllowEnergyTransferResumption says so", () => {
  const resumed = session({ resumedAtMs: 5_000 });
  assertEquals(siteCaps([resumed]).on(SLOT), [{ source: "csms", amps: 0 }]);
  const allowing = { flag: (name: string) => name === "TxCtrlr.AllowEnergyTransferResumption" };
  assertEquals(siteCaps([resumed], { variables: allowing }).on(SLOT), []);
  assertEquals(siteCaps([session({})]).on(SLOT), [], "one that was never interrupted");
});

Deno.test("a limit on a circuit is told with its end, and without one where it has none", () => {
  const limit = {
    number: 1,
    circuitId: "row",
    source: "signal" as const,
    unit: "W" as const,
    limit: 4_200,
    reason: "§14a",
    by: "grid-box",
    atMs: 0,
    metAtMs: null,
    ended: null,
  };
  const caps = siteCaps([], {
    circuitLimits: {
      inForce: () => [{ ...limit, untilMs: 9_000 }, {
        ...limit,
        circuitId: null,
        untilMs: null,
        signal: "flex",
      }, { ...limit, untilMs: null, counts: "everything" }],
    },
  });
  const told = { source: "signal", unit: "W", limit: 4_200 };
  assertEquals(caps.ofGroups(), [
    { ...told, circuitId: "row", untilWallMs: 9_000 },
    { ...told, circuitId: null, by: "flex" },
  ]);
});
