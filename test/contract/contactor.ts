import { assertEquals } from "@std/assert";
import type { Contactor } from "../../src/site/mod.ts";

/** A device in the hands of a test, and a contactor that reaches it. */
export interface ContactorBench extends AsyncDisposable {
  readonly contactor: Contactor;
  /** How the device is; null before it was ever told. */
  isOpen(): boolean | null;
  /** It takes orders and does nothing from now on. */
  weld(): void;
  /** It cannot be reached from now on. */
  cutCable(): Promise<void>;
}

/** What every contactor has to keep. */
export function contactorContract(
  name: string,
  open: () => Promise<ContactorBench>,
  register: (name: string, run: () => Promise<void>) => void = Deno.test,
): void {
  const test = (what: string, run: (bench: ContactorBench) => Promise<void>) =>
    register(`${name}: ${what}`, async () => {
      await using bench = await open();
      await run(bench);
      await bench.contactor.stop();
    });

  test("opens, closes, and may be told again", async ({ contactor, isOpen }) => {
    assertEquals(isOpen(), null, "nothing is touched before it is needed");
    for (const wanted of [true, true, false, false, true]) {
      assertEquals(await contactor.set(wanted), { ok: true, value: undefined });
      assertEquals(isOpen(), wanted);
    }
  });

  test("orders are carried out one after the other", async ({ contactor, isOpen }) => {
    const outcomes = await Promise.all([true, false, true].map((each) => contactor.set(each)));
    assertEquals(outcomes.map(({ ok }) => ok), [true, true, true]);
    assertEquals(isOpen(), true);
  });

  test("a device that does nothing is found out", async ({ contactor, weld }) => {
    assertEquals((await contactor.set(false)).ok, true);
    weld();
    assertEquals((await contactor.set(true)).ok, false);
  });

  test("one that cannot be reached is told of in words", async ({ contactor, cutCable }) => {
    await cutCable();
    const outcome = await contactor.set(true);
    assertEquals(outcome.ok, false);
    assertEquals(typeof (outcome.ok ? null : outcome.error), "string");
  });
}
