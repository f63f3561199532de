import { assertEquals } from "@std/assert";
import { header, outboxRow } from "../../test/contract/sessions.ts";
import { headerOf } from "./row.ts";

Deno.test("headerOf() leaves out the content, which stays on disk", () => {
  const frame = { version: "ocpp1.6", action: "MeterValues", text: "[2]" };
  const changes = { id: 7, sent: true, refusals: 2, lastError: "GenericError" };
  assertEquals(headerOf(outboxRow({ ...changes, frame })), header(changes));
});
