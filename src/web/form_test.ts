import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { openClient, openClientAs, ORIGIN } from "./_client.ts";
import { createFixture } from "./_fixture.ts";
import { sameSecret } from "./form.ts";

Deno.test("sameSecret() is true for the same text only, whatever the lengths", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (left, right) => {
    assertEquals(sameSecret(left, right), left === right);
    assertEquals(sameSecret(left, left), true);
  }));
});

Deno.test("a body that is no form is refused as one that says nothing, also by who has not signed in", async () => {
  const fixture = await createFixture();
  const stranger = openClient(fixture);
  const admin = await openClientAs(fixture, "admin");
  const unreadable = [
    ["multipart/form-data; boundary=x", '{"amps":10}'],
    ["multipart/form-data", "--x"],
    ["multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=a\r\n\r\nb"],
  ] as const;
  for (const [type, body] of unreadable) {
    const request = { method: "POST", headers: { "content-type": type, origin: ORIGIN }, body };
    for (
      const [client, path, status] of [
        [stranger, "/sign-in", 422],
        [stranger, "/sign-in/code", 422],
        [admin, "/site/limit/end", 403],
        [admin, "/tokens", 403],
      ] as const
    ) {
      const answer = await client.send(path, request);
      await answer.body?.cancel();
      assertEquals(answer.status, status, `${path} ${type}`);
    }
  }
});
