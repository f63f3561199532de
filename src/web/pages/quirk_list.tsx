import { type QuirkText, quirkTextOf } from "../quirk_text.ts";
import type { ChargerView, QuirkView } from "../views.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** What a charger does its own way: where that is known from, and how often it has shown. */
export function QuirkList(
  { page, charger }: { readonly page: Page; readonly charger: ChargerView },
) {
  const words = quirkTextOf(page.site.language);
  const { quirks, quirkProfile, abilities } = charger;
  return (
    <section id="quirks" class="panel quirks">
      <h2>{words.title}</h2>
      {quirkProfile !== null && (
        <p class="hint">
          {words.knownAs(quirkProfile.id, quirkProfile.foundBy)} {quirkProfile.notes}
        </p>
      )}
      {abilities !== null && <p>{words.said}: {abilityWords(words, abilities)}</p>}
      {quirks.length === 0 ? <p class="hint">{words.none}</p> : (
        <>
          <p class="hint">{words.hint}</p>
          <ul class="quirk-list">
            {quirks.map((quirk) => <QuirkItem page={page} words={words} view={quirk} />)}
          </ul>
        </>
      )}
    </section>
  );
}

interface ItemProps {
  readonly page: Page;
  readonly words: QuirkText;
  readonly view: QuirkView;
}

function QuirkItem({ page, words, view }: ItemProps) {
  const { quirk, value, from, count, lastAt } = view;
  return (
    <li>
      <p>{words.quirks[quirk]}</p>
      <p class="hint">
        <code>{value === null ? quirk : `${quirk}: ${valueText(value)}`}</code> · {words.from[from]}
        {" · "}
        {lastAt === null ? "0 ×" : <Times page={page} words={words} count={count} at={lastAt} />}
      </p>
    </li>
  );
}

function Times(
  { page, words, count, at }: Pick<ItemProps, "page" | "words"> & {
    readonly count: number;
    readonly at: string;
  },
) {
  const [before = "", after = ""] = words.times(count, "\n").split("\n");
  return (
    <>
      {before}
      <Moment page={page} at={at} />
      {after}
    </>
  );
}

/** As it may stand in a file: `[TxProfile, TxDefaultProfile]`, `W`, `true`. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function abilityWords(words: QuirkText, abilities: NonNullable<ChargerView["abilities"]>): string {
  const { stackLevelMax, rateUnit } = abilities;
  const said = [
    ...(abilities.profiles ? [words.takesLimits(rateUnit, stackLevelMax)] : []),
    ...(["localList", "reservation", "remoteTrigger"] as const)
      .filter((each) => abilities[each]).map((each) => words.can[each]),
  ];
  return said.length === 0 ? words.cannot : said.join(", ");
}
