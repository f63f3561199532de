import { sleep } from "../../src/lib/clock.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { type CardOffice, CARDS, groupOf } from "./cards.ts";
import type { LoggedReading, LoggedSession } from "./charger_log.ts";
import {
  begin,
  beginAlone,
  boot,
  currentValue,
  end,
  endAlone,
  expect,
  expectCard,
  presentCard,
  read,
  readAlone,
  registerValue,
  signedValue,
  status,
  tellBegin,
  tellEnd,
  tellReading,
} from "./sessions.ts";
import type { WeekCharger } from "./week_charger.ts";

/** What drivers of a week work with. */
export interface Circumstances {
  readonly office: CardOffice;
  /** What the site does with cards that nobody knows while the CSMS is away. */
  readonly strangers: "accept" | "reject";
  /** Readings of a session between its beginning and its end. */
  readonly readings: number;
}

/** The meter of a charger, which counts on through all its sessions. */
export interface Meter {
  registerWh: number;
}

/** Somebody comes to a charger, and what comes of it. */
type Visit = (charger: WeekCharger, meter: Meter, around: Circumstances) => Promise<void>;

const STEP_WH = 1_234.56;
/** The wanted interval and a bit. */
const UNHURRIED_MS = 1_010;
const clock = createSystemClock();

/** What a meter of the charger says just now, a bit more than before. */
function sample(meter: Meter, context?: string): LoggedReading["sampledValue"] {
  meter.registerWh += STEP_WH;
  return [
    registerValue(meter.registerWh, context),
    ...["L1", "L2", "L3"].map((phase) => currentValue(phase, 15.9)),
  ];
}

async function readAll(
  charger: WeekCharger,
  session: LoggedSession,
  meter: Meter,
  { readings }: Circumstances,
): Promise<void> {
  for (let count = 0; count < readings; count++) await read(charger, session, sample(meter));
}

/** The register, as Start and Stop take it: whole watt-hours. */
function wholeWh(meter: Meter): number {
  return Math.floor(meter.registerWh);
}

/** An ordinary session from card to end. */
async function charge(
  charger: WeekCharger,
  meter: Meter,
  around: Circumstances,
  { idTag, kind }: { readonly idTag: string; readonly kind: string },
): Promise<void> {
  await expectCard(charger, idTag, "Accepted");
  const session = await begin(charger, { idTag, kind, meterStartWh: wholeWh(meter) });
  expect(charger, `a start of ${idTag}`, session.answer?.status, "Accepted");
  await readAll(charger, session, meter, around);
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag });
}

const listed: Visit = (charger, meter, around) =>
  charge(charger, meter, around, { idTag: CARDS.listed(charger.slot), kind: "a listed card" });

/** Somebody with a card that is known wherever the CSMS is. */
export const visitWithKnownCard: Visit = (charger, meter, around) =>
  charge(charger, meter, around, { idTag: CARDS.known(charger.slot), kind: "a known card" });

const signed: Visit = async (charger, meter, around) => {
  const idTag = CARDS.known(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "signed values",
    meterStartWh: wholeWh(meter),
  });
  const text = (part: string) => `OCMF|{"FV":"1.0", "RV":${meter.registerWh}} |{"SD":"${part}=="} `;
  const begun = signedValue(text("begun"), "Transaction.Begin");
  await read(charger, session, [registerValue(meter.registerWh, "Transaction.Begin"), begun]);
  await readAll(charger, session, meter, around);
  const transactionData = [{
    at: charger.now(),
    sampledValue: [signedValue(text("“ended” €"), "Transaction.End")],
  }];
  await end(charger, session, { meterStopWh: wholeWh(meter), transactionData });
};

const clockAligned: Visit = async (charger, meter, around) => {
  const idTag = CARDS.listed(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "values of the clock",
    meterStartWh: wholeWh(meter),
  });
  await read(charger, session, sample(meter, "Sample.Clock"));
  await readAll(charger, session, meter, around);
  await read(charger, session, sample(meter, "Sample.Clock"));
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "EVDisconnected" });
};

