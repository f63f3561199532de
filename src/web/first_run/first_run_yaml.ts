import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** Where a charger stands, as somebody at the site says when it is adopted. */
export interface ChargerPlace {
  readonly chargerId: string;
  readonly circuitId: string;
  /** Of its first connector; the others have the next ones. */
  readonly slot: number;
  readonly connectors: number;
  readonly phases: readonly ("L1" | "L2" | "L3")[];
  readonly maxCurrentAmps: number;
}

/** Lines are not broken: what somebody wrote stays as it is. */
const AS_IT_STANDS = { lineWidth: 0 } as const;

/**
 * These functions write into a site.yaml that was found to be in order before; comments and the order of
 * keys stay. Whether what comes out is in order is for the check of the whole configuration to say.
 */

/** True where the file itself says what the main fuse is. */
export function namesFuse(text: string): boolean {
  return rootIn(parseDocument(text)) !== null;
}

/** The main fuse in amperes per phase: the limit of the first circuit that nothing feeds. */
export function withFuse(text: string, amps: number): string {
  const document = parseDocument(text);
  const root = rootIn(document);
  if (root !== null) root.set("limit", amps);
  else listAt(document, ["circuits"]).add(inline(document, { id: "grid", limit: amps }));
  return document.toString(AS_IT_STANDS);
}

/** The chargers that the file names. */
export function chargersIn(text: string): readonly string[] {
  return knownIn(parseDocument(text)).map((charger) => String(charger.get("id")));
}

/** The highest slot that the file gives; 0 where it gives none. */
export function lastSlotIn(text: string): number {
  const slots = knownIn(parseDocument(text)).flatMap((charger) => {
    const evses = charger.get("evses");
    return isSeq(evses) ? evses.items.filter(isMap).map((evse) => Number(evse.get("slot"))) : [];
  });
  return Math.max(0, ...slots.filter(Number.isInteger));
}

/** A charger that is adopted, in its place: `chargers.known` with `adopt: ask`. */
export function withCharger(text: string, place: ChargerPlace): string {
  const document = parseDocument(text);
  const { chargerId, circuitId, slot, connectors, phases, maxCurrentAmps } = place;
  const charger = document.createNode({
    id: chargerId,
    adopt: "ask",
    circuit: circuitId,
  }) as YAMLMap;
  const evses = document.createNode([]) as YAMLSeq;
  for (let evse = 1; evse <= connectors; evse++) {
    const first = { slot: slot + evse - 1, ...(connectors > 1 && { evse }) };
    evses.add(inline(document, { ...first, phases, maxCurrent: maxCurrentAmps }));
  }
  charger.set("evses", evses);
  listAt(document, ["chargers", "known"]).add(charger);
  return document.toString(AS_IT_STANDS);
}

function rootIn(document: Document): YAMLMap | null {
  const circuits = document.get("circuits");
  if (!isSeq(circuits)) return null;
  return circuits.items.filter(isMap).find((circuit) => !circuit.has("parent")) ?? null;
}

function knownIn(document: Document): readonly YAMLMap[] {
  const known = document.getIn(["chargers", "known"]);
  return isSeq(known) ? known.items.filter(isMap) : [];
}

/** On one line, as people write small things. */
function inline(document: Document, value: Readonly<Record<string, unknown>>) {
  return document.createNode(value, { flow: true });
}

/** The list at a path, made where there is none, or nothing but its key. */
function listAt(document: Document, path: readonly string[]): YAMLSeq {
  for (let length = 0; length < path.length; length++) {
    const above = path.slice(0, length);
    const node = length === 0 ? document.contents : document.getIn(above, true);
    if (!isMap(node)) putAt(document, above, document.createNode({}), node);
  }
  const found = document.getIn(path, true);
  if (isSeq(found)) {
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  const list = document.createNode([]) as YAMLSeq;
  putAt(document, path, list, found);
  return list;
}

/** Puts a mapping or a list where there is nothing yet; what was remarked there stays. */
function putAt(
  document: Document,
  path: readonly string[],
  node: YAMLMap | YAMLSeq,
  instead: unknown,
): void {
  if (isScalar(instead)) node.commentBefore = instead.commentBefore ?? instead.comment ?? null;
  if (path.length === 0) document.contents = node;
  else document.setIn(path, node);
}
