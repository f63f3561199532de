import { commissioningSteps } from "../commissioning/commissioning.ts";
import { commissioningTextOf } from "../commissioning/commissioning_text.ts";
import type { WaitingView } from "../views.ts";
import type { CommissioningScene } from "./commissioning_page.tsx";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Waiting } from "./waiting.tsx";

/** How far each charger is. */
export function CommissioningListPage({ page, scenes, waiting }: {
  readonly page: Page;
  readonly scenes: readonly CommissioningScene[];
  readonly waiting: readonly WaitingView[];
}) {
  const words = commissioningTextOf(page.site.language);
  return (
    <Layout page={page} title={words.allTitle}>
      <header class="page-head">
        <div>
          <h1>{words.allTitle}</h1>
          <p class="hint">{words.allHint}</p>
        </div>
        {scenes.length > 0 && <a class="button" href="/commissioning/sheets">{words.sheets}</a>}
      </header>
      <Waiting page={page} waiting={waiting} />
      {waiting.length > 0 && (
        <p>
          <a href="/start#start-charger">{words.letIn}</a>
        </p>
      )}
      {scenes.length === 0
        ? <p class="nothing">{words.nothing}</p>
        : (
          <ul class="plain-list commissioning-list">
            {scenes.map((scene) => <Row scene={scene} />)}
          </ul>
        )}
    </Layout>
  );
}

function Row({ scene }: { readonly scene: CommissioningScene }) {
  const { page, charger } = scene;
  const words = commissioningTextOf(page.site.language);
  const steps = commissioningSteps(scene);
  const done = steps.filter(({ state }) => state === "done").length;
  const failed = steps.filter(({ state }) => state === "failed");
  return (
    <li class="panel">
      <a href={`/chargers/${encodeURIComponent(charger.id)}/commissioning`}>{charger.id}</a>
      <span class="start-state">
        <Icon name={failed.length > 0 ? "fault" : done === steps.length ? "check" : "ring"} />
        <span>{words.progress(done, steps.length)}</span>
        {failed.map(({ id, slot }) => (
          <span>
            · {words.states.failed}: {words.steps[id]}
            {slot === null ? "" : `, ${words.atSlot(slot)}`}
          </span>
        ))}
      </span>
    </li>
  );
}
