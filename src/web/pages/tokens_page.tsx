import { written } from "../format.ts";
import { maskToken } from "../commands/command.ts";
import { TOKEN_COLUMNS } from "../token_import.ts";
import { tokenImportTextOf } from "../token_import_text.ts";
import type { TokenUsageView, TokenView } from "../views.ts";
import { todayOf } from "../report_query.ts";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Statuses that an operator may give a card. */
export const TOKEN_STATUSES = ["Accepted", "Blocked"] as const;

/** So many cards on one page. */
export const TOKENS_PER_PAGE = 100;

/** What the page shows. */
export interface TokensScene {
  readonly page: Page;
  readonly note: string | null;
  /** All of the list. */
  readonly tokens: readonly TokenView[];
  readonly usage: ReadonlyMap<string, TokenUsageView>;
  readonly cached: number;
  /** What is looked for, in cards and groups. */
  readonly find: string;
  /** How many of those found stand on pages before this. */
  readonly skipped: number;
}

/** The local list of cards: who may charge, and how much who does. */
export function TokensPage({ scene }: { readonly scene: TokensScene }) {
  const { page, note, tokens, cached } = scene;
  const { text } = page;
  const words = tokenImportTextOf(page.site.language);
  return (
    <Layout page={page} title={text.tokensTitle} live="/live?path=%2Ftokens">
      <header class="page-head">
        <div>
          <h1>{text.tokensTitle}</h1>
          <p class="hint">{text.tokensHint}</p>
          {cached > 0 && <p class="hint">{words.cached(cached)}</p>}
        </div>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <form method="post" action="/tokens" class="filter" aria-label={text.addToken}>
        <Csrf page={page} />
        <label>
          {text.cardNumber}
          <input name="token" required maxlength={36} autocomplete="off" spellcheck={false} />
        </label>
        <TokenFields page={page} token={null} />
        <div class="filter-buttons">
          <button type="submit" class="button primary">{text.addToken}</button>
        </div>
      </form>
      {tokens.length === 0 ? <p class="nothing">{text.noTokens}</p> : <TokenList scene={scene} />}
      <ListFile page={page} />
    </Layout>
  );
}

function TokenList({ scene }: { readonly scene: TokensScene }) {
  const { page, tokens, usage, find, skipped } = scene;
  const { text } = page;
  const words = tokenImportTextOf(page.site.language);
  const found = tokens.filter(({ token, group }) =>
    `${token}\n${group ?? ""}`.toLowerCase().includes(find.toLowerCase())
  );
  const shown = found.slice(skipped, skipped + TOKENS_PER_PAGE);
  const next = skipped + shown.length;
  return (
    <>
      {tokens.length > 10 && (
        <form method="get" action="/tokens" class="filter" role="search">
          <label>
            {words.find}
            <input type="search" name="find" value={find} maxlength={36} autocomplete="off" />
          </label>
          <div class="filter-buttons">
            <button type="submit" class="button">{words.find}</button>
          </div>
        </form>
      )}
      <p class="hint list-note">{words.usageHint} {words.found(shown.length, tokens.length)}</p>
      <div class="table-wrap">
        <table class="as-cards">
          <thead>
            <tr>
              <th>{text.cardNumber}</th>
              <th>{text.status}</th>
              <th>{text.expires}</th>
              <th>{text.group}</th>
              <th>{text.priority}</th>
              <th>{text.usually}</th>
              <th class="number">{words.sessions}</th>
              <th class="number">{words.energy}</th>
              <th>{words.lastUsed}</th>
              <th>{text.origin}</th>
              <th></th>
            </tr>
          </thead>
          <tbody>
            {shown.map((token) => (
              <TokenRow page={page} token={token} usage={usage.get(token.token)} />
            ))}
          </tbody>
        </table>
      </div>
      {next < found.length && (
        <p>
          <a class="button" href={`/tokens?find=${encodeURIComponent(find)}&skipped=${next}`}>
            {words.more}
          </a>
        </p>
      )}
    </>
  );
}

function ListFile({ page }: { readonly page: Page }) {
  const words = tokenImportTextOf(page.site.language);
  return (
    <section class="panel order list-file">
      <h2>{words.listTitle}</h2>
      <p class="hint">{words.listHint(TOKEN_COLUMNS.join(", "))}</p>
      <form method="post" action="/tokens/import" enctype="multipart/form-data">
        <Csrf page={page} />
        <label class="stacked">
          {words.file}
          <input type="file" name="file" accept=".csv,text/csv" required />
        </label>
        <div class="button-row">
          <button type="submit" class="button">{words.check}</button>
          <a class="button" href="/tokens.csv">{words.download}</a>
        </div>
      </form>
    </section>
  );
}

