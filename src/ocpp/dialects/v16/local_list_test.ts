import { assertEquals } from "@std/assert";
import { codecs16 } from "./mod.ts";

const { request, response } = codecs16.SendLocalList.SendLocalList;

Deno.test("an entry without info takes its token off the list, on both sides", () => {
  const wire = {
    listVersion: 3,
    updateType: "Differential" as const,
    localAuthorizationList: [
      { idTag: "A", idTagInfo: { status: "Blocked" as const } },
      { idTag: "B" },
    ],
  };
  const read = request.read(wire);
  assertEquals(read.message, {
    versionNumber: 3,
    updateType: "Differential",
    localAuthorizationList: [
      { idToken: { idToken: "A", type: "Central" }, idTokenInfo: { status: "Blocked" } },
      { idToken: { idToken: "B", type: "Central" } },
    ],
  });
  assertEquals(request.write(read), wire);
});

Deno.test("an empty list is an absent one inside, until the gateway adds to it", () => {
  const wire = { listVersion: 1, updateType: "Full" as const, localAuthorizationList: [] };
  const read = request.read(wire);
  assertEquals(read.message, { versionNumber: 1, updateType: "Full" });
  assertEquals(request.write(read), wire);
  const entry = { idToken: { idToken: "A", type: "Central" } };
  const message = { ...read.message, localAuthorizationList: [entry] };
  assertEquals(request.write({ ...read, message }).localAuthorizationList, [{ idTag: "A" }]);
});

Deno.test("NotSupported is a failure inside", () => {
  const read = response.read({ status: "NotSupported" });
  assertEquals(read.message, { status: "Failed" });
  assertEquals(response.write(read), { status: "NotSupported" });
  assertEquals(response.read({ status: "VersionMismatch" }), {
    message: { status: "VersionMismatch" },
  });
});

Deno.test("a charger without list (-1) has version 0 inside", () => {
  const version = codecs16.GetLocalListVersion.GetLocalListVersion.response;
  const read = version.read({ listVersion: -1 });
  assertEquals(read.message, { versionNumber: 0 });
  assertEquals(version.write(read), { listVersion: -1 });
  assertEquals(version.write({ ...read, message: { versionNumber: 4 } }), { listVersion: 4 });
});
