import { sleep } from "../../src/lib/clock.ts";
import type { FaultProxy, WireFaults } from "./fault_proxy_io.ts";
import type { RealSite } from "./real_site.ts";
import type { Wires } from "./wires.ts";

/** What a scenario works with: a site whose drivers come and go meanwhile. */
export interface Stage {
  readonly site: RealSite;
  readonly wires: Wires;
  readonly all: readonly FaultProxy[];
  /** Any charger's wire. */
  readonly one: FaultProxy;
}

/** Something that goes wrong on the wires, and is over when it resolves. */
export interface Scenario {
  readonly name: string;
  run(stage: Stage): Promise<void>;
}

const CSMS_WIRE = (stage: Stage) => stage.wires.csms;
const ONE_WIRE = (stage: Stage) => stage.one;

type Choice = (stage: Stage) => FaultProxy;

/** A wire has faults for so long. */
function faulty(name: string, wire: Choice, faults: Partial<WireFaults>, forMs: number): Scenario {
  return {
    name,
    async run(stage) {
      wire(stage).set(faults);
      await sleep(stage.site.clock, forMs);
      wire(stage).heal();
    },
  };
}

/** The connections of a wire are reset, with pauses, so many times. */
function resets(
  name: string,
  wires: (stage: Stage) => readonly FaultProxy[],
  times: number,
): Scenario {
  return {
    name,
    async run(stage) {
      for (let count = 0; count < times; count++) {
        for (const wire of wires(stage)) wire.reset();
        await sleep(stage.site.clock, 200 + 600 * stage.site.ids.random());
      }
    },
  };
}

/** As by a router that was restarted: connections are forgotten, new ones go through. */
function forgotten(name: string, wire: Choice): Scenario {
  return {
    name,
    async run(stage) {
      const { site } = stage;
      const before = wire(stage).opened();
      wire(stage).set({ swallows: true });
      wire(stage).heal();
      await site.until(
        "the connection is given up and dialled again",
        () => wire(stage).opened() > before || null,
        20_000,
      );
    },
  };
}

/** Between the gateway and its CSMS. Answer time-out: 2 s. */
export const CSMS_SCENARIOS: readonly Scenario[] = [
  faulty("high latency and jitter", CSMS_WIRE, { latencyMs: 150, jitterMs: 250 }, 3_000),
  faulty("a stall within the time-out", CSMS_WIRE, { stalls: true }, 1_500),
  faulty("a stall beyond two time-outs", CSMS_WIRE, { stalls: true }, 5_500),
  faulty("300 bytes a second", CSMS_WIRE, { bytesPerSecond: 300 }, 4_000),
  faulty("1 byte a second", CSMS_WIRE, { bytesPerSecond: 1 }, 5_500),
  faulty("spoilt bytes", CSMS_WIRE, { corruptsOneIn: 300 }, 4_000),
  resets("resets in a row", ({ wires }) => [wires.csms], 4),
  {
    name: "a reset, and nobody gets through for a while",
    async run({ site, wires }) {
      wires.csms.set({ refuses: true });
      wires.csms.reset();
      await sleep(site.clock, 2_500);
      wires.csms.heal();
    },
  },
  forgotten("half-open", CSMS_WIRE),
  {
    name: "the answer to each of three messages is lost",
    async run({ site, wires }) {
      for (let count = 0; count < 3; count++) {
        const before = site.heard.messageIds().size;
        await site.until("the CSMS hears", () => site.heard.messageIds().size > before || null);
        wires.csms.set({ stalls: true });
        // Its answer is held by the proxy now, and goes with the connection.
        wires.csms.reset();
        wires.csms.heal();
      }
    },
  },
];

/** Between chargers and the gateway. A charger gives up after 2.5 s of silence. */
export const CHARGER_SCENARIOS: readonly Scenario[] = [
  faulty("high latency and jitter", ONE_WIRE, { latencyMs: 150, jitterMs: 250 }, 3_000),
  faulty("a stall within the time-out", ONE_WIRE, { stalls: true }, 1_500),
  faulty("a stall beyond the time-out", ONE_WIRE, { stalls: true }, 5_000),
  faulty("300 bytes a second", ONE_WIRE, { bytesPerSecond: 300 }, 4_000),
  faulty("1 byte a second", ONE_WIRE, { bytesPerSecond: 1 }, 3_000),
  faulty("spoilt bytes", ONE_WIRE, { corruptsOneIn: 300 }, 4_000),
  resets("resets of all in a row", ({ wires }) => wires.chargers, 4),
  forgotten("half-open", ONE_WIRE),
  {
    name: "answers to chargers are lost",
    async run({ site, wires }) {
      for (let count = 0; count < 3; count++) {
        for (const wire of wires.chargers) wire.set({ latencyMs: 100 });
        const before = site.answered.sent();
        await site.until("a charger tells", () => site.answered.sent() > before || null);
        // 100 ms up, and the answer is on its way down.
        await sleep(site.clock, 150);
        for (const wire of wires.chargers) wire.reset();
        for (const wire of wires.chargers) wire.heal();
      }
    },
  },
  {
    name: "every wire fails one after the other, and they come back in another order",
    async run({ site, all }) {
      for (const wire of all) {
        wire.set({ refuses: true });
        wire.reset();
        await sleep(site.clock, 300);
      }
      const shuffled = all.map((wire) => ({ wire, at: site.ids.random() }))
        .toSorted((one, other) => one.at - other.at);
      for (const { wire } of shuffled) {
        wire.heal();
        await sleep(site.clock, 300);
      }
    },
  },
];
