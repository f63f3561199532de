import type { BalancerOptions } from "./facts.ts";
import type { LimitReason } from "./limit_reason.ts";
import { compareUrgency } from "./_precedence.ts";
import { sleeps } from "./_sleep.ts";
import type { Standing } from "./_standing.ts";
import { isServed } from "./_turns.ts";
import { inZoneOrder } from "./_zones.ts";

/**
 * Notes about when each EVSE that waits gets its minimum: who charged longest gives way first, to who has
 * waited longest. Null where nobody there could give way. It is for people to read: EVs that leave
 * and loads that change make it come sooner or later.
 */
export function noteNextTurns(
  all: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): void {
  const queues = new Map<string | null, Standing[]>();
  for (const standing of all) {
    const { reason } = standing;
    if (reason.kind !== "waiting") continue;
    // Its place is made; it waits for others to be seen making it.
    if (standing.targetAmps > 0) note(standing, nowMs);
    else queueAt(queues, circuitOf(reason)).push(standing);
  }
  for (const [circuitId, waiting] of queues) {
    const { rotationOnMs, rotationOffMs } = options.timing;
    const givesWayMs = all
      .filter((each) => isServed(each) && isBelow(each, circuitId))
      .map((each) => mayPauseMs(each, rotationOnMs, nowMs))
      .sort((a, b) => a - b);
    for (const [index, standing] of inOrder(waiting, nowMs).entries()) {
      const place = givesWayMs[index % givesWayMs.length];
      const round = Math.floor(index / givesWayMs.length);
      const pausedMs = (standing.memory.waitingSinceMs ?? nowMs) + rotationOffMs;
      note(
        standing,
        place === undefined ? null : Math.max(nowMs, pausedMs, place) + round * rotationOnMs,
      );
    }
  }
}

function note(standing: Standing, nextAtMs: number | null): void {
  const { reason } = standing;
  if (reason.kind !== "waiting" || reason.nextAtMs === nextAtMs) return;
  standing.reason = { ...reason, nextAtMs };
}

type Waiting = LimitReason & { readonly kind: "waiting" };

function circuitOf({ bottleneck }: Waiting): string | null {
  return bottleneck?.circuitId ?? null;
}

function queueAt(queues: Map<string | null, Standing[]>, id: string | null): Standing[] {
  const queue = queues.get(id) ?? [];
  queues.set(id, queue);
  return queue;
}

function isBelow({ boards }: Standing, circuitId: string | null): boolean {
  return circuitId === null || boards.some(({ circuit }) => circuit?.id === circuitId);
}

function mayPauseMs(standing: Standing, rotationOnMs: number, nowMs: number): number {
  const { chargingSinceMs } = standing.memory;
  return sleeps(standing, nowMs) ? nowMs : (chargingSinceMs ?? nowMs) + rotationOnMs;
}

function inOrder(waiting: Standing[], nowMs: number): readonly Standing[] {
  const since = ({ memory }: Standing) => memory.waitingSinceMs ?? nowMs;
  const common = (a: Standing, b: Standing) => since(a) - since(b) || a.place.slot - b.place.slot;
  return inZoneOrder(
    waiting,
    common,
    (a, b) => b.rank - a.rank || compareUrgency(a, b) || common(a, b),
  );
}
