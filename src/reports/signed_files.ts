import { packTar } from "modern-tar";
import type { SignedReading, Transaction } from "../transactions/mod.ts";
import { type SignedForm, signedForm } from "./signed_form.ts";
import { transparencyXml } from "./transparency_xml.ts";

/** A file with signed readings of one session. */
export interface SignedFile {
  readonly name: string;
  readonly kind: "ocmf" | "xml" | "document";
  readonly text: string;
}

type Session = Pick<Transaction, "id" | "number">;

/**
 * The signed readings of a session as files that others read: for the transparency software one with all
 * of them; a text with those in OCMF, one a line; and each document that a charger made itself, as it
 * was. Nothing in them is repaired, and nobody here has checked a signature. None where there are none.
 */
export function signedFiles(
  session: Session,
  readings: readonly SignedReading[],
): readonly SignedFile[] {
  const all = readings.map((reading) => ({ reading, form: signedForm(reading) }));
  const values = all.filter(({ form }) => !form.isDocument);
  const documents = all.filter(({ form }) => form.isDocument);
  const name = `session-${session.number}`;
  const ocmf = values.flatMap(({ form }) => ocmfOf(form));
  return [
    ...(values.length === 0
      ? []
      : [{ name: `${name}.xml`, kind: "xml", text: transparencyXml(session, values) } as const]),
    ...(ocmf.length === 0
      ? []
      : [{ name: `${name}.ocmf`, kind: "ocmf", text: `${ocmf.join("\n")}\n` } as const]),
    ...documents.map(({ form }, index) => ({
      name: `${name}-${index + 1}.xml`,
      kind: "document" as const,
      text: form.plain ?? "",
    })),
  ];
}

function ocmfOf({ format, plain }: SignedForm): readonly string[] {
  return format === "OCMF" && plain !== null ? [plain] : [];
}

/** A session with its signed readings. */
export interface SignedSession {
  readonly session: Session;
  readonly readings: readonly SignedReading[];
}

/** What ends a tar: two empty blocks of 512 bytes. */
const TAR_END_BYTES = 1_024;

/** The files of many sessions as one tar, made while it is read. */
export async function* signedArchive(
  sessions: AsyncIterable<SignedSession>,
  madeMs: number,
): AsyncGenerator<Uint8Array> {
  const head = { mode: 0o600, mtime: new Date(madeMs), type: "file" } as const;
  for await (const { session, readings } of sessions) {
    const files = signedFiles(session, readings);
    if (files.length === 0) continue;
    const packed = await packTar(files.map(({ name, text }) => {
      const body = new TextEncoder().encode(text);
      return { header: { ...head, name, size: body.length }, body };
    }));
    // The end comes once, after all sessions.
    yield packed.subarray(0, packed.length - TAR_END_BYTES);
  }
  yield new Uint8Array(TAR_END_BYTES);
}
