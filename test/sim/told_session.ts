import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";
import { type BookKeeper, createBooks, energyWh } from "../../src/simulator/mod.ts";
import type { Action16, Requests16 } from "../../src/ocpp/messages/mod.ts";
import { openSite, type SiteBench, type SiteFacts } from "../gateway/site_bench.ts";
import type { Payload } from "../support/frame_peer.ts";
import type { DeliveryAudit } from "./checkers/delivery.ts";

/**
 * One session of one charger, told to a gateway that may fail at any moment: the charger says each
 * thing until it is answered, as the specification wants it, and the power comes back by itself.
 */
export interface ToldSession {
  readonly site: SiteBench;
  /** What the CSMS has understood. */
  readonly books: BookKeeper;
  /** Plugs in, starts, meters, stops, unplugs. */
  play(): Promise<void>;
  /** Lets time pass until all is told, at most 20 minutes. */
  drain(): Promise<void>;
  /** Stops the gateway and says what is not as it should be. */
  judge(store: OutboxStore): Promise<readonly string[]>;
}

/** Where the CSMS cannot be reached. */
export type CsmsOutage = "never" | "while charging";

const POWER_IS_OUT_S = 5;
/** A charger gives an answer up after so long, and says it again. */
const ANSWER_S = 35;
/** By then whatever was broken works again. */
const REST_S = 120;
const DRAIN_S = 1_200;
const SESSION = { idTag: "ASHA", meterStart: 1_000, meterStop: 9_000 };

/** Opens a site on that disk; nobody charges yet. */
export async function openToldSession(
  facts: Partial<SiteFacts>,
  outage: CsmsOutage,
): Promise<ToldSession> {
  const site = await openSite({ unknownOffline: true, ...facts });
  const books = createBooks();
  keepBooks(site, books);
  const charger = createStubbornCharger(site);

  async function untilTold(): Promise<void> {
    for (let second = 0; second < DRAIN_S; second += 10) {
      await charger.connection();
      if (site.isUp() && isTold(site, books)) return;
      await charger.wait(10);
    }
  }

  return {
    site,
    books,
    async play() {
      const { tell } = charger;
      const now = () => isoTime(site.clock.wallMs());
      const status = (word: string) =>
        tell("StatusNotification", { connectorId: 1, errorCode: "NoError", status: word });
      await tell("BootNotification", { chargePointVendor: "Vendor", chargePointModel: "Model" });
      await status("Available");
      await status("Preparing");
      await tell("Authorize", { idTag: SESSION.idTag });
      const { idTag, meterStart, meterStop } = SESSION;
      const begin = { connectorId: 1, idTag, meterStart, timestamp: now() };
      const transactionId = Number((await tell("StartTransaction", begin))["transactionId"]);
      await status("Charging");
      const meter = (value: number) =>
        tell("MeterValues", {
          connectorId: 1,
          transactionId,
          meterValue: [{ timestamp: now(), sampledValue: [{ value: String(value) }] }],
        });
      await charger.wait(60);
      await meter(3_000);
      if (outage === "while charging") await site.loseCsms();
      await charger.wait(60);
      await meter(6_000);
      await tell("StopTransaction", { transactionId, meterStop, timestamp: now(), idTag });
      await status("Available");
      await charger.wait(60);
      site.dialer.policy = { kind: "open" };
    },
    async drain() {
      await untilTold();
      await charger.wait(REST_S);
      await untilTold();
    },
    async judge(store) {
      const { transactions, outbox } = await store.load(site.clock.wallMs());
      await site.stop();
      return [
        ...transactions.length === 1 ? [] : [`${transactions.length} sessions on disk`],
        ...outbox.map(({ id, kind }) => `record ${id} (${kind}) is still on disk`),
        ...transactions.flatMap(({ stop, meterStartWh, number }) =>
          number === charger.number() && stop?.meterStopWh === SESSION.meterStop &&
            meterStartWh === SESSION.meterStart
            ? []
            : [`the session on disk is not as it was told: ${number}, ${stop?.meterStopWh}`]
        ),
        ...judgeBooks(books),
        ...unexpectedErrors(site),
      ];
    },
  };
}

