import { forecastTextOf } from "../forecast_text.ts";
import { PREVIEWED_STRATEGIES } from "../forecast_port.ts";
import { Csrf } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** Sends the form that it stands in to the preview; nothing of what it says goes into the address. */
export function PreviewButton({ page, change, subject, name, value }: {
  readonly page: Page;
  readonly change: "limit" | "priority" | "demand" | "circuit-limit";
  readonly subject: { readonly slot: number } | { readonly circuit: string };
  /** What a form says by the button that sends it. */
  readonly name?: string;
  readonly value?: string;
}) {
  const about = "slot" in subject ? { slot: String(subject.slot) } : subject;
  const query = new URLSearchParams({ change, ...about });
  return (
    <button
      type="submit"
      class="button"
      formaction={`/load/preview?${query}`}
      name={name}
      value={value}
    >
      {forecastTextOf(page.site.language).preview}
    </button>
  );
}

/** Who would get what if it was shared otherwise. */
export function StrategyForm(
  { page, strategy }: { readonly page: Page; readonly strategy: string },
) {
  if (!may(page, "operator")) return null;
  const words = forecastTextOf(page.site.language);
  return (
    <details class="strategy-fold">
      <summary>{words.strategyTitle}</summary>
      <form method="post" action="/load/preview?change=strategy" class="inline-form">
        <Csrf page={page} />
        <div class="field-row">
          <label for="strategy" class="stacked">
            {words.strategy}
            <select id="strategy" name="strategy">
              {PREVIEWED_STRATEGIES.filter((each) => each !== strategy).map((each) => (
                <option value={each}>{words.strategies[each]}</option>
              ))}
            </select>
          </label>
          <button type="submit" class="button">{words.preview}</button>
        </div>
        <p class="hint">{words.strategyHint}</p>
      </form>
    </details>
  );
}
