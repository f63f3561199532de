import { LANGUAGE_NAMES, LANGUAGES } from "../language.ts";
import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** The menu in the frame of a page: the language in force, and the others. Works without any script. */
export function LanguageMenu({ page }: { readonly page: Page }) {
  const { text, site: { language } } = page;
  return (
    <details class="user-menu language-menu">
      <summary>
        <Icon name="globe" />
        <span class="sr">{text.languageMenu}</span>
        <span class="user-name">{LANGUAGE_NAMES[language]}</span>
      </summary>
      <div class="user-panel">
        <LanguageForm page={page} />
      </div>
    </details>
  );
}

/** All languages in one row, below the card of a page before the site. */
export function LanguageRow({ page }: { readonly page: Page }) {
  return (
    <div class="gate-after language-row" role="group" aria-label={page.text.languageMenu}>
      <LanguageForm page={page} />
    </div>
  );
}

function LanguageForm({ page }: { readonly page: Page }) {
  const { site, csrf, address } = page;
  return (
    <form method="post" action="/language">
      {csrf !== "" && <input type="hidden" name="csrf" value={csrf} />}
      <input type="hidden" name="next" value={address} />
      {LANGUAGES.map((language) => (
        <button
          type="submit"
          name="language"
          value={language}
          lang={language}
          class="plain"
          aria-current={language === site.language ? "true" : undefined}
        >
          {LANGUAGE_NAMES[language]}
        </button>
      ))}
    </form>
  );
}
