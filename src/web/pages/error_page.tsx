import { Document } from "./layout.tsx";
import { LanguageRow } from "./language_menu.tsx";
import { Mark } from "./icon.tsx";
import type { Page } from "./page.ts";
import type { Text } from "../text.ts";

/** What went wrong, as far as the person asking needs to know. */
export type PageError =
  | "not-found"
  | "forbidden"
  | "form-expired"
  | "bad-input"
  | "too-busy"
  | "too-many"
  | "broken";

/** A page that says what went wrong; the number finds the occurrence in the log. */
export function ErrorPage(
  { page, error, requestId }: {
    readonly page: Page;
    readonly error: PageError;
    readonly requestId: string;
  },
) {
  const { text, site } = page;
  const { title, hint } = errorWords(text, error);
  return (
    <Document page={page} title={`${title} · ${site.name}`}>
      <main class="gate">
        <p class="brand is-large">
          <Mark />
          <span class="brand-word" lang="mr">{text.productWord}</span>
          <span class="brand-site">{site.name}</span>
        </p>
        <div class="gate-card">
          <h1>{title}</h1>
          <p>{hint}</p>
          {error === "broken" && <p class="token">{requestId}</p>}
          <a class="button primary wide" href="/">{text.goToSite}</a>
        </div>
        <LanguageRow page={page} />
      </main>
    </Document>
  );
}

function errorWords(
  text: Text,
  error: PageError,
): { readonly title: string; readonly hint: string } {
  switch (error) {
    case "not-found":
      return { title: text.notFoundTitle, hint: text.notFoundHint };
    case "forbidden":
      return { title: text.forbiddenTitle, hint: text.forbiddenHint };
    case "form-expired":
      return { title: text.formExpiredTitle, hint: text.formExpiredHint };
    case "bad-input":
      return { title: text.badInputTitle, hint: text.badInputHint };
    case "too-busy":
      return { title: text.tooBusyTitle, hint: text.tooBusyHint };
    case "too-many":
      return { title: text.tooManyTitle, hint: text.tooManyHint };
    case "broken":
      return { title: text.brokenTitle, hint: text.brokenHint };
  }
}
