import { loadTextOf } from "../load_text.ts";
import { written } from "../format.ts";
import type { CircuitLimitView, CircuitView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import { Csrf } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { PreviewButton } from "./preview_forms.tsx";

interface CircuitProps {
  readonly page: Page;
  readonly circuit: CircuitView;
}

/** What feeds it, where that may change, and limits on the chargers below, in a line each. */
export function CircuitLimits({ page, circuit }: CircuitProps) {
  const hasChoice = circuit.sources.length > 1;
  if (circuit.limits.length === 0 && !hasChoice) return null;
  return (
    <ul class="load-bounds">
      {hasChoice && <li>{loadTextOf(page.site.language).fedBy(circuit.source)}</li>}
      {circuit.limits.map((limit) => (
        <li>
          <Icon name="hourglass" />
          <span>{limitText(page, limit)}</span>
        </li>
      ))}
    </ul>
  );
}

function limitText(page: Page, limit: CircuitLimitView): string {
  const words = loadTextOf(page.site.language);
  const { format } = page;
  const who = whoOf(page, limit);
  const amount = limit.unit === "A"
    ? format.current(limit.limit)
    : written(format.power(limit.limit));
  const until = limit.until === null ? null : format.dateTime(limit.until);
  const said = words.limited(who, limit.counts ?? "chargers", amount, until);
  return `${said} (${limit.reason === "" ? "" : `${limit.reason}; `}${limit.by})`;
}

function whoOf(page: Page, { source, signal }: CircuitLimitView): string {
  const who = loadTextOf(page.site.language).sources[source];
  return signal === undefined ? who : `${who} (${signal})`;
}

/** Sets such a limit, and ends those that hold. The form stays open while what is around it changes. */
export function CircuitLimitActions({ page, circuit }: CircuitProps) {
  if (!may(page, "operator")) return null;
  const words = loadTextOf(page.site.language);
  const id = elementId("limit-all", circuit.id);
  return (
    <div class="load-actions">
      <button type="button" class="button" popovertarget={id}>{words.limitAll}</button>
      <div id={id} class="ask" popover="auto" role="dialog" aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`}>{`${circuit.id}: ${words.limitAll}`}</h2>
        <LimitForm page={page} circuit={circuit} />
      </div>
      {circuit.sources.filter((id) => id !== circuit.source).map((id) => (
        <SourceForm page={page} circuit={circuit} source={id} />
      ))}
      {circuit.limits.map((limit) => <LiftForm page={page} limit={limit} />)}
    </div>
  );
}

function SourceForm({ page, circuit, source }: CircuitProps & { readonly source: string }) {
  return (
    <form method="post" action={`/circuits/${encodeURIComponent(circuit.id)}/source`}>
      <Csrf page={page} />
      <button type="submit" name="source" value={source} class="button">
        {loadTextOf(page.site.language).switchTo(source)}
      </button>
    </form>
  );
}

function LiftForm({ page, limit }: { readonly page: Page; readonly limit: CircuitLimitView }) {
  const words = loadTextOf(page.site.language);
  const { circuitId, source, signal } = limit;
  const of = circuitId === null ? "/site" : `/circuits/${encodeURIComponent(circuitId)}`;
  return (
    <form method="post" action={`${of}/limit/end`}>
      <Csrf page={page} />
      {signal !== undefined && <input type="hidden" name="signal" value={signal} />}
      <button type="submit" name="source" value={source} class="button">
        {`${whoOf(page, limit)}: ${words.lift}`}
      </button>
    </form>
  );
}

function LimitForm({ page, circuit }: CircuitProps) {
  const words = loadTextOf(page.site.language);
  const field = (name: string) => elementId(`limit-all-${name}`, circuit.id);
  return (
    <form
      method="post"
      action={`/circuits/${encodeURIComponent(circuit.id)}/limit`}
      class="inline-form"
    >
      <Csrf page={page} />
      <div class="field-row">
        <label for={field("amount")} class="stacked">
          {words.amount}
          <input
            id={field("amount")}
            name="amount"
            type="number"
            required
            min="0"
            max="10000"
            step="0.1"
            inputmode="decimal"
          />
        </label>
        <label for={field("unit")} class="stacked">
          {words.unit}
          <select id={field("unit")} name="unit">
            <option value="kW">{words.unitAll}</option>
            <option value="A">{words.unitLine}</option>
          </select>
        </label>
        <label for={field("minutes")} class="stacked">
          {words.minutesOrNone}
          <input
            id={field("minutes")}
            name="minutes"
            type="number"
            min="1"
            max="10080"
            value="120"
            inputmode="numeric"
          />
        </label>
        <label for={field("source")} class="stacked">
          {words.wantedBy}
          <select id={field("source")} name="source">
            <option value="operator">{words.sources.operator}</option>
            <option value="signal">{words.sources.signal}</option>
          </select>
        </label>
        <label for={field("reason")} class="stacked">
          {words.because}
          <input id={field("reason")} name="reason" maxlength={200} autocomplete="off" />
        </label>
        <button type="submit" class="button">{words.set}</button>
        <PreviewButton page={page} change="circuit-limit" subject={{ circuit: circuit.id }} />
      </div>
      <p class="hint">{words.limitAllHint}</p>
    </form>
  );
}
