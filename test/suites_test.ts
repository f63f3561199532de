import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SUITE_FILES_MAX, suitesOf } from "./suites.ts";

Deno.test("files of a room share a suite; those that start processes have one each, and come first", () => {
  const files = [
    "src/config_test.ts",
    "src/web/format_test.ts",
    "src/web/pages/site_test.ts",
    "src/ocpp/peer_test.ts",
    "test/browser/pages_test.ts",
    "test/week/week_test.ts",
    "test/gateway/trust_test.ts",
  ];
  assertEquals(suitesOf(files), [
    { name: "test/week/week_test.ts", files: ["test/week/week_test.ts"] },
    { name: "test/browser/pages_test.ts", files: ["test/browser/pages_test.ts"] },
    { name: "test_gateway_1", files: ["test/gateway/trust_test.ts"] },
    { name: "src_web_1", files: ["src/web/format_test.ts", "src/web/pages/site_test.ts"] },
    { name: "src_ocpp_1", files: ["src/ocpp/peer_test.ts"] },
    { name: "src_1", files: ["src/config_test.ts"] },
  ]);
});

Deno.test("each file is in one suite, no suite has too many, and no two have one name", () => {
  const file = fc.tuple(
    fc.constantFrom("src", "src/web", "src/web/pages", "test", "test/gateway", "test/sites"),
    fc.nat(200),
  ).map(([folder, number]) => `${folder}/f${number}_test.ts`);
  fc.assert(fc.property(fc.uniqueArray(file, { maxLength: 300 }), (files) => {
    const suites = suitesOf(files);
    assertEquals(suites.flatMap((suite) => suite.files).toSorted(), files.toSorted());
    assertEquals(suites.filter((suite) => suite.files.length > SUITE_FILES_MAX), []);
    assertEquals(suites.filter((suite) => suite.files.length === 0), []);
    assertEquals(new Set(suites.map(({ name }) => name)).size, suites.length);
  }));
});
