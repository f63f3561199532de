import {
  type CommissioningState,
  type CommissioningStep,
  commissioningSteps,
  type TestCharge,
} from "../commissioning/commissioning.ts";
import {
  commissioningTextOf,
  commissioningWords,
  type WrittenAmounts,
} from "../commissioning/commissioning_text.ts";
import type { FirstRunMemory } from "../first_run/first_run_desk.ts";
import { THIN, written } from "../format.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { WebPorts } from "../ports.ts";
import type { SettingsProblem } from "../settings_port.ts";
import type { ChargerView } from "../views.ts";
import { ChargerTabs } from "./charger_tabs.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Problems } from "./settings_page.tsx";
import { Status } from "./status.tsx";

/** Everything that the page of one charger's commissioning shows. */
export interface CommissioningScene {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly rotation: WebPorts["rotation"];
  readonly charges: ReadonlyMap<number, TestCharge>;
  readonly memory: Pick<FirstRunMemory, "file" | "cannotWrite" | "isStartingAnew">;
}

/** Why nothing was written into site.yaml. */
export interface CommissioningTrouble {
  readonly message: string;
  readonly problems: readonly SettingsProblem[];
}

/** From a charger that was let in to one that may be left alone. */
export function CommissioningPage({ scene, note, trouble }: {
  readonly scene: CommissioningScene;
  readonly note: string | null;
  readonly trouble: CommissioningTrouble | null;
}) {
  const { page, charger } = scene;
  const words = commissioningTextOf(page.site.language);
  const base = `/chargers/${encodeURIComponent(charger.id)}`;
  const live = `/live?path=${encodeURIComponent(`${base}/commissioning`)}`;
  return (
    <Layout page={page} title={words.titleOf(charger.id)} live={live}>
      <header class="page-head">
        <div>
          <h1>{words.titleOf(charger.id)}</h1>
          <p class="hint">{words.hint}</p>
        </div>
        <a class="button" href={`${base}/sheet`}>{words.sheet}</a>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="commissioning" />
      {note !== null && <p class="banner" role="status">{note}</p>}
      {trouble !== null && (
        <div class="banner" role="alert">
          <Icon name="fault" />
          <div>
            <p>{trouble.message}</p>
            <Problems page={page} problems={trouble.problems} />
          </div>
        </div>
      )}
      <Progress scene={scene} />
      {commissioningSteps(scene).map((step) => <StepPanel scene={scene} step={step} />)}
    </Layout>
  );
}

function Progress({ scene }: { readonly scene: CommissioningScene }) {
  const words = commissioningTextOf(scene.page.site.language);
  const steps = commissioningSteps(scene);
  const done = steps.filter(({ state }) => state === "done").length;
  return (
    <p id="commissioning-progress" class="start-summary" role="status">
      {scene.memory.isStartingAnew ? words.startingAnew : words.progress(done, steps.length)}
    </p>
  );
}

const STATE_ICONS: Readonly<Record<CommissioningState, IconName>> = {
  done: "check",
  "to-do": "ring",
  failed: "fault",
  running: "hourglass",
};

function panelId({ id, slot }: CommissioningStep): string {
  return slot === null ? `commissioning-${id}` : `commissioning-${id}-${slot}`;
}

/** How amounts are written on a page. */
export function writtenOn({ format }: Pick<Page, "format">): WrittenAmounts {
  return {
    amps: format.current,
    energy: (wattHours) =>
      wattHours < 1_000 ? `${Math.round(wattHours)}${THIN}Wh` : written(format.energy(wattHours)),
    time: format.dateTime,
  };
}

function StepPanel({ scene, step }: {
  readonly scene: CommissioningScene;
  readonly step: CommissioningStep;
}) {
  const { page, charger } = scene;
  const { id, slot, state, sight } = step;
  const words = commissioningTextOf(page.site.language);
  const notes = charger.quirkProfile?.notes ?? null;
  return (
    <section id={panelId(step)} class={`panel order start-step is-${state}`}>
      <h2>
        {words.steps[id]}
        {slot !== null && <span class="quiet">{words.atSlot(slot)}</span>}
      </h2>
      <p class="start-state">
        <Icon name={STATE_ICONS[state]} />
        <b>{words.states[state]}</b>{" "}
        <span>{commissioningWords(words, sight, writtenOn(page))}</span>
      </p>
      {id === "model" && notes !== null && (
        <p class="hint">
          {words.notes}: <span lang="en">{notes}</span>
        </p>
      )}
      {id === "rotation" && slot !== null && <Rotation scene={scene} step={step} slot={slot} />}
    </section>
  );
}

function Rotation({ scene, step, slot }: {
  readonly scene: CommissioningScene;
  readonly step: CommissioningStep;
  readonly slot: number;
}) {
  const { page } = scene;
  const { sight } = step;
  const words = commissioningTextOf(page.site.language);
  const { obstacle, last } = scene.rotation(slot);
  if (sight.kind === "rotation-needless") return null;
  if (sight.kind === "rotation-running") {
    return (
      <form method="post" action={`/evses/${slot}/rotation-test/end`}>
        <Csrf page={page} />
        <button type="submit" class="button">{words.endTest}</button>
      </form>
    );
  }
  return (
    <>
      {last !== null && (
        <p class="hint">{words.print.by(last.by, page.format.dateTime(last.atMs))}</p>
      )}
      {obstacle !== null && sight.kind !== "rotation-untested" && (
        <p class="hint">{words.obstacles[obstacle]}</p>
      )}
      <div class="button-row">
        {sight.kind === "rotation-other" && (
          <TakeOver scene={scene} slot={slot} lines={sight.lines.join(", ")} />
        )}
        {obstacle === null && (
          <AskingButton
            page={page}
            id={`rotation-test-${slot}`}
            label={last === null ? words.test : words.testAgain}
            title={words.testTitle(slot)}
            action={`/evses/${slot}/rotation-test`}
            confirm={<button type="submit" class="button primary">{words.test}</button>}
          >
            <p>{words.testExplained}</p>
          </AskingButton>
        )}
      </div>
    </>
  );
}

function TakeOver({ scene, slot, lines }: {
  readonly scene: CommissioningScene;
  readonly slot: number;
  readonly lines: string;
}) {
  const { page, charger, memory } = scene;
  const words = commissioningTextOf(page.site.language);
  if (!may(page, "admin") || memory.file === null) return <p class="hint">{words.adminOnly}</p>;
  if (memory.cannotWrite !== null) {
    return <p class="hint">{words.cannotWrite(memory.cannotWrite)}</p>;
  }
  return (
    <AskingButton
      page={page}
      id={`rotation-take-${slot}`}
      label={words.take(lines)}
      kind="button primary"
      title={words.takeTitle}
      action={`/chargers/${encodeURIComponent(charger.id)}/commissioning/rotation`}
      confirm={<button type="submit" class="button primary">{words.take(lines)}</button>}
    >
      <input type="hidden" name="slot" value={String(slot)} />
      <p>{words.takeExplained}</p>
    </AskingButton>
  );
}

/** The page as parts that change by themselves: a step each. */
export function drawCommissioning(scene: CommissioningScene): Drawing {
  const steps = commissioningSteps(scene);
  const parts = new Map<string, string>([
    ["status", String(<Status page={scene.page} />)],
    ["commissioning-progress", String(<Progress scene={scene} />)],
    ...steps.map((step): [string, string] => [
      panelId(step),
      String(<StepPanel scene={scene} step={step} />),
    ]),
  ]);
  return { shape: scene.charger.slots.join(), parts, whole: null };
}
