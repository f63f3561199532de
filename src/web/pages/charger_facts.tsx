import type { Child } from "hono/jsx";
import type { ChargerView, LimitPathView } from "../views.ts";
import { faultWords } from "../faults/fault_words.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** A clock that is off by less than this is called right: it makes no difference to a session. */
const CLOCK_TOLERANCE_MS = 5_000;

/** What a charger said of itself, and how it takes limits. */
export function ChargerFacts(
  { page, charger }: { readonly page: Page; readonly charger: ChargerView },
) {
  const { text } = page;
  return (
    <section id="facts" class="panel facts">
      <h2>{text.about}</h2>
      <dl>
        {factsOf(page, charger).map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {charger.lastFault !== null && (
        <p class="last-fault">
          <b>{text.lastFault}</b>{" "}
          <a href={`/faults/${charger.lastFault.id}`}>
            {faultWords(page.site.language, charger.lastFault.code).title}
          </a>{" "}
          · <Moment page={page} at={charger.lastFault.since} />
          {charger.lastFault.state === "over" && ` · ${text.faultOver}`}
        </p>
      )}
      <h3>{text.limitsTitle}</h3>
      <ul class="limit-paths">
        {charger.limitPaths.map((path) => <li>{limitPathWords(page, path)}</li>)}
      </ul>
    </section>
  );
}

/** How limits reach one EVSE, and what that means for the site. */
function limitPathWords({ text }: Page, path: LimitPathView): string {
  const { slot, by, stackLevel, unit, writesToday, writesMax } = path;
  if (by === "none") return text.limitPathNone(slot);
  const how = by === "vendor"
    ? text.limitByVendor
    : by === "unknown"
    ? text.limitUntried
    : text.limitForm(by, String(stackLevel));
  const isSpent = writesToday >= writesMax;
  return [
    text.limitPath(slot, how, unit),
    path.endsByItself ? text.limitEnds : text.limitStays,
    text.failSafeIs[path.failSafe],
    text.limitWrites(writesToday, writesMax),
    ...(isSpent ? [text.limitWritesSpent] : []),
  ].join(" ");
}

function factsOf(page: Page, charger: ChargerView): readonly (readonly [string, Child])[] {
  const { text } = page;
  return [
    [text.vendor, charger.vendor ?? text.unknown],
    [text.model, charger.model ?? text.unknown],
    [text.serialNumber, charger.serialNumber ?? text.unknown],
    [text.firmware, charger.firmware ?? text.unknown],
    [text.protocol, charger.protocol ?? text.unknown],
    [text.address, charger.address ?? text.unknown],
    [
      text.bootedAt,
      charger.bootedAt === null ? text.unknown : <Moment page={page} at={charger.bootedAt} />,
    ],
    ...formerFact(page, charger),
    [text.clockOffset, clockInWords(page, charger.clockOffsetMs)],
  ];
}

/** Only where it was replaced is there something to say. */
function formerFact(
  { text, format, nowMs }: Page,
  { formerly }: ChargerView,
): readonly (readonly [string, Child])[] {
  if (formerly === null) return [];
  const { model, serialNumber, until } = formerly;
  const former = text.formerStation(
    model,
    serialNumber ?? text.unknown,
    format.since(until, nowMs),
  );
  return [[text.formerly, former]];
}

/** "right", "2 min ahead", "40 s behind". */
export function clockInWords({ text }: Page, offsetMs: number | null): string {
  if (offsetMs === null) return text.unknown;
  const awayMs = Math.abs(offsetMs);
  if (awayMs < CLOCK_TOLERANCE_MS) return text.clockRight;
  const seconds = Math.round(awayMs / 1_000);
  const away = seconds < 120
    ? text.waitSeconds(seconds)
    : text.waitMinutes(Math.round(seconds / 60));
  return offsetMs > 0 ? text.clockAhead(away) : text.clockBehind(away);
}
