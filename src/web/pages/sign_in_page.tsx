import type { Child } from "hono/jsx";
import { accountTextOf } from "../account_text.ts";
import { Icon, Mark } from "./icon.tsx";
import { LanguageRow } from "./language_menu.tsx";
import { Csrf, Document } from "./layout.tsx";
import type { Page } from "./page.ts";

/** The page for strangers. `problem` says why the last try did not work. */
export function SignInPage(
  { page, problem, next, name }: {
    readonly page: Page;
    readonly problem: string | null;
    readonly next: string;
    readonly name: string;
  },
) {
  const { text } = page;
  return (
    <GateForm page={page} title={text.signInTitle} problem={problem} action="/sign-in">
      <input type="hidden" name="next" value={next} />
      <label>
        {text.userName}
        <input
          name="name"
          required
          maxlength={100}
          value={name}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          autofocus={name === ""}
        />
      </label>
      <label>
        {text.password}
        <input
          name="password"
          type="password"
          required
          autocomplete="current-password"
          autofocus={name !== ""}
        />
      </label>
      <button type="submit" class="button primary wide">{text.signIn}</button>
      <p class="hint">{text.signInHint}</p>
    </GateForm>
  );
}

/** The second step of signing in; `ticket` says whose. */
export function CodePage(
  { page, problem, next, ticket }: {
    readonly page: Page;
    readonly problem: string | null;
    readonly next: string;
    readonly ticket: string;
  },
) {
  const { text, site, format, nowMs } = page;
  const words = accountTextOf(site.language);
  return (
    <GateForm
      page={page}
      title={words.codeTitle}
      problem={problem}
      action="/sign-in/code"
      hint={words.codeHint}
    >
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="ticket" value={ticket} />
      <CodeField label={words.code} isFirst />
      <button type="submit" class="button primary wide">{words.goOn}</button>
      <p class="hint">{words.codeClock(format.clockSeconds(nowMs))}</p>
      <a class="button wide" href="/sign-in">{text.cancel}</a>
    </GateForm>
  );
}

/** Has somebody who is signed in show again who it is. */
export function ConfirmPage(
  { page, problem, next, hasSecondFactor }: {
    readonly page: Page;
    readonly problem: string | null;
    readonly next: string;
    readonly hasSecondFactor: boolean;
  },
) {
  const { text, site, principal } = page;
  const words = accountTextOf(site.language);
  return (
    <GateForm
      page={page}
      title={words.confirmTitle}
      problem={problem}
      action="/account/confirm"
      hint={words.confirmHint}
    >
      <Csrf page={page} />
      <input type="hidden" name="username" autocomplete="username" value={principal.name} />
      <input type="hidden" name="next" value={next} />
      <label>
        {text.password}
        <input
          name="password"
          type="password"
          required
          autocomplete="current-password"
          autofocus
        />
      </label>
      {hasSecondFactor && <CodeField label={words.code} />}
      <button type="submit" class="button primary wide">{words.goOn}</button>
      <a class="button wide" href="/">{text.cancel}</a>
    </GateForm>
  );
}

interface GateFormProps {
  readonly page: Page;
  readonly title: string;
  readonly problem: string | null;
  readonly action: string;
  readonly hint?: string | undefined;
  readonly children: Child;
}

/** The one form of a page before the site: what it is for, what went wrong, and its fields. */
function GateForm({ page, title, problem, action, hint, children }: GateFormProps) {
  return (
    <Document page={page} title={`${title} · ${page.site.name}`}>
      <main class="gate">
        <GateBrand page={page} />
        <form method="post" action={action} class="gate-card">
          <h1>{title}</h1>
          {hint !== undefined && <p class="hint">{hint}</p>}
          {problem !== null && <Problem text={problem} />}
          {children}
        </form>
        <LanguageRow page={page} />
      </main>
    </Document>
  );
}

/** Six digits or a recovery code: phones offer the code, and their number keys where they can. */
export function CodeField({ label, isFirst }: {
  readonly label: string;
  readonly isFirst?: boolean;
}) {
  return (
    <label>
      {label}
      <input
        name="code"
        required
        maxlength={40}
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        autofocus={isFirst === true}
      />
    </label>
  );
}

/** The page to choose a password; `isForced` where nothing else works before. */
export function PasswordPage(
  { page, problem, isForced }: {
    readonly page: Page;
    readonly problem: string | null;
    readonly isForced: boolean;
  },
) {
  const { text } = page;
  return (
    <GateForm
      page={page}
      title={text.passwordTitle}
      problem={problem}
      action="/account/password"
      hint={isForced ? text.passwordForced : undefined}
    >
      <Csrf page={page} />
      <input
        type="hidden"
        name="username"
        autocomplete="username"
        value={page.principal.name}
      />
      <label>
        {text.oldPassword}
        <input
          name="old"
          type="password"
          required
          autocomplete="current-password"
          autofocus
        />
      </label>
      <label>
        {text.newPassword}
        <input
          name="new"
          type="password"
          required
          autocomplete="new-password"
          aria-describedby="password-hint"
        />
      </label>
      <p id="password-hint" class="hint">{text.newPasswordHint}</p>
      <label>
        {text.repeatPassword}
        <input name="repeat" type="password" required autocomplete="new-password" />
      </label>
      <button type="submit" class="button primary wide">{text.changePassword}</button>
      {!isForced && <a class="button wide" href="/">{text.cancel}</a>}
    </GateForm>
  );
}

/** Whose door it is. */
export function GateBrand({ page }: { readonly page: Page }) {
  return (
    <p class="brand is-large">
      <Mark />
      <span class="brand-word" lang="mr">{page.text.productWord}</span>
      <span class="brand-site">{page.site.name}</span>
    </p>
  );
}

/** Why it did not work. */
export function Problem({ text }: { readonly text: string }) {
  return (
    <p class="problem" role="alert">
      <Icon name="fault" />
      <span>{text}</span>
    </p>
  );
}
