import { assertEquals } from "@std/assert";
import type { Carry, Enveloped } from "../inside.ts";
import { planned, type Translation } from "./codec.ts";
import { optional, unsaid } from "./translations.ts";

/** Loses the case of letters. */
const lower: Translation<string, string> = {
  read: (text) => text.toLowerCase(),
  write: (text) => text,
  isSayable: (text) => text.length <= 5,
};
const note = optional(lower);
const extra = unsaid<string>();

interface Wire {
  readonly name?: string;
  readonly extra?: string;
  readonly items?: readonly string[];
}
interface Inside {
  readonly word?: string;
  readonly list?: readonly string[];
}

const codec = planned<Wire, Inside>("ocpp1.6", {
  read(wire, notes) {
    notes.read("extra", extra, wire.extra);
    const word = notes.read("word", note, wire.name);
    const list = wire.items?.map((item, index) =>
      notes.below("list").read(String(index), lower, item)
    );
    return { ...(word === undefined ? {} : { word }), ...(list === undefined ? {} : { list }) };
  },
  write(inside, notes) {
    const name = notes.write("word", note, inside.word);
    const kept = notes.write("extra", extra, undefined);
    const items = inside.list?.map((item, index) =>
      notes.below("list").write(String(index), lower, item)
    );
    return {
      ...(name === undefined ? {} : { name }),
      ...(kept === undefined ? {} : { extra: kept }),
      ...(items === undefined ? {} : { items }),
    };
  },
});

/** As it comes back from the database. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("a message that writing gives back as it was carries nothing", () => {
  assertEquals(codec.read({ name: "abc" }), { message: { word: "abc" } });
});

Deno.test("a note says where, what is inside and what was said", () => {
  assertEquals(codec.read({ name: "Abc", items: ["x", "Y"] }), {
    message: { word: "abc", list: ["x", "y"] },
    carry: {
      dialect: "ocpp1.6",
      notes: [
        { at: "word", inside: "abc", original: "Abc" },
        { at: "list/1", inside: "y", original: "Y" },
      ],
    },
  });
});

Deno.test("an absent field inside is null in a note, and its original comes back", () => {
  const read = codec.read({ extra: "more" });
  assertEquals(read, {
    message: {},
    carry: { dialect: "ocpp1.6", notes: [{ at: "extra", inside: null, original: "more" }] },
  });
  assertEquals(codec.write(stored(read)), { extra: "more" });
});

Deno.test("what was noted is written as it was", () => {
  const wire = { name: "Abc", extra: "", items: ["A", "b"] };
  assertEquals(codec.write(stored(codec.read(wire))), wire);
});

Deno.test("a field that was changed wins over its note, and the other notes still count", () => {
  const { carry } = codec.read({ name: "Abc", items: ["X", "Y"] });
  const message = { word: "other", list: ["x", "z"] };
  assertEquals(codec.write(carry === undefined ? { message } : { message, carry }), {
    name: "other",
    items: ["X", "z"],
  });
});

Deno.test("a field that was dropped stays dropped", () => {
  const { carry } = codec.read({ name: "Abc" });
  assertEquals(codec.write(carry === undefined ? { message: {} } : { message: {}, carry }), {});
});

Deno.test("notes of another dialect mean nothing", () => {
  const carry: Carry = {
    dialect: "ocpp2.0.1",
    notes: [{ at: "word", inside: "abc", original: "Abc" }],
  };
  assertEquals(codec.write({ message: { word: "abc" }, carry }), { name: "abc" });
});

Deno.test("an original that must not be sent on gets no note", () => {
  assertEquals(codec.read({ name: "ABCDEF" }), { message: { word: "abcdef" } });
});

Deno.test("a plan may keep a whole list under one note, which counts until the list changes", () => {
  const whole = planned<readonly number[], readonly number[]>("ocpp1.6", {
    read(wire, notes) {
      const even = wire.filter((item) => item % 2 === 0);
      notes.below("even").keep(even, wire);
      return even;
    },
    write: (inside, notes) => notes.below("even").recall(inside, () => [...inside]),
  });
  const read: Enveloped<readonly number[]> = stored(whole.read([1, 2, 3]));
  assertEquals(whole.write(read), [1, 2, 3]);
  assertEquals(whole.write({ ...read, message: [2, 4] }), [2, 4]);
});
