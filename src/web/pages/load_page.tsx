import { type Line, LINES } from "../../site/mod.ts";
import { THIN, written } from "../format.ts";
import type { Drawing } from "../live/page_patches.ts";
import { loadTextOf } from "../load_text.ts";
import { forecastTextOf } from "../forecast_text.ts";
import type { CircuitBoundView, CircuitView, EvseView } from "../views.ts";
import { Banners } from "./banners.tsx";
import { CircuitLimitActions, CircuitLimits } from "./circuit_limit_forms.tsx";
import { type CircuitBranch, growCircuits } from "./circuit_tree.ts";
import { DemandForm, demandText, FirstForm } from "./demand_forms.tsx";
import { elementId } from "./element_id.ts";
import { currents, EvseStateBadge, isStale } from "./evse_card.tsx";
import { LimitForm } from "./evse_panel.tsx";
import { STATE_LOOKS } from "./evse_tone.ts";
import { reasonInWords } from "./evse_reason.ts";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import { historyElementId, type LoadCourse, LoadHistory, NO_COURSE } from "./load_history.tsx";
import { may, type Page } from "./page.ts";
import { StrategyForm } from "./preview_forms.tsx";
import { Status } from "./status.tsx";

/** Everything that the load page shows. */
export interface LoadScene {
  readonly page: Page;
  readonly circuits: readonly CircuitView[];
  readonly evses: readonly EvseView[];
  /** By circuit. */
  readonly history: ReadonlyMap<string, LoadCourse>;
  /** How what there is is shared, where a circuit does not say otherwise. */
  readonly strategy: string;
}

/** Load management in one sight: each circuit's lines, who has what of them, and why. */
export function LoadPage(
  { scene, note = null }: { readonly scene: LoadScene; readonly note?: string | null },
) {
  const words = loadTextOf(scene.page.site.language);
  return (
    <Layout page={scene.page} title={words.title} live="/live?path=%2Fload">
      {note !== null && <p class="banner" role="status">{note}</p>}
      <LoadContent scene={scene} />
    </Layout>
  );
}

function LoadContent({ scene }: { readonly scene: LoadScene }) {
  const { page, circuits, evses } = scene;
  const words = loadTextOf(page.site.language);
  const { roots, unplaced } = growCircuits(circuits, evses);
  return (
    <div id="load" class="load">
      <header class="page-head">
        <h1>{words.title}</h1>
      </header>
      <p class="hint">{words.hint}</p>
      <Banners page={page} />
      <StrategyForm page={page} strategy={scene.strategy} />
      <ul class="legend" aria-hidden="true">
        <Key name="other" word={words.otherLoad} />
        <Key name="load" word={words.chargers} />
        <Key name="reserved" word={words.reserved} />
        <Key name="free" word={page.text.legendFree} />
      </ul>
      <section class="map" aria-label={page.text.circuits}>
        {roots.map((branch) => <Branch scene={scene} branch={branch} />)}
        {unplaced.length > 0 && <EvseList page={page} evses={unplaced} />}
      </section>
    </div>
  );
}

function Key({ name, word }: { readonly name: string; readonly word: string }) {
  return (
    <li>
      <span class={`key key-${name}`}></span>
      {word}
    </li>
  );
}

function Branch({ scene, branch }: { readonly scene: LoadScene; readonly branch: CircuitBranch }) {
  const { page, history } = scene;
  const { circuit, evses, branches } = branch;
  return (
    <section class="circuit">
      <div class={circuit.parentId === null ? "circuit-panel is-root" : "circuit-panel"}>
        <LoadHead page={page} circuit={circuit} evses={scene.evses} />
        <CircuitLimitActions page={page} circuit={circuit} />
        <LoadHistory
          page={page}
          circuitId={circuit.id}
          course={history.get(circuit.id) ?? NO_COURSE}
        />
        {evses.length > 0 && <EvseList page={page} evses={evses} />}
        {evses.length + branches.length === 0 && <p class="nothing">{page.text.noEvses}</p>}
      </div>
      {branches.length > 0 && (
        <div class="branches">
          {branches.map((inner) => <Branch scene={scene} branch={inner} />)}
        </div>
      )}
    </section>
  );
}

function headElementId(circuitId: string): string {
  return elementId("load-circuit", circuitId);
}

interface HeadProps {
  readonly page: Page;
  readonly circuit: CircuitView;
  readonly evses: readonly EvseView[];
}

function LoadHead({ page, circuit, evses }: HeadProps) {
  const { text } = page;
  const warning = text.meterStates[circuit.meterState];
  const isTrouble = circuit.meterState !== "none" && circuit.meterState !== "good";
  return (
    <header id={headElementId(circuit.id)} class="circuit-head">
      <div class="circuit-title">
        {circuit.parentId === null && <Icon name="grid" />}
        <h2>{circuit.id}</h2>
        {warning !== "" && (
          <span class={isTrouble ? "circuit-note tone-waiting" : "circuit-note"}>
            {isTrouble && <Icon name="hourglass" />}
            {warning}
          </span>
        )}
      </div>
      <ul class="load-lines">
        {LINES.map((line) => <LoadLine page={page} circuit={circuit} line={line} />)}
      </ul>
      {circuit.bounds.length > 0 && (
        <ul class="load-bounds">
          {circuit.bounds.map((bound) => <Bound page={page} bound={bound} />)}
        </ul>
      )}
      <CircuitLimits page={page} circuit={circuit} />
      <NextTurn page={page} circuit={circuit} evses={evses} />
    </header>
  );
}

