import { Icon, Mark } from "./icon.tsx";
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
  const { text, site } = page;
  return (
    <Document page={page} title={`${text.signInTitle} · ${site.name}`}>
      <main class="gate">
        <GateBrand page={page} />
        <form method="post" action="/sign-in" class="gate-card">
          <h1>{text.signInTitle}</h1>
          {problem !== null && <Problem text={problem} />}
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
        </form>
      </main>
    </Document>
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
  const { text, site } = page;
  return (
    <Document page={page} title={`${text.passwordTitle} · ${site.name}`}>
      <main class="gate">
        <GateBrand page={page} />
        <form method="post" action="/account/password" class="gate-card">
          <Csrf page={page} />
          <input
            type="hidden"
            name="username"
            autocomplete="username"
            value={page.principal.name}
          />
          <h1>{text.passwordTitle}</h1>
          {isForced && <p class="hint">{text.passwordForced}</p>}
          {problem !== null && <Problem text={problem} />}
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
        </form>
      </main>
    </Document>
  );
}

function GateBrand({ page }: { readonly page: Page }) {
  return (
    <p class="brand is-large">
      <Mark />
      <span class="brand-word" lang="mr">{page.text.productWord}</span>
      <span class="brand-site">{page.site.name}</span>
    </p>
  );
}

function Problem({ text }: { readonly text: string }) {
  return (
    <p class="problem" role="alert">
      <Icon name="fault" />
      <span>{text}</span>
    </p>
  );
}
