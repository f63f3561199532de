import type { ChargerView, ShapeView } from "../views.ts";
import { AskingButton } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** What happened to a charger that came back with another shape, and what ends that. */
export function HeldPanel(
  { page, charger }: { readonly page: Page; readonly charger: ChargerView },
) {
  const { text, format, nowMs } = page;
  const { id, held } = charger;
  if (held === null) return <div id="held" hidden />;
  const shape = ({ connectors, protocol }: ShapeView) =>
    text.shape(connectors, protocol.replace(/^ocpp/, "OCPP "));
  return (
    <section id="held" class="panel is-notice">
      <h2>{text.heldTitle}</h2>
      <p>
        {text.heldExplained(shape(held.was), shape(held.is), format.since(held.since, nowMs))}
      </p>
      {may(page, "installer")
        ? (
          <AskingButton
            page={page}
            id="rebind"
            label={text.rebind}
            title={text.rebindTitle(id)}
            action={`/chargers/${encodeURIComponent(id)}/rebind`}
            confirm={<button type="submit" class="button primary">{text.rebind}</button>}
          >
            <p>{text.rebindExplained}</p>
          </AskingButton>
        )
        : <p class="hint">{text.rebindNotYours}</p>}
    </section>
  );
}
