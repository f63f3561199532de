import { createSeededIds } from "../../src/lib/ids.ts";

/** Each part has chance of its own, so that leaving out a fault changes as little else as can be. */
export function chances(seed: number) {
  const of = (part: number) => createSeededIds(Math.imul(seed, 16) + part);
  return {
    plan: of(1),
    site: of(2),
    network: of(3),
    gateway: of(4),
    disk: of(5),
    meter: of(6),
    tariff: of(7),
  };
}
