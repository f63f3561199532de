import { Buffer } from "node:buffer";
// @ts-types="@types/nodemailer"
import { createTransport } from "nodemailer";
import type { MailOptions } from "./reports/mod.ts";
import type { ReportDelivery, ReportFile } from "./gateway_report_schedules.ts";

/** Mail servers take no more. */
const MAIL_BYTES_MAX = 20 * 1_048_576;
const PATIENCE_MS = 30_000;

/** Takes reports into folders and mails. */
export function createReportDelivery(
  mail: MailOptions | null,
  usualFolder: string,
): ReportDelivery {
  return async (to, file) => {
    if (to.kind === "folder") return await writeFile(to.path ?? usualFolder, file);
    if (mail === null) throw new Error("No mail can be sent: reports.email is missing");
    await sendMail(mail, to.recipients, file);
  };
}

/** Under its name only when it is whole: a second try writes over the first. */
async function writeFile(folder: string, { name, pieces }: ReportFile): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const part = `${folder}/.${name}.part`;
  // They name people.
  const file = await Deno.open(part, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    for await (const piece of pieces) await writeAll(file, piece);
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(part, `${folder}/${name}`);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

async function sendMail(
  { host, port, security, username, password, from }: MailOptions,
  recipients: readonly string[],
  file: ReportFile,
): Promise<void> {
  const content = await wholeOf(file);
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
      subject: file.subject,
      text: `${file.subject}\n`,
      messageId: `<${file.mark}@${from.split("@")[1]}>`,
      attachments: [{ filename: file.name, content, contentType: file.contentType }],
    });
  } finally {
    transport.close();
  }
}

async function wholeOf({ name, pieces }: ReportFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAIL_BYTES_MAX) {
      throw new Error(`"${name}" is too large for a mail: let it go to a folder`);
    }
    parts.push(piece);
  }
  return Buffer.concat(parts);
}