/** A card as people see it: of a code that is typed in nothing is shown. */
export function shownToken({ token, type }: Pick<TokenView, "token" | "type">): string {
  return type === "KeyCode" ? maskToken("") : token;
}

function TokenRow({ page, token, usage }: {
  readonly page: Page;
  readonly token: TokenView;
  readonly usage: TokenUsageView | undefined;
}) {
  const { text, format, nowMs } = page;
  const words = tokenImportTextOf(page.site.language);
  const name = shownToken(token);
  return (
    <tr>
      <td class="is-title token">{name}</td>
      <td data-label={text.status}>
        <span class="link">
          <Icon name={token.status === "Accepted" ? "check" : "ban"} />
          <span>{text.tokenStatuses[token.status] ?? token.status}</span>
        </span>
      </td>
      <td data-label={text.expires}>
        {token.expires === null ? text.never : format.dateTime(token.expires)}
      </td>
      <td data-label={text.group}>{token.group ?? ""}</td>
      <td data-label={text.priority}>{token.priority === null ? "" : String(token.priority)}</td>
      <td data-label={text.usually}>{usual(page, token)}</td>
      <td data-label={words.sessions} class="number">
        {usage === undefined ? "" : String(usage.sessions)}
      </td>
      <td data-label={words.energy} class="number">
        {usage === undefined ? "" : written(format.energy(usage.energyWh))}
      </td>
      <td data-label={words.lastUsed}>
        {usage === undefined
          ? ""
          : (
            <time datetime={usage.lastUsedAt} title={format.full(usage.lastUsedAt)}>
              {format.near(usage.lastUsedAt, nowMs)}
            </time>
          )}
      </td>
      <td data-label={text.origin}>{text.origins[token.origin]}</td>
      <td class="row-buttons">
        <AskingButton
          page={page}
          id={elementId("change", token.token)}
          label={words.change}
          title={words.changeTitle(name)}
          action="/tokens"
          confirm={<button type="submit" class="button primary">{text.save}</button>}
        >
          <input type="hidden" name="token" value={token.token} />
          <input type="hidden" name="type" value={token.type} />
          <div class="ask-fields">
            <TokenFields page={page} token={token} />
          </div>
        </AskingButton>
        <AskingButton
          page={page}
          id={elementId("remove", token.token)}
          label={text.remove}
          title={text.removeTitle(name)}
          action="/tokens/remove"
          confirm={
            <button type="submit" name="token" value={token.token} class="button danger">
              {text.remove}
            </button>
          }
        >
          <p>{text.removeExplained}</p>
        </AskingButton>
      </td>
    </tr>
  );
}

function usual({ text, format }: Page, { departure, energyKwh }: TokenView): string {
  return [
    ...(departure === null ? [] : [text.demandLeaves(departure)]),
    ...(energyKwh === null ? [] : [text.demandNeeds(written(format.energy(energyKwh * 1_000)))]),
  ].join(", ");
}

/** What is said of a card, with what is said of it now. */
function TokenFields({ page, token }: { readonly page: Page; readonly token: TokenView | null }) {
  const { text } = page;
  const statuses = new Set<string>([...TOKEN_STATUSES, ...(token === null ? [] : [token.status])]);
  return (
    <>
      <label>
        {text.status}
        <select name="status">
          {[...statuses].map((status) => (
            <option value={status} selected={status === token?.status}>
              {text.tokenStatuses[status] ?? status}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text.expires}
        <input
          type="date"
          name="expires"
          title={text.expiresDay}
          value={lastDay(page, token?.expires ?? null)}
        />
      </label>
      <label>
        {text.group}
        <input
          name="group"
          maxlength={36}
          autocomplete="off"
          title={text.groupHint}
          value={token?.group ?? ""}
        />
      </label>
      <label>
        {text.priority}
        <input
          type="number"
          name="priority"
          min="0"
          max="100"
          title={text.priorityHint}
          value={token?.priority ?? ""}
        />
      </label>
      <label>
        {text.usualDeparture}
        <input type="time" name="departure" value={token?.departure ?? ""} />
      </label>
      <label>
        {text.usualEnergy}
        <input
          type="number"
          name="energyKwh"
          min="0.1"
          max="2000"
          step="0.1"
          value={token?.energyKwh ?? ""}
        />
      </label>
    </>
  );
}

/** The last day on which a card is valid, in the site's zone: it ends when the next one begins. */
function lastDay({ site }: Page, expires: string | null): string {
  return expires === null ? "" : todayOf(Date.parse(expires) - 1, site.timezone);
}
