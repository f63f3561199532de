import type { WaitingView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import { AskingButton } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** Chargers that nobody has let in yet. */
export function Waiting(
  { page, waiting }: { readonly page: Page; readonly waiting: readonly WaitingView[] },
) {
  const { text } = page;
  return (
    <section id="waiting" class="waiting" aria-live="polite" aria-label={text.waitingTitle}>
      {waiting.length > 0 && (
        <ul>
          {waiting.map((charger) => <Knocker page={page} charger={charger} />)}
        </ul>
      )}
    </section>
  );
}

function Knocker({ page, charger }: { readonly page: Page; readonly charger: WaitingView }) {
  const { text, format, nowMs } = page;
  const details = [
    charger.address,
    charger.protocols.join(", "),
    text.knocks(charger.knocks, format.near(charger.lastSeen, nowMs)),
  ].filter((part) => part !== "");
  return (
    <li class="knocker">
      <Icon name="door" />
      <div class="knocker-text">
        <span>
          <b>{charger.id}</b> {text.knocksHere}
        </span>
        <span class="quiet">{details.join(" · ")}</span>
      </div>
      {may(page, "installer") && (
        <AskingButton
          page={page}
          id={elementId("adopt", charger.id)}
          label={text.adopt}
          title={text.adoptTitle(charger.id)}
          action={`/chargers/${encodeURIComponent(charger.id)}/adopt`}
          confirm={<button type="submit" class="button primary">{text.adopt}</button>}
        >
          <p>{text.adoptExplained}</p>
        </AskingButton>
      )}
    </li>
  );
}
