import type { InsideResponse, Speaker } from "../ocpp/mod.ts";
import { EVSE_ID_MAX } from "../site/mod.ts";

/** No charger has it: one that knows it does not look at the number. */
const NOWHERE = 9_999;

type Result = InsideResponse<"GetVariables">["getVariableResult"][number];

/**
 * How many EVSEs a 2.x charger has; null where it does not tell. There is no variable for it, but every
 * EVSE has a state (part 2, appendix: EVSE.AvailabilityState is required), and they are numbered from 1
 * on (part 1, 3.4). A report of the whole device would say it too, in hundreds of messages.
 * `itemsMax`: how many variables it takes in one message.
 */
export async function countEvses(speaker: Speaker, itemsMax: number): Promise<number | null> {
  const atOnce = Math.max(2, itemsMax);
  let counted = 0;
  while (counted < EVSE_ID_MAX) {
    const next = Math.min(atOnce - 1, EVSE_ID_MAX - counted);
    const ids = [NOWHERE, ...Array.from({ length: next }, (_, index) => counted + index + 1)];
    const known = await knownOf(speaker, ids);
    if (known === null || known.has(NOWHERE)) return null;
    while (known.has(counted + 1)) counted++;
    if (!known.has(ids.at(-1) ?? 0)) break;
  }
  return counted === 0 ? null : counted;
}

async function knownOf(
  speaker: Speaker,
  ids: readonly number[],
): Promise<ReadonlySet<number> | null> {
  const getVariableData = ids.map((id) => ({
    component: { name: "EVSE", evse: { id } },
    variable: { name: "AvailabilityState" },
  }));
  const outcome = await speaker.call({ action: "GetVariables", message: { getVariableData } });
  if (outcome.kind !== "answered") return null;
  const { getVariableResult } = outcome.message;
  // As many results as questions (B06.FR.01); which is which, some tell by their order only.
  if (getVariableResult.length !== ids.length) return null;
  return new Set(ids.filter((id, index) => isKnown(resultOf(getVariableResult, id, index))));
}

function resultOf(results: readonly Result[], id: number, index: number): Result | undefined {
  return results.find(({ component }) => component.evse?.id === id) ?? results[index];
}

function isKnown(result: Result | undefined): boolean {
  return result?.attributeStatus === "Accepted";
}
