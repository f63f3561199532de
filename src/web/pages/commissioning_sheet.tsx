import { ASSETS } from "../assets.ts";
import { commissioningSteps } from "../commissioning/commissioning.ts";
import { commissioningTextOf, commissioningWords } from "../commissioning/commissioning_text.ts";
import type { CircuitView } from "../views.ts";
import { type CommissioningScene, writtenOn } from "./commissioning_page.tsx";
import type { Page } from "./page.ts";
import { QrCode } from "./qr_code.tsx";

/** What sheets are made of. */
export interface SheetsScene {
  readonly page: Page;
  readonly chargers: readonly CommissioningScene[];
  readonly circuits: readonly Pick<CircuitView, "id" | "limitAmps">[];
  /** Where a phone reaches the pages: what is before the path in the codes. */
  readonly origin: string;
}

/**
 * A sheet for the door of each charger, on paper. `style`: the rules themselves, for a file that has to
 * stand alone; absent: a link to them.
 */
export function CommissioningSheets(
  { scene, style }: { readonly scene: SheetsScene; readonly style?: string },
) {
  const { page, chargers } = scene;
  const words = commissioningTextOf(page.site.language);
  const [only] = chargers;
  const about = chargers.length === 1 && only !== undefined ? ` ${only.charger.id}` : "";
  return (
    <html lang={page.site.language} class="paper">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>{`${words.print.title}${about} · ${page.site.name}`}</title>
        {style === undefined
          ? (
            <>
              <link rel="stylesheet" href={ASSETS.stylesheet.path} />
              <link rel="icon" href={ASSETS.icon.path} type="image/svg+xml" />
            </>
          )
          : <style dangerouslySetInnerHTML={{ __html: style }} />}
      </head>
      <body class="print">
        <main>
          {chargers.length === 0 && <h1>{words.nothing}</h1>}
          {chargers.map((charger) => <Sheet scene={scene} charger={charger} />)}
        </main>
      </body>
    </html>
  );
}

function Sheet({ scene, charger: own }: {
  readonly scene: SheetsScene;
  readonly charger: CommissioningScene;
}) {
  const { page } = scene;
  const { charger } = own;
  const { print, ...words } = commissioningTextOf(page.site.language);
  const make = [charger.vendor, charger.model].filter((part) => part !== null).join(" ");
  const facts: readonly (readonly [string, string | null])[] = [
    [print.make, make === "" ? null : make],
    [print.serial, charger.serialNumber],
    [print.firmware, charger.firmware],
    [print.protocol, charger.protocol],
  ];
  return (
    <article class="sheet">
      <p class="print-site">{page.site.name}</p>
      <h1>{print.title}: {charger.id}</h1>
      <dl class="sheet-facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value ?? print.unknown}</dd>
          </div>
        ))}
      </dl>
      {charger.slots.map((slot) => <Connector scene={scene} charger={own} slot={slot} />)}
      <h2>{print.results}</h2>
      <table class="sheet-results">
        <tbody>
          {commissioningSteps(own).map(({ id, slot, state, sight }) => (
            <tr>
              <th scope="row">
                {words.steps[id]}
                {slot === null ? "" : ` · ${words.atSlot(slot)}`}
              </th>
              <td>{words.states[state]}</td>
              <td>{commissioningWords({ print, ...words }, sight, writtenOn(page))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{print.protection}</p>
      <p class="sheet-sign">
        <span>{print.date}</span>
        <span>{print.signature}</span>
      </p>
      <p class="hint">{print.madeAt(page.format.full(page.nowMs))}</p>
    </article>
  );
}

function Connector({ scene, charger, slot }: {
  readonly scene: SheetsScene;
  readonly charger: CommissioningScene;
  readonly slot: number;
}) {
  const { page, circuits, origin } = scene;
  const { print } = commissioningTextOf(page.site.language);
  const known = charger.rotation(slot);
  const circuit = circuits.find(({ id }) => id === known.circuitId);
  const { current } = page.format;
  const amps = (value: number | null) => value === null ? print.unknown : current(value);
  const { last } = known;
  const facts: readonly (readonly [string, string])[] = [
    [print.circuit, known.circuitId ?? print.unknown],
    [print.fuse, amps(circuit?.limitAmps ?? null)],
    [print.rotation, known.toldLines.length === 0 ? print.unknown : known.toldLines.join(", ")],
    [print.range, `${amps(known.minCurrentAmps)} – ${amps(known.maxCurrentAmps)}`],
    [print.failSafe, amps(known.failSafeAmps)],
    [
      print.rotationTest,
      last === null ? print.unknown : print.by(last.by, page.format.dateTime(last.atMs)),
    ],
  ];
  return (
    <section class="sheet-connector">
      <div>
        <h2>{print.connector} {String(slot)}</h2>
        <dl class="sheet-facts">
          {facts.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <figure class="sheet-qr">
        <QrCode content={`${origin}/slots/${slot}`} label={print.qr(slot)} />
        <figcaption>
          {print.qr(slot)}
          <br />
          <code>{`${origin}/slots/${slot}`}</code>
        </figcaption>
      </figure>
    </section>
  );
}
