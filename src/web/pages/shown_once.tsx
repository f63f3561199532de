import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** A secret that can be read this once. */
export function Shown(
  { page, title, hint, secret }: {
    readonly page: Page;
    readonly title: string;
    readonly hint: string;
    readonly secret: string;
  },
) {
  const { text } = page;
  return (
    <section class="panel is-notice" role="status">
      <h2>{title}</h2>
      <p class="hint">{hint}</p>
      <p class="token secret-text" id="shown-once">{secret}</p>
      <button
        type="button"
        class="button"
        data-copy={secret}
        data-copy-from="shown-once"
        data-copied={text.copied}
      >
        <Icon name="copy" />
        <span>{text.copy}</span>
      </button>
    </section>
  );
}
