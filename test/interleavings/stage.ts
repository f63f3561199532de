import { isoTime } from "../../src/lib/clock.ts";
import type { Action16, Requests16 } from "../../src/ocpp/messages/mod.ts";
import { createBooks, energyWh } from "../../src/simulator/mod.ts";
import type { PlayedCharger } from "../gateway/played.ts";
import { openSite, type SiteBench } from "../gateway/site_bench.ts";
import type { Payload } from "../support/frame_peer.ts";
import type { Happening } from "./happening.ts";

/** The whole gateway on virtual time, one of its chargers and its CSMS, at which things happen. */
export interface Stage {
  happen(happening: Happening): Promise<void>;
  /** Lets everything come to rest; what is wrong then. */
  judge(): Promise<readonly string[]>;
}

/** A session as its charger counts it. */
interface OwnSession {
  readonly start: Payload;
  readonly number: number;
  readonly status: string;
  stop: Payload | null;
}

const CARD = "ASHA";
const STEP_WH = 100;
/** Longer than a refused start may go on by itself before its charger is told to stop. */
const BETWEEN_MS = 20_000;
const TELL_MS = 500;

/** Opens a site at which nothing has happened. */
export async function openStage(): Promise<Stage> {
  const site = await openSite({ unknownOffline: true });
  const books = keepBooks(site);
  const sessions: OwnSession[] = [];
  const wrongs: string[] = [];
  let peer: PlayedCharger = await site.arrive("CP1");
  let isUp = true;
  let isBlocked = false;
  /** What the CSMS would end if it could reach anybody. */
  let toEnd: number | string | null = null;
  let registerWh = 1_000;

  const running = () => sessions.find(({ stop }) => stop === null);

  async function start(): Promise<void> {
    const now = isoTime(site.clock.wallMs());
    const before = running();
    const begin = before?.start ?? { meterStart: registerWh, timestamp: now };
    const { number, status } = await peer.start(CARD, begin, TELL_MS);
    if (before === undefined) sessions.push({ start: begin, number, status, stop: null });
    else if (before.number !== number || before.status !== status) {
      wrongs.push(`start of ${before.number} was answered in two ways`);
    }
  }

  async function stop(reason: string): Promise<void> {
    const session = running() ?? sessions.at(-1);
    if (session === undefined) return;
    session.stop ??= {
      transactionId: session.number,
      meterStop: registerWh,
      timestamp: isoTime(site.clock.wallMs()),
      reason,
    };
    await peer.result("StopTransaction", session.stop, TELL_MS);
  }

  /** A charger that was told to stop does. */
  async function obey(): Promise<void> {
    const session = running();
    const isTold = session !== undefined &&
      peer.payloads("RemoteStopTransaction").some(({ transactionId }) =>
        transactionId === session.number
      );
    if (isTold) await stop("Remote");
  }

  async function reboot(): Promise<void> {
    peer.socket.terminate();
    await site.clock.advance(5_000);
    peer = await site.connect("CP1");
    await peer.boot();
    if (running() !== undefined) await stop("PowerLoss");
  }

  /** From now on the CSMS does not want this driver, and ends what it knows of him. */
  async function deauthorize(): Promise<void> {
    isBlocked = true;
    books.block();
    toEnd = books.open()[0]?.transactionId ?? null;
    if (isUp) await endKnown();
  }

  async function endKnown(): Promise<void> {
    if (toEnd === null) return;
    await site.csms.now().ask("RemoteStopTransaction", { transactionId: toEnd }, TELL_MS);
    toEnd = null;
  }

  async function raiseLink(): Promise<void> {
    if (!isUp) await site.restoreCsms();
    isUp = true;
    await endKnown();
  }

  async function happen(happening: Happening): Promise<void> {
    if (running() !== undefined) registerWh += STEP_WH;
    switch (happening) {
      case "authorize":
        await peer.authorize(CARD, TELL_MS);
        break;
      case "start":
        await start();
        break;
      case "deauthorize":
        await deauthorize();
        break;
      case "stop":
        await stop("Local");
        break;
      case "reboot":
        await reboot();
        break;
      case "link down":
        if (isUp) await site.loseCsms();
        isUp = false;
        break;
      case "link up":
        await raiseLink();
        break;
    }
    await site.clock.advance(BETWEEN_MS);
    await obey();
  }

  function judgeRest(): readonly string[] {
    const { views } = site.gateway().web;
    const open = views.evse(1)?.transaction ?? null;
    const own = running();
    return [
      ...wrongs,
      ...books.oddities().map((odd) => `the CSMS finds odd: ${odd}`),
      ...views.outbox().map(({ kind }) => `a ${kind} record is left`),
      ...open?.number === own?.number
        ? []
        : [`${open?.number ?? "nothing"} is open, ${own?.number ?? "nothing"} runs`],
      ...isBlocked && own !== undefined ? ["a driver charges whom the CSMS has refused"] : [],
      ...books.sessions().length === sessions.length
        ? []
        : [`${sessions.length} sessions, told ${books.sessions().length}`],
      ...sessions.flatMap((session, place) => judgeBooked(session, place)),
    ];
  }

  function judgeBooked({ start: begin, stop: end }: OwnSession, place: number): readonly string[] {
    const booked = books.sessions()[place];
    if (booked === undefined) return [`session ${place} is unknown`];
    if ((booked.stop === null) !== (end === null)) return [`session ${place} is not as it is told`];
    if (end === null) return [];
    const ownWh = Number(end["meterStop"]) - Number(begin["meterStart"]);
    return energyWh(booked) === ownWh
      ? []
      : [`session ${place} is ${ownWh} Wh, told ${energyWh(booked)}`];
  }

  return {
    happen,
    async judge() {
      await raiseLink();
      // A session that was begun offline is refused when it is told, and its charger told to stop.
      await site.clock.advance(2 * BETWEEN_MS);
      await obey();
      await site.clock.advance(BETWEEN_MS);
      await obey();
      await site.clock.advance(BETWEEN_MS);
      const findings = judgeRest();
      site.kill();
      return findings;
    },
  };
}

/** The CSMS books what it is told, and refuses whom it has blocked. */
function keepBooks({ csms, clock }: SiteBench) {
  const books = createBooks();
  let status = "Accepted";
  const take = <A extends Action16>(action: A, book: (request: Requests16[A]) => Payload) =>
    csms.answer(action, (payload) => book(payload as unknown as Requests16[A]));
  take("Authorize", () => ({ idTagInfo: { status } }));
  take("StartTransaction", (request) => ({
    transactionId: books.started(request),
    idTagInfo: { status },
  }));
  take("MeterValues", (request) => {
    books.measured(request);
    return {};
  });
  take("StopTransaction", (request) => {
    books.stopped(request);
    return {};
  });
  take("StatusNotification", (request) => {
    books.told(request, clock.monoMs());
    return {};
  });
  return {
    ...books,
    block() {
      status = "Blocked";
    },
  };
}
