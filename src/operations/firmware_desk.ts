import type { X509Certificate } from "node:crypto";
import {
  addressesOf,
  type CounterPlace,
  type FileCounter,
  type Mirror,
  signingCertificateProblem,
} from "../files/mod.ts";
import { type Clock, every } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { InsideCall, InsideResponse, SpokenOutcome } from "../ocpp/mod.ts";
import type {
  FirmwareCollections,
  FirmwareOrder,
  FirmwareOrigin,
  SiteBook,
  SiteEvents,
} from "../site/mod.ts";
import { type FirmwareEvent, stepFirmware } from "./firmware_order.ts";
import { eventOf, freshOrder, imageMessage, locationMessage } from "./_firmware_words.ts";

type UpdateFirmware = InsideCall<"UpdateFirmware">;
type Answer = InsideResponse<"UpdateFirmware">["status"];

/** Which chargers get which firmware, one order a charger. */
export interface FirmwareDesk {
  start(): void;
  stop(): void;
  /**
   * UpdateFirmware of the CSMS for a charger that knows it by `number`: the gateway fetches it, the
   * charger gets it from the gateway. The answer is the one for the CSMS; the order is on disk then.
   */
  take(chargerId: string, number: number, call: UpdateFirmware): Promise<Answer>;
  /** A kept image for a charger; null where there is no such image. */
  give(chargerId: string, sha256: string, origin: FirmwareOrigin): Promise<FirmwareOrder | null>;
  /** Nothing where it is over already. */
  cancel(number: number, reason: string): Promise<void>;
  /**
   * A charger is to have what lies at an address of an operator's; fetched by the same rules as for the
   * CSMS. `version`: what it calls that firmware; null: nobody has said.
   */
  giveFrom(
    chargerId: string,
    from: { readonly location: string; readonly version: string | null },
    origin: FirmwareOrigin,
  ): Promise<FirmwareOrder>;
  /**
   * The charger told how it gets on. True where that is about an order that is not the CSMS's: it has no
   * word for such, as every status but Idle carries the number of its order (2.1 L01.FR.20), and what 1.6
   * says without number would be taken for an order of its own.
   */
  heard(chargerId: string, call: InsideCall<"FirmwareStatusNotification">): boolean;
  /** What a charger is still to get; one at most, but for what was not written yet. */
  openOf(chargerId: string): readonly FirmwareOrder[];
  order(number: number): FirmwareOrder | undefined;
  /** True while an order may still fetch it. */
  isInUse(sha256: string): boolean;
  /** Newest first. */
  orders(): readonly FirmwareOrder[];
}

export interface FirmwareDeskPorts {
  readonly clock: Clock;
  readonly ids: Pick<Ids, "secret">;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "charger">;
  readonly mirror: Pick<Mirror, "obtain" | "image" | "read">;
  readonly counter: Pick<FileCounter, "offer" | "withdraw">;
  readonly place: () => CounterPlace;
  /** By which chargers of 1.6 fetch; those of 2.x do by http. */
  readonly way16: "ftp" | "http";
  /** Roots of those who make firmware; empty: whether a certificate is a maker's the charger knows. */
  readonly makerRoots: () => readonly X509Certificate[];
  readonly write: (
    writes: readonly WriteOf<Pick<FirmwareCollections, "firmware-orders">>[],
  ) => Promise<void>;
  readonly isConnected: (chargerId: string) => boolean;
  readonly call: (
    chargerId: string,
    call: UpdateFirmware,
  ) => Promise<SpokenOutcome<"UpdateFirmware">>;
  /** What the charger would say itself. */
  readonly tellCsms: (
    chargerId: string,
    call: InsideCall<"FirmwareStatusNotification">,
  ) => void;
  /**
   * A certificate or a signature is not what it should be (2.1 L01.FR.02, 03); a charger of 1.6, which has
   * no word for it, has other firmware (L01.FR.31): that is what the CSMS hears of updates on the site.
   */
  readonly tellSecurity: (
    type: "InvalidFirmwareSignature" | "InvalidFirmwareSigningCertificate" | "FirmwareUpdated",
    what: string,
  ) => void;
}

const LOOK_MS = 60_000;
/** What is over is shown for so long. */
const SHOWN_MS = 30 * 86_400_000;
const ORDERS_MAX = 1_000;
/** Below the numbers of orders of the CSMS, above those of the gateway's questions. */
const NUMBERS_FROM = 400_000_000;
const NUMBERS = 500_000_000;

