import { every, sleep, TIMED_OUT, within } from "../lib/clock.ts";
import { drop, put } from "../lib/write.ts";
import {
  type BootReason,
  CloseCode,
  type InsideCall,
  type InsideRequest,
  isOcppVersion,
  type OcppVersion,
  type SpokenAnswer,
  type SpokenOutcome,
} from "../ocpp/mod.ts";
import { LIST_CONFLICT } from "../site/mod.ts";
import { certificatesIn } from "../certificates/mod.ts";
import { createAccess, type Way } from "./access.ts";
import { createCommandNotes } from "./audited_commands.ts";
import { createCommandLimits } from "./command_limits.ts";
import { createAnnouncements } from "./announcements.ts";
import { type ChargerWords, createChargerWords } from "./charger_words.ts";
import { nextWait, RESTED } from "./back_off.ts";
import { createChargingStates } from "./charging_states.ts";
import { createDialTroubles } from "./dial_troubles.ts";
import { createErrands } from "./errands.ts";
import { createFollowUps } from "./follow_ups.ts";
import { createCsmsLink, type CsmsLink, hasOpenTransaction, type LinkParts } from "./link.ts";
import type { Numbering } from "./numbering.ts";
import type { CsmsOptions } from "./options.ts";
import { createOwnCertificate } from "./own_certificate.ts";
import { resumeIn2x } from "./other_version.ts";
import type { CsmsPorts, DialOutcome, DialRequest } from "./ports.ts";
import type { Registration } from "./registration.ts";
import { watchReservations } from "./reservation_notices.ts";
import { runCommand } from "./routes.ts";

/** The upstream edge: one connection, dialled again whenever it is gone. */
export interface Csms extends ChargerWords {
  start(): void;
  /** Closes the connection and dials no more. Resolves when it is gone. */
  stop(): Promise<void>;
  status(): CsmsStatus;
  isOnline(): boolean;
  /** How a firmware that it has the gateway publish gets on (2.1 L03.FR.01). */
  published(status: InsideRequest<"PublishFirmwareStatusNotification">): void;
  /** Something may wait for the CSMS. */
  wake(): void;
  /** The gateway's own certificate, PEM, where the connection shows one. */
  certificate(): string | null;
}

/** The link to the CSMS, for pages and metrics. */
export interface CsmsStatus {
  readonly connected: boolean;
  readonly version: OcppVersion | null;
  readonly registration: Registration["kind"];
  /** Since when it is as it is, by our wall clock. */
  readonly sinceMs: number;
  /** Why the last attempt or connection ended; null while connected. */
  readonly trouble: string | null;
  /** The CSMS's clock minus ours; null before the first answer. */
  readonly clockOffsetMs: number | null;
}

const CLOSE_PATIENCE_MS = 2_000;
/** The answer to what makes it dial anew goes out first. */
const RECONNECT_AFTER_MS = 500;
const LOOK_MS = 60_000;

