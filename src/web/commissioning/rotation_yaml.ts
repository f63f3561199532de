import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { Line } from "../../site/mod.ts";

/** Lines are not broken: what somebody wrote stays as it is. */
const AS_IT_STANDS = { lineWidth: 0 } as const;

/**
 * The lines behind a socket, written into a site.yaml that was found to be in order before; comments and
 * the order of keys stay. Null where the file does not name this slot.
 */
export function withPhases(
  text: string,
  { chargerId, slot }: { readonly chargerId: string; readonly slot: number },
  lines: readonly Line[],
): string | null {
  const document = parseDocument(text);
  const known = document.getIn(["chargers", "known"]);
  if (!isSeq(known)) return null;
  const charger = known.items.filter(isMap).find((each) => each.get("id") === chargerId);
  const evses = charger?.get("evses");
  if (!isSeq(evses)) return null;
  const evse: YAMLMap | undefined = evses.items.filter(isMap)
    .find((each) => each.get("slot") === slot);
  if (evse === undefined) return null;
  evse.set("phases", document.createNode([...lines], { flow: true }));
  return document.toString(AS_IT_STANDS);
}
