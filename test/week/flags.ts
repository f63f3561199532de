/** Counts that a person may give, with what is taken where he gives none. */
export type CountedFlags = Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly usual: number }>
>;

/** Reads whole numbers; the sentence says which flag makes no sense. */
export function readCounts<Flags extends CountedFlags>(
  counted: Flags,
  given: Readonly<Record<string, unknown>>,
):
  | { readonly ok: true; readonly counts: { readonly [Name in keyof Flags]: number } }
  | { readonly ok: false; readonly sentence: string } {
  const counts: Record<string, number> = {};
  for (const [name, { least, most, usual }] of Object.entries(counted)) {
    const text = given[name];
    const value = text === undefined ? usual : text === "" ? NaN : Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      return { ok: false, sentence: `--${name} takes a whole number from ${least} to ${most}` };
    }
    counts[name] = value;
  }
  return { ok: true, counts: counts as { [Name in keyof Flags]: number } };
}
