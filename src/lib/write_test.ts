import { assertEquals } from "@std/assert";
import { drop, put, type WriteOf } from "./write.ts";

interface Collections {
  readonly slots: { readonly slot: number };
  readonly names: string;
}

Deno.test("put() names the collection, the key and the value", () => {
  const write: WriteOf<Collections> = put("names", "en", "Depot");
  assertEquals(write, { kind: "put", collection: "names", key: "en", value: "Depot" });
});

Deno.test("drop() names the collection and the key", () => {
  const write: WriteOf<Collections> = drop("names", "en");
  assertEquals(write, { kind: "drop", collection: "names", key: "en" });
});

Deno.test("a number as key is written as its text, so that put() and drop() meet", () => {
  const writes: readonly WriteOf<Collections>[] = [put("slots", 3, { slot: 3 }), drop("slots", 3)];
  assertEquals(writes.map(({ key }) => key), ["3", "3"]);
});
