import type { WebPorts } from "../ports.ts";
import type { CircuitView, EvseView, MeterView } from "../views.ts";
import type { Drawing } from "../live/page_patches.ts";
import { Alarms } from "./alarms.tsx";
import { Banners } from "./banners.tsx";
import { circuitElementId, CircuitHead } from "./circuit_panel.tsx";
import { type CircuitBranch, growCircuits } from "./circuit_tree.ts";
import { EmptySite, type EmptySiteProps } from "./empty_site.tsx";
import { EvseCard, evseElementId } from "./evse_card.tsx";
import { Layout } from "./layout.tsx";
import { MeterCard, meterElementId } from "./meter_card.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";
import { Totals } from "./totals.tsx";
import { Waiting } from "./waiting.tsx";

/** Everything that the site page shows. */
export interface SiteScene {
  readonly page: Page;
  readonly circuits: readonly CircuitView[];
  readonly evses: readonly EvseView[];
  readonly meters: readonly MeterView[];
  readonly faults: ReturnType<WebPorts["views"]["faults"]>;
  readonly waiting: ReturnType<WebPorts["views"]["waiting"]>;
  /** How to point a charger here; null once there is one. */
  readonly empty: Omit<EmptySiteProps, "page"> | null;
}

/** Looks up what the site page shows. `host` is the name under which the browser reached us. */
export function siteScene(page: Page, { views }: WebPorts, host: string): SiteScene {
  const hasChargers = views.chargers().length > 0 || views.evses().length > 0;
  return {
    page,
    circuits: views.circuits(),
    evses: views.evses(),
    meters: views.meters(),
    faults: views.faults("standing"),
    waiting: views.waiting(),
    empty: hasChargers ? null : {
      listeners: views.listeners(),
      refusals: views.refusals(),
      host,
    },
  };
}

/** The live page of the site: from the grid to each connector. */
export function SitePage({ scene }: { readonly scene: SiteScene }) {
  const { page } = scene;
  return (
    <Layout page={page} title={page.text.navSite} live="/live?path=%2F">
      <SiteContent scene={scene} />
    </Layout>
  );
}

function SiteContent({ scene }: { readonly scene: SiteScene }) {
  const { page, circuits, evses, meters } = scene;
  const { roots, unplaced } = growCircuits(circuits, evses);
  const others = besideCircuits(scene);
  return (
    <div id="site" class="site">
      <h1 class="sr">{page.text.navSite}</h1>
      <Banners page={page} />
      <Alarms page={page} faults={scene.faults} meters={meters} />
      <Waiting page={page} waiting={scene.waiting} />
      {scene.empty !== null ? <EmptySite page={page} {...scene.empty} /> : (
        <>
          <div class="overview">
            <Totals page={page} />
            {others.map((meter) => <MeterCard page={page} meter={meter} />)}
          </div>
          <section class="map" aria-label={page.text.circuits}>
            {roots.map((branch) => <Branch page={page} branch={branch} meters={meters} />)}
            {unplaced.length > 0 && <EvseGrid page={page} evses={unplaced} />}
          </section>
          <Legend page={page} />
        </>
      )}
    </div>
  );
}

/** Meters that do not stand on a circuit of the drawing: the sun, a battery, a heat pump. */
function besideCircuits({ meters, circuits }: SiteScene): readonly MeterView[] {
  const placed = new Set(circuits.map(({ meterId }) => meterId));
  return meters.filter(({ id }) => !placed.has(id));
}

interface BranchProps {
  readonly page: Page;
  readonly branch: CircuitBranch;
  readonly meters: readonly MeterView[];
}

function Branch({ page, branch, meters }: BranchProps) {
  const { circuit, evses, branches } = branch;
  const isRoot = circuit.parentId === null;
  return (
    <section class="circuit">
      <div class={isRoot ? "circuit-panel is-root" : "circuit-panel"}>
        <CircuitHead
          page={page}
          circuit={circuit}
          meter={meters.find(({ id }) => id === circuit.meterId)}
        />
        {evses.length > 0 && <EvseGrid page={page} evses={evses} />}
        {evses.length + branches.length === 0 && <p class="nothing">{page.text.noEvses}</p>}
      </div>
      {branches.length > 0 && (
        <div class="branches">
          {branches.map((inner) => <Branch page={page} branch={inner} meters={meters} />)}
        </div>
      )}
    </section>
  );
}

function EvseGrid(
  { page, evses }: { readonly page: Page; readonly evses: readonly EvseView[] },
) {
  return (
    <div class="evses">
      {evses.map((evse) => <EvseCard page={page} evse={evse} />)}
    </div>
  );
}

function Legend({ page }: { readonly page: Page }) {
  const { text } = page;
  return (
    <p class="legend" aria-hidden="true">
      <span class="key key-load"></span>
      {text.legendLoad}
      <span class="key key-reserved"></span>
      {text.legendReserved}
      <span class="key key-free"></span>
      {text.legendFree}
    </p>
  );
}

/** The site page as parts that change by themselves. */
export function drawSite(scene: SiteScene): Drawing {
  const { page, circuits, evses, meters } = scene;
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["banners", String(<Banners page={page} />)],
    ["alarms", String(<Alarms page={page} faults={scene.faults} meters={meters} />)],
    ["waiting", String(<Waiting page={page} waiting={scene.waiting} />)],
  ]);
  const others = besideCircuits(scene);
  if (scene.empty === null) {
    parts.set("totals", String(<Totals page={page} />));
    for (const circuit of circuits) {
      const meter = meters.find(({ id }) => id === circuit.meterId);
      parts.set(
        circuitElementId(circuit.id),
        String(<CircuitHead page={page} circuit={circuit} meter={meter} />),
      );
    }
    for (const evse of evses) {
      parts.set(evseElementId(evse.slot), String(<EvseCard page={page} evse={evse} />));
    }
    for (const meter of others) {
      parts.set(meterElementId(meter.id), String(<MeterCard page={page} meter={meter} />));
    }
  }
  return {
    shape: shapeOf(scene, others),
    parts,
    whole: { id: "site", html: () => String(<SiteContent scene={scene} />) },
  };
}

function shapeOf({ circuits, evses, empty }: SiteScene, others: readonly MeterView[]): string {
  return JSON.stringify([
    circuits.map(({ id, parentId }) => [id, parentId]),
    evses.map(({ slot, circuitId }) => [slot, circuitId]),
    others.map(({ id }) => id),
    // On the empty page each refused attempt is news.
    empty,
  ]);
}
