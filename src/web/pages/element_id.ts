/**
 * An element's id for something whose name may hold any character: what HTML does not like in an id
 * is written as its code.
 */
export function elementId(kind: string, name: string | number): string {
  const safe = String(name).replaceAll(
    /[^A-Za-z0-9-]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16)}_`,
  );
  return `${kind}-${safe}`;
}
