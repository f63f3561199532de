import { assertEquals, assertStringIncludes } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import { FIXTURE_SITE_TIME } from "../_fixture_site_time.ts";
import { siteTimeTextOf } from "../site_time_text.ts";

Deno.test("everybody sees what the site's time comes from, and which charger's clock is off", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const page = await client.text("/time");
  for (
    const words of [
      "a time server (NTP)",
      "chrony: synchronized",
      "92 seconds ahead",
      "<b>off</b>",
      "not connected",
    ]
  ) assertStringIncludes(page, words);
  assertEquals(page.match(/<b>off<\/b>/g)?.length, 1);
  assertEquals(await client.json("/api/v1/time"), FIXTURE_SITE_TIME);
  assertStringIncludes(await client.text("/"), 'href="/time"');
  client.web.close();
});

Deno.test("where nobody says what time it is, the page says so, and what to do", async () => {
  const fixture = await createFixture();
  const siteTime = () => ({
    ...FIXTURE_SITE_TIME,
    source: "none" as const,
    since: null,
    csmsOffsetMs: null,
    ntp: null,
    chargers: [],
  });
  const client = await openClientAs(
    { ...fixture, ports: { ...fixture.ports, siteTime } },
    "viewer",
  );
  const page = await client.text("/time");
  for (
    const words of ["a time that is past for certain", "never told", "see the README"]
  ) assertStringIncludes(page, words);
  client.web.close();
});

function* said(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* said(inner, `${path}.${name}`);
  } else yield [path, String(typeof value === "function" ? value("chrony") : value)];
}

Deno.test("every word of the site's time is said in Devanagari too", () => {
  const english = [...said(siteTimeTextOf("en"))].map(([path]) => path);
  for (const language of ["mr", "hi"] as const) {
    const texts = [...said(siteTimeTextOf(language))];
    assertEquals(texts.map(([path]) => path), english);
    for (const [path, text] of texts) {
      assertEquals(/\p{Script=Devanagari}/u.test(text), true, `${language}${path}: ${text}`);
    }
  }
});