/** Its readings are as far apart as the CSMS wants them: none may be left out. */
const unhurried: Visit = async (charger, meter) => {
  const idTag = CARDS.listed(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "readings at the wanted interval",
    meterStartWh: wholeWh(meter),
  });
  for (let count = 0; count < 3; count++) {
    if (count > 0) await sleep(clock, UNHURRIED_MS, new AbortController().signal);
    await read(charger, session, sample(meter));
  }
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag });
};

const stranger: Visit = async (charger, meter, around) => {
  const idTag = CARDS.stranger(charger.slot, charger.log.authorizeMs.length);
  if (around.strangers === "accept") {
    return await charge(charger, meter, around, { idTag, kind: "a stranger, let in" });
  }
  await expectCard(charger, idTag, "Invalid");
};

const blocked: Visit = async (charger) => {
  await expectCard(charger, CARDS.blocked(charger.slot), "Blocked");
  await expectCard(charger, CARDS.listedBlocked(charger.slot), "Blocked");
};

/** A charger that starts first and asks afterwards. It is told, and ends the session at once. */
const insolent: Visit = async (charger, meter) => {
  const idTag = CARDS.blocked(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "a blocked card that was started",
    meterStartWh: wholeWh(meter),
  });
  expect(charger, `a start of ${idTag}`, session.answer?.status, "Blocked");
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "DeAuthorized" });
};

/** Begun with one card of a group, ended with another. */
const partner: Visit = async (charger, meter, around) => {
  const idTag = CARDS.known(charger.slot);
  const group = await expectCard(charger, idTag, "Accepted");
  expect(charger, `the group of ${idTag}`, group, groupOf(charger.slot));
  const kind = "ended with another card of the group";
  const session = await begin(charger, { idTag, kind, meterStartWh: wholeWh(meter) });
  await readAll(charger, session, meter, around);
  const other = CARDS.partner(charger.slot);
  expect(charger, `the group of ${other}`, await expectCard(charger, other, "Accepted"), group);
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag: other });
};

const expired: Visit = async (charger, _meter, { office }) => {
  await sleep(clock, office.expireAtMs - clock.wallMs() + 50, new AbortController().signal);
  await expectCard(charger, CARDS.expiring(charger.slot), "Expired");
};

/** The charger loses its power in the middle of a session, and ends it when it is back. */
const rebooted: Visit = async (charger, meter, around) => {
  const idTag = CARDS.listed(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "the charger lost its power",
    meterStartWh: wholeWh(meter),
  });
  await readAll(charger, session, meter, around);
  await charger.drop();
  await boot(charger);
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "PowerLoss" });
};

/** Only the connection is lost. What is read meanwhile is told afterwards. */
const disconnected: Visit = async (charger, meter, around) => {
  const idTag = CARDS.known(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "the charger lost its connection",
    meterStartWh: wholeWh(meter),
  });
  await readAll(charger, session, meter, around);
  await charger.drop();
  const kept = [
    readAlone(charger, session, sample(meter)),
    readAlone(charger, session, sample(meter)),
  ];
  for (const reading of kept) await tellReading(charger, session, reading);
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag });
};

/** Of each message the answer is lost, and the charger says it again. */
const unheard: Visit = async (charger, meter) => {
  const idTag = CARDS.listed(charger.slot);
  const session = await begin(charger, {
    idTag,
    kind: "answers were lost",
    meterStartWh: wholeWh(meter),
    twice: true,
  });
  await read(charger, session, sample(meter), true);
  await end(charger, session, {
    meterStopWh: wholeWh(meter),
    reason: "Local",
    idTag,
    twice: true,
  });
};