/** With less than this left, in amperes, no further car can be given anything. */
const FULL_BELOW_AMPS = 1;

function LoadLine(
  { page, circuit, line }: {
    readonly page: Page;
    readonly circuit: CircuitView;
    readonly line: Line;
  },
) {
  const { text, format } = page;
  const words = loadTextOf(page.site.language);
  const { limitAmps } = circuit;
  const load = circuit.loadAmps[line];
  const [other, reserved] = [circuit.otherLoadAmps[line], circuit.reservedAmps[line]];
  const headroom = circuit.headroomAmps[line];
  const isOver = (load ?? other + reserved) > limitAmps + 0.5;
  const flows = load === null ? words.notMeasured : format.current(load);
  const says = words.lineSays(
    line,
    flows,
    format.current(other),
    format.current(reserved),
    format.current(limitAmps),
  );
  return (
    <li class={isOver ? "load-line is-over" : "load-line"}>
      <span class={`line-name ${line}`} aria-hidden="true">{line}</span>
      <LoadBar circuit={circuit} line={line} />
      <span class="load-value" aria-hidden="true">
        <b>{load === null ? "–" : String(Math.round(load))}</b>
        <span class="quiet">{`/${Math.round(limitAmps)}${THIN}A`}</span>
      </span>
      <span class="load-parts quiet" aria-hidden="true">
        {[
          ...(Math.round(other) > 0 ? [`${words.otherLoad} ${format.current(other)}`] : []),
          `${words.reserved} ${format.current(reserved)}`,
        ].join(" · ")}
      </span>
      <span class={headroom < FULL_BELOW_AMPS ? "load-free is-full" : "load-free"}>
        {headroom < FULL_BELOW_AMPS ? text.full : words.free(format.current(Math.floor(headroom)))}
      </span>
      <span class="sr">{says}</span>
    </li>
  );
}

/** Other load, what chargers draw, what they may draw on top, and the limit at the bar's end. */
function LoadBar({ circuit, line }: { readonly circuit: CircuitView; readonly line: Line }) {
  const { limitAmps } = circuit;
  const load = circuit.loadAmps[line] ?? 0;
  const other = circuit.loadAmps[line] === null
    ? circuit.otherLoadAmps[line]
    : Math.min(circuit.otherLoadAmps[line], load);
  const mayFlow = Math.max(load, circuit.otherLoadAmps[line] + circuit.reservedAmps[line]);
  return (
    <svg class={`bar ${line}`} aria-hidden="true">
      <rect class="bar-track" width="100%" height="100%" />
      <rect class="bar-reserved" width={percent(mayFlow, limitAmps)} height="100%" />
      <rect class="bar-load" width={percent(load, limitAmps)} height="100%" />
      <rect class="bar-other" width={percent(other, limitAmps)} height="100%" />
    </svg>
  );
}

function percent(amps: number, limitAmps: number): string {
  const part = limitAmps <= 0 ? (amps > 0 ? 1 : 0) : Math.min(1, Math.max(0, amps / limitAmps));
  return `${Math.round(part * 1000) / 10}%`;
}

function Bound({ page, bound }: { readonly page: Page; readonly bound: CircuitBoundView }) {
  const words = loadTextOf(page.site.language);
  const shown = (amount: number) => amountOf(page, bound.unit, amount);
  const load = bound.load === null ? words.notMeasured : shown(bound.load);
  const isOver = bound.load !== null && bound.load > bound.limit;
  return (
    <li class={isOver ? "is-over" : undefined}>
      {isOver && <Icon name="fault" />}
      <span>{words.bounds[bound.kind]}</span> <b>{words.ofLimit(load, shown(bound.limit))}</b>
    </li>
  );
}

function amountOf({ format }: Page, unit: CircuitBoundView["unit"], amount: number): string {
  if (unit === "A") return format.current(amount);
  const text = written(format.power(amount));
  return unit === "VA" ? text.replace(/W$/, "VA") : text;
}

/** Who has the next turn below a circuit that is what keeps cars waiting. */
function NextTurn({ page, circuit, evses }: HeadProps) {
  const words = loadTextOf(page.site.language);
  const waiting = evses.flatMap(({ slot, why }) => {
    if (why?.kind !== "waiting") return [];
    const { bottleneck, nextAt } = why;
    const whereId = bottleneck?.circuitId ?? null;
    const isHere = whereId === null ? circuit.parentId === null : whereId === circuit.id;
    return isHere ? [{ slot, nextAt }] : [];
  });
  if (waiting.length === 0) return null;
  const [next] = waiting.flatMap(({ slot, nextAt }) => nextAt === null ? [] : [{ slot, nextAt }])
    .toSorted((a, b) => a.nextAt < b.nextAt ? -1 : 1);
  const isSoon = next !== undefined && Date.parse(next.nextAt) - page.nowMs < 60_000;
  return (
    <p class="load-next">
      <Icon name="hourglass" />
      <span>{words.waiting(waiting.length)}</span>
      {next !== undefined && (
        <b>
          {isSoon
            ? words.nextSoon(next.slot)
            : words.nextTurn(next.slot, page.format.clock(next.nextAt))}
        </b>
      )}
    </p>
  );
}

