import { Buffer } from "node:buffer";
import { sendMail } from "./gateway_mail_io.ts";
import type { MailOptions } from "./reports/mod.ts";
import type { ReportDelivery, ReportFile } from "./gateway_report_schedules.ts";

/** Mail servers take no more. */
const MAIL_BYTES_MAX = 20 * 1_048_576;

/** Takes reports into folders and mails. */
export function createReportDelivery(
  mail: MailOptions | null,
  usualFolder: string,
): ReportDelivery {
  return async (to, file) => {
    if (to.kind === "folder") return await writeFile(to.path ?? usualFolder, file);
    if (mail === null) throw new Error("No mail can be sent: reports.email is missing");
    const { subject, mark, name: filename, contentType } = file;
    const content = await wholeOf(file);
    await sendMail(mail, {
      recipients: to.recipients,
      subject,
      text: `${subject}\n`,
      mark,
      attachments: [{ filename, content, contentType }],
    });
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
