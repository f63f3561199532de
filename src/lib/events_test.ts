import { assertEquals } from "@std/assert";
import { createEvents } from "./events.ts";

interface Weather {
  readonly rain: number;
  readonly wind: { readonly from: string };
}

function bus() {
  const errors: unknown[] = [];
  const heard: unknown[] = [];
  const events = createEvents<Weather>((error) => errors.push(error));
  return { events, errors, heard };
}

Deno.test("emit() reaches every listener of that name, in the order they came", () => {
  const { events, heard } = bus();
  events.on("rain", (millimetres) => heard.push(["first", millimetres]));
  events.on("rain", (millimetres) => heard.push(["second", millimetres]));
  events.on("wind", ({ from }) => heard.push(["wind", from]));
  events.emit("rain", 12);
  assertEquals(heard, [["first", 12], ["second", 12]]);
  events.emit("wind", { from: "west" });
  assertEquals(heard.at(-1), ["wind", "west"]);
});

Deno.test("emit() without listeners does nothing", () => {
  const { events, errors } = bus();
  events.emit("rain", 1);
  assertEquals(errors, []);
});

Deno.test("a listener hears nothing from before it came", () => {
  const { events, heard } = bus();
  events.emit("rain", 1);
  events.on("rain", (millimetres) => heard.push(millimetres));
  events.emit("rain", 2);
  assertEquals(heard, [2]);
});

Deno.test("a listener that has ended hears nothing more; the others do", () => {
  const { events, heard } = bus();
  const end = events.on("rain", () => heard.push("ended"));
  events.on("rain", () => heard.push("other"));
  end();
  end();
  events.emit("rain", 1);
  assertEquals(heard, ["other"]);
});

Deno.test("one function that listens twice is called twice, and ends twice", () => {
  const { events, heard } = bus();
  const listen = (millimetres: number) => heard.push(millimetres);
  const endFirst = events.on("rain", listen);
  const endSecond = events.on("rain", listen);
  events.emit("rain", 1);
  assertEquals(heard, [1, 1]);
  endFirst();
  events.emit("rain", 2);
  assertEquals(heard, [1, 1, 2]);
  endSecond();
  events.emit("rain", 3);
  assertEquals(heard, [1, 1, 2]);
});

Deno.test("a listener that throws is reported and keeps no other from hearing", () => {
  const { events, errors, heard } = bus();
  const broken = new Error("broken");
  events.on("rain", () => {
    throw broken;
  });
  events.on("rain", (millimetres) => heard.push(millimetres));
  events.emit("rain", 5);
  events.emit("rain", 6);
  assertEquals([heard, errors], [[5, 6], [broken, broken]]);
});

Deno.test("who subscribes in answer to an event hears only later ones", () => {
  const { events, heard } = bus();
  const end = events.on("rain", () => {
    end();
    events.on("rain", (millimetres) => heard.push(millimetres));
  });
  events.emit("rain", 1);
  assertEquals(heard, []);
  events.emit("rain", 2);
  assertEquals(heard, [2]);
});

Deno.test("a listener that subscribes again at each event does not keep emit() from ending", () => {
  const { events } = bus();
  let calls = 0;
  const again = () => {
    calls++;
    events.on("rain", again);
  };
  events.on("rain", again);
  events.emit("rain", 1);
  assertEquals(calls, 1);
  events.emit("rain", 2);
  assertEquals(calls, 3);
});

Deno.test("a listener that another one ends in the middle of an event does not hear it", () => {
  const { events, heard } = bus();
  events.on("rain", () => endSecond());
  const endSecond = events.on("rain", () => heard.push("second"));
  events.on("rain", () => heard.push("third"));
  events.emit("rain", 1);
  assertEquals(heard, ["third"]);
});

Deno.test("an event within an event is heard before the outer one goes on", () => {
  const { events, heard } = bus();
  events.on("rain", (millimetres) => {
    heard.push(`first ${millimetres}`);
    if (millimetres === 1) events.emit("rain", 2);
  });
  events.on("rain", (millimetres) => heard.push(`second ${millimetres}`));
  events.emit("rain", 1);
  assertEquals(heard, ["first 1", "first 2", "second 2", "second 1"]);
});

Deno.test("two buses do not hear each other", () => {
  const left = bus();
  const right = bus();
  left.events.on("rain", (millimetres) => left.heard.push(millimetres));
  right.events.emit("rain", 1);
  assertEquals(left.heard, []);
});
