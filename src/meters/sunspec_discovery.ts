import type { RegisterRange } from "./read_plan.ts";
import { LAST_MODEL, type ModelPlace, SUNSPEC_MARK } from "./sunspec.ts";

/** More than any device has, and a bound: each is a read. */
const MODELS_MAX = 60;

/** What a read came to: registers, a refusal of the address, or the end of the search. */
export type DiscoveryRead<Over> =
  | { readonly kind: "registers"; readonly registers: readonly number[] }
  | { readonly kind: "excused" }
  | Over;

/** What a device says that it has. */
export type Discovery<Over> =
  | { readonly kind: "models"; readonly models: readonly ModelPlace[] }
  | { readonly kind: "no-mark" }
  | Over;

/**
 * Looks for the mark, and lists the models behind it.
 *
 * @param read reads holding registers. With `mayBeAbsent` a refused address is "excused": devices
 * refuse addresses that they do not have.
 */
export async function discoverModels<Over extends { readonly kind: "over" }>(
  bases: readonly number[],
  read: (range: RegisterRange, mayBeAbsent: boolean) => Promise<DiscoveryRead<Over>>,
): Promise<Discovery<Over>> {
  for (const base of bases) {
    const outcome = await read({ address: base, count: SUNSPEC_MARK.length }, true);
    if (outcome.kind === "over") return outcome;
    if (outcome.kind === "excused") continue;
    if (!SUNSPEC_MARK.every((word, at) => outcome.registers[at] === word)) continue;
    return await listModels(base + SUNSPEC_MARK.length, read);
  }
  return { kind: "no-mark" };
}

async function listModels<Over extends { readonly kind: "over" }>(
  from: number,
  read: (range: RegisterRange, mayBeAbsent: boolean) => Promise<DiscoveryRead<Over>>,
): Promise<Discovery<Over>> {
  const models: ModelPlace[] = [];
  let address = from;
  while (models.length < MODELS_MAX && address <= 0xfffe) {
    const outcome = await read({ address, count: 2 }, false);
    if (outcome.kind === "over") return outcome;
    if (outcome.kind === "excused") break;
    const [model = LAST_MODEL, length = 0] = outcome.registers;
    if (model === LAST_MODEL) break;
    models.push({ model, address, length });
    address += 2 + length;
  }
  return { kind: "models", models };
}
