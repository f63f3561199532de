import type { Ids } from "../../lib/ids.ts";

/** Without what is easily mistaken when read aloud or typed: 0 and o, 1, i and l. */
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 5;

/**
 * A password for one use, for people to read and type: 20 characters in groups of five, 99 bits.
 */
export function oneTimePassword(ids: Ids): string {
  const characters: string[] = [];
  // Bytes past the last whole multiple would make the first characters likelier: drawn again.
  const limit = 256 - (256 % READABLE.length);
  while (characters.length < GROUPS * GROUP_LENGTH) {
    for (const byte of ids.secret(GROUPS * GROUP_LENGTH)) {
      const character = READABLE[byte % READABLE.length];
      if (byte < limit && character !== undefined) characters.push(character);
    }
  }
  const group = (index: number) =>
    characters.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH).join("");
  return Array.from({ length: GROUPS }, (_, index) => group(index)).join("-");
}