function EvseList(
  { page, evses }: { readonly page: Page; readonly evses: readonly EvseView[] },
) {
  return (
    <ul class="load-evses">
      {evses.map((evse) => (
        <li>
          <EvseLoad page={page} evse={evse} />
          {evse.transaction !== null && (
            <div class="load-actions">
              <a class="button" href={`/sessions/${encodeURIComponent(evse.transaction.id)}`}>
                {loadTextOf(page.site.language).details}
              </a>
              {may(page, "operator") && (
                <>
                  <ChangeButton page={page} evse={evse} />
                  <FirstForm page={page} evse={evse} />
                </>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Opens the form over the page: it stays open while the rows around it change. */
function ChangeButton({ page, evse }: { readonly page: Page; readonly evse: EvseView }) {
  const id = elementId("load-limit", evse.slot);
  const label = forecastTextOf(page.site.language).changeTitle;
  return (
    <>
      <button type="button" class="button" popovertarget={id}>{label}</button>
      <div id={id} class="ask" popover="auto" role="dialog" aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`}>{`${page.text.connector(evse.slot)}: ${label}`}</h2>
        <FirstForm page={page} evse={evse} hasPreview />
        <LimitForm page={page} evse={evse} />
        <DemandForm page={page} evse={evse} />
      </div>
    </>
  );
}

function rowElementId(slot: number): string {
  return elementId("load-evse", slot);
}

function EvseLoad({ page, evse }: { readonly page: Page; readonly evse: EvseView }) {
  const { format, text } = page;
  const words = loadTextOf(page.site.language);
  const { tone } = STATE_LOOKS[evse.state];
  const isWaiting = evse.why?.kind === "waiting";
  const why = reasonInWords(page, evse);
  const demand = demandText(page, evse);
  return (
    <div id={rowElementId(evse.slot)} class={`load-evse tone-${tone}`}>
      <span class="slot" title={text.connector(evse.slot)}>{String(evse.slot)}</span>
      <a class="evse-name" href={`/chargers/${encodeURIComponent(evse.chargerId)}`}>
        {evse.chargerId}
      </a>
      <EvseStateBadge page={page} evse={evse} />
      {evse.transaction !== null && (
        <span class={isStale(evse) ? "load-amps is-old" : "load-amps"}>
          <span>
            <b>{evse.offeredAmps === null ? "–" : format.current(evse.offeredAmps)}</b>{" "}
            <span class="quiet">{words.offered}</span>
          </span>
          <span>
            <b>{evse.measuredAmps === null ? "–" : currents(page, evse.measuredAmps)}</b>{" "}
            <span class="quiet">{words.drawn}</span>
          </span>
          {evse.reservedAmps !== null && (
            <span>
              <b>{format.current(evse.reservedAmps)}</b> <span class="quiet">{words.kept}</span>
            </span>
          )}
        </span>
      )}
      {why !== null && (
        <p class={isWaiting ? "load-why is-waiting" : "load-why"}>
          <span class="sr">{`${words.why}: `}</span>
          {why}
        </p>
      )}
      {demand !== null && (
        <p class="load-why">
          <Icon name="clock" />
          {demand}
        </p>
      )}
      {evse.trust !== null && evse.trust !== "trusted" && (
        <p class="load-why tone-fault">
          <Icon name="fault" />
          {words.trust[evse.trust]}
        </p>
      )}
    </div>
  );
}

/** The load page as parts that change by themselves; forms stand outside of them. */
export function drawLoad(scene: LoadScene): Drawing {
  const { page, circuits, evses, history } = scene;
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["banners", String(<Banners page={page} />)],
  ]);
  for (const circuit of circuits) {
    parts.set(
      headElementId(circuit.id),
      String(<LoadHead page={page} circuit={circuit} evses={evses} />),
    );
    const course = history.get(circuit.id) ?? NO_COURSE;
    parts.set(
      historyElementId(circuit.id),
      String(<LoadHistory page={page} circuitId={circuit.id} course={course} />),
    );
  }
  for (const evse of evses) {
    parts.set(rowElementId(evse.slot), String(<EvseLoad page={page} evse={evse} />));
  }
  return {
    shape: JSON.stringify([
      circuits.map((
        { id, parentId, limits, source },
      ) => [id, parentId, source, limits.map((limit) => limit.source)]),
      evses.map((
        { slot, circuitId, transaction, priority },
      ) => [slot, circuitId, transaction?.id, priority?.by]),
    ]),
    parts,
    whole: { id: "load", html: () => String(<LoadContent scene={scene} />) },
  };
}
