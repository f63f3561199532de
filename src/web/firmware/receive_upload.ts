import { type Clock, TIMED_OUT, within } from "../../lib/clock.ts";
import { doerOf } from "../audit_desk.ts";
import type { WebContext, WebParts } from "../web_parts.ts";
import { UploadFieldsSchema } from "./firmware_fields.ts";
import type { UploadOutcome } from "./firmware_port.ts";
import { readUpload, type UploadedForm } from "./upload_io.ts";

/** What came of an upload, or what is wrong with its form. */
export type Received =
  | UploadOutcome
  | { readonly kind: "no-form" }
  | { readonly kind: "not-ours" }
  | { readonly kind: "no-file" | "busy" | "broken-off" }
  | {
    readonly kind: "bad-fields";
    readonly errors: readonly { readonly path: string; readonly message: string }[];
  };

/** Who sends nothing for so long has gone. */
export const UPLOAD_IDLE_MS = 60_000;
/** Each takes the disk's time. */
const UPLOADS_MAX = 2;

/** Takes images in, a few at a time. */
export interface UploadDesk {
  /** `isOurs`: whether the form is one of our own pages', by its fields. */
  receive(
    context: WebContext,
    isOurs: (fields: UploadedForm["fields"]) => boolean,
  ): Promise<Received>;
}

/** Creates the desk. */
export function createUploadDesk(parts: Pick<WebParts, "ports" | "audit">): UploadDesk {
  const { ports, audit } = parts;
  let underWay = 0;

  async function take(
    context: WebContext,
    isOurs: (fields: UploadedForm["fields"]) => boolean,
  ): Promise<Received> {
    const form = await within(ports.clock, UPLOAD_IDLE_MS, readUpload(context.req.raw));
    if (form === TIMED_OUT) return { kind: "broken-off" };
    if (form === null) return { kind: "no-form" };
    try {
      if (!isOurs(form.fields)) return { kind: "not-ours" };
      const fields = UploadFieldsSchema.safeParse(form.fields);
      if (!fields.success) {
        const errors = fields.error.issues.map(({ path, message }) => ({
          path: path.join("."),
          message,
        }));
        return { kind: "bad-fields", errors };
      }
      const { file } = form;
      if (file === null || file.name === "") return { kind: "no-file" };
      return await keep(context, fields.data, file);
    } finally {
      form.end();
    }
  }

  async function keep(
    context: WebContext,
    { vendor, model, version, checksum, signature, certificate }: ReturnType<
      typeof UploadFieldsSchema.parse
    >,
    { name, content }: NonNullable<UploadedForm["file"]>,
  ): Promise<Received> {
    const doer = doerOf(context.get("visitor"), context.env.remoteAddress);
    const length = Number(context.req.header("content-length") ?? Number.NaN);
    const outcome = await ports.firmware?.upload(untilSilent(content, ports.clock), {
      name,
      by: doer.who,
      meantFor: { vendor, model, version },
      bytes: Number.isSafeInteger(length) ? length : null,
      checksum,
      signing: signature === null || certificate === null ? null : { signature, certificate },
    }).catch((error): Received => {
      ports.log("info", "upload_broken_off", { by: doer.who, error: String(error) });
      return { kind: "broken-off" };
    }) ?? { kind: "no-form" as const };
    await audit.note({
      ...doer,
      what: "firmware-upload",
      about: `${vendor} ${model} ${version}`,
      outcome: outcome.kind === "kept" ? "done" : outcome.kind === "refused" ? "refused" : "failed",
      detail: outcome.kind === "kept"
        ? outcome.image.sha256
        : outcome.kind === "refused"
        ? outcome.reason
        : outcome.kind,
    });
    return outcome;
  }

  return {
    async receive(context, isOurs) {
      if (underWay >= UPLOADS_MAX) return { kind: "busy" };
      underWay++;
      try {
        return await take(context, isOurs);
      } finally {
        underWay--;
      }
    },
  };
}

/** The same pieces; breaks off where the next one does not come. */
async function* untilSilent(
  content: AsyncIterable<Uint8Array>,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const pieces = content[Symbol.asyncIterator]();
  while (true) {
    const next = await within(clock, UPLOAD_IDLE_MS, pieces.next());
    if (next === TIMED_OUT) throw new Error("Nothing more came");
    if (next.done === true) return;
    yield next.value;
  }
}
