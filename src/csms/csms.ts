import { sleep, TIMED_OUT, within } from "../lib/clock.ts";
import { drop, put } from "../lib/write.ts";
import {
  type BootReason,
  CloseCode,
  type CsmsAction,
  type InsideCall,
  isOcppVersion,
  type OcppVersion,
  type SpokenAnswer,
  type SpokenOutcome,
} from "../ocpp/mod.ts";
import { LIST_CONFLICT } from "../site/mod.ts";
import { createAnnouncements } from "./announcements.ts";
import { type ChargerWords, createChargerWords } from "./charger_words.ts";
import { nextWait, RESTED } from "./back_off.ts";
import { createChargingStates } from "./charging_states.ts";
import { createErrands } from "./errands.ts";
import { createFollowUps } from "./follow_ups.ts";
import { createCsmsLink, type CsmsLink, hasOpenTransaction, type LinkParts } from "./link.ts";
import type { Numbering } from "./numbering.ts";
import type { CsmsOptions } from "./options.ts";
import { resumeIn2x } from "./other_version.ts";
import type { CsmsPorts, DialOutcome, StartOutcome, StartWish } from "./ports.ts";
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

/** Creates the upstream edge. It does nothing before `start`. */
export function createCsms(options: CsmsOptions, ports: CsmsPorts): Csms {
  const { clock, log, events, site } = ports;
  const stopped = new AbortController();
  let link: CsmsLink | null = null;
  let registration: Registration = { kind: "unregistered" };
  let sinceMs = clock.wallMs();
  let trouble: string | null = "not yet connected";
  let clockOffsetMs: number | null = null;
  let areCredentialsRefused = false;
  let isCertificateWrong = false;
  let lastVersion = ports.lastVersion;
  /** It was connected and said nothing, and has not been heard since. */
  let isSilent = false;
  let bootReason: BootReason = ports.wantedBoot ?? "PowerUp";
  let isBootWanted = ports.wantedBoot !== null;
  let before: ReturnType<LinkParts["before"]> = null;
  let running: Promise<void> = Promise.resolve();
  const errands = createErrands(clock, () => link?.wake());
  const followUps = createFollowUps(ports, ports.followedOrders);
  const announcements = createAnnouncements({
    site,
    wallMs: () => clock.wallMs(),
    hasTransaction: (slot) => hasOpenTransaction(ports, slot),
    hasListConflict: () => ports.tokens.hasListConflict(),
    speaks2x: () => speaks2x(),
  });

  async function run(): Promise<void> {
    let backOff = RESTED;
    while (!stopped.signal.aborted) {
      const outcome = await ports.dialer.dial({
        url: options.url,
        identity: options.identity,
        password: options.password,
        protocols: offered(),
        compression: options.compression,
        timeoutMs: options.timing.dialTimeoutMs,
        tls: {
          ca: null,
          own: null,
          ...options.tls?.(),
          moreCa: ports.roots.all().map(({ pem }) => pem),
        },
      }, stopped.signal);
      const ending = await use(outcome);
      if (outcome.kind === "open") backOff = RESTED;
      note(ending);
      const wait = nextWait(backOff, options.timing.backOff, ports.ids.random);
      backOff = wait;
      await sleep(clock, wait.lastWaitMs, stopped.signal);
    }
  }

  /**
   * What is open or waits was begun in the version that was spoken last, so that is offered first; a
   * CSMS that takes another gets all of it all the same.
   */
  function offered(): readonly OcppVersion[] {
    const isBusy = ports.transactions.state().transactions.open.size > 0 ||
      ports.outbox.state().lanes.size > 0;
    const last = options.protocols.filter((each) => isBusy && each === lastVersion);
    return [...last, ...options.protocols.filter((each) => !last.includes(each))];
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
  async function use(outcome: DialOutcome): Promise<string> {
    if (outcome.kind === "failed") {
      if (outcome.httpStatus === 401) tellCredentials("raised");
      if (outcome.isCertificateWrong) tellCertificate("raised", outcome.reason);
      return outcome.reason;
    }
    const { socket, protocol } = outcome;
    if (!isOcppVersion(protocol) || !options.protocols.includes(protocol)) {
      socket.close(CloseCode.protocolError, "no common OCPP version");
      return `the CSMS chose "${protocol}", which was not offered`;
    }
    const speech = await ports.speech(protocol);
    if (stopped.signal.aborted) {
      socket.close(CloseCode.serviceRestart, "gateway restarts");
      return "stopped";
    }
    tellCredentials("over");
    tellCertificate("over", "it is in order");
    remember(protocol);
    if (protocol !== "ocpp1.6") ports.spawn("resume in 2.x", () => resumeIn2x(ports));
    link = createCsmsLink(socket, speech, ports, {
      options,
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

  function note(ending: string): void {
    trouble = ending;
    sinceMs = clock.wallMs();
    log("info", "csms_disconnected", { reason: ending });
    events.emit("csms", {});
  }

  function tellCertificate(state: "raised" | "over", what: string): void {
    if (isCertificateWrong === (state === "raised")) return;
    isCertificateWrong = state === "raised";
    // 1.6 security whitepaper, InvalidCentralSystemCertificate: not one that goes up.
    if (isCertificateWrong) log("warning", "csms_certificate_invalid", { reason: what });
    events.emit("fault", {
      kind: "csms-certificate",
      severity: "alarm",
      subject: "site",
      text: `The certificate of the CSMS: ${what}`,
      state,
    });
  }

  function tellCredentials(state: "raised" | "over"): void {
    if (state === "over" && !areCredentialsRefused) return;
    areCredentialsRefused = state === "raised";
    events.emit("fault", {
      kind: "csms-credentials",
      severity: "alarm",
      subject: "site",
      text: `The CSMS refuses identity "${options.identity}" with this password (HTTP 401)`,
      state,
    });
  }

  async function command(
    call: InsideCall,
    speaking: { readonly version: OcppVersion; readonly numbering: Numbering },
  ): Promise<SpokenAnswer> {
    log("info", "csms_command", { action: call.action });
    const answer = await runCommand(call, {
      ...ports,
      chargers: { ...ports.chargers, call: callPatiently, orderStart: orderPatiently },
      options,
      followUps,
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

  /** A CSMS does not wait for ever: a charger that takes too long counts as silent. */
  async function callPatiently<A extends CsmsAction>(
    chargerId: string,
    call: InsideCall<A> & { readonly action: A },
    urgent?: boolean,
  ): Promise<SpokenOutcome<A>> {
    const answer = ports.chargers.call<A>(chargerId, call, urgent);
    const outcome = await within(clock, options.timing.commandTimeoutMs, answer);
    return outcome === TIMED_OUT ? { kind: "silent" } : outcome;
  }

  async function orderPatiently(wish: StartWish): Promise<StartOutcome> {
    const order = ports.chargers.orderStart(wish);
    const outcome = await within(clock, options.timing.commandTimeoutMs, order);
    return outcome === TIMED_OUT ? { kind: "silent" } : outcome;
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
      running = run();
      ports.spawn("csms", () => running);
    },
    async stop() {
      stopped.abort();
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
    ...words,
  };
}
