import { type Role, ROLES, type UserRecord } from "../../site/mod.ts";
import { type AccountText, accountTextOf } from "../account_text.ts";
import { elementId } from "./element_id.ts";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Shown } from "./shown_once.tsx";
import { Problem } from "./sign_in_page.tsx";

interface UsersProps {
  readonly page: Page;
  readonly users: readonly UserRecord[];
  /** How many browsers somebody is signed in with. */
  readonly sessionsOf: (name: string) => number;
  readonly problem: string | null;
  readonly oneTime: { readonly name: string; readonly password: string } | null;
}

/** Who may sign in, and as what. */
export function UsersPage({ page, users, sessionsOf, problem, oneTime }: UsersProps) {
  const words = accountTextOf(page.site.language);
  return (
    <Layout page={page} title={words.usersTitle}>
      <header class="page-head">
        <div>
          <h1>{words.usersTitle}</h1>
          <p class="hint">{words.usersHint}</p>
        </div>
      </header>
      {problem !== null && <Problem text={problem} />}
      {oneTime !== null && (
        <Shown
          page={page}
          title={words.oneTimeTitle(oneTime.name)}
          hint={words.oneTimeHint}
          secret={oneTime.password}
        />
      )}
      <AddUser page={page} words={words} />
      <div class="table-wrap">
        <table class="as-cards">
          <thead>
            <tr>
              <th>{words.name}</th>
              <th>{words.role}</th>
              <th>{words.secondFactor}</th>
              <th></th>
              <th></th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <UserRow page={page} words={words} user={user} sessions={sessionsOf(user.name)} />
            ))}
          </tbody>
        </table>
      </div>
    </Layout>
  );
}

function AddUser({ page, words }: { readonly page: Page; readonly words: AccountText }) {
  return (
    <form method="post" action="/users" class="filter" aria-label={words.addUser}>
      <Csrf page={page} />
      <label>
        {words.name}
        <input name="name" required maxlength={64} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        {words.role}
        <RoleSelect page={page} role="viewer" />
      </label>
      <div class="filter-buttons">
        <button type="submit" class="button primary">{words.addUser}</button>
      </div>
    </form>
  );
}

/** The four roles, from the least. */
export function RoleSelect({ page, role, label }: {
  readonly page: Page;
  readonly role: Role;
  readonly label?: string;
}) {
  const words = accountTextOf(page.site.language);
  return (
    <select name="role" aria-label={label}>
      {ROLES.map((each) => (
        <option value={each} selected={each === role}>{words.roles[each]}</option>
      ))}
    </select>
  );
}

interface UserRowProps {
  readonly page: Page;
  readonly words: AccountText;
  readonly user: UserRecord;
  readonly sessions: number;
}

function UserRow({ page, words, user, sessions }: UserRowProps) {
  const { name, role, secondFactor, mustChangePassword } = user;
  const isOwn = name === page.principal.name;
  return (
    <tr>
      <td class="is-title">
        {name} {isOwn && <span class="quiet">({words.you})</span>}
      </td>
      <td data-label={words.role} class="is-wide-cell">
        {isOwn ? words.roles[role] : (
          <form method="post" action="/users/role" class="inline-form">
            <Csrf page={page} />
            <input type="hidden" name="name" value={name} />
            <RoleSelect page={page} role={role} label={`${words.role}: ${name}`} />
            <button type="submit" class="button" aria-label={`${words.save}: ${name}`}>
              {words.save}
            </button>
          </form>
        )}
      </td>
      <td data-label={words.secondFactor}>
        {secondFactor === undefined ? page.text.no : page.text.yes}
      </td>
      <td class="is-wide-cell quiet">
        {mustChangePassword ? words.oneTimePending : words.signedInNow(sessions)}
      </td>
      <td class="row-buttons">
        {!isOwn && <UserButtons page={page} words={words} user={user} sessions={sessions} />}
      </td>
    </tr>
  );
}

function UserButtons({ page, words, user: { name }, sessions }: UserRowProps) {
  const hidden = <input type="hidden" name="name" value={name} />;
  return (
    <div class="button-row">
      {sessions > 0 && (
        <form method="post" action="/users/sign-out">
          <Csrf page={page} />
          {hidden}
          <button type="submit" class="button">{words.signOutUser}</button>
        </form>
      )}
      <AskingButton
        page={page}
        id={elementId("reset", name)}
        label={words.reset}
        title={words.resetTitle(name)}
        action="/users/reset"
        confirm={<button type="submit" class="button danger">{words.reset}</button>}
      >
        {hidden}
        <p>{words.resetExplained}</p>
      </AskingButton>
      <AskingButton
        page={page}
        id={elementId("remove", name)}
        label={words.removeUser}
        title={words.removeUserTitle(name)}
        action="/users/remove"
        confirm={<button type="submit" class="button danger">{words.removeUser}</button>}
      >
        {hidden}
        <p>{words.removeUserExplained}</p>
      </AskingButton>
    </div>
  );
}
