/**
 * How long one decision takes, beside a fixed piece of arithmetic on the same machine: the ratio says
 * more than the milliseconds of a busy one. Wanted: 50 EVSEs within 0.3 ms, 1,000 within 5 ms.
 */
import { type BusySite, busySite } from "./busy_site.ts";

const SITES: readonly (readonly [name: string, levels: readonly number[]])[] = [
  ["50 EVSEs on 2 levels", [5, 10]],
  ["200 EVSEs on 3 levels", [4, 5, 10]],
  ["1,000 EVSEs on 4 levels", [4, 5, 10, 5]],
];

for (const [name, levels] of SITES) {
  let site: BusySite | undefined;
  Deno.bench({ name: "sorting 1,000 numbers", group: name, baseline: true, fn: sortNumbers });
  Deno.bench({
    name: `one decision for ${name}`,
    group: name,
    fn: () => {
      site ??= busySite(levels);
      site.decide();
    },
  });
}

const NUMBERS = Float64Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_009);

function sortNumbers(): void {
  NUMBERS.slice().sort();
}
