import { assertEquals } from "@std/assert";
import { type Encoded, encodedEvent, takesGzip } from "./encoded_event.ts";

Deno.test("an event is its name, its payload and, where it has one, its place", () => {
  const text = (event: Encoded) => new TextDecoder().decode(event.plain);
  assertEquals(text(encodedEvent("patch", "{}")), "event: patch\ndata: {}\n\n");
  assertEquals(text(encodedEvent("patch", "{}", "a-1")), "id: a-1\nevent: patch\ndata: {}\n\n");
});

Deno.test("gzip is sent to who says that it takes it, and to nobody else", () => {
  for (
    const [header, takes] of [
      ["gzip", true],
      ["gzip, deflate, br, zstd", true],
      ["br;q=1.0, gzip;q=0.8, *;q=0.1", true],
      ["x-gzip", true],
      ["gzip;q=0", false],
      ["gzip; q=0.000", false],
      ["br, identity", false],
      ["*", false],
      ["", false],
      [undefined, false],
      [null, false],
    ] as const
  ) assertEquals(takesGzip(header), takes, String(header));
});
