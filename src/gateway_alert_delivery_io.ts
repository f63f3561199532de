import { createHmac } from "node:crypto";
import type { AlertDelivery } from "./gateway_alerts.ts";
import type { AlertLetter } from "./gateway_alert_letter.ts";
import { sendMail } from "./gateway_mail_io.ts";
import { hostOf } from "./files/mod.ts";
import { postByHttp, type PostingTools } from "./files/post_io.ts";
import type { Clock } from "./lib/clock.ts";
import type { AlertAddress } from "./operations/mod.ts";
import type { MailOptions } from "./reports/mod.ts";

const TIMEOUT_MS = 10_000;

/** Takes alerts to webhooks and mails. */
export function createAlertDelivery(
  mail: MailOptions | null,
  clock: Pick<Clock, "wallMs">,
  tools: PostingTools = {},
): AlertDelivery {
  return async (to, letter, signal) => {
    if (to.kind === "webhook") return await post(to, letter, clock.wallMs(), signal, tools);
    if (mail === null) throw new Error("No mail can be sent: reports.email is missing");
    const { id: mark, subject, text } = letter;
    await sendMail(mail, { recipients: to.recipients, subject, text, mark: `alert-${mark}` });
  };
}

async function post(
  { url, secret, isInternal }: Extract<AlertAddress, { readonly kind: "webhook" }>,
  { id, json }: AlertLetter,
  nowMs: number,
  signal: AbortSignal,
  tools: PostingTools,
): Promise<void> {
  const seconds = String(Math.floor(nowMs / 1_000));
  const signed = secret === null ? {} : {
    "sangam-signature": `sha256=${webhookSignature(secret, seconds, json)}`,
  };
  await postByHttp(
    url,
    {
      body: json,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "sangam-delivery": id,
        "sangam-timestamp": seconds,
        ...signed,
      },
      timeoutMs: TIMEOUT_MS,
      signal,
    },
    isInternal
      ? { schemes: ["https", "http"], hosts: [hostOf(new URL(url))] }
      : { schemes: ["https"], hosts: [] },
    tools,
  );
}

/** HMAC-SHA256 of the time, a full stop and the body: what was heard once cannot be told again later. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}
