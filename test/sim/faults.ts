import type { World } from "./world.ts";

/** Something that goes wrong, and comes right again by itself. */
interface Fault {
  /** On average once in so many seconds, in a run that has it. */
  readonly everyS: number;
  strike(world: World): Undo | void;
}

/** How a fault comes right again, and when. */
interface Undo {
  readonly afterS: number;
  run(): void | Promise<void>;
}

/** Comes right again in between `fromS` and `toS` seconds. */
function undone(world: World, fromS: number, toS: number, run: Undo["run"]): Undo {
  return { afterS: fromS + world.ids.random() * (toS - fromS), run };
}

function anyCharger({ site, ids }: World): string {
  const { chargers } = site;
  return chargers[Math.floor(ids.random() * chargers.length)]?.identity ?? "";
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "the CSMS drops out": {
    everyS: 900,
    strike(world) {
      if (world.site.csms.isDown()) return;
      world.site.csms.setDown(true);
      return undone(world, 5, 600, () => world.site.csms.setDown(false));
    },
  },
  "the CSMS loses the connection": {
    everyS: 600,
    strike: ({ site }) => site.csms.disconnect(),
  },
  "the wire to the CSMS is cut": {
    everyS: 900,
    strike: ({ network }) => network.cut(null),
  },
  "a charger's wire is cut": {
    everyS: 600,
    strike: (world) => world.network.cut(anyCharger(world)),
  },
  "a charger cannot be reached": {
    everyS: 900,
    strike(world) {
      const identity = anyCharger(world);
      world.network.setReachable(identity, false);
      world.network.cut(identity);
      return undone(world, 10, 1_800, () => world.network.setReachable(identity, true));
    },
  },
  "a charger loses its power": {
    everyS: 1_800,
    strike(world) {
      const identity = anyCharger(world);
      const charger = world.site.chargers.find((each) => each.identity === identity);
      charger?.losePower(1_000 + world.ids.random() * 120_000);
    },
  },
  "the gateway loses its power": {
    everyS: 1_200,
    strike(world) {
      if (world.gateway() === null) return;
      // At any moment of the next second: in the middle of a write, before an answer.
      world.clock.after(world.ids.random() * 1_000, () => world.killGateway());
      return undone(world, 2, 120, () => world.startGateway());
    },
  },
  "the meter is silent": {
    everyS: 1_200,
    strike(world) {
      world.meter.setSilent(true);
      return undone(world, 2, 300, () => world.meter.setSilent(false));
    },
  },
};

/** The faults of one run: a random part of all, at random rates, so that rare ones meet (swarm). */
export interface FaultPlan {
  readonly names: readonly string[];
  /** Lets happen what happens in the next second. */
  second(world: World): Promise<void>;
}

/** Draws a plan. */
export function drawFaults({ ids }: World): FaultPlan {
  const drawn = Object.entries(FAULTS).flatMap(([name, fault]) =>
    ids.random() < 0.5 ? [{ name, fault, rate: 0.3 + ids.random() * 2 }] : []
  );
  let undos: readonly { readonly atMs: number; readonly run: Undo["run"] }[] = [];
  return {
    names: drawn.map(({ name }) => name),
    async second(world) {
      const nowMs = world.clock.monoMs();
      const due = undos.filter(({ atMs }) => atMs <= nowMs);
      undos = undos.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) await run();
      for (const { name, fault, rate } of drawn) {
        if (ids.random() >= rate / fault.everyS) continue;
        world.note(`— ${name}`);
        const undo = fault.strike(world);
        if (undo) undos = [...undos, { atMs: nowMs + undo.afterS * 1_000, run: undo.run }];
      }
    },
  };
}

/** Everything that was broken is whole again. */
export async function healAll(world: World): Promise<void> {
  world.note("— everything heals");
  world.meter.setSilent(false);
  world.site.csms.setDown(false);
  for (const { identity } of world.site.chargers) world.network.setReachable(identity, true);
  if (world.gateway() === null) await world.startGateway();
}
