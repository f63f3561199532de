import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { openLedger } from "../../src/store/ledger_io.ts";
import { orderedSigned } from "../../src/transactions/mod.ts";
import type { Payload } from "../support/frame_peer.ts";
import { openSite } from "./site_bench.ts";

/** Signed data as makes of chargers write it, and worse: quotes, line ends, NUL, other scripts. */
const signed = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ maxLength: 200 }).map((text) => `OCMF|${text}|{"SD":"${text}"}`),
  fc.constantFrom("\u0000", "\r\n\t", '"\\"', "\ud800", "0", " 12.50 ", "</script>"),
);

/** What the CSMS was told of signed values, in its order. */
function signedIn(payloads: readonly Payload[]): readonly unknown[] {
  return payloads
    .flatMap(({ meterValue, transactionData }) => meterValue ?? transactionData ?? [])
    .flatMap((entry) => Object(entry)["sampledValue"])
    .filter(({ format }) => format === "SignedData")
    .map(({ value }) => value);
}

Deno.test("signed meter values reach the CSMS byte for byte and all of them, over the disk and a restart", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(signed, { minLength: 1, maxLength: 12 }),
      fc.array(signed, { maxLength: 3 }),
      async (during, late) => {
        const folder = await Deno.makeTempDir();
        try {
          await tell(`${folder}/ledger.db`, during, [...new Set(late)]);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    ),
    { numRuns: 25 },
  );
});

/** What the ledger has of the only session, right after a kill. */
async function keptIn(ledger: ReturnType<typeof openLedger>): Promise<readonly string[]> {
  const [session] = await ledger.transactions({ limit: 1 });
  const records = await ledger.signedReadings(session?.id ?? "");
  return orderedSigned(records).map(({ signedMeterData }) => signedMeterData);
}

async function tell(
  path: string,
  during: readonly string[],
  late: readonly string[],
): Promise<void> {
  const ledger = openLedger(path);
  // A run of the gateway ends, the disk stays.
  const disk = () => ({ ...ledger, close: () => Promise.resolve() });
  const site = await openSite({ unknownOffline: true, disk });
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  const { number } = await charger.start("ASHA");
  const meter = (connection: typeof charger, value: string) =>
    connection.result("MeterValues", {
      connectorId: 1,
      transactionId: number,
      meterValue: [{
        timestamp: new Date(site.clock.wallMs()).toISOString(),
        sampledValue: [{ value, format: "SignedData", context: "Sample.Periodic" }],
      }],
    }, 1_000);
  for (const value of during) await meter(charger, value);
  await charger.stop(number, 2_000);
  for (const value of late) await meter(charger, value);
  site.kill();
  assertEquals(await keptIn(ledger), [...new Set([...during, ...late])]);
  await site.start();
  await site.restoreCsms();
  await site.clock.advance(120_000);
  const told = site.csms.heard("MeterValues", "StopTransaction").map(({ payload }) => payload);
  assertEquals(signedIn(told), [...during, ...late]);
  site.kill();
  await ledger.close();
}
