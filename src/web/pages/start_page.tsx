import type { Child } from "hono/jsx";
import {
  FIRST_RUN_STEPS,
  type FirstRunFacts,
  firstRunSteps,
  nextStep,
  rootOf,
  type Step,
  type StepId,
  type StepState,
} from "../first_run/first_run.ts";
import type { FirstRunMemory } from "../first_run/first_run_desk.ts";
import { firstRunTextOf, sightWords } from "../first_run/first_run_text.ts";
import { written } from "../format.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { WebViews } from "../ports.ts";
import type { SettingsProblem } from "../settings_port.ts";
import type { WaitingView } from "../views.ts";
import { Address } from "./empty_site.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Problems } from "./settings_page.tsx";
import { FuseForm, PlaceForm } from "./start_forms.tsx";
import { Status } from "./status.tsx";

/** Everything that the page of the first steps shows. */
export interface StartScene {
  readonly page: Page;
  readonly facts: FirstRunFacts;
  readonly waiting: readonly WaitingView[];
  readonly memory: FirstRunMemory;
  /** What a charger that is adopted next may have. */
  readonly nextSlot: number;
  readonly skipped: ReadonlySet<StepId>;
  /** The host under which the browser reached us. */
  readonly host: string;
}

/** What came of something that was to be written: nothing, for these reasons. */
export interface StartTrouble {
  readonly message: string;
  readonly problems: readonly SettingsProblem[];
}

/** Looks up what the page shows. `skip` names steps by commas, as in the page's address. */
export function startScene(
  page: Page,
  views: WebViews,
  memory: FirstRunMemory,
  { host, skip }: { readonly host: string; readonly skip: string },
): StartScene {
  const evses = views.evses();
  const waiting = views.waiting();
  const facts: FirstRunFacts = {
    fuse: memory.fuse,
    circuits: views.circuits(),
    listeners: views.listeners(),
    waiting,
    refusals: views.refusals(),
    chargers: views.chargers(),
    meters: views.meters(),
    csms: page.site.csms,
    cards: views.tokens().length,
    evses,
    hasCharged: memory.hasCharged || page.site.totals.energyTodayWh > 0,
  };
  const lastSlot = Math.max(memory.lastSlot, ...evses.map(({ slot }) => slot));
  const names = skip.split(",");
  const skipped = new Set(FIRST_RUN_STEPS.filter((id) => names.includes(id)));
  return { page, facts, waiting, memory, nextSlot: lastSlot + 1, skipped, host };
}

/** From nothing to the first charged car. */
export function StartPage(
  { scene, trouble }: { readonly scene: StartScene; readonly trouble: StartTrouble | null },
) {
  const { page } = scene;
  const words = firstRunTextOf(page.site.language);
  const live = `/live?path=${encodeURIComponent(startAddress(scene.skipped))}`;
  return (
    <Layout page={page} title={words.title} live={live}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
      </header>
      {trouble !== null && (
        <div class="banner" role="alert">
          <Icon name="fault" />
          <div>
            <p>{trouble.message}</p>
            <Problems page={page} problems={trouble.problems} />
          </div>
        </div>
      )}
      <Summary scene={scene} />
      {firstRunSteps(scene.facts).map((step) => <StepPanel scene={scene} step={step} />)}
    </Layout>
  );
}

function Summary({ scene }: { readonly scene: StartScene }) {
  const { page, facts, skipped, memory } = scene;
  const words = firstRunTextOf(page.site.language);
  const next = nextStep(firstRunSteps(facts), skipped);
  return (
    <p id="start-summary" class="start-summary" role="status">
      {memory.isStartingAnew
        ? words.startingAnew
        : next === null
        ? words.allDone
        : <a href={`#start-${next}`}>{words.next(words.steps[next].title)}</a>}
    </p>
  );
}

const STATE_ICONS: Readonly<Record<StepState, IconName>> = {
  done: "check",
  "to-do": "ring",
  "cannot-see": "question",
};

