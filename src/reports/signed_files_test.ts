import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { unpackTar } from "modern-tar";
import { transactionRecord } from "../../test/contract/sessions.ts";
import type { SignedReading } from "../transactions/mod.ts";
import { type RecordSources, signedSessions } from "./records.ts";
import { signedArchive, signedFiles } from "./signed_files.ts";
import { encodingOf, signedForm } from "./signed_form.ts";

const SESSION = { id: "tx-7", number: 7 };
const OCMF = 'OCMF|{"FV":"1.0","ID":"<04&A1>"}|{"SD":"304502"}';
const KEY = "3059301306072A8648CE3D02";

function reading(signedMeterData: string, more: Partial<SignedReading> = {}): SignedReading {
  return { at: "2026-01-05T06:00:00Z", heardAtMs: 0, signedMeterData, ...more };
}

function fileOf(kind: string, ...readings: readonly SignedReading[]): string {
  return signedFiles(SESSION, readings).find((file) => file.kind === kind)?.text ?? "";
}

/** What a parser makes of an element. */
function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#13;", "\r").replaceAll("&amp;", "&");
}

Deno.test("the transparency software gets each text with its context, format, encoding and key", () => {
  const xml = fileOf(
    "xml",
    reading(OCMF, { context: "Transaction.Begin", publicKey: KEY }),
    reading("T0NNRnx7fXx7fQ==", { context: "Transaction.End", publicKey: "MFkwEwYHKoZIzj0C" }),
    reading("AP;0;3;AJ2J", { encodingMethod: "Alfen" }),
    reading("1b1b1b1b01010101", { encodingMethod: "EDL" }),
  );
  assertEquals(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<values>
  <value transactionId="7" context="Transaction.Begin">
    <signedData format="OCMF" encoding="plain">OCMF|{&quot;FV&quot;:&quot;1.0&quot;,&quot;ID&quot;:&quot;&lt;04&amp;A1&gt;&quot;}|{&quot;SD&quot;:&quot;304502&quot;}</signedData>
    <publicKey encoding="hex">${KEY}</publicKey>
  </value>
  <value transactionId="7" context="Transaction.End">
    <signedData format="OCMF" encoding="base64">T0NNRnx7fXx7fQ==</signedData>
    <publicKey encoding="base64">MFkwEwYHKoZIzj0C</publicKey>
  </value>
  <value transactionId="7" context="Sample.Periodic">
    <signedData format="ALFEN" encoding="plain">AP;0;3;AJ2J</signedData>
  </value>
  <value transactionId="7" context="Sample.Periodic">
    <signedData format="EDL_40_P" encoding="hex">1b1b1b1b01010101</signedData>
  </value>
</values>
`,
  );
});

Deno.test("of a format that nobody names nothing is said", () => {
  assertStringIncludes(
    fileOf("xml", reading("who knows?")),
    '<signedData encoding="plain">who knows?</signedData>',
  );
});

Deno.test("any text comes out of the XML as it went in", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
    const xml = fileOf("xml", reading(`x ${text}`));
    const [, encoding = "", content = ""] =
      /<signedData[^>]* encoding="(\w+)">([^<]*)<\/signedData>/.exec(xml) ?? [];
    const told = unescaped(content);
    const out = encoding === "base64"
      ? new TextDecoder().decode(Uint8Array.fromBase64(told))
      : told;
    assertEquals(out, `x ${text}`.toWellFormed());
    // deno-lint-ignore no-control-regex
    assert(!/[\u0000-\u0008\u000B\u000C\u000D\u000E-\u001F]/.test(xml));
  }));
});

Deno.test("OCMF goes into a text file one a line, unpacked where it came in base64", () => {
  const packed = new TextEncoder().encode(OCMF).toBase64();
  assertEquals(
    fileOf("ocmf", reading(OCMF), reading("1b1b1b1b0101"), reading(packed)),
    `${OCMF}\n${OCMF}\n`,
  );
  assertEquals(fileOf("ocmf", reading("1b1b1b1b0101")), "");
});

Deno.test("a document that a charger made itself is a file of its own, byte for byte", () => {
  const document =
    '<?xml version="1.0"?>\r\n<signedMeterValue><publicKey encoding="base64">MFk=</publicKey></signedMeterValue> ';
  const packed = new TextEncoder().encode(document).toBase64();
  const files = signedFiles(SESSION, [reading(document), reading(OCMF), reading(packed)]);
  assertEquals(files.map(({ name, kind }) => [name, kind]), [
    ["session-7.xml", "xml"],
    ["session-7.ocmf", "ocmf"],
    ["session-7-1.xml", "document"],
    ["session-7-2.xml", "document"],
  ]);
  assertEquals(files.slice(2).map(({ text }) => text), [document, document]);
});

Deno.test("encodings are told apart; short words are taken as they are", () => {
  assertEquals(["OCMF|0", "beef", "00ff00ff", "T0NNRg==", "T0NN RnwA", "abc"].map(encodingOf), [
    "plain",
    "plain",
    "hex",
    "base64",
    "plain",
    "plain",
  ]);
  assertEquals(signedForm(reading("gICAgICAgIA=")).plain, null);
});

Deno.test("many sessions are one tar with a file for each, made page by page", async () => {
  const sessions = Array.from(
    { length: 5 },
    (_, index) =>
      transactionRecord({ number: index + 1, ...(index === 2 ? {} : { signedReadings: 1 }) }),
  );
  const asked: string[] = [];
  const sources: Pick<RecordSources, "sessions" | "signedReadings"> = {
    async *sessions() {
      yield sessions.slice(0, 2);
      yield await Promise.resolve(sessions.slice(2));
    },
    signedReadings(transactionId) {
      asked.push(transactionId);
      return Promise.resolve([{
        transactionId,
        position: 0,
        reading: reading(`${OCMF}${transactionId}`),
      }]);
    },
  };
  const tar = ReadableStream.from(
    signedArchive(signedSessions(sources, { fromMs: 0, toMs: 1 }), 1_767_592_800_000),
  );
  const bytes = new Uint8Array(await new Response(tar).arrayBuffer());
  assertEquals(bytes.length % 512, 0);
  const entries = await unpackTar(bytes);
  assertEquals(
    entries.map(({ header }) => header.name),
    [1, 2, 4, 5].flatMap((number) => [
      `session-${number}.xml`,
      `session-${number}.ocmf`,
    ]),
  );
  assertEquals(new TextDecoder().decode(entries[3]?.data), `${OCMF}tx-2\n`);
  assertEquals(asked, ["tx-1", "tx-2", "tx-4", "tx-5"], "one without any is not read for");
});

Deno.test("a time without signed readings is an empty tar", async () => {
  async function* none() {}
  const bytes = await new Response(ReadableStream.from(signedArchive(none(), 0))).bytes();
  assertEquals(await unpackTar(bytes), []);
});
