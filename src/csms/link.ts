import { isoTime } from "../lib/clock.ts";
import {
  type BootReason,
  createAliasedSpeaker,
  type FrameSocket,
  type InsideAction,
  type InsideCall,
  type OcppVersion,
  type Speaker,
  type SpokenAnswer,
  type SpokenOutcome,
  withoutSecrets,
} from "../ocpp/mod.ts";
import type { Notice, PickCircumstances } from "../outbox/mod.ts";
import { openOn } from "../transactions/mod.ts";
import type { Announcements } from "./announcements.ts";
import { FRAMES } from "./bounds.ts";
import { sayBoot } from "./boot_call.ts";
import { createDelivery, type PickedRows } from "./delivery.ts";
import type { Errands } from "./errands.ts";
import { type Numbering, numberingFor } from "./numbering.ts";
import type { CsmsOptions } from "./options.ts";
import type { CsmsPorts, Speech } from "./ports.ts";
import { createPulse } from "./pulse.ts";
import { createRowPreparation } from "./row_preparation.ts";
import { bootDueMs, type Registration } from "./registration.ts";

/** What outlives a connection and what each connection works on. */
export interface LinkParts {
  readonly options: CsmsOptions;
  readonly announcements: Announcements;
  readonly errands: Errands;
  registration(): Registration;
  /** Why the next BootNotification is sent (2.x B01). */
  bootReason(): BootReason;
  /** The connection before this one since the gateway started; null for none. */
  before(): { readonly version: OcppVersion; readonly endedAtMs: number } | null;
  setRegistration(registration: Registration): void;
  /** The CSMS let calls go unanswered, on this connection or the last. */
  isSilent(): boolean;
  setSilent(silent: boolean): void;
  /** The CSMS's clock minus ours, as just measured. */
  setClockOffset(offsetMs: number): void;
  command(
    call: InsideCall,
    speaking: { readonly version: OcppVersion; readonly numbering: Numbering },
  ): Promise<SpokenAnswer>;
}

/** One connection to the CSMS, from the open socket to its end. */
export interface CsmsLink {
  readonly version: OcppVersion;
  readonly connectedAtMs: number;
  /** The CSMS accepted us, and calls are answered. */
  isUsable(): boolean;
  /** Somebody waited for an answer in vain: where a call is out, it counts as silent until it speaks. */
  suspect(): void;
  /** Something may be due: look again. */
  wake(): void;
  close(code: number, reason: string): void;
  /** Drops the connection without waiting for the CSMS. */
  terminate(): void;
  /** Resolves when the connection is gone, with why. */
  readonly ended: Promise<string>;
}

/** A disk that cannot be read is asked again after so long; what needs no disk goes on meanwhile. */
const READ_AGAIN_MS = 1_000;
/** The errors of a peer that does not know an action at all (OCPP-J 1.6 §4.2.3). */
const UNKNOWN_ACTION: ReadonlySet<string> = new Set(["NotImplemented", "NotSupported"]);
/**
 * Speaks on an open connection. One call is in flight at a time, so what goes next is chosen anew
 * each time: the registration, then starts and stops of now, drivers who wait, the state of slots,
 * the heartbeat, history transaction by transaction, and last what only informs.
 */
