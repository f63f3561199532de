import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { at, outboxRow, registerAt } from "../../test/contract/sessions.ts";
import type { Carry, MeterValue } from "../ocpp/mod.ts";
import { foldEvents, withLateReadings } from "./fold.ts";
import type { OutboxRow } from "./row.ts";

function row(id: number, meterValue: readonly MeterValue[], carry: Carry | null): OutboxRow {
  const plain = outboxRow({ id });
  return { ...plain, event: { ...plain.event, meterValue }, carry };
}

function note(path: string, original: string) {
  return { at: path, inside: 1, original };
}

Deno.test("foldEvents() puts all meter values into the first event, in order", () => {
  const first = row(1, [registerAt(1, 10), registerAt(2, 20)], null);
  const folded = foldEvents([first, row(2, [registerAt(3, 30)], null)]);
  assertEquals(folded, {
    event: {
      ...first.event,
      meterValue: [registerAt(1, 10), registerAt(2, 20), registerAt(3, 30)],
    },
    carry: null,
  });
});

Deno.test("foldEvents() leaves a single row as it is, notes and all", () => {
  const carry: Carry = { dialect: "ocpp1.6", notes: [note("meterValue/0/timestamp", "x")] };
  const single = row(1, [registerAt(1, 10)], carry);
  assertEquals(foldEvents([single]), { event: single.event, carry });
});

Deno.test("foldEvents() moves notes along with the meter values that they are about", () => {
  const folded = foldEvents([
    row(1, [registerAt(1, 10), registerAt(2, 20)], {
      dialect: "ocpp1.6",
      notes: [note("meterValue/1/sampledValue/0/value", "a"), note("evseId", "b")],
    }),
    row(2, [], null),
    row(3, [registerAt(3, 30)], {
      dialect: "ocpp1.6",
      notes: [
        note("meterValue/0/sampledValue/0/value", "c"),
        note("meterValue/0", "d"),
        note("meterValues/0", "e"),
      ],
    }),
  ]);
  assertEquals(folded.carry, {
    dialect: "ocpp1.6",
    notes: [
      note("meterValue/1/sampledValue/0/value", "a"),
      note("evseId", "b"),
      note("meterValue/2/sampledValue/0/value", "c"),
      note("meterValue/2", "d"),
      note("meterValues/0", "e"),
    ],
  });
});

Deno.test("foldEvents() finds the dialect in whichever row has one, and mixes no two", () => {
  const in16: Carry = { dialect: "ocpp1.6", notes: [note("evseId", "16")] };
  const in21: Carry = { dialect: "ocpp2.1", notes: [note("evseId", "21")] };
  const value = [registerAt(1, 1)];
  assertEquals(foldEvents([row(1, value, null), row(2, value, in16)]).carry, in16);
  assertEquals(
    foldEvents([row(1, value, null), row(2, value, in16), row(3, value, in21)]).carry,
    in16,
  );
});

Deno.test("foldEvents() bit by bit is the same as all at once", () => {
  const sizes = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 8 });
  fc.assert(fc.property(sizes, fc.nat(), (counts, cut) => {
    const rows = counts.map((count, index) =>
      row(
        index + 1,
        Array.from({ length: count }, (_, place) => registerAt(index * 10 + place, place)),
        {
          dialect: "ocpp1.6",
          notes: Array.from(
            { length: count },
            (_, place) => note(`meterValue/${place}`, `${index}.${place}`),
          ),
        },
      )
    );
    const at = 1 + cut % (rows.length - 1);
    const [first, ...rest] = rows.slice(0, at);
    const [next, ...others] = rows.slice(at);
    if (first === undefined || next === undefined) return;
    const left = { ...first, ...foldEvents([first, ...rest]) };
    const right = { ...next, ...foldEvents([next, ...others]) };
    const stepwise = foldEvents([left, right]);
    assertEquals(stepwise, foldEvents([first, ...rest, next, ...others]));
    // Every note still stands at the meter value that it was written for.
    const values = stepwise.event.meterValue ?? [];
    for (const { at: path, original } of stepwise.carry?.notes ?? []) {
      const place = Number(path.split("/")[1]);
      const [index, inRow] = String(original).split(".").map(Number);
      assertEquals(
        values[place]?.timestamp,
        registerAt((index ?? 0) * 10 + (inRow ?? 0), 0).timestamp,
      );
    }
  }));
});

Deno.test("foldEvents() keeps the first event's time", () => {
  const folded = foldEvents([
    row(1, [registerAt(60, 1)], null),
    row(2, [registerAt(120, 2)], null),
  ]);
  assertEquals(folded.event.timestamp, at(1));
});

Deno.test("withLateReadings() puts them before the register of the end, with their notes", () => {
  const note = (at: string, original: string) => ({ at, inside: 1, original });
  const end = {
    event: {
      ...outboxRow().event,
      eventType: "Ended" as const,
      meterValue: [registerAt(1, 100), registerAt(9, 900)],
    },
    carry: {
      dialect: "ocpp1.6" as const,
      notes: [note("meterValue/0/sampledValue/0/value", "1.0")],
    },
  };
  const late = [registerAt(10, 901), registerAt(11, 902)].map((value) => ({
    heardAtMs: 0,
    mark: "",
    isInEnd: true,
    meterValue: [value],
    carry: {
      dialect: "ocpp1.6" as const,
      notes: [note("meterValue/0/sampledValue/0/value", "late")],
    },
  }));
  const { event, carry } = withLateReadings(end, late);
  assertEquals(event.meterValue?.map(({ timestamp }) => timestamp), [at(1), at(10), at(11), at(9)]);
  assertEquals(carry?.notes.map((each) => [each.at, each.original]), [
    ["meterValue/0/sampledValue/0/value", "1.0"],
    ["meterValue/1/sampledValue/0/value", "late"],
    ["meterValue/2/sampledValue/0/value", "late"],
  ]);
  assertEquals(withLateReadings(end, []).event, end.event);
});