/** Creates the desk with the orders that the ledger knows. */
export function createFirmwareDesk(
  ports: FirmwareDeskPorts,
  stored: Iterable<FirmwareOrder>,
): FirmwareDesk {
  const { clock, events, log, spawn } = ports;
  const orders = new Map([...stored].map((order) => [order.number, order]));
  const telling = new Set<number>();
  let stops: (() => void)[] = [];

  const is16 = (chargerId: string) =>
    (ports.site.charger(chargerId)?.version ?? "ocpp1.6") === "ocpp1.6";
  const isOpen = ({ stage }: FirmwareOrder) => stage !== "over";
  const openOf = (chargerId: string) =>
    [...orders.values()].filter((order) => isOpen(order) && order.chargerId === chargerId);

  async function happen(number: number, event: FirmwareEvent): Promise<void> {
    const before = orders.get(number);
    if (before === undefined) return;
    const { order, tell } = stepFirmware(before, event, clock.wallMs());
    if (order === before) return;
    await save(order);
    if (tell !== null) sayAbove(order);
    // What a charger finds out it tells itself.
    if (event.kind === "not-fetched" && event.why === "signature") {
      ports.tellSecurity("InvalidFirmwareSignature", order.chargerId);
    }
    if (order.stage === "over" && order.status === "Installed" && is16(order.chargerId)) {
      ports.tellSecurity("FirmwareUpdated", `${order.chargerId}: ${order.version ?? "unknown"}`);
    }
    if (before.stage === "fetching" && order.stage === "waiting") tellCharger(order.number);
  }

  async function save(order: FirmwareOrder): Promise<void> {
    orders.set(order.number, order);
    offer(order);
    await ports.write([put("firmware-orders", order.number, order)]);
    log("info", "firmware_order", {
      charger: order.chargerId,
      number: order.number,
      stage: order.stage,
      status: order.status ?? "",
      reason: order.reason ?? "",
    });
    events.emit("charger", { chargerId: order.chargerId });
  }

  /** The charger can fetch it as long as the order lasts, also after a restart of the gateway. */
  function offer({ stage, image, secret }: FirmwareOrder): void {
    const kept = image === null ? undefined : ports.mirror.image(image);
    if (kept === undefined || stage === "over") return ports.counter.withdraw(secret);
    ports.counter.offer(secret, {
      kind: "fetch",
      name: kept.name,
      bytes: kept.bytes,
      read: (from) => ports.mirror.read(kept.sha256, from),
    });
  }

  /** The CSMS hears it only of what it has ordered: whoever passes it on knows. */
  function sayAbove({ chargerId, number, status, origin }: FirmwareOrder): void {
    if (origin.kind !== "csms" || status === null) return;
    const message = { status, requestId: number };
    ports.tellCsms(chargerId, { action: "FirmwareStatusNotification", message });
  }

  function obtain(order: FirmwareOrder): void {
    const { location, signature, signingCertificate } = order.message.firmware;
    const signing = signature === undefined || signingCertificate === undefined
      ? null
      : { signature, certificate: signingCertificate };
    if (order.status === null) sayAbove({ ...order, status: "Downloading" });
    spawn("fetch firmware", async () => {
      const obtained = await ports.mirror.obtain({ location, md5: null, signing });
      if (stops.length === 0) return;
      await happen(
        order.number,
        obtained.kind === "here"
          ? { kind: "fetched", sha256: obtained.image.sha256 }
          : { kind: "not-fetched", why: obtained.why, reason: obtained.reason },
      );
    });
  }

  function tellCharger(number: number): void {
    const order = orders.get(number);
    if (order?.stage !== "waiting" || telling.has(number)) return;
    if (!ports.isConnected(order.chargerId)) return;
    telling.add(number);
    spawn("tell a charger of its firmware", async () => {
      try {
        const outcome = await ports.call(order.chargerId, orderFor(order));
        await happen(number, eventOf(outcome));
      } finally {
        telling.delete(number);
      }
    });
  }

  /** The same order, with the gateway's own address of the file. */
  function orderFor(order: FirmwareOrder): UpdateFirmware {
    const kept = order.image === null ? undefined : ports.mirror.image(order.image);
    const { http, ftp } = addressesOf(ports.place(), order.secret, kept?.name ?? "");
    const location = (is16(order.chargerId) && ports.way16 === "ftp" ? ftp ?? http : http ?? ftp) ??
      "";
    const { message } = order;
    return {
      action: "UpdateFirmware",
      message: { ...message, firmware: { ...message.firmware, location } },
    };
  }

  /** What a charger says without a number, and late, is about what it was told last. */
  function isOwnLast(chargerId: string): boolean {
    const last = [...orders.values()].filter((order) => order.chargerId === chargerId)
      .toSorted((one, other) => other.givenAtMs - one.givenAtMs)[0];
    return last !== undefined && last.origin.kind !== "csms";
  }

  async function given(order: FirmwareOrder): Promise<FirmwareOrder> {
    await begin(order);
    return orders.get(order.number) ?? order;
  }

  const fresh = (chargerId: string, number: number, origin: FirmwareOrigin) =>
    freshOrder(chargerId, number, origin, ports.ids, clock.wallMs());

  async function begin(order: FirmwareOrder): Promise<void> {
    for (const { number } of openOf(order.chargerId)) {
      await happen(number, { kind: "cancelled", reason: "Another firmware was ordered" });
    }
    await save(order);
    if (order.stage === "fetching") obtain(order);
    else tellCharger(order.number);
  }

  function nextNumber(): number {
    const wanted = NUMBERS_FROM + Math.floor(clock.wallMs() / 1_000) % NUMBERS;
    const own = [...orders.keys()].filter((each) => each < NUMBERS_FROM + NUMBERS);
    return Math.max(wanted, ...own.map((each) => each + 1));
  }

  function look(): void {
    const nowMs = clock.wallMs();
    for (const order of orders.values()) {
      if (isOpen(order)) {
        spawn("look at firmware order", () => happen(order.number, { kind: "looked-at" }));
        if (order.stage === "waiting") tellCharger(order.number);
      } else if (nowMs - order.changedAtMs > SHOWN_MS || orders.size > ORDERS_MAX) {
        orders.delete(order.number);
        spawn(
          "forget firmware order",
          () => ports.write([drop("firmware-orders", order.number)]),
        );
      }
    }
  }

  function lookAt(chargerId: string): void {
    const { station } = ports.site.charger(chargerId) ?? {};
    const version = station?.message.firmwareVersion ?? null;
    for (const order of openOf(chargerId)) {
      tellCharger(order.number);
      spawn("note boot", () => happen(order.number, { kind: "booted", version }));
    }
  }

  return {
    start() {
      stops = [
        every(clock, LOOK_MS, look),
        events.on("charger", ({ chargerId }) => lookAt(chargerId)),
      ];
      for (const order of orders.values()) {
        offer(order);
        if (order.stage === "fetching") obtain(order);
        // What it had not heard before the restart.
        else if (!isOpen(order) && order.reason !== null) sayAbove(order);
      }
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
    async take(chargerId, number, { message }) {
      const { signature, signingCertificate } = message.firmware;
      if (signingCertificate !== undefined && signature !== undefined) {
        const problem = signingCertificateProblem(
          signingCertificate,
          ports.makerRoots(),
          clock.wallMs(),
        );
        if (problem !== null) {
          ports.tellSecurity("InvalidFirmwareSigningCertificate", `${chargerId}: ${problem}`);
          return "InvalidCertificate";
        }
      }
      const isInstead = openOf(chargerId).length > 0;
      await begin({
        ...fresh(chargerId, number, { kind: "csms" }),
        message,
        stage: "fetching",
      });
      return isInstead ? "AcceptedCanceled" : "Accepted";
    },
    async give(chargerId, sha256, origin) {
      const image = ports.mirror.image(sha256);
      if (image === undefined) return null;
      const number = nextNumber();
      return await given({
        ...fresh(chargerId, number, origin),
        image: sha256,
        version: image.meantFor?.version ?? null,
        stage: "waiting",
        message: imageMessage(image, number, is16(chargerId), clock.wallMs()),
      });
    },
    giveFrom(chargerId, { location, version }, origin) {
      const number = nextNumber();
      const message = locationMessage(location, number, is16(chargerId), clock.wallMs());
      return given({ ...fresh(chargerId, number, origin), version, stage: "fetching", message });
    },
    cancel: (number, reason) => happen(number, { kind: "cancelled", reason }),
    heard(chargerId, { message: { status, requestId } }) {
      const open = openOf(chargerId).filter(({ stage }) => stage === "told");
      const meant = open.find(({ number }) => number === requestId) ??
        (requestId === undefined ? open.at(-1) : undefined);
      if (meant === undefined) return requestId === undefined && isOwnLast(chargerId);
      spawn("note firmware status", () => happen(meant.number, { kind: "said", status }));
      return meant.origin.kind !== "csms";
    },
    openOf,
    order: (number) => orders.get(number),
    isInUse: (sha256) =>
      [...orders.values()].some((order) => isOpen(order) && order.image === sha256),
    orders: () => [...orders.values()].toSorted((one, other) => other.givenAtMs - one.givenAtMs),
  };
}
