/** The fewest characters of a password (ASVS 6.2.1). */
export const PASSWORD_LENGTH_MIN = 12;
/** The most: long sentences fit, and nobody can make us digest a book (ASVS 6.2.9). */
export const PASSWORD_LENGTH_MAX = 128;

/** What is wrong with a new password. */
export type PasswordProblem = "too-short" | "too-long" | "too-easy";

/** What common passwords, and those for a product like this one, are put together from. */
const COMMON_PARTS = [
  ...["password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "kennwort", "secret"],
  ...["administrator", "admin", "root", "user", "login", "signin", "letmein", "welcome", "guest"],
  ...["changeme", "default", "master", "system", "server", "test", "temp", "demo"],
  ...["qwertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "asdf", "zxcvbnm", "1q2w3e4r"],
  ...["12345678901", "1234567890", "123456789", "123456", "12345", "1234", "123", "abcdef", "abc"],
  ...["098765", "987654321", "iloveyou", "sunshine", "princess", "football", "cricket", "monkey"],
  ...["dragon", "india", "mumbai", "pune", "delhi", "krishna", "ganesha", "jaishriram"],
  ...["sangam", "संगम", "charging", "charger", "gateway", "depot", "station", "ocpp", "evse"],
];

/** How many characters must be left when everything common is taken out. */
const OWN_CHARACTERS_MIN = 5;
const DISTINCT_CHARACTERS_MIN = 5;

/**
 * Judges a new password of a user; null when it will do. Any characters may be in it and no mixture
 * of kinds is asked for (ASVS 6.2.5): length and not being guessable are what counts. `siteWords` are
 * what everybody on the site knows: its name, its chargers.
 */
export function judgePassword(
  password: string,
  userName: string,
  siteWords: readonly string[] = [],
): PasswordProblem | null {
  const characters = [...password.normalize("NFKC")];
  if (characters.length < PASSWORD_LENGTH_MIN) return "too-short";
  if (characters.length > PASSWORD_LENGTH_MAX) return "too-long";
  if (new Set(characters).size < DISTINCT_CHARACTERS_MIN) return "too-easy";
  return [...ownPart(characters.join(""), [userName, ...siteWords.flatMap(partsOf)])].length <
      OWN_CHARACTERS_MIN
    ? "too-easy"
    : null;
}

/** A name as a whole and word by word: "Pune Depot" is as easy as "Pune". */
function partsOf(name: string): readonly string[] {
  return [name, ...name.split(/[^\p{L}\p{M}\p{N}]+/u)];
}

/** What is left of the password without names, common parts, years and punctuation. */
function ownPart(password: string, names: readonly string[]): string {
  let rest = password.toLowerCase();
  const known = names.map((name) => name.normalize("NFKC").toLowerCase());
  const parts = [...known, ...COMMON_PARTS].filter((part) => part.length > 2)
    .toSorted((left, right) => right.length - left.length);
  for (const part of parts) rest = rest.replaceAll(part, " ");
  return rest.replaceAll(/(19|20)\d\d/g, " ").replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
}
