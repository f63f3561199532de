import { Buffer } from "node:buffer";
import {
  addressesOf,
  type Bringer,
  bringUntilEnd,
  type CounterPlace,
  type FileCounter,
  type FileStore,
  type Incoming,
  plainName,
} from "../files/mod.ts";
import { type Clock, every } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import type { LogCollections, LogOrder, SiteBook, SiteEvents } from "../site/mod.ts";
import { type LogEvent, stepLog } from "./log_order.ts";

type GetLog = InsideCall<"GetLog">;

/** Takes logs of chargers to where the CSMS wants them. */
export interface LogDesk {
  /** Goes on with what was begun before. */
  start(): Promise<void>;
  stop(): void;
  /**
   * GetLog of the CSMS for a charger that knows it by `number`: the charger brings it here, the gateway
   * takes it on. The answer is the charger's; the order is on disk before it hears of it.
   */
  take(chargerId: string, number: number, call: GetLog): Promise<SpokenOutcome<"GetLog">>;
  /** The charger told how it gets on. True: it is of such an order, and the CSMS hears of it from here. */
  heard(chargerId: string, call: InsideCall<"LogStatusNotification">): boolean;
  /** Newest first. */
  orders(): readonly LogOrder[];
}

export interface LogDeskPorts {
  readonly clock: Clock;
  readonly ids: Pick<Ids, "secret">;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "charger">;
  readonly counter: Pick<FileCounter, "offer" | "withdraw">;
  readonly place: () => CounterPlace;
  /** By which chargers of 1.6 bring; those of 2.x do by http. */
  readonly way16: "ftp" | "http";
  readonly files: Pick<FileStore, "part" | "keep" | "discard" | "read" | "remove">;
  readonly bringer: Bringer;
  /** Of one log, and of all that are here at once. */
  readonly bytesMax: number;
  readonly keepBytesMax: number;
  readonly write: (writes: readonly WriteOf<LogCollections>[]) => Promise<void>;
  readonly call: (chargerId: string, call: GetLog) => Promise<SpokenOutcome<"GetLog">>;
  /** What the charger would say itself. */
  readonly tellCsms: (chargerId: string, call: InsideCall<"LogStatusNotification">) => void;
}

