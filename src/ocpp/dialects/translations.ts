import type { Translation } from "./codec.ts";

/**
 * Words of a list on either side. Both tables are complete, so that a word added to either side
 * does not compile until somebody has decided what it means on the other.
 */
export function words<Wire extends string, Inside extends string>(
  inside: Readonly<Record<Wire, Inside>>,
  wire: Readonly<Record<Inside, Wire>>,
): Translation<Wire, Inside> {
  return { read: (word) => inside[word], write: (word) => wire[word] };
}

/** The same, for a field that may be absent. */
export function optional<Wire, Inside>(
  translation: Translation<Wire, Inside>,
): Translation<Wire | undefined, Inside | undefined> {
  const { isSayable } = translation;
  return {
    read: (wire) => wire === undefined ? undefined : translation.read(wire),
    write: (inside) => inside === undefined ? undefined : translation.write(inside),
    isSayable: (wire) => wire === undefined || isSayable === undefined || isSayable(wire),
  };
}

/** A field that the inside has no place for. Only a note remembers it. */
export function unsaid<Wire>(
  isSayable: (wire: Wire) => boolean = () => true,
): Translation<Wire | undefined, undefined> {
  return {
    read: () => undefined,
    write: () => undefined,
    isSayable: (wire) => wire === undefined || isSayable(wire),
  };
}

/** A text that the inside has no place for, unless it is longer than the wire allows. */
export function unsaidText(lengthMax: number): Translation<string | undefined, undefined> {
  return unsaid((text: string) => lengthOf(text) <= lengthMax);
}

/** At most so many characters of a text; absent stays absent. */
export function clipped<Text extends string | undefined>(
  text: Text,
  lengthMax: number,
): string | Extract<Text, undefined>;
export function clipped(text: string | undefined, lengthMax: number): string | undefined {
  if (text === undefined || text.length <= lengthMax) return text;
  return [...text].slice(0, lengthMax).join("");
}

/** JSON Schema counts characters where JavaScript counts UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}
