import type { Buffer } from "node:buffer";
// @ts-types="@types/nodemailer"
import { createTransport } from "nodemailer";
import type { MailOptions } from "./reports/mod.ts";

/** A mail. */
export interface Mail {
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for each try: a mail that arrives twice all the same is known by it. */
  readonly mark: string;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly content: Buffer;
    readonly contentType: string;
  }[];
}

const PATIENCE_MS = 30_000;

/** Sends a mail. Rejects where the server does not take it, or has no TLS where it is to have it. */
export async function sendMail(
  { host, port, security, username, password, from }: MailOptions,
  { recipients, subject, text, mark, attachments = [] }: Mail,
): Promise<void> {
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "off",
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === null || password === null ? {} : { auth: { user: username, pass: password } }),
  });
  try {
    await transport.sendMail({
      from,
      to: [...recipients],
      subject,
      text,
      messageId: `<${mark}@${from.split("@")[1]}>`,
      attachments: [...attachments],
    });
  } finally {
    transport.close();
  }
}
