import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { anotherClient, type Client, openClient, openClientAs, ORIGIN } from "../_client.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../language.ts";

/** Asks for a language as the menu does, in a browser that has nothing but this cookie. */
async function choose(client: Client, fields: Readonly<Record<string, string>>): Promise<Response> {
  const response = await client.send("/language", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN },
    body: new URLSearchParams(fields).toString(),
  });
  await response.body?.cancel();
  return response;
}

const languageOf = (html: string) => /<html lang="(\w+)"/.exec(html)?.[1];

Deno.test("before signing in a language is chosen for this browser, and it stays", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  assertEquals(languageOf(await client.text("/sign-in")), "en");
  const chosen = await choose(client, { language: "hi", next: "/sign-in?next=%2Fload" });
  assertEquals(chosen.headers.get("location"), "/sign-in?next=%2Fload");
  assertStringIncludes(chosen.headers.get("set-cookie") ?? "", "Max-Age=31536000");
  assertEquals(client.cookie, "lang=hi");
  const page = await client.text("/sign-in?next=%2Fload");
  assertEquals(languageOf(page), "hi");
  assertStringIncludes(page, 'name="next" value="/load"');
  assertEquals(languageOf(await anotherClient(client.web).text("/sign-in")), "en");
});

Deno.test("every page offers every language in its own name, and marks the one in force", async () => {
  const client = await openClientAs(await createFixture(), "admin");
  for (const path of ["/", "/sessions?charger=CP01", "/account/password", "/nowhere"]) {
    const html = await client.text(path);
    for (const language of LANGUAGES) {
      const button = new RegExp(`value="${language}" lang="${language}"[^>]*>([^<]+)<`).exec(html);
      assertEquals(button?.[1], LANGUAGE_NAMES[language], path);
      assertEquals(button?.[0].includes("aria-current"), language === "en", path);
    }
    assertStringIncludes(html, `name="next" value="${path}"`);
  }
});

Deno.test("a person's language goes along to another browser, and wins over what that one has", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const answer = await choose(client, {
    language: "mr",
    next: "/sessions?charger=CP01",
    csrf: await client.csrf(),
  });
  assertEquals(answer.headers.get("location"), "/sessions?charger=CP01");
  assertEquals(fixture.users.find("viewer")?.language, "mr");
  const elsewhere = anotherClient(client.web);
  elsewhere.cookie = "lang=hi";
  await (await elsewhere.signIn("viewer")).body?.cancel();
  elsewhere.cookie += "; lang=hi";
  const page = await elsewhere.text("/");
  assertEquals(languageOf(page), "mr");
  assertStringIncludes(page, "चार्जिंग");
  const other = anotherClient(client.web);
  await (await other.signIn("operator")).body?.cancel();
  assertEquals(languageOf(await other.text("/")), "en", "other people keep the site's");
});

Deno.test("why a connector waits is said in the reader's language", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  await choose(client, { language: "hi", next: "/", csrf: await client.csrf() });
  for (const path of ["/", "/load", "/sessions/7c1e117"]) {
    const html = await client.text(path);
    assertStringIncludes(html, "63\u202fA", path);
    assertEquals(/waits its turn|other load/.test(html), false, path);
  }
  assertEquals(
    await client.json("/api/v1/evses/2").then(JSON.stringify).then((text) =>
      text.includes("waits its turn")
    ),
    true,
    "the API speaks the site's",
  );
});

Deno.test("nobody is sent to another site, and nobody else chooses for a person", async () => {
  const fixture = await createFixture();
  const stranger = openClient(fixture);
  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil"]) {
    assertEquals((await choose(stranger, { language: "mr", next })).headers.get("location"), "/");
  }
  assertEquals((await choose(stranger, { language: "xx", next: "/" })).status, 422);
  const person = await openClientAs(fixture, "viewer");
  assertEquals((await choose(person, { language: "mr", csrf: "guessed" })).status, 403);
  assertEquals(fixture.users.find("viewer")?.language, undefined);
});

Deno.test("what answers a form leads back to the page that the form stands on", async () => {
  const client = await openClientAs(await createFixture(), "admin");
  const html = await (await client.post("/settings/check", {
    text: "wrong",
    base: "0".repeat(64),
  })).text();
  assertStringIncludes(html, 'name="next" value="/settings"');
});

Deno.test("the row of tabs leads an administrator to the settings, and nobody else", async () => {
  const fixture = await createFixture();
  const tabs = (html: string) => /<nav class="tabs".*?<\/nav>/s.exec(html)?.[0] ?? "";
  assertEquals(
    tabs(await (await openClientAs(fixture, "admin")).text("/")).includes('href="/settings"'),
    true,
  );
  assertEquals(
    tabs(await (await openClientAs(fixture, "installer")).text("/")).includes('href="/settings"'),
    false,
  );
});