const LOOK_MS = 30_000;
/** What is over is shown for so long, and what the charger says of it late is heard here. */
const SHOWN_MS = 24 * 3_600_000;
const ORDERS_MAX = 500;
/** More than this a site has no use for at once. */
const OPEN_MAX = 100;
const SECRET_BYTES = 24;
const PART_BYTES = 16;
/** Creates the desk with the orders that the ledger knows. */
export function createLogDesk(ports: LogDeskPorts, stored: Iterable<LogOrder>): LogDesk {
  const { clock, counter, events, files, log, spawn } = ports;
  const orders = new Map([...stored].map((order) => [order.number, order]));
  /** What comes in now, by number: of two the newer one. */
  const arriving = new Map<number, { bytes: number }>();
  let stopped = new AbortController();
  let stopLooking = () => {};

  const isOpen = ({ stage }: LogOrder) => stage !== "over";
  const ofCharger = (chargerId: string) =>
    [...orders.values()].filter((order) => order.chargerId === chargerId);

  async function happen(number: number, event: LogEvent): Promise<void> {
    const before = orders.get(number);
    if (before === undefined) return;
    const { order, tell } = stepLog(before, event, clock.wallMs());
    if (order === before) return;
    await save(order);
    if (tell !== null) sayAbove(order);
    if (before.stage === "told" && order.stage === "sending") send(number);
    if (before.stage === "sending" && order.stage === "over") await letGo(order);
  }

  async function save(order: LogOrder): Promise<void> {
    orders.set(order.number, order);
    offer(order);
    await ports.write([put("log-orders", order.number, order)]);
    log("info", "log_order", {
      charger: order.chargerId,
      number: order.number,
      stage: order.stage,
      status: order.status ?? "",
      reason: order.reason ?? "",
    });
    events.emit("charger", { chargerId: order.chargerId });
  }

  function sayAbove({ chargerId, number, status }: LogOrder): void {
    if (status === null) return;
    const message = { status, requestId: number };
    ports.tellCsms(chargerId, { action: "LogStatusNotification", message });
  }

  /** The charger can bring it until it has, also after a restart of the gateway. */
  function offer({ stage, secret, number }: LogOrder): void {
    if (stage !== "told") return counter.withdraw(secret);
    counter.offer(secret, {
      kind: "bring",
      get bytesMax() {
        return Math.max(0, Math.min(ports.bytesMax, ports.keepBytesMax - bytesWithout(number)));
      },
      open: (name) => receive(number, name),
    });
  }

  /** What is here and what is coming, but for what one order brings. */
  function bytesWithout(number: number): number {
    const here = [...orders.values()].filter(({ stage }) => stage === "sending")
      .reduce((sum, { file }) => sum + (file?.bytes ?? 0), 0);
    return [...arriving].filter(([each]) => each !== number)
      .reduce((sum, [, { bytes }]) => sum + bytes, here);
  }

  async function receive(number: number, name: string): Promise<Incoming> {
    const key = Buffer.from(ports.ids.secret(PART_BYTES)).toString("hex");
    const part = await files.part(key);
    const own = { bytes: 0 };
    arriving.set(number, own);
    const leave = () => {
      if (arriving.get(number) === own) arriving.delete(number);
    };
    return {
      async write(chunk) {
        // A charger whose connection has died begins anew while the old one still stands.
        if (arriving.get(number) !== own) throw new Error("It comes by another connection");
        own.bytes += chunk.length;
        if (bytesWithout(number) + own.bytes > ports.keepBytesMax) throw new Error("No room");
        await part.write(chunk);
      },
      async end() {
        await part.close();
        const isCurrent = arriving.get(number) === own;
        leave();
        if (!isCurrent || own.bytes === 0) {
          await files.discard(key);
          throw new Error(isCurrent ? "An empty file is no log" : "It came by another connection");
        }
        const { sha256, bytes } = await files.keep(key);
        await happen(number, {
          kind: "brought",
          file: { sha256, bytes, name: plainName(name) },
        });
      },
      async abort() {
        leave();
        await part.close();
        await files.discard(key);
      },
    };
  }

  function send(number: number): void {
    spawn("take a log on", async () => {
      const order = orders.get(number);
      if (order === undefined || order.file === null || order.stage !== "sending") return;
      const { sha256, name, bytes } = order.file;
      const outcome = await bringUntilEnd(
        {
          location: order.message.log.remoteLocation,
          file: { name, bytes, read: () => files.read(sha256) },
          isWanted: () => orders.get(number)?.stage === "sending",
          troubled: (reason) => log("info", "log_not_taken_yet", { number, reason }),
        },
        ports.bringer,
        clock,
        stopped.signal,
      );
      if (stopped.signal.aborted || outcome === null) return;
      if (outcome.kind === "ended") return await happen(number, { kind: "sent" });
      const status = outcome.kind === "refused" ? outcome.why : "UploadFailure";
      await happen(number, { kind: "not-sent", status, reason: outcome.reason });
    });
  }

  /** Nobody needs it here any more, unless another order brought the very same. */
  async function letGo({ file }: LogOrder): Promise<void> {
    if (file === null) return;
    const isWanted = [...orders.values()].some((order) =>
      order.stage === "sending" && order.file?.sha256 === file.sha256
    );
    if (!isWanted) await files.remove(file.sha256);
  }

  function look(): void {
    const nowMs = clock.wallMs();
    for (const order of orders.values()) {
      if (isOpen(order)) {
        spawn("look at log order", () => happen(order.number, { kind: "looked-at" }));
      } else if (nowMs - order.changedAtMs > SHOWN_MS || orders.size > ORDERS_MAX) {
        orders.delete(order.number);
        spawn("forget log order", () => ports.write([drop("log-orders", order.number)]));
      }
    }
  }

  /** The same order, with the gateway's own address of the place. */
  function orderFor({ message, secret, chargerId }: LogOrder): GetLog {
    const is16 = (ports.site.charger(chargerId)?.version ?? "ocpp1.6") === "ocpp1.6";
    const { http, ftp } = addressesOf(ports.place(), secret, "");
    const remoteLocation = (is16 && ports.way16 === "ftp" ? ftp ?? http : http ?? ftp) ?? "";
    return { action: "GetLog", message: { ...message, log: { ...message.log, remoteLocation } } };
  }

  async function answered(order: LogOrder, outcome: SpokenOutcome<"GetLog">): Promise<void> {
    // One that is silent may have heard it.
    if (outcome.kind === "silent") return;
    const status = outcome.kind === "answered" ? outcome.message.status : "Rejected";
    await happen(order.number, { kind: "answered", isAccepted: status !== "Rejected" });
    if (status !== "AcceptedCanceled") return;
    for (const { number } of ofCharger(order.chargerId)) {
      if (number !== order.number) await happen(number, { kind: "replaced" });
    }
  }

  return {
    async start() {
      stopped = new AbortController();
      stopLooking = every(clock, LOOK_MS, look);
      for (const order of orders.values()) {
        offer(order);
        if (order.stage === "sending") send(order.number);
        if (order.stage !== "over") continue;
        // What was not done before the power went out.
        await letGo(order);
        if (order.status !== null) sayAbove(order);
      }
    },
    stop() {
      stopped.abort();
      stopLooking();
    },
    async take(chargerId, number, { message }) {
      if ([...orders.values()].filter(isOpen).length >= OPEN_MAX) {
        const statusInfo = {
          reasonCode: "NoSpace",
          additionalInfo: "Too many logs are on their way",
        };
        return { kind: "answered", message: { status: "Rejected", statusInfo } };
      }
      const nowMs = clock.wallMs();
      const order: LogOrder = {
        number,
        chargerId,
        message,
        secret: Buffer.from(ports.ids.secret(SECRET_BYTES)).toString("hex"),
        file: null,
        stage: "told",
        status: null,
        claimedAtMs: null,
        failedAtMs: null,
        reason: null,
        givenAtMs: nowMs,
        changedAtMs: nowMs,
      };
      await save(order);
      const outcome = await ports.call(chargerId, orderFor(order));
      await answered(order, outcome);
      return outcome;
    },
    heard(chargerId, { message: { status, requestId } }) {
      const known = ofCharger(chargerId).toSorted((one, other) => one.number - other.number);
      const meant = requestId === undefined
        ? known.findLast(({ stage }) => stage === "told") ?? known.at(-1)
        : known.find(({ number }) => number === requestId);
      if (meant === undefined || status === "Idle" && !isOpen(meant)) return false;
      spawn("note log status", () => happen(meant.number, { kind: "said", status }));
      return true;
    },
    orders: () => [...orders.values()].toSorted((one, other) => other.givenAtMs - one.givenAtMs),
  };
}