export function createCsmsLink(
  socket: FrameSocket,
  speech: Speech,
  ports: CsmsPorts,
  parts: LinkParts,
): CsmsLink {
  const { clock, log, events, outbox } = ports;
  const { options, announcements, errands } = parts;
  const { version } = speech.dialect;
  const numbering = numberingFor(version, ports.site, ports.transactions);
  const connectedAtMs = clock.wallMs();
  let isOpen = true;
  /** A call is out and not answered. */
  let isAsking = false;
  let readyAtMs = 0;
  let begunAtMs = 0;
  let takesNotices = true;
  let liveAfterRowId = Number.POSITIVE_INFINITY;
  let readAgainAtMs = 0;
  let isWoken = false;
  let wakeUp = () => {};
  let end = (_reason: string) => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });

  const speaker: Speaker = createAliasedSpeaker(
    speech.dialect,
    {
      link: {
        version,
        frames: FRAMES,
        answerTimeoutMs: options.timing.answerTimeoutMs,
        queueMax: 8,
        backlogMax: 32,
        unansweredMax: 2,
      },
      pingIntervalMs: options.timing.pingIntervalMs,
      silenceMaxMs: options.timing.silenceMaxMs,
      bufferedBytesMax: 8_388_608,
    },
    { ...ports, socket, check: speech.check },
    {
      call(call) {
        giveWay();
        return parts.command(call, { version, numbering });
      },
      closed(code, reason) {
        isOpen = false;
        wakeUp();
        end(reason === "" ? `closed with ${code}` : `closed with ${code}: ${reason}`);
      },
      frame: (direction, text) =>
        events.emit("message", {
          atWallMs: clock.wallMs(),
          peer: "csms",
          direction,
          text: withoutSecrets(text),
        }),
      rejected: (reason) => events.emit("frame-rejected", { peer: "csms", reason }),
      ended: (how, waitedMs) => events.emit("call-ended", { peer: "csms", how, waitedMs }),
      coerced: (action, coercions) => log("debug", "csms_message_mended", { action, coercions }),
      oddity: (what, detail) => log("debug", "csms_oddity", { what, detail }),
    },
  );
  const pulse = createPulse(ports, {
    speaker,
    isOpen: () => isOpen,
    isSilent: parts.isSilent,
    setSilent: parts.setSilent,
    setClockOffset: parts.setClockOffset,
  });
  const delivery = createDelivery(ports, {
    speaker,
    preparation: createRowPreparation(ports, speaker, numbering, () => liveAfterRowId),
    pickAfter: (row) => outbox.pickAfter(row, circumstances(clock.monoMs())),
  });

  async function run(): Promise<void> {
    if (parts.registration().kind === "accepted") begin(wasBrief());
    while (isOpen) {
      isWoken = false;
      isAsking = true;
      const waitMs = await step();
      isAsking = false;
      // Woken while it looked: what came in between may not have been seen.
      if (waitMs > 0 && !isWoken) await rest(waitMs);
    }
  }

  /** The CSMS has accepted us on this connection: from here on things are live. */
  function begin(isKnown: boolean): void {
    if (isKnown) announcements.refresh();
    else announcements.reset();
    liveAfterRowId = outbox.lastRowId();
    // A CSMS asks for configuration first thing; calls that cross would only slow it down.
    begunAtMs = clock.monoMs();
    readyAtMs = begunAtMs + options.timing.settleMs;
    events.emit("csms", {});
  }

  /** After a short absence a 2.x CSMS is told only what has changed (B04.FR.01 and 02). */
  function wasBrief(): boolean {
    const before = parts.before();
    if (version === "ocpp1.6" || before?.version !== version) return false;
    const thresholdMs = ports.variables.integer("OCPPCommCtrlr.OfflineThreshold") * 1000;
    return clock.monoMs() - before.endedAtMs <= thresholdMs;
  }

  /** While it is still asking, it is not talked to. */
  function giveWay(): void {
    const nowMs = clock.monoMs();
    if (nowMs >= readyAtMs) return;
    const { settleMs, settleMaxMs } = options.timing;
    readyAtMs = Math.max(readyAtMs, Math.min(nowMs + settleMs, begunAtMs + settleMaxMs));
  }

  /** Does the most important thing that is due. Returns how long nothing will be due after it. */
  async function step(): Promise<number> {
    const nowMs = clock.monoMs();
    const registration = parts.registration();
    const bootAtMs = bootDueMs(registration);
    if (bootAtMs !== null) {
      if (bootAtMs > nowMs) return await sendAsked(registration) ?? bootAtMs - nowMs;
      await boot();
      return 0;
    }
    if (readyAtMs > nowMs) return readyAtMs - nowMs;
    return await sendNext(nowMs);
  }

  /** Until it accepts us, a CSMS hears only what it asked for (1.6 §4.2); null when that is all told. */
  async function sendAsked({ kind }: Registration): Promise<number | null> {
    if (kind !== "pending") return null;
    const announcement = announcements.nextAsked();
    if (announcement !== null) return await announce(announcement);
    const errand = errands.nextAsked();
    return errand === null ? null : await runErrand(errand.call, errand.settle);
  }

  function pickNext(nowMs: number): ReturnType<typeof outbox.pick> {
    if (readAgainAtMs > nowMs) return { kind: "wait", untilMs: readAgainAtMs };
    return outbox.pick(circumstances(nowMs));
  }

  function circumstances(nowMs: number): PickCircumstances {
    return {
      nowMs,
      replay: options.replay,
      liveAfterRowId,
      isAnnounced: (slot) => announcements.isAnnounced(slot),
    };
  }

  async function sendNext(nowMs: number): Promise<number> {
    if (pulse.isTimeWanted(nowMs)) return await heartbeat();
    const pick = pickNext(nowMs);
    const isUrgent = pick.kind === "send" && pick.rows[0].kind !== "updated" &&
      pick.rows[0].id > liveAfterRowId;
    const notReady = pick.kind === "send" ? delivery.waitFor(pick.rows) : null;
    const isReady = notReady === null;
    if (pick.kind === "send" && isUrgent && isReady) return await sendRows(pick.rows);
    const ask = errands.nextAsk();
    if (ask !== null) return await runErrand(ask.call, ask.settle);
    const wanted = pick.kind === "announce" ? pick.slot : undefined;
    const announcement = announcements.next(wanted);
    if (announcement !== null) return await announce(announcement);
    const heartbeatInMs = pulse.heartbeatDueInMs(nowMs);
    if (heartbeatInMs <= 0) return await heartbeat();
    const notice = takesNotices ? ports.notices.next() : null;
    if (notice !== null) return await tell(notice);
    if (pick.kind === "send" && isReady) return await sendRows(pick.rows);
    if (notReady !== null) return await restUntil(notReady, heartbeatInMs);
    const offer = errands.nextOffer();
    if (offer !== null) return await runErrand(offer.call, offer.settle);
    return pick.kind === "wait" ? Math.min(heartbeatInMs, pick.untilMs - nowMs) : heartbeatInMs;
  }

  /** A CSMS that does not know security events is tried again on its next connection. */
  async function tell(notice: Notice): Promise<number> {
    const call = { action: "SecurityEventNotification", message: notice.message } as const;
    const prepared = speaker.prepare(notice.messageId, call);
    const outcome: SpokenOutcome<"SecurityEventNotification"> = "outgoing" in prepared
      ? await speaker.send(prepared)
      : { kind: "unsayable", problems: prepared };
    const isAnswered = outcome.kind === "unsayable" || pulse.heard(outcome);
    if (!isAnswered) return 0;
    const isUnknown = outcome.kind === "refused" && UNKNOWN_ACTION.has(outcome.error.code);
    if (isUnknown) takesNotices = false;
    else await ports.journal.commit(ports.notices.confirm(notice));
    if (outcome.kind !== "answered") log("warning", "security_event_refused", { outcome });
    return 0;
  }

  async function sendRows(rows: PickedRows): Promise<number> {
    const outcome = await delivery.deliver(rows);
    if (outcome === "unreadable") {
      readAgainAtMs = clock.monoMs() + READ_AGAIN_MS;
      return 0;
    }
    if (outcome !== "changed") pulse.noteHeard(outcome !== "unanswered");
    events.emit("csms", {});
    return 0;
  }

  async function runErrand<A extends InsideAction>(
    call: InsideCall<A> & { readonly action: A },
    settle: (outcome: SpokenOutcome<A>) => void,
  ): Promise<number> {
    const outcome = await speaker.call<A>(call);
    pulse.heard(outcome);
    settle(outcome);
    return 0;
  }

  async function announce(
    { slot, report }: NonNullable<ReturnType<Announcements["next"]>>,
  ): Promise<number> {
    // 2.x has no status of the station itself (B04): its EVSEs have one each.
    if (slot === 0 && version !== "ocpp1.6") {
      announcements.told(slot, report);
      return 0;
    }
    const message = { ...report.message, evseId: numbering.evseOf(slot) };
    const outcome = await speaker.call({ action: "StatusNotification", ...report, message });
    if (!pulse.heard(outcome)) return 0;
    if (outcome.kind !== "answered") log("warning", "status_refused", { slot, outcome });
    // Refused or not, the CSMS has heard of the slot; repeating it would not change its mind.
    announcements.told(slot, report);
    return 0;
  }

  async function boot(): Promise<void> {
    const { bootReason, setRegistration } = parts;
    const next = await sayBoot(ports, { options, speaker, pulse, bootReason, setRegistration });
    if (next?.kind === "accepted") begin(false);
    if (next !== null) events.emit("csms", {});
  }

  async function heartbeat(): Promise<number> {
    await pulse.heartbeat();
    return 0;
  }

  function rest(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(Math.min(waitMs, 3_600_000), resolve);
      wakeUp = () => {
        cancel();
        resolve();
      };
      if (!isOpen) wakeUp();
    });
  }

  /** Rests until something is done, or until woken. */
  async function restUntil(done: Promise<unknown>, waitMs: number): Promise<number> {
    if (isWoken) return 0;
    const resting = rest(waitMs);
    ports.spawn("wait for records", () => done.then(wakeUp));
    await resting;
    return 0;
  }

  /** Whatever breaks the work off ends the connection as well: the next one begins anew. */
  async function work(): Promise<void> {
    try {
      await run();
    } finally {
      if (isOpen) speaker.peer.terminate();
    }
  }

  ports.spawn("csms link", work);
  log("info", "csms_connected", { version, at: isoTime(connectedAtMs) });
  return {
    version,
    connectedAtMs,
    isUsable: () => isOpen && !parts.isSilent() && parts.registration().kind === "accepted",
    suspect() {
      if (isAsking) pulse.note(true);
    },
    wake() {
      isWoken = true;
      wakeUp();
    },
    close: (code, reason) => speaker.peer.close(code, reason),
    terminate: () => speaker.peer.terminate(),
    ended,
  };
}

/** True while a transaction is open on a slot. */
export function hasOpenTransaction(ports: Pick<CsmsPorts, "transactions">, slot: number): boolean {
  return openOn(ports.transactions.state(), slot) !== undefined;
}
