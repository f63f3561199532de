import { compact } from "../lib/json.ts";
import type { SignedReading } from "../transactions/mod.ts";
import type { OcpiSignedData } from "./ocpi_objects.ts";
import { bytesOf, type SignedForm, signedForm } from "./signed_form.ts";

/** What OCPI 2.2.1 has room for. */
const METHOD_LENGTH_MAX = 36;
const KEY_LENGTH_MAX = 512;
const PLAIN_LENGTH_MAX = 512;
const SIGNED_LENGTH_MAX = 5_000;

/** Formats by the names that OCPI lists (mod_cdrs, SignedData class). */
const METHODS: Readonly<Record<NonNullable<SignedForm["format"]>, string>> = {
  OCMF: "OCMF",
  ALFEN: "Alfen Eichrecht",
  PCDF: "PCDF",
  EDL_40_P: "EDL40 E-Mobility Extension",
  EDL_40_MENNEKES: "EDL40 Mennekes",
};

/**
 * The signed readings of a session for its record. A record names one method and one key, so only
 * readings of the first one's are in it; what is longer than OCPI allows is left out rather than cut.
 */
export function ocpiSignedData(
  readings: readonly SignedReading[],
): OcpiSignedData | undefined {
  const all = readings.map((reading) => ({ reading, form: signedForm(reading) }));
  const [first] = all;
  if (first === undefined) return undefined;
  const method = methodOf(first.reading, first.form);
  const { publicKey } = first.reading;
  const values = all.filter(({ reading, form }) =>
    methodOf(reading, form) === method && reading.publicKey === publicKey
  ).map(({ reading, form }) => ({
    nature: natureOf(reading),
    plain_data: plainOf(reading, form),
    signed_data: form.encoding === "base64"
      ? reading.signedMeterData
      : bytesOf(reading.signedMeterData, form.encoding).toBase64(),
  })).filter(({ signed_data: { length } }) => length > 0 && length <= SIGNED_LENGTH_MAX);
  if (values.length === 0) return undefined;
  return compact({
    encoding_method: method,
    public_key: publicKey !== undefined && isSayable(publicKey, KEY_LENGTH_MAX)
      ? publicKey
      : undefined,
    signed_values: values,
  });
}

function methodOf({ encodingMethod }: SignedReading, { format }: SignedForm): string {
  if (format !== null) return METHODS[format];
  return printable(encodingMethod ?? "").slice(0, METHOD_LENGTH_MAX) || "#NA";
}

function natureOf({ context }: SignedReading): "Start" | "Intermediate" | "End" {
  if (context === "Transaction.Begin") return "Start";
  return context === "Transaction.End" ? "End" : "Intermediate";
}

/** The text that was signed where it is one and has room, else the number that came beside it. */
function plainOf(
  { value, unit = "Wh" }: SignedReading,
  { plain }: SignedForm,
): string {
  if (plain !== null && isSayable(plain, PLAIN_LENGTH_MAX)) return plain;
  return value === undefined ? "#NA" : `${value} ${unit}`;
}

function isSayable(text: string, lengthMax: number): boolean {
  return text.length > 0 && text.length <= lengthMax && printable(text) === text;
}

/** OCPI's texts hold nothing that cannot be printed. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, " ");
}
