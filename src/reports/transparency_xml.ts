import type { SignedReading, Transaction } from "../transactions/mod.ts";
import { encodingOf, type SignedForm } from "./signed_form.ts";

/** A reading and what it is. */
export interface FormedReading {
  readonly reading: SignedReading;
  readonly form: SignedForm;
}

/**
 * Signed readings as S.A.F.E.'s transparency software reads them (its "XML Format"): each text as the
 * charger sent it, without a space more, since the signature is over it.
 */
export function transparencyXml(
  { number }: Pick<Transaction, "number">,
  values: readonly FormedReading[],
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<values>\n${
    values.map((value) => valueXml(number, value)).join("")
  }</values>\n`;
}

function valueXml(number: number, { reading, form }: FormedReading): string {
  const { context = "Sample.Periodic", signedMeterData, publicKey } = reading;
  const format = form.format === null ? "" : ` format="${form.format}"`;
  const data = element("signedData", format, signedMeterData, form.encoding);
  const key = publicKey === undefined
    ? ""
    : element("publicKey", "", publicKey, encodingOf(publicKey));
  return `  <value transactionId="${number}" context="${
    inXml(context)
  }">\n${data}${key}  </value>\n`;
}

/** A text that XML has no way to write (it knows no NUL) goes in base64, and says so. */
function element(name: string, format: string, text: string, encoding: string): string {
  const isWritable = !UNWRITABLE.test(text);
  const [content, how] = isWritable
    ? [inXml(text), encoding]
    : [new TextEncoder().encode(text).toBase64(), "base64"];
  return `    <${name}${format} encoding="${how}">${content}</${name}>\n`;
}

// deno-lint-ignore no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // A parser makes a line end of it otherwise.
  "\r": "&#13;",
};

function inXml(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (sign) => ENTITIES[sign] ?? sign);
}