/** The CSMS of the bench keeps books as a real one does: the same start has the same number. */
function keepBooks({ csms, clock }: SiteBench, books: BookKeeper): void {
  const take = <A extends Action16>(action: A, book: (request: Requests16[A]) => Payload) =>
    csms.answer(action, (payload) => book(payload as unknown as Requests16[A]));
  take("StartTransaction", (request) => ({
    transactionId: books.started(request),
    idTagInfo: { status: "Accepted" },
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
}

function isTold({ gateway }: SiteBench, books: BookKeeper): boolean {
  const { views } = gateway().web;
  return views.outbox().length === 0 &&
    books.connector(1)?.status === "Available";
}

function judgeBooks(books: BookKeeper): readonly string[] {
  const sessions = books.sessions();
  const [session] = sessions;
  const countedWh = SESSION.meterStop - SESSION.meterStart;
  return [
    ...books.oddities(),
    ...sessions.length === 1 ? [] : [`the CSMS knows ${sessions.length} sessions`],
    ...session?.stop === null ? ["the session has no end at the CSMS"] : [],
    ...session !== undefined && energyWh(session) !== countedWh
      ? [`the CSMS has booked ${energyWh(session)} Wh`]
      : [],
    ...session !== undefined && session.meterValues < 2
      ? [`the CSMS has heard ${session.meterValues} of 2 readings`]
      : [],
    ...books.connector(1)?.status === "Available"
      ? []
      : [`the connector is ${books.connector(1)?.status} at the CSMS`],
  ];
}

function unexpectedErrors({ logged }: SiteBench): readonly string[] {
  return logged.filter(({ level, event }) =>
    level === "error" && event !== "ledger_write_failed" && event !== "ledger_read_failed"
  )
    .map((line) => JSON.stringify(line));
}

/** CP1: it connects again when it has to, and says each thing until it is answered. */
function createStubbornCharger(site: SiteBench) {
  let peer: Awaited<ReturnType<SiteBench["connect"]>> | null = null;
  let said = 0;
  let number: number | null = null;

  /** Whoever cut the power gives it back after a while. */
  async function wait(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await site.clock.advance(1_000);
      if (site.isUp()) continue;
      await site.clock.advance(POWER_IS_OUT_S * 1_000);
      await site.start();
    }
  }

  async function connection() {
    for (let attempt = 0; attempt < 60; attempt++) {
      if (peer !== null && peer.closed() === null) return peer;
      peer = null;
      if (site.isUp()) peer = await site.connect("CP1");
      else await wait(1);
    }
    throw new Error("CP1 cannot connect");
  }

  async function tell(action: Action16, payload: Payload): Promise<Payload> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const own = await connection();
      const id = `say-${++said}`;
      own.say(id, action, payload);
      await site.clock.advance(0);
      for (let second = 0; second < ANSWER_S; second++) {
        const reply = own.replyTo(id);
        if (reply.kind === "result") return learnt(action, reply.payload);
        if (reply.kind === "error" || own.closed() !== null) break;
        await wait(1);
      }
      if (!site.isUp() || own.closed() !== null) await wait(1);
      else await wait(10);
    }
    throw new Error(`CP1 was never answered its ${action}`);
  }

  /** A number that was answered stands, whatever happens afterwards. */
  function learnt(action: Action16, payload: Payload): Payload {
    if (action === "StartTransaction") number = Number(payload["transactionId"]);
    return payload;
  }

  return { tell, wait, connection, number: () => number };
}

/** Fails where the audit has found something, or the session is not as it should be. */
export function assertWell(
  findings: readonly string[],
  audit: DeliveryAudit,
  what: string,
): void {
  assertEquals(findings, [], what);
  assertEquals(audit.findings.all(), [], what);
  assert(audit.rows() === 0, `${what}: records are left`);
}
