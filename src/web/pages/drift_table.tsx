import type { ChargerDriftView } from "../configuration_port.ts";
import { configurationTextOf } from "../configuration_text.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** How chargers stand to what site.yaml wants of them. */
export function DriftPanel(
  { page, drifts }: { readonly page: Page; readonly drifts: readonly ChargerDriftView[] },
) {
  const words = configurationTextOf(page.site.language);
  return (
    <section id="drift" class="panel settings-panel">
      <h2>{words.driftTitle}</h2>
      <p class="hint">{drifts.length === 0 ? words.noWishes : words.driftHint}</p>
      {drifts.map((drift) => <Drift page={page} drift={drift} />)}
    </section>
  );
}

function Drift({ page, drift }: { readonly page: Page; readonly drift: ChargerDriftView }) {
  const words = configurationTextOf(page.site.language);
  const { chargerId, checkedAt, reading, settings } = drift;
  const wrong = settings.filter(({ state }) => state !== "same");
  return (
    <>
      <h3>
        <a href={`/chargers/${encodeURIComponent(chargerId)}/configuration`}>{chargerId}</a>
      </h3>
      <p>
        {checkedAt === null ? words.neverChecked : <Moment page={page} at={checkedAt} />}{" "}
        {reading === "silent" ? words.silent : ""}
        {reading === "told" && wrong.length === 0 ? words.asWanted : ""}
      </p>
      {wrong.length > 0 && (
        <div class="table-wrap">
          <table class="as-cards setting-table">
            <thead>
              <tr>
                <th scope="col">{words.setting}</th>
                <th scope="col">{words.is}</th>
                <th scope="col">{words.shouldBe}</th>
                <th scope="col">{words.state}</th>
              </tr>
            </thead>
            <tbody>
              {wrong.map(({ name, actual, wanted, state, corrects }) => (
                <tr>
                  <th scope="row" class="is-title">
                    <code>{name}</code>
                  </th>
                  <td data-label={words.is}>{actual === null ? "–" : <code>{actual}</code>}</td>
                  <td data-label={words.shouldBe}>
                    <code>{wanted}</code>
                  </td>
                  <td data-label={words.state}>
                    {words.states[state]}; {corrects ? words.corrects : words.tells}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
