import { IMPORT_PROBLEMS_MAX, type ImportChange, type ImportPlan } from "../token_import.ts";
import { TOKEN_EXAMPLES, type TokenColumn } from "../token_import.ts";
import { problemInWords, tokenImportTextOf } from "../token_import_text.ts";
import { Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { shownToken } from "./tokens_page.tsx";

const CHANGES_SHOWN = 100;

interface ImportProps {
  readonly page: Page;
  readonly plan: ImportPlan;
  /** The file, to be applied as it was looked at. */
  readonly text: string;
}

/** What a file of cards would change, before it does. */
export function TokenImportPage({ page, plan, text }: ImportProps) {
  const words = tokenImportTextOf(page.site.language);
  return (
    <Layout page={page} title={words.planTitle}>
      <header class="page-head">
        <div>
          <h1>{words.planTitle}</h1>
        </div>
      </header>
      <section class="panel order">
        {plan.problems.length > 0
          ? <Problems page={page} plan={plan} />
          : <Changes page={page} plan={plan} text={text} />}
        <p>
          <a class="button" href="/tokens">{page.text.back}</a>
        </p>
      </section>
    </Layout>
  );
}

function Problems({ page, plan: { problems } }: Pick<ImportProps, "page" | "plan">) {
  const words = tokenImportTextOf(page.site.language);
  return (
    <div role="alert">
      <h2>{words.problems(problems.length)}</h2>
      <p>{words.nothingTaken}</p>
      <ul class="plain-list">
        {problems.slice(0, IMPORT_PROBLEMS_MAX).map((problem) => (
          <li>
            <b>{words.line(problem.line)}</b> {problemInWords(
              words,
              problem,
              problem.kind === "wrong-cell" ? TOKEN_EXAMPLES[problem.column] : "",
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Changes({ page, plan, text }: ImportProps) {
  const words = tokenImportTextOf(page.site.language);
  const { changes, same, hidden } = plan;
  const added = changes.filter(({ before }) => before === null).length;
  const counts = [
    words.added(added),
    words.changed(changes.length - added),
    words.same(same),
    ...(hidden === 0 ? [] : [words.hidden(hidden)]),
  ];
  if (changes.length === 0) return <p>{`${words.nothingToDo} ${counts.slice(2).join(" · ")}`}</p>;
  return (
    <>
      <p>{counts.join(" · ")}</p>
      <div class="table-wrap">
        <table class="as-cards">
          <thead>
            <tr>
              <th>{page.text.cardNumber}</th>
              <th>{words.whatChanges}</th>
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, CHANGES_SHOWN).map((change) => (
              <tr>
                <td class="is-title token">{shownToken(change.entry)}</td>
                <td data-label={words.whatChanges} class="is-wide-cell">
                  {inWords(page, change)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {changes.length > CHANGES_SHOWN && (
        <p class="hint">{words.andMore(changes.length - CHANGES_SHOWN)}</p>
      )}
      <form method="post" action="/tokens/import/apply" enctype="multipart/form-data">
        <Csrf page={page} />
        <textarea name="text" hidden>{"\n" + text}</textarea>
        <p class="hint list-file">{words.applyHint}</p>
        <button type="submit" class="button primary">{words.apply}</button>
      </form>
    </>
  );
}

function inWords(page: Page, { before, entry, columns }: ImportChange): string {
  const words = tokenImportTextOf(page.site.language);
  const isWorthSaying = (column: TokenColumn) =>
    before !== null || (column === "type" ? entry.type !== "Central" : entry[column] !== null);
  const said = columns.filter(isWorthSaying).map((column) =>
    before === null
      ? `${nameOf(page, column)}: ${cellOf(page, column, entry[column])}`
      : `${nameOf(page, column)}: ${cellOf(page, column, before[column])} → ` +
        cellOf(page, column, entry[column])
  );
  return [...(before === null ? [words.isNew] : []), ...said].join("; ");
}

function nameOf({ text, site }: Page, column: TokenColumn): string {
  switch (column) {
    case "token":
      return text.cardNumber;
    case "type":
      return tokenImportTextOf(site.language).kindOfCard;
    case "status":
      return text.status;
    case "expires":
      return text.expires;
    case "group":
      return text.group;
    case "priority":
      return text.priority;
    case "departure":
      return text.usualDeparture;
    case "energyKwh":
      return text.usualEnergy;
  }
}

function cellOf({ text, format }: Page, column: TokenColumn, value: string | number | null) {
  if (value === null) return column === "expires" ? text.never : "–";
  if (column === "expires") return format.dateTime(value);
  return column === "status" ? text.tokenStatuses[value] ?? String(value) : String(value);
}
