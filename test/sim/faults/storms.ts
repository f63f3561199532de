import type { Storm } from "../weather.ts";
import { type Fault, identityOf } from "./fault.ts";

/** Bad weather on one wire. */
export function storm(everyS: number, aims: boolean, storm: (much: number) => Storm): Fault {
  return {
    everyS,
    forS: [10, 600],
    aims,
    strike(world, event) {
      const dialler = aims ? identityOf(world, event) : null;
      world.weather.storm(dialler, storm(event.much));
      return () => world.weather.storm(dialler, null);
    },
  };
}

/** Some texts never arrive. */
export const lossy = (much: number): Storm => ({
  lost: 0.3 * much,
  doubled: 0,
  late: 0,
  lateMs: 0,
});

/** Some arrive twice. */
export const stuttering = (much: number): Storm => ({ lost: 0, doubled: much, late: 0, lateMs: 0 });

/** All take their time, up to longer than anybody waits. */
export const slow = (much: number): Storm => ({
  lost: 0,
  doubled: 0,
  late: 1,
  lateMs: 45_000 * much,
});

/** Everything at once, so that texts overtake each other. */
export const muddled = (much: number): Storm => ({
  lost: 0.1 * much,
  doubled: 0.3,
  late: 0.3,
  lateMs: 8_000,
});
