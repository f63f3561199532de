import { assertEquals, assertNotEquals } from "@std/assert";
import {
  type Handling,
  type OcppVersion,
  speechOf,
  type StationAction,
} from "../../src/ocpp/mod.ts";
import { readCoverage } from "./coverage.ts";
import { nameOf, PAIRS } from "./pair.ts";
import { openPairSite, OWN_ANSWER_MS, type PairSite, type Said } from "./pair_site.ts";
import { isRefusal } from "./refusals.ts";
import { DOWN_EXAMPLES } from "./down_examples.ts";
import { IDLE_EXAMPLES, ORDERED_EXAMPLES, TOKEN, UP_EXAMPLES } from "./up_examples.ts";

const coverage = await readCoverage();

/** What became of one message of a charger, by what could be seen from outside. */
async function observe<A extends StationAction>(
  pair: PairSite,
  action: A,
  example: (typeof UP_EXAMPLES)[A][number],
  transactionId: string,
): Promise<{ readonly handling: Handling; readonly said: Said }> {
  const before = pair.queued();
  // The example of an action is its message.
  const message = example(pair.moment(transactionId)) as never;
  const said = await pair.say("charger", action, message, OWN_ANSWER_MS);
  const isAnswered = said.reply().kind !== "none";
  const isQueued = pair.queued() > before;
  // Readings that come more often than the CSMS wants them would not be told.
  await pair.site.clock.advance(65_000);
  return { handling: handlingOf(said, isAnswered, isQueued), said };
}

function handlingOf(said: Said, isAnswered: boolean, isQueued: boolean): Handling {
  const reply = said.reply();
  assertEquals(reply.kind === "none", false, "it was never answered");
  if (!isAnswered) return "forward";
  const isTold = said.up().length > 0;
  if (isQueued && isTold) return "queue";
  if (isTold) return "coalesce";
  return isRefusal(reply) ? "refuse" : "answer";
}

/** By which the charger speaks of the session that it has begun. */
function transactionIdOf(said: Said, version: OcppVersion): string {
  const reply = said.reply();
  if (version !== "ocpp1.6") return "T-1";
  return reply.kind === "result" ? String(reply.payload["transactionId"]) : "";
}

type Line = { [A in StationAction]: [A, (typeof UP_EXAMPLES)[A]] }[StationAction];

for (const pair of PAIRS) {
  const name = `${nameOf(pair.charger)} under ${nameOf(pair.csms)}`;
  Deno.test(`${name}: what a charger says is handled as the table has it`, async () => {
    const bench = await openPairSite(pair);
    const { dialect } = await speechOf(pair.charger);
    let transactionId = pair.charger === "ocpp1.6" ? "" : "T-1";
    const seen = new Map<StationAction, Set<Handling>>();
    const note = (action: StationAction, handling: Handling) =>
      seen.set(action, new Set([...seen.get(action) ?? [], handling]));
    const lines = [...Object.entries(IDLE_EXAMPLES), ...Object.entries(UP_EXAMPLES)] as Line[];
    for (const [action, examples] of lines.filter(([action]) => dialect.says(action))) {
      for (const example of examples) {
        const observed = await observe(bench, action, example as never, transactionId);
        note(action, observed.handling);
        if (action === "StartTransaction") {
          transactionId = transactionIdOf(observed.said, pair.charger);
        }
      }
      if (action === "Authorize") {
        // The CSMS need not be asked about a driver of the cache where it says so.
        await preAuthorize(bench, pair.csms);
        const again = await bench.say("charger", action, { idToken: TOKEN }, OWN_ANSWER_MS);
        note(action, handlingOf(again, again.reply().kind !== "none", false));
      }
    }
    for (const [order, followUp] of ORDERED_EXAMPLES) {
      const isSayable = (await speechOf(pair.csms)).dialect.says(order) && dialect.says(followUp);
      if (isSayable) note(followUp, await observeOrdered(bench, order, followUp));
    }
    for (const [action, handlings] of seen) {
      const claimed = [...coverage.up(action, pair)].toSorted();
      assertEquals([action, ...[...handlings].toSorted()], [action, ...claimed]);
    }
    await bench.site.stop();
  });
}

/** What becomes of a message about something that the CSMS has ordered. */
async function observeOrdered(
  bench: PairSite,
  order: typeof ORDERED_EXAMPLES[number][0],
  followUp: typeof ORDERED_EXAMPLES[number][1],
): Promise<Handling> {
  const moment = bench.moment("");
  const heard = await bench.order(order, DOWN_EXAMPLES[order][0]?.(moment) as never);
  assertNotEquals(heard, undefined, `${order} has reached the charger`);
  const { requestId } = heard?.payload ?? {};
  const example = { ...UP_EXAMPLES[followUp][0]?.(moment), requestId } as { requestId?: unknown };
  // A charger of 1.6 has no number for it.
  if (requestId === undefined) delete example.requestId;
  const said = await bench.say("charger", followUp, example as never, OWN_ANSWER_MS);
  const isAnswered = said.reply().kind !== "none";
  await bench.site.clock.advance(10_000);
  for (const { payload } of said.up()) {
    const isTheirs = payload["requestId"] === undefined || payload["requestId"] === 1;
    assertEquals(isTheirs, true, "the CSMS hears its own number");
  }
  return handlingOf(said, isAnswered, false);
}

async function preAuthorize({ site }: PairSite, version: OcppVersion): Promise<void> {
  if (version === "ocpp1.6") {
    const order = { key: "LocalPreAuthorize", value: "true" };
    await site.csms.now().result("ChangeConfiguration", order, 5_000);
    return;
  }
  await site.csms.now().result("SetVariables", {
    setVariableData: [{
      component: { name: "AuthCtrlr" },
      variable: { name: "LocalPreAuthorize" },
      attributeValue: "true",
    }],
  }, 5_000);
}