/** The charger itself is cut off: two sessions happen before it can tell of either. */
const alone: Visit = async (charger, meter, { readings }) => {
  await charger.drop();
  const queued: (() => Promise<void>)[] = [];
  for (const idTag of [CARDS.listed(charger.slot), CARDS.known(charger.slot)]) {
    const kind = "the charger was cut off";
    const session = beginAlone(charger, { idTag, kind, meterStartWh: wholeWh(meter) });
    queued.push(() => tellBegin(charger, session));
    for (let count = 0; count < readings; count++) {
      const reading = readAlone(charger, session, sample(meter));
      queued.push(() => tellReading(charger, session, reading));
    }
    const stop = endAlone(charger, session, { meterStopWh: wholeWh(meter), reason: "Local" });
    queued.push(() => tellEnd(charger, session, stop));
  }
  for (const tell of queued) await tell();
  await status(charger, "Available");
};

/** Registers at the ends of what 1.6 can say, and one that was put back in between. */
const oddRegister: Visit = async (charger, _meter, around) => {
  const highest = 2_147_483_647;
  const steps = [[0, 0], [highest - 100_000, highest], [90_000, 12]] as const;
  const [meterStartWh, meterStopWh] = steps[charger.log.sessions.length % steps.length] ?? steps[0];
  const idTag = CARDS.listed(charger.slot);
  const kind = `a register from ${meterStartWh} to ${meterStopWh}`;
  const session = await begin(charger, { idTag, kind, meterStartWh });
  const own = { registerWh: meterStartWh };
  await readAll(charger, session, own, around);
  await end(charger, session, { meterStopWh, reason: "Other" });
};

const VISITS: readonly Visit[] = [
  listed,
  visitWithKnownCard,
  signed,
  stranger,
  partner,
  blocked,
  unheard,
  clockAligned,
  insolent,
  alone,
  oddRegister,
  expired,
  disconnected,
  rebooted,
  unhurried,
];

/** The n-th visit to a charger: all kinds come in turn, at each charger beginning with another. */
export async function visit(
  charger: WeekCharger,
  meter: Meter,
  around: Circumstances,
  count: number,
): Promise<void> {
  const next = VISITS[(count + charger.slot) % VISITS.length];
  await next?.(charger, meter, around);
}

/** A card charges at one charger, and is tried twice at another. */
export async function tryBusyCard(
  first: WeekCharger,
  second: WeekCharger,
  [meter, other]: readonly [Meter, Meter],
): Promise<void> {
  const idTag = CARDS.busy(first.slot);
  await presentCard(first, idTag);
  const session = await begin(first, {
    idTag,
    kind: "busy here",
    meterStartWh: wholeWh(meter),
  });
  expect(first, `a start of ${idTag}`, session.answer?.status, "Accepted");
  await read(first, session, sample(meter));
  for (let tries = 0; tries < 2; tries++) {
    await presentCard(second, idTag);
    const kind = "busy elsewhere";
    const refused = await begin(second, { idTag, kind, meterStartWh: wholeWh(other) });
    expect(second, `a start of ${idTag}`, refused.answer?.status, "ConcurrentTx");
    await end(second, refused, { meterStopWh: wholeWh(other), reason: "DeAuthorized" });
  }
  await end(first, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag });
}

/** A session that goes on while the CSMS goes or comes; `finish` ends it. */
export async function leaveCharging(
  charger: WeekCharger,
  meter: Meter,
  { idTag, kind }: { readonly idTag: string; readonly kind: string },
): Promise<{ readonly session: LoggedSession; finish(): Promise<void> }> {
  await expectCard(charger, idTag, "Accepted");
  const session = await begin(charger, { idTag, kind, meterStartWh: wholeWh(meter) });
  await read(charger, session, sample(meter));
  return {
    session,
    async finish() {
      await read(charger, session, sample(meter));
      await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Local", idTag });
    },
  };
}

/**
 * The same with a card that the CSMS turns out to have blocked meanwhile: the gateway makes the
 * charger stop. Resolves when it has.
 */
export async function untilMadeToStop(
  charger: WeekCharger,
  meter: Meter,
  session: LoggedSession,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  charger.onCommand("RemoteStopTransaction", ({ transactionId }) => {
    if (transactionId === session.answer?.number) resolve();
  });
  await promise;
  // Its own word is "Remote"; why, the gateway knows.
  session.reasonUpstream = "DeAuthorized";
  await end(charger, session, { meterStopWh: wholeWh(meter), reason: "Remote" });
}
