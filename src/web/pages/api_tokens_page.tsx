import type { ApiTokenRecord } from "../../site/mod.ts";
import { type AccountText, accountTextOf } from "../account_text.ts";
import { elementId } from "./element_id.ts";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Shown } from "./shown_once.tsx";
import { Problem } from "./sign_in_page.tsx";
import { RoleSelect } from "./users_page.tsx";

/** How long a token may be asked to hold; 0: until it is revoked. */
const DAYS = [30, 90, 365, 0] as const;

/** A token that was just made, with the text that is shown this once. */
export interface MadeToken {
  readonly token: ApiTokenRecord;
  readonly text: string;
}

interface ApiTokensProps {
  readonly page: Page;
  readonly tokens: readonly ApiTokenRecord[];
  readonly made: MadeToken | null;
  readonly problem: string | null;
}

/** Tokens of scripts. */
export function ApiTokensPage({ page, tokens, made, problem }: ApiTokensProps) {
  const words = accountTextOf(page.site.language);
  return (
    <Layout page={page} title={words.tokensTitle}>
      <header class="page-head">
        <div>
          <h1>{words.tokensTitle}</h1>
          <p class="hint">{words.tokensHint}</p>
        </div>
      </header>
      {problem !== null && <Problem text={problem} />}
      {made !== null && (
        <Shown
          page={page}
          title={words.tokenTitle(made.token)}
          hint={words.tokenHint}
          secret={made.text}
        />
      )}
      <MakeToken page={page} words={words} />
      {tokens.length === 0 ? <p class="nothing">{words.tokensNone}</p> : (
        <div class="table-wrap">
          <table class="as-cards">
            <thead>
              <tr>
                <th>{words.tokenName}</th>
                <th>{words.role}</th>
                <th>{words.madeBy}</th>
                <th>{words.validUntil}</th>
                <th>{words.lastUsed}</th>
                <th></th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => <TokenRow page={page} words={words} token={token} />)}
            </tbody>
          </table>
        </div>
      )}
    </Layout>
  );
}

function MakeToken({ page, words }: { readonly page: Page; readonly words: AccountText }) {
  return (
    <form method="post" action="/api-tokens" class="filter" aria-label={words.makeToken}>
      <Csrf page={page} />
      <label>
        {words.tokenName}
        <input name="name" required maxlength={60} autocomplete="off" />
      </label>
      <label>
        {words.role}
        <RoleSelect page={page} role="viewer" />
      </label>
      <label>
        {words.validFor}
        <select name="days">
          {DAYS.map((days) => (
            <option value={days} selected={days === 90}>
              {days === 0 ? words.unlimited : words.days(days)}
            </option>
          ))}
        </select>
      </label>
      <div class="filter-buttons">
        <button type="submit" class="button primary">{words.makeToken}</button>
      </div>
    </form>
  );
}

function TokenRow({ page, words, token }: {
  readonly page: Page;
  readonly words: AccountText;
  readonly token: ApiTokenRecord;
}) {
  const { id, name, role, createdBy, createdAtMs, expiresAtMs, lastUsedMs, lastUsedFrom } = token;
  const { format, nowMs } = page;
  return (
    <tr>
      <td class="is-title">
        {name} <span class="token quiet">{id}</span>
      </td>
      <td data-label={words.role}>{words.roles[role]}</td>
      <td data-label={words.madeBy}>{createdBy}, {format.dateTime(createdAtMs)}</td>
      <td data-label={words.validUntil}>
        {expiresAtMs === null
          ? words.unlimited
          : expiresAtMs <= nowMs
          ? words.expired
          : format.dateTime(expiresAtMs)}
      </td>
      <td data-label={words.lastUsed}>
        {lastUsedMs === null
          ? words.never
          : `${format.near(lastUsedMs, nowMs)}, ${lastUsedFrom ?? ""}`}
      </td>
      <td class="row-buttons">
        <AskingButton
          page={page}
          id={elementId("revoke", id)}
          label={words.revoke}
          title={words.revokeTitle(name)}
          action="/api-tokens/revoke"
          confirm={
            <button type="submit" name="id" value={id} class="button danger">
              {words.revoke}
            </button>
          }
        >
          <p>{words.revokeExplained}</p>
        </AskingButton>
      </td>
    </tr>
  );
}