function StepPanel({ scene, step }: { readonly scene: StartScene; readonly step: Step }) {
  const { page, skipped } = scene;
  const { id, state, sight, isOptional } = step;
  const words = firstRunTextOf(page.site.language);
  const isSkipped = state !== "done" && skipped.has(id);
  const seen = sightWords(words, sight, {
    amps: page.format.current,
    energy: (wattHours) =>
      wattHours < 1_000
        ? `${Math.round(wattHours)}\u202fWh`
        : written(page.format.energy(wattHours)),
  });
  return (
    <section id={`start-${id}`} class={`panel order start-step is-${isSkipped ? "later" : state}`}>
      <h2>
        {String(FIRST_RUN_STEPS.indexOf(id) + 1)}. {words.steps[id].title}
        {isOptional && <span class="quiet">({words.optional})</span>}
      </h2>
      <p class="start-state">
        <Icon name={isSkipped ? "clock" : STATE_ICONS[state]} />
        <b>{isSkipped ? words.skippedState : words.states[state]}</b> <span>{seen}</span>
      </p>
      {!isSkipped && state !== "done" && <p class="hint">{words.steps[id].hint}</p>}
      {!isSkipped && BODIES[id](scene, step)}
      {state !== "done" && <LaterLink scene={scene} id={id} />}
    </section>
  );
}

function LaterLink({ scene, id }: { readonly scene: StartScene; readonly id: StepId }) {
  const words = firstRunTextOf(scene.page.site.language);
  const isSkipped = scene.skipped.has(id);
  const others = new Set(scene.skipped);
  if (isSkipped) others.delete(id);
  else others.add(id);
  return (
    <p class="start-later">
      <a href={`${startAddress(others)}#start-${id}`}>{isSkipped ? words.comeBack : words.skip}</a>
    </p>
  );
}

/** The page's address with what was left for later, in the order of the steps. */
export function startAddress(skipped: ReadonlySet<StepId>): string {
  const names = FIRST_RUN_STEPS.filter((id) => skipped.has(id));
  return names.length === 0 ? "/start" : `/start?skip=${names.join(",")}`;
}

const BODIES: Readonly<Record<StepId, (scene: StartScene, step: Step) => Child>> = {
  fuse: (scene) => (
    <Writing scene={scene}>
      <FuseForm page={scene.page} amps={rootOf(scene.facts.circuits)?.limitAmps ?? null} />
    </Writing>
  ),
  address: ({ page, facts, host }) => (
    <ul class="addresses">
      {facts.listeners.map((listener, index) => (
        <Address page={page} listener={listener} host={host} id={`address-${index}`} />
      ))}
    </ul>
  ),
  charger: (scene) =>
    scene.waiting.length > 0 && (
      <Writing scene={scene}>
        {scene.waiting.map((charger) => (
          <PlaceForm
            page={scene.page}
            charger={charger}
            circuits={scene.facts.circuits}
            nextSlot={scene.nextSlot}
            isNamed={scene.memory.named.includes(charger.id)}
          />
        ))}
      </Writing>
    ),
  meter: ({ page }) => <Way href="/meters" label={firstRunTextOf(page.site.language).openMeters} />,
  csms: ({ page }) =>
    may(page, "admin") && (
      <Way href="/settings" label={firstRunTextOf(page.site.language).openSettings} />
    ),
  card: ({ page }) => <Way href="/tokens" label={firstRunTextOf(page.site.language).openCards} />,
  car: ({ page, facts }) => (
    <div class="button-row">
      {facts.chargers.filter(({ connected }) => connected).slice(0, 5).map(({ id }) => (
        <a class="button" href={`/chargers/${encodeURIComponent(id)}`}>
          {firstRunTextOf(page.site.language).openCharger(id)}
        </a>
      ))}
    </div>
  ),
};

function Way({ href, label }: { readonly href: string; readonly label: string }) {
  return <a class="button" href={href}>{label}</a>;
}

/** What only an administrator writes, and only where it can be written. */
function Writing({ scene, children }: { readonly scene: StartScene; readonly children: Child }) {
  const { page, memory } = scene;
  const words = firstRunTextOf(page.site.language);
  if (!may(page, "admin")) return <p class="hint">{words.adminOnly}</p>;
  if (memory.fuse === "unknown") {
    return <Way href="/settings" label={words.openSettings} />;
  }
  if (memory.cannotWrite !== null) {
    return <p class="hint">{words.cannotWrite(memory.cannotWrite)}</p>;
  }
  return <>{children}</>;
}

/** The page as parts that change by themselves: a step each. */
export function drawStart(scene: StartScene): Drawing {
  const { page, facts } = scene;
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["start-summary", String(<Summary scene={scene} />)],
  ]);
  for (const step of firstRunSteps(facts)) {
    parts.set(`start-${step.id}`, String(<StepPanel scene={scene} step={step} />));
  }
  return { shape: "", parts, whole: null };
}
