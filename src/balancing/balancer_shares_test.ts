import { assertEquals } from "@std/assert";
import { type Amps, bench } from "./_bench.ts";
import type { Cap, EvseFacts } from "./facts.ts";
import { chargingAt, drawnLines, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

interface Case {
  readonly name: string;
  readonly site: SiteDrawing;
  /** EVs in the order of arrival, by slot; all are charging. */
  readonly evs: readonly (number | (Partial<EvseFacts> & { readonly slot: number }))[];
  readonly meters?: Readonly<Record<string, Amps>>;
  readonly siteCaps?: readonly Cap[];
  /** Limits in the order of the slots once everything is settled; null where nothing was sent. */
  readonly amps: readonly (number | null)[];
  /** Without their numbers. */
  readonly reasons?: Readonly<Record<number, string>>;
}

const THREE = [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }, { slot: 3, on: "grid" }];

const CASES: readonly Case[] = [
  {
    name: "the hardware maximum where there is room",
    site: { circuits: [{ id: "grid", amps: 63 }], evses: [{ slot: 1, on: "grid", max: 32 }] },
    evs: [1],
    amps: [32],
    reasons: { 1: "unlimited" },
  },
  {
    name: "nothing at an empty socket",
    site: { circuits: [{ id: "grid", amps: 63 }], evses: THREE },
    evs: [2],
    amps: [null, 32, null],
    reasons: { 1: "idle" },
  },
  {
    name: "equal shares of what the worst other load leaves",
    site: { circuits: [{ id: "grid", amps: 63, worst: 15 }], evses: THREE },
    evs: [1, 2, 3],
    amps: [16, 16, 16],
    reasons: { 2: "shared line grid L1" },
  },
  {
    name: "equal shares of what the meter leaves",
    site: { circuits: [{ id: "grid", amps: 63, worst: 40, meter: "main" }], evses: THREE },
    evs: [1, 2, 3],
    meters: { main: 27 },
    amps: [12, 12, 12],
  },
  {
    name: "shares of the line that is fullest",
    site: { circuits: [{ id: "grid", amps: 63, worst: 40, meter: "main" }], evses: THREE },
    evs: [1, 2, 3],
    meters: { main: [10, 33, 20] },
    amps: [10, 10, 10],
    reasons: { 1: "shared line grid L2" },
  },
  {
    name: "shares of what a hot cabinet carries for hours, less a margin",
    site: {
      marginAmps: 2,
      circuits: [{ id: "grid", amps: 63, factor: 0.8 }],
      evses: THREE,
    },
    evs: [1, 2, 3],
    // 63 × 0.8 − 2 = 48.4
    amps: [16, 16, 16],
  },
  {
    name: "whole amperes, the rest to the lower slots",
    site: { circuits: [{ id: "grid", amps: 50 }], evses: THREE },
    evs: [1, 2, 3],
    amps: [17, 17, 16],
  },
  {
    name: "what one cannot take to the others",
    site: {
      circuits: [{ id: "grid", amps: 48 }],
      evses: [{ slot: 1, on: "grid", max: 10 }, { slot: 2, on: "grid" }, { slot: 3, on: "grid" }],
    },
    evs: [1, 2, 3],
    amps: [10, 19, 19],
    reasons: { 1: "unlimited" },
  },
  {
    name: "shares of each row, and of what feeds the rows",
    site: {
      circuits: [
        { id: "grid", amps: 60 },
        { id: "row a", from: "grid", amps: 20 },
        { id: "row b", from: "grid", amps: 63 },
      ],
      evses: [{ slot: 1, on: "row a" }, { slot: 2, on: "row a" }, { slot: 3, on: "row b" }],
    },
    evs: [1, 2, 3],
    amps: [10, 10, 32],
    reasons: {
      1: "shared line row a L1",
      3: "unlimited",
    },
  },
  {
    name: "one-phase sockets only what their own line has",
    site: {
      circuits: [{ id: "grid", amps: 32, meter: "main" }],
      evses: [
        { slot: 1, on: "grid", lines: "L1" },
        { slot: 2, on: "grid", lines: "L2" },
        { slot: 3, on: "grid", lines: "L1" },
      ],
    },
    evs: [1, 2, 3],
    meters: { main: [4, 12, 0] },
    amps: [14, 20, 14],
  },
  {
    name: "an EV of unknown phases what every line of the socket has",
    site: { circuits: [{ id: "grid", amps: 40, meter: "main" }], evses: THREE },
    evs: [1],
    meters: { main: [4, 24, 0] },
    amps: [16, null, null],
  },
  {
    name: "an EV of known phases what its lines have",
    site: { circuits: [{ id: "grid", amps: 40, meter: "main" }], evses: THREE },
    evs: [{ slot: 1, evLines: drawnLines("L3") }],
    meters: { main: [4, 24, 10] },
    amps: [30, null, null],
    reasons: { 1: "shared line grid L3" },
  },
  {
    name: "nothing to the last where minimum currents do not fit for all",
    site: { circuits: [{ id: "grid", amps: 15 }], evses: THREE },
    evs: [1, 2, 3],
    amps: [8, 7, 0],
    reasons: { 3: "waiting line grid L1" },
  },
  {
    name: "a minimum to everybody before more to anybody",
    site: { circuits: [{ id: "grid", amps: 20 }], evses: THREE },
    evs: [1, 2, 3],
    amps: [7, 7, 6],
  },
  {
    name: "first the higher priority, the minimum of others kept",
    site: {
      strategy: "priority",
      circuits: [{ id: "grid", amps: 50 }],
      evses: [
        { slot: 1, on: "grid", priority: 1 },
        { slot: 2, on: "grid", priority: 9 },
        { slot: 3, on: "grid", priority: 1 },
      ],
    },
    evs: [1, 2, 3],
    amps: [9, 32, 9],
  },
  {
    name: "no minimum to the lower priority where it does not fit",
    site: {
      strategy: "priority",
      circuits: [{ id: "grid", amps: 13 }],
      evses: [
        { slot: 1, on: "grid", priority: 1 },
        { slot: 2, on: "grid", priority: 9 },
        { slot: 3, on: "grid", priority: 5 },
      ],
    },
    evs: [1, 2, 3],
    amps: [0, 7, 6],
  },
  {
    name: "the lowest cap, its rest to the others",
    site: { circuits: [{ id: "grid", amps: 48 }], evses: THREE },
    evs: [
      { slot: 1, caps: [{ source: "csms", amps: 10.9 }, { source: "operator", amps: 20 }] },
      2,
      3,
    ],
    amps: [10, 19, 19],
    reasons: { 1: "capped csms null" },
  },
  {
    name: "nothing under a cap below the minimum current",
    site: { circuits: [{ id: "grid", amps: 48 }], evses: THREE },
    evs: [{ slot: 1, caps: [{ source: "operator", amps: 5.9 }] }, 2],
    amps: [0, 32, null],
    reasons: { 1: "capped operator null" },
  },
  {
    name: "nothing under a cap of 0, and under one that is no number",
    site: { circuits: [{ id: "grid", amps: 48 }], evses: THREE },
    evs: [
      { slot: 1, caps: [{ source: "plan", amps: 0 }] },
      { slot: 2, caps: [{ source: "signal", amps: NaN }] },
    ],
    amps: [0, 0, null],
    reasons: { 2: "capped signal null" },
  },
  {
    name: "all to those who want more, and nothing to an EV that sleeps",
    site: { circuits: [{ id: "grid", amps: 48 }], evses: THREE },
    evs: [{ slot: 1, suspendedByEv: true }, 2, 3],
    amps: [0, 24, 24],
    reasons: { 1: "satisfied" },
  },
  {
    name: "the minimum to an EV that sleeps where all others have what they want",
    site: { circuits: [{ id: "grid", amps: 70 }], evses: THREE },
    evs: [{ slot: 1, suspendedByEv: true }, 2, 3],
    amps: [6, 32, 32],
    reasons: { 1: "satisfied" },
  },
  {
    name: "all chargers together no more than the site's cap",
    site: { marginAmps: 2, circuits: [{ id: "grid", amps: 63 }], evses: THREE },
    evs: [1, 2],
    siteCaps: [{ source: "signal", amps: 24 }, { source: "csms", amps: 40 }],
    amps: [12, 12, null],
    reasons: { 1: "shared cap signal" },
  },
  {
    name: "nothing where the site's cap is below the minimum current",
    site: { circuits: [{ id: "grid", amps: 63 }], evses: THREE },
    evs: [1],
    siteCaps: [{ source: "csms", amps: 0 }],
    amps: [0, null, null],
    reasons: { 1: "waiting cap csms" },
  },
  {
    name: "room to what is kept for an EV that is plugged in",
    site: {
      circuits: [{ id: "grid", amps: 30 }],
      evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", failSafe: 8 }],
    },
    evs: [1, { slot: 2, transactionId: null }],
    amps: [22, null],
  },
  {
    name: "room to the fail-safe current of a charger out of reach",
    site: {
      circuits: [{ id: "grid", amps: 30 }],
      evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", failSafe: 8 }],
    },
    evs: [1, { slot: 2, connected: false, plugged: false, transactionId: null }],
    amps: [22, null],
  },
  {
    name: "an odd minimum current, all of it",
    site: {
      circuits: [{ id: "grid", amps: 13.5 }],
      evses: [{ slot: 1, on: "grid", min: 6.5 }, { slot: 2, on: "grid", min: 7 }],
    },
    evs: [1, 2],
    amps: [6.5, 7],
  },
];

