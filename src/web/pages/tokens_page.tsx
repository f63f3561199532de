import { written } from "../format.ts";
import type { TokenView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Statuses that an operator may give a card. */
export const TOKEN_STATUSES = ["Accepted", "Blocked"] as const;

/** The local list of cards. */
export function TokensPage(
  { page, tokens, note }: {
    readonly page: Page;
    readonly tokens: readonly TokenView[];
    readonly note: string | null;
  },
) {
  const { text } = page;
  return (
    <Layout page={page} title={text.tokensTitle} live="/live?path=%2Ftokens">
      <header class="page-head">
        <div>
          <h1>{text.tokensTitle}</h1>
          <p class="hint">{text.tokensHint}</p>
        </div>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <AddToken page={page} />
      {tokens.length === 0 ? <p class="nothing">{text.noTokens}</p> : (
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
                <th>{text.origin}</th>
                <th></th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => <TokenRow page={page} token={token} />)}
            </tbody>
          </table>
        </div>
      )}
    </Layout>
  );
}

function TokenRow({ page, token }: { readonly page: Page; readonly token: TokenView }) {
  const { text, format } = page;
  return (
    <tr>
      <td class="is-title token">{token.token}</td>
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
      <td data-label={text.origin}>{text.origins[token.origin]}</td>
      <td class="row-buttons">
        <AskingButton
          page={page}
          id={elementId("remove", token.token)}
          label={text.remove}
          title={text.removeTitle(token.token)}
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

function AddToken({ page }: { readonly page: Page }) {
  const { text } = page;
  return (
    <form method="post" action="/tokens" class="filter" aria-label={text.addToken}>
      <Csrf page={page} />
      <label>
        {text.cardNumber}
        <input name="token" required maxlength={36} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        {text.status}
        <select name="status">
          {TOKEN_STATUSES.map((status) => (
            <option value={status}>{text.tokenStatuses[status] ?? status}</option>
          ))}
        </select>
      </label>
      <label>
        {text.expires}
        <input type="date" name="expires" title={text.expiresDay} />
      </label>
      <label>
        {text.group}
        <input name="group" maxlength={36} autocomplete="off" title={text.groupHint} />
      </label>
      <label>
        {text.priority}
        <input type="number" name="priority" min="0" max="100" title={text.priorityHint} />
      </label>
      <label>
        {text.usualDeparture}
        <input type="time" name="departure" />
      </label>
      <label>
        {text.usualEnergy}
        <input type="number" name="energyKwh" min="0.1" max="2000" step="0.1" />
      </label>
      <div class="filter-buttons">
        <button type="submit" class="button primary">{text.addToken}</button>
      </div>
    </form>
  );
}
