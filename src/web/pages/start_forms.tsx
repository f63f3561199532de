import { firstRunTextOf } from "../first_run/first_run_text.ts";
import type { CircuitView, WaitingView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { AskingButton } from "./layout.tsx";
import type { Page } from "./page.ts";

/** Which lines a charger may be connected to, as its form says it. */
export const PHASE_CHOICES = ["L1,L2,L3", "L1", "L2", "L3"] as const;
/** More sockets has no charger that an installer places by hand. */
export const CONNECTORS_MAX = 8;
export const FUSE_AMPS_MAX = 10_000;
export const CHARGER_AMPS_MAX = 1_000;
export const SLOT_MAX = 10_000;

/** Names the main fuse. */
export function FuseForm({ page, amps }: { readonly page: Page; readonly amps: number | null }) {
  const words = firstRunTextOf(page.site.language);
  return (
    <AskingButton
      page={page}
      id="start-write-fuse"
      label={words.steps.fuse.title}
      title={words.writeTitle}
      action="/start/fuse"
      confirm={<button type="submit" class="button primary">{words.write}</button>}
    >
      <label class="stacked">
        {words.fuseAmps}
        <input
          type="number"
          name="amps"
          required
          min="1"
          max={FUSE_AMPS_MAX}
          step="any"
          inputmode="decimal"
          value={amps === null ? "" : String(amps)}
        />
      </label>
      <p>{words.writeExplained}</p>
    </AskingButton>
  );
}

/** Lets a charger in and says where it stands. */
export function PlaceForm({ page, charger, circuits, nextSlot, isNamed }: {
  readonly page: Page;
  readonly charger: WaitingView;
  readonly circuits: readonly Pick<CircuitView, "id">[];
  readonly nextSlot: number;
  /** It has its place in site.yaml already. */
  readonly isNamed: boolean;
}) {
  const words = firstRunTextOf(page.site.language);
  return (
    <p>
      <AskingButton
        page={page}
        id={elementId("start-adopt", charger.id)}
        label={words.adopt(charger.id)}
        kind="button primary"
        title={words.adopt(charger.id)}
        action="/start/chargers"
        confirm={
          <button type="submit" class="button primary">
            {isNamed ? words.adopt(charger.id) : words.write}
          </button>
        }
      >
        <input type="hidden" name="chargerId" value={charger.id} />
        <p>{words.placeExplained}</p>
        {!isNamed && <PlaceFields page={page} circuits={circuits} nextSlot={nextSlot} />}
        {!isNamed && <p>{words.writeExplained}</p>}
      </AskingButton>
    </p>
  );
}

function PlaceFields({ page, circuits, nextSlot }: {
  readonly page: Page;
  readonly circuits: readonly Pick<CircuitView, "id">[];
  readonly nextSlot: number;
}) {
  const words = firstRunTextOf(page.site.language);
  return (
    <div class="ask-fields">
      <label>
        {words.slot}
        <input type="number" name="slot" required min="1" max={SLOT_MAX} value={String(nextSlot)} />
      </label>
      <label>
        {words.connectors}
        <input type="number" name="connectors" required min="1" max={CONNECTORS_MAX} value="1" />
      </label>
      <label>
        {words.circuit}
        <select name="circuit">
          {circuits.map(({ id }) => <option value={id}>{id}</option>)}
        </select>
      </label>
      <label>
        {words.phases}
        <select name="phases">
          {PHASE_CHOICES.map((choice) => (
            <option value={choice}>{choice === "L1,L2,L3" ? words.allPhases : choice}</option>
          ))}
        </select>
      </label>
      <label>
        {words.maxAmps}
        <input type="number" name="maxAmps" required min="6" max={CHARGER_AMPS_MAX} value="16" />
      </label>
    </div>
  );
}