/** Creates the upstream edge. It does nothing before `start`. */
export function createCsms(options: CsmsOptions, ports: CsmsPorts): Csms {
  const { clock, log, events, site, spawn } = ports;
  const stopped = new AbortController();
  let link: CsmsLink | null = null;
  let registration: Registration = { kind: "unregistered" };
  let sinceMs = clock.wallMs();
  let trouble: string | null = "not yet connected";
  let clockOffsetMs: number | null = null;
  let lastVersion = ports.lastVersion;
  /** It was connected and said nothing, and has not been heard since. */
  let isSilent = false;
  let bootReason: BootReason = ports.wantedBoot ?? "PowerUp";
  let isBootWanted = ports.wantedBoot !== null;
  let before: ReturnType<LinkParts["before"]> = null;
  /** It is the gateway that wants another connection: nobody waits for that. */
  let isReconnecting = false;
  let stopLooking = () => {};
  let running: Promise<void> = Promise.resolve();
  const limits = createCommandLimits(options, ports);
  const errands = createErrands(clock, () => link?.wake());
  const followUps = createFollowUps(ports, ports.followedOrders);
  const announcements = createAnnouncements({
    site,
    wallMs: () => clock.wallMs(),
    hasTransaction: (slot) => hasOpenTransaction(ports, slot),
    hasListConflict: () => ports.tokens.hasListConflict(),
    speaks2x: () => speaks2x(),
  });

  const access = createAccess(options, ports.access, {
    keys: ports.keys,
    salt: () => ports.ids.secret(16),
  });
  const notes = createCommandNotes(() => clock.monoMs(), (note) => {
    const from = URL.parse(access.active().url)?.host ?? "";
    spawn("note command", () => ports.audit({ who: "CSMS", way: "csms", from, ...note }));
  });
  const troubles = createDialTroubles(ports, access);
  const ownCertificate = createOwnCertificate({
    ...ports,
    access,
    anchors,
    ask: (call, by, told) =>
      errands.offer(
        "sign-certificate",
        call,
        by,
        (outcome) => told(outcome as SpokenOutcome<"SignCertificate">),
      ),
    tellFault: (problem) => troubles.ownCertificate(problem),
    reconnect,
  });

  /** Roots of the CSMS's operator, and who has signed the certificate that is in use. */
  function anchors() {
    const { ca } = options.tls?.() ?? { ca: null };
    const pems = [...(ca === null ? [] : [ca]), ...ports.roots.all().map(({ pem }) => pem)];
    const issuers = access.certificates()
      .flatMap(({ pair }) => (certificatesIn(pair.cert) ?? []).slice(1));
    return [...pems.flatMap((pem) => certificatesIn(pem) ?? []), ...issuers];
  }

  function requestFor(way: Way): DialRequest {
    const { url, identity, password, own } = way;
    return {
      url,
      identity,
      password: password === null || typeof password === "string"
        ? password
        : bytesOf(password.hex),
      protocols: offered(way),
      compression: options.compression,
      timeoutMs: options.timing.dialTimeoutMs,
      tls: {
        ca: options.tls?.().ca ?? null,
        own,
        moreCa: ports.roots.all().map(({ pem }) => pem),
      },
    };
  }

  async function run(): Promise<void> {
    let backOff = RESTED;
    while (!stopped.signal.aborted) {
      isReconnecting = false;
      const attempts = ports.variables.integer("OCPPCommCtrlr.NetworkProfileConnectionAttempts");
      const way = access.next(attempts);
      const outcome = await ports.dialer.dial(requestFor(way), stopped.signal);
      const ending = await use(outcome, way);
      if (outcome.kind === "open") backOff = RESTED;
      note(ending);
      if (isReconnecting) continue;
      const wait = nextWait(backOff, options.timing.backOff, ports.ids.random);
      backOff = wait;
      await sleep(clock, wait.lastWaitMs, stopped.signal);
    }
  }

  /**
   * What is open or waits was begun in the version that was spoken last, so that is offered first; a
   * CSMS that takes another gets all of it all the same.
   */
  function offered({ protocols }: Way): readonly OcppVersion[] {
    const isBusy = ports.transactions.state().transactions.open.size > 0 ||
      ports.outbox.state().lanes.size > 0;
    const last = protocols.filter((each) => isBusy && each === lastVersion);
    return [...last, ...protocols.filter((each) => !last.includes(each))];
  }

  /** It is told; the next start has a reason of its own. */
  function forgetWantedBoot(): void {
    if (!isBootWanted) return;
    isBootWanted = false;
    ports.spawn("forget why it started", () => ports.journal.commit([drop("boot-reason", "next")]));
  }

  function remember(version: OcppVersion): void {
    if (version === lastVersion) return;
    lastVersion = version;
    ports.spawn(
      "remember version",
      () => ports.journal.commit([put("csms-link", "version", version)]),
    );
  }

  /** Uses a connection until it is gone, and returns why it is. */
  async function use(outcome: DialOutcome, way: Way): Promise<string> {
    if (outcome.kind === "failed") {
      access.failed();
      troubles.failed(outcome, way);
      return outcome.reason;
    }
    const { socket, protocol } = outcome;
    if (!isOcppVersion(protocol) || !way.protocols.includes(protocol)) {
      access.failed();
      socket.close(CloseCode.protocolError, "no common OCPP version");
      return `the CSMS chose "${protocol}", which was not offered`;
    }
    const speech = await ports.speech(protocol);
    if (stopped.signal.aborted) {
      socket.close(CloseCode.serviceRestart, "gateway restarts");
      return "stopped";
    }
    troubles.connected(way);
    await settle(way);
    remember(protocol);
    if (protocol !== "ocpp1.6") ports.spawn("resume in 2.x", () => resumeIn2x(ports));
    const { answerTimeoutMs } = way;
    link = createCsmsLink(socket, speech, ports, {
      options: { ...options, timing: { ...options.timing, answerTimeoutMs } },
      announcements,
      errands,
      registration: () => registration,
      bootReason: () => bootReason,
      before: () => before,
      setRegistration(next) {
        registration = next;
        if (next.kind === "accepted") forgetWantedBoot();
        sinceMs = clock.wallMs();
      },
      isSilent: () => isSilent,
      setSilent(silent) {
        isSilent = silent;
      },
      setClockOffset(offsetMs) {
        clockOffsetMs = offsetMs;
      },
      command,
    });
    trouble = null;
    sinceMs = clock.wallMs();
    events.emit("csms", {});
    const ending = await link.ended;
    before = { version: protocol, endedAtMs: clock.monoMs() };
    link = null;
    errands.abandon();
    return ending;
  }

  /** Of two passwords or certificates, one is proven now (A02.FR.10). */
  async function settle(way: Way): Promise<void> {
    const { writes, discarded, unused, hasMoved, hasRisen } = access.connected(way);
    await ports.journal.commit(writes);
    for (const number of unused) await ports.keys.discard(number);
    // B10.FR.10: it may be another CSMS, which has never heard of this gateway.
    if (hasMoved) registration = { kind: "unregistered" };
    if (hasRisen) log("info", "security_profile_in_use", { securityProfile: way.securityProfile });
    if (discarded.length === 0) return;
    log("warning", "csms_credentials_discarded", { discarded: discarded.join(" and ") });
    if (discarded.includes("certificate")) {
      ports.security.tell("DiscardedRenewedClientCertificate", "it did not connect");
      troubles.ownCertificate(
        "The new certificate of this gateway does not connect: the old one is used",
      );
    }
  }

  /** Dials anew once what made it so is answered. */
  function reconnect(): void {
    access.restart();
    isReconnecting = true;
    const leaving = link;
    ports.spawn("reconnect", async () => {
      if (await sleep(clock, RECONNECT_AFTER_MS, stopped.signal) === "aborted") return;
      leaving?.close(CloseCode.serviceRestart, "gateway reconnects");
      await sleep(clock, CLOSE_PATIENCE_MS, stopped.signal);
      leaving?.terminate();
    });
  }

  function note(ending: string): void {
    trouble = ending;
    sinceMs = clock.wallMs();
    log("info", "csms_disconnected", { reason: ending });
    events.emit("csms", {});
  }

  async function command(
    call: InsideCall,
    speaking: { readonly version: OcppVersion; readonly numbering: Numbering },
  ): Promise<SpokenAnswer> {
    log("info", "csms_command", { action: call.action });
    const answer = await runCommand(call, {
      ...ports,
      access,
      ownCertificate,
      reconnect,
      chargers: { ...ports.chargers, call: limits.call, orderStart: limits.orderStart },
      options,
      followUps,
      notes,
      mayDisrupt: limits.mayDisrupt,
      ...speaking,
      isAccepted: registration.kind === "accepted",
      repeatStatus: (slot) => afterAnswer(() => announcements.repeat(slot)),
      triggerTransactions: (slot) => chargingStates.trigger(slot),
      follow: (key, followed) => afterAnswer(() => errands.offer(key, followed, "asked")),
      bootAgain: () =>
        afterAnswer(() => {
          registration = { kind: "unregistered" };
          bootReason = "Triggered";
        }),
    });
    // Settings may have changed: what is due next, and when.
    afterAnswer(() => {});
    return answer;
  }

  /** The answer to a trigger goes out before the message that it triggered (1.6 §5.17). */
  function afterAnswer(change: () => void): void {
    clock.after(0, () => {
      change();
      link?.wake();
    });
  }

  const words = createChargerWords(ports, { link: () => link, errands, followUps });
  const speaks2x = () => (link?.version ?? lastVersion ?? "ocpp1.6") !== "ocpp1.6";
  const chargingStates = createChargingStates(ports, {
    speaks2x,
    isOnline: () => link?.isUsable() ?? false,
  });

  const listening = [
    watchReservations(ports, {
      speaks2x,
      tell(reservationId, reservationUpdateStatus) {
        errands.offer(`reservation ${reservationId}`, {
          action: "ReservationStatusUpdate",
          message: { reservationId, reservationUpdateStatus },
        });
      },
    }),
    events.on("evse", ({ slot }) => {
      announcements.touch(slot);
      chargingStates.touch(slot);
      link?.wake();
    }),
    events.on("fault", ({ kind }) => {
      if (kind !== LIST_CONFLICT) return;
      announcements.touch(0);
      link?.wake();
    }),
    events.on("transaction", () => link?.wake()),
    // It may have come with a security event, which is to go up.
    events.on("fault", () => link?.wake()),
  ];

  return {
    start() {
      stopLooking = every(clock, LOOK_MS, () => ownCertificate.look());
      running = run();
      ports.spawn("csms", () => running);
    },
    async stop() {
      stopped.abort();
      stopLooking();
      for (const unlisten of listening) unlisten();
      link?.close(CloseCode.serviceRestart, "gateway restarts");
      // A CSMS that does not answer the close must not hold the gateway up.
      if (await within(clock, CLOSE_PATIENCE_MS, running) === TIMED_OUT) link?.terminate();
      await running;
    },
    status: () => ({
      connected: link !== null,
      version: link?.version ?? null,
      registration: registration.kind,
      sinceMs,
      trouble,
      clockOffsetMs,
    }),
    isOnline: () => link?.isUsable() ?? false,
    published(message) {
      // Each state counts, not only the newest.
      errands.offer(`published ${message.requestId} ${message.status}`, {
        action: "PublishFirmwareStatusNotification",
        message,
      });
    },
    wake: () => link?.wake(),
    certificate: () => access.active().own?.cert ?? null,
    ...words,
  };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
