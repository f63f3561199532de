import { assert } from "@std/assert";
import fc from "fast-check";
import { evseLimits } from "./balancer.ts";
import type { BalancerEffect } from "./facts.ts";
import { happening, play, sites } from "./_random_story.ts";
import { drawnSite } from "./_site_drawing.ts";

const anySite = sites(fc.constantFrom(0, 0, 8));
const story = fc.noBias(fc.array(happening, { minLength: 60, maxLength: 250, size: "max" }));

Deno.test("For a charger that disobeys all that it can draw is kept, until its contactor is open", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, ({ after, nowMs }) => {
        for (const { slot, trust, isCut, reservedAmps } of evseLimits(after, nowMs, options)) {
          if (trust !== "disobeying" || isCut) continue;
          const maxAmps = options.places.find((each) => each.slot === slot)?.maxCurrentAmps ?? 0;
          assert(reservedAmps >= maxAmps, `${reservedAmps} A for slot ${slot}`);
        }
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("Only who disobeys is stopped, a contactor opens in a session and closes after it, and nobody away is told anything", () => {
  const seen = new Set<BalancerEffect["kind"]>();
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      play(drawnSite(drawing), happenings, ({ before, after, effects }) => {
        for (const [slot, memory] of after.evses.entries()) {
          if (memory === undefined) continue;
          const { cut, facts, sessionSinceMs } = memory;
          const was = before.evses[slot]?.cut;
          if (cut?.state !== "returning" || was?.state !== "open") continue;
          assert(facts?.transactionId === null || sessionSinceMs > cut.sinceMs, `slot ${slot}`);
        }
        for (const effect of effects) {
          seen.add(effect.kind);
          if (!("slot" in effect)) continue;
          const memory = after.evses[effect.slot];
          const facts = memory?.facts;
          const isInUse = (facts?.transactionId ?? null) !== null;
          const what = JSON.stringify(effect);
          switch (effect.kind) {
            case "limit":
              assert(facts?.connected === true && isInUse, what);
              assert(memory?.cut?.state !== "open" || memory.cut === null, what);
              break;
            case "stop":
              assert(memory?.trust.state === "disobeying" && facts?.connected === true, what);
              assert(effect.transactionId === facts?.transactionId, what);
              assert((memory?.trust.stop?.times ?? 0) <= 5, what);
              break;
            case "cut": {
              assert(!effect.isOpen || facts?.traits?.isCutWired === true, what);
              // Of a charger that is away nobody knows whether its session is over.
              assert(!effect.isOpen || isInUse || facts?.connected === false, what);
              const was = before.evses[effect.slot]?.cut?.state;
              assert(effect.isOpen || was !== "ordered", what);
            }
          }
        }
      });
    }),
    { numRuns: 150, seed: 7300 },
  );
  for (const kind of ["limit", "stop", "cut", "alarm"] as const) assert(seen.has(kind), kind);
});

Deno.test("However chargers misbehave, a session is paused at most four times in an hour", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      const pausedAt = new Map<string, number[]>();
      play(options, happenings, ({ before, after, nowMs }) => {
        for (const [slot, memory] of after.evses.entries()) {
          if (memory === undefined) continue;
          const { pauses, facts } = memory;
          const was = before.evses[slot];
          if (was?.facts?.transactionId !== facts?.transactionId) continue;
          if (pauses.count <= (was?.pauses.count ?? 0)) continue;
          const key = `${slot} ${facts?.transactionId} ${after.evses[slot]?.sessionSinceMs}`;
          const times = [...pausedAt.get(key) ?? [], nowMs];
          pausedAt.set(key, times);
          const inHour = times.filter((atMs) => nowMs - atMs < 3_600_000).length;
          assert(inHour <= 4, `${inHour} pauses of ${key}`);
        }
      });
    }),
    { numRuns: 50 },
  );
});
