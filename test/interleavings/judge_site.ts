import { openTransactions } from "../../src/transactions/mod.ts";
import type { CountedSession } from "./model_charger.ts";
import { runningSession } from "./model_charger.ts";
import { isEmpty, type ModelSite } from "./model_site.ts";

/** What is wrong with a site at rest; nothing, if all is well. */
export function judge(site: ModelSite): readonly string[] {
  const { charger, csms } = site;
  const running = runningSession(charger);
  const open = openTransactions(site.transactions);
  return [
    ...site.wrongs,
    ...csms.oddities.map((odd) => `the CSMS finds odd: ${odd}`),
    ...isEmpty(site) ? [] : ["something is left to be told"],
    ...open.length <= 1 ? [] : ["two transactions are open on one connector"],
    ...open.length === (running < 0 ? 0 : 1) ? [] : [
      `${open.length} transactions are open, and the charger runs ${running < 0 ? "none" : "one"}`,
    ],
    ...open.some(({ number }) => number !== charger.sessions[running]?.number)
      ? ["the open transaction is not the one that runs"]
      : [],
    // CVE-2026-29044: deauthorized before it started, it must not charge.
    ...csms.isBlocked && running >= 0 ? ["a driver charges whom the CSMS has refused"] : [],
    ...judgeNumbers(site),
    ...judgeBooks(site),
  ];
}

/** seqNo is 0, 1, 2, … in each transaction; Started is the first event, Ended the last and the only one. */
function judgeNumbers({ facts }: ModelSite): readonly string[] {
  const byTransaction = Map.groupBy(facts, ({ transactionId }) => transactionId);
  return [...byTransaction].flatMap(([id, own]) => {
    const kinds = own.map(({ event }) => event.eventType);
    const isCounted = own.every(({ event }, index) => event.seqNo === index);
    const isOrdered = kinds.lastIndexOf("Started") === 0 &&
      (!kinds.includes("Ended") || kinds.indexOf("Ended") === kinds.length - 1);
    return isCounted && isOrdered ? [] : [`events of ${id}: ${kinds.join(" ")}`];
  });
}

/** What the charger has counted is what the CSMS has booked, session by session. */
function judgeBooks({ charger, csms, transactions }: ModelSite): readonly string[] {
  if (charger.sessions.length !== csms.sessions.length) {
    return [`${charger.sessions.length} sessions, told ${csms.sessions.length}`];
  }
  return charger.sessions.flatMap((session, place) => {
    const booked = csms.sessions[place];
    const stored = [...transactions.transactions.values()]
      .find(({ upstreamNumber }) => upstreamNumber === booked?.number);
    if (booked === undefined || stored === undefined) return [`session ${place} is nowhere`];
    if (booked.meterStartWh !== session.start.meterStartWh) return [`session ${place} began wrong`];
    if (session.stop === null && !session.isForgotten) {
      return booked.meterStopWh === null ? [] : [`session ${place} runs and has an end`];
    }
    const corrected = stored.correction?.stop.message.meterStopWh;
    const wanted = endOf(session);
    return booked.meterStopWh === wanted || corrected === wanted
      ? []
      : [`session ${place} ended with ${wanted}, told ${booked.meterStopWh}`];
  });
}

/** Of one that its charger has forgotten, what was told last is all there is. */
function endOf({ start, stop, meteredWh }: CountedSession): number {
  return stop?.meterStopWh ?? meteredWh ?? start.meterStartWh;
}