for (const { name, site, evs, meters, siteCaps, amps, reasons } of CASES) {
  Deno.test(`stepBalancer() gives ${name}`, () => {
    const desk = bench(site, { isLive: true });
    for (const { slot } of site.evses) desk.facts(emptyAt(slot));
    for (const [meterId, current] of Object.entries(meters ?? {})) desk.meter(meterId, current);
    if (siteCaps) desk.tell({ kind: "site-caps", caps: siteCaps });
    for (const ev of evs) {
      const { slot, ...otherwise } = typeof ev === "number" ? { slot: ev } : ev;
      desk.facts(chargingAt(slot, otherwise));
      desk.wait(1);
    }
    desk.wait(100);
    assertEquals(desk.limits(), amps);
    for (const [slot, reason] of Object.entries(reasons ?? {})) {
      assertEquals(desk.reasonKey(Number(slot)), reason, `slot ${slot}`);
    }
    for (const { id } of site.circuits) {
      const { limitAmps, otherLoadAmps, reservedAmps } = desk.load(id);
      assertEquals(reservedAmps.L1 + otherLoadAmps.L1 <= limitAmps, true, id);
    }
    desk.takeEffects();
    desk.wait(100);
    const changed = desk.takeEffects().filter((effect) => effect.kind === "limit");
    assertEquals(desk.limits(), amps, "nothing moves once it is settled");
    assertEquals(changed.length <= 2 * evs.length, true, "only renewals");
  });
}
