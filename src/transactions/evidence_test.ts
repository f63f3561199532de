import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { at, ended, transactionRecord } from "../../test/contract/sessions.ts";
import { comparedWithEvidence, evidenceTotal, withEvidence } from "./evidence.ts";
import type { Transaction } from "./transaction.ts";

/** A sample so many seconds after the start: register in Wh, power in W. */
interface Sample {
  readonly s: number;
  readonly wh?: number;
  readonly w?: number;
}

const POWER_MAX_W = 11_000;

/** A session that began at 1000 Wh, with these samples counted. */
function counted(
  samples: readonly Sample[],
  powerMaxW: number | undefined = POWER_MAX_W,
): Transaction {
  return samples.reduce((session, { s, wh, w }) => {
    const reading = {
      at: at(s),
      ...(wh === undefined ? {} : { energyWh: wh }),
      ...(w === undefined ? {} : { powerW: w }),
    };
    return withEvidence(session, reading, powerMaxW);
  }, transactionRecord());
}

const totalOf = (samples: readonly Sample[]) => evidenceTotal(counted(samples));

// The register

Deno.test("a register that goes forward counts as it goes", () => {
  assertEquals(totalOf([{ s: 60, wh: 1_100 }, { s: 120, wh: 1_250 }]), {
    energyWh: 250,
    by: "register",
  });
  assertEquals(evidenceTotal(transactionRecord()), null, "nothing was read");
});

Deno.test("a register that was reset goes on counting from its new value (quirk 15)", () => {
  const total = totalOf([{ s: 600, wh: 2_500 }, { s: 660, wh: 0 }, { s: 1_260, wh: 1_500 }]);
  assertEquals(total?.energyWh, 3_000);
});

Deno.test("a register that goes further than the EVSE can deliver has jumped, and that is not counted", () => {
  const session = counted([{ s: 60, wh: 1_150 }, { s: 120, wh: 9_150 }, { s: 180, wh: 9_300 }]);
  assertEquals(session.flags, ["register-jumped"]);
  assertEquals(evidenceTotal(session)?.energyWh, 300);
});

Deno.test("what comes late or rounded is no jump", () => {
  const cases: readonly { readonly name: string; readonly samples: readonly Sample[] }[] = [
    { name: "full power", samples: [{ s: 3_600, wh: 12_000 }] },
    { name: "a timestamp half a minute off", samples: [{ s: 0, wh: 1_090 }, { s: 30, wh: 1_270 }] },
    { name: "whole kWh", samples: [{ s: 60, wh: 2_000 }, { s: 700, wh: 4_000 }] },
    { name: "missing samples", samples: [{ s: 60, wh: 1_100 }, { s: 7_260, wh: 22_000 }] },
    { name: "a clock that was set back", samples: [{ s: 600, wh: 2_000 }, { s: 0, wh: 9_000 }] },
  ];
  for (const { name, samples } of cases) assertEquals(counted(samples).flags, [], name);
});

Deno.test("where nobody knows what the EVSE can deliver, nothing jumps", () => {
  const sample = { at: at(1), energyWh: 1e9 };
  assertEquals(withEvidence(transactionRecord(), sample).flags, []);
});

// Power

Deno.test("power that is told beside the register is counted in its stead", () => {
  const samples = [0, 60, 120, 180].map((s) => ({ s, wh: 1_000 + s, w: 6_000 }));
  assertEquals(totalOf(samples), { energyWh: 300, by: "power" });
});

Deno.test("power says nothing about times for which it was not told: the register bridges them", () => {
  const gap = [{ s: 0, wh: 1_000, w: 6_000 }, { s: 3_600, wh: 5_000, w: 6_000 }];
  assertEquals(totalOf(gap), { energyWh: 4_000, by: "register" });
});

Deno.test("power alone is counted where no register was told", () => {
  assertEquals(totalOf([{ s: 0, w: 6_000 }, { s: 300, w: 6_000 }]), { energyWh: 500, by: "power" });
});

Deno.test("export is no import", () => {
  assertEquals(totalOf([{ s: 0, w: -6_000 }, { s: 300, w: -6_000 }])?.energyWh, 0);
});

// Order

Deno.test("a sample that was held up on its way, and one that came twice, count nothing", () => {
  const sampleAt = (s: number) => ({ s, wh: 1_000 + s, w: 6_000 });
  const inOrder = [0, 60, 120, 180].map(sampleAt);
  const late = [0, 120, 60, 180].map(sampleAt);
  const twice = [0, 60, 60, 120, 120, 180].map(sampleAt);
  assertEquals(totalOf(twice), totalOf(inOrder));
  assertEquals(totalOf(late)?.energyWh, 300);
});

Deno.test("no order, gap or repeat of honest samples counts more than was drawn, nor jumps", () => {
  const seconds = fc.array(fc.nat(100), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(seconds, (picked) => {
    const samples = picked.map((each) => ({ s: each * 60, wh: 1_000 + each * 150, w: 9_000 }));
    const last = Math.max(...picked) * 150;
    const session = counted(samples);
    const total = evidenceTotal(session)?.energyWh ?? 0;
    assertEquals(session.flags, []);
    assert(Math.abs(total - last) < 1e-6, `counted ${total} of ${last}`);
  }));
});

// The bill

function billed(meterStopWh: number, samples: readonly Sample[]): readonly string[] {
  const session = counted(samples);
  return comparedWithEvidence({ ...session, stop: ended(3_600, meterStopWh) }).flags;
}

Deno.test("a bill that is not what was counted is flagged, from 100 Wh or 2 % on", () => {
  const small = [{ s: 1_800, wh: 2_000 }];
  assertEquals(billed(2_100, small), []);
  assertEquals(billed(2_101, small), ["energy-disagrees"]);
  const large = [{ s: 36_000, wh: 101_000 }];
  assertEquals(billed(102_999, large), []);
  assertEquals(billed(103_100, large), ["energy-disagrees"]);
  assertEquals(billed(0, small), ["energy-disagrees"], "a stop of 0 is billed as nothing");
});

Deno.test("a register that stood still while power flowed is found", () => {
  const samples = Array.from(
    { length: 31 },
    (_, minute) => ({ s: minute * 60, wh: 1_000, w: 7_000 }),
  );
  assertEquals(billed(1_000, samples), ["energy-disagrees"]);
});

Deno.test("without readings there is nothing to hold the bill against", () => {
  const session = { ...transactionRecord(), stop: ended(60) };
  assertEquals(comparedWithEvidence(session), session);
});
