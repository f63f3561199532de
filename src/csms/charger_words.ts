import type { LimitNotice } from "../balancing/mod.ts";
import type {
  Enveloped,
  IdToken,
  IdTokenInfo,
  InsideCall,
  InsideResponse,
  MeterReading,
  TariffMessage,
} from "../ocpp/mod.ts";
import { type NewsAction, newsOf } from "./charger_news.ts";
import type { AskAction, Errands } from "./errands.ts";
import { withEvses } from "./evse_numbers.ts";
import type { FollowUps } from "./follow_ups.ts";
import { limitNoticeCall } from "./limit_notice.ts";
import type { CsmsLink } from "./link.ts";
import { numberingFor } from "./numbering.ts";
import type { CsmsPorts } from "./ports.ts";

/** What chargers, and the balancer for them, have the CSMS hear besides sessions and states. */
export interface ChargerWords {
  /** `givenUp` aborts when the driver has been told something else. */
  authorize(idToken: IdToken, givenUp?: AbortSignal): Promise<IdTokenInfo | null>;
  dataTransfer(
    message: { readonly vendorId: string; readonly messageId?: string; readonly data?: unknown },
  ): Promise<Enveloped<InsideResponse<"DataTransfer">> | null>;
  meterValues(slot: number, reading: Enveloped<MeterReading>): void;
  /** Asks for a charger; null where no usable answer came. */
  ask<A extends AskAction>(
    chargerId: string,
    call: InsideCall<A> & { readonly action: A },
  ): Promise<Enveloped<InsideResponse<A>> | null>;
  /** Passes on what a charger tells; nothing where the CSMS has not asked for it and has no word for it. */
  news(chargerId: string, call: InsideCall<NewsAction>): void;
  /** Tells of limits that others have set (2.1 K11 to K13). 1.6 has no words for it: nothing is sent. */
  limitNotice(notice: LimitNotice): void;
}

/** What they work with. */
export interface ChargerWordsParts {
  /** The connection of now; null while there is none. */
  readonly link: () => Pick<CsmsLink, "isUsable" | "suspect" | "version"> | null;
  readonly errands: Pick<Errands, "ask" | "offer">;
  readonly followUps: FollowUps;
}

/** Creates them. */
export function createChargerWords(ports: CsmsPorts, parts: ChargerWordsParts): ChargerWords {
  const { clock, log, site } = ports;
  const { errands, followUps } = parts;

  /** It is to apply to the session that this driver is about to begin (I08.FR.04). */
  async function noteTariff(idToken: IdToken, tariff: TariffMessage): Promise<void> {
    const reading = await ports.tariffs.setDriver(idToken, tariff);
    if (!reading.ok) log("warning", "driver_tariff_refused", { refusal: reading.refusal });
  }

  return {
    async authorize(idToken, givenUp) {
      if (!(parts.link()?.isUsable() ?? false)) return null;
      // Nobody else has to wait for a CSMS that has just let somebody wait in vain.
      givenUp?.addEventListener("abort", () => parts.link()?.suspect(), { once: true });
      const answer = await errands.ask({ action: "Authorize", message: { idToken } }, givenUp);
      const { idTokenInfo, tariff } = answer?.message ?? {};
      if (tariff !== undefined) await noteTariff(idToken, tariff);
      return idTokenInfo ?? null;
    },
    async dataTransfer(message) {
      if (!(parts.link()?.isUsable() ?? false)) return null;
      return await errands.ask({ action: "DataTransfer", message });
    },
    news(chargerId, call) {
      const news = newsOf(chargerId, call, { site, followUps });
      if (news === null) return;
      // What nobody has asked for informs; without a connection nobody is there to be informed.
      const version = parts.link()?.version ?? "ocpp1.6";
      if (news.order === null && version === "ocpp1.6") return;
      errands.offer(news.key, news.call);
      if (news.order !== null && news.isLast) followUps.forget(news.order);
    },
    async ask<A extends AskAction>(
      chargerId: string,
      call: InsideCall<A> & { readonly action: A },
    ) {
      if (!(parts.link()?.isUsable() ?? false)) return null;
      const message = withEvses(call.message, (evseId) => site.slotOf(chargerId, evseId)?.slot);
      if (message === null) return null;
      // Only numbers of EVSEs have changed.
      const answer = await errands.ask<A>({ ...call, message } as typeof call);
      const said = answer === null
        ? null
        : withEvses(answer.message, (slot) => site.slots().get(slot)?.evseId);
      return said === null ? null : { message: said };
    },
    limitNotice(notice) {
      const link = parts.link();
      if (link === null || link.version === "ocpp1.6") return;
      const evseId = numberingFor(link.version, site, ports.transactions).evseOf(notice.slot);
      // Only the newest word about a source counts.
      const key = `limit ${notice.slot} ${notice.source}`;
      errands.offer(key, limitNoticeCall(notice, evseId, clock.wallMs()));
    },
    meterValues(slot, reading) {
      // They inform; without a connection nobody is there to be informed.
      const link = parts.link();
      if (link === null) return;
      const numbering = numberingFor(link.version, site, ports.transactions);
      const { transactionNumber: _, ...message } = reading.message;
      errands.offer(`meter ${slot}`, {
        action: "MeterValues",
        ...reading,
        message: { ...message, evseId: numbering.evseOf(slot) },
      });
    },
  };
}
