import { assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture, FIXTURE_COST, FIXTURE_OPTIONS, FIXTURE_TOKEN } from "../_fixture.ts";
import { createWeb } from "../web.ts";

/** The text of a page as a reader hears it, in one line. */
function words(html: string): string {
  return html.replaceAll(/<[^>]+>/g, " ").replaceAll(/[\s\u202f]+/g, " ");
}

const BEARER = { authorization: `Bearer ${FIXTURE_TOKEN}`, "content-type": "application/json" };

async function ask(body: unknown) {
  const fixture = await createFixture();
  const web = createWeb(FIXTURE_OPTIONS, fixture.ports, FIXTURE_COST);
  const request = new Request("http://127.0.0.1/api/v1/load/preview", {
    method: "POST",
    headers: BEARER,
    body: JSON.stringify(body),
  });
  return { fixture, answer: await web.fetch(request, { remoteAddress: "127.0.0.1" }) };
}

Deno.test("a form of a limit shows what it would do, and the form that does it, and does nothing", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const answer = await client.post("/load/preview?change=limit&slot=1", {
    amps: "10",
    minutes: "60",
  });
  assertEquals(answer.status, 200);
  const html = await answer.text();
  assertEquals(fixture.forecasts.asked, [{ kind: "limit", slot: 1, amps: 10, minutes: 60 }]);
  assertEquals(fixture.commanded, []);
  assertEquals(fixture.noted.filter(({ what }) => what.includes("limit")), []);
  const said = words(html);
  for (
    const text of [
      "Limit connector 1 to 10 A for 60 min. Nothing has been changed yet.",
      "From the state at 14:05, until 17:05",
      "the hours ahead are rough",
      "10 A instead of 16 A",
      "row-a, phase L2 full",
    ]
  ) assertStringIncludes(said, text);
  assertStringIncludes(html, 'action="/evses/1/limit"');
  assertStringIncludes(html, '<input type="hidden" name="amps" value="10"');
  assertStringIncludes(html, '<input type="hidden" name="minutes" value="60"');
});

for (
  const [query, fields, change, action] of [
    ["change=priority&slot=2", { order: "first" }, {
      kind: "priority",
      slot: 2,
      class: "first",
      minutes: null,
    }, "/evses/2/priority"],
    ["change=demand&slot=2", { departure: "17:30", energyKwh: "12", urgent: "on" }, {
      kind: "demand",
      slot: 2,
      departure: "2026-01-05T12:00:00.000Z",
      energyKwh: 12,
      urgent: true,
    }, "/evses/2/demand"],
    ["change=circuit-limit&circuit=row-a", {
      amount: "4.2",
      unit: "kW",
      minutes: "",
      reason: "heat",
      source: "signal",
    }, {
      kind: "circuit-limit",
      circuitId: "row-a",
      source: "signal",
      limit: { unit: "W", amount: 4_200 },
      minutes: null,
      until: null,
      reason: "heat",
    }, "/circuits/row-a/limit"],
    ["change=strategy", { strategy: "priority" }, { kind: "strategy", strategy: "priority" }, null],
  ] as const
) {
  Deno.test(`a preview asks for what the form would do: ${change.kind}`, async () => {
    const fixture = await createFixture();
    const client = await openClientAs(fixture, "operator");
    const answer = await client.post(`/load/preview?${query}`, { ...fields });
    const html = await answer.text();
    assertEquals(answer.status, 200);
    assertEquals(fixture.forecasts.asked, [change]);
    if (action !== null) assertStringIncludes(html, `action="${action}"`);
    assertEquals(html.includes(">Apply it<"), action !== null);
    assertEquals(fixture.commanded, []);
  });
}

Deno.test("what is not as a form is, or not ours, is not thought through", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const limit = { amps: "10", minutes: "60" };
  for (
    const [path, fields, status] of [
      ["/load/preview", limit, 422],
      ["/load/preview?change=limit", limit, 422],
      ["/load/preview?change=limit&slot=0", limit, 422],
      ["/load/preview?change=limit&slot=1", { amps: "-3", minutes: "60" }, 422],
      ["/load/preview?change=reset&slot=1", limit, 422],
      ["/load/preview?change=strategy", { strategy: "surplus" }, 422],
      ["/load/preview?change=limit&slot=1", { ...limit, csrf: "of-another-site" }, 403],
    ] as const
  ) {
    const answer = await client.post(path, { ...fields });
    assertEquals(answer.status, status, `${path} ${JSON.stringify(fields)}`);
    await answer.body?.cancel();
  }
  assertEquals(fixture.forecasts.asked, []);
});

for (
  const [kind, status, text] of [
    ["no-session", 409, "No session is running there"],
    ["unknown", 404, "There is no such connector or circuit any more"],
    ["busy", 503, "Somebody else has something reckoned at this moment"],
  ] as const
) {
  Deno.test(`a preview that cannot be made says why and offers nothing to apply: ${kind}`, async () => {
    const fixture = await createFixture();
    fixture.forecasts.answer = () => ({ kind });
    const client = await openClientAs(fixture, "operator");
    const answer = await client.post("/load/preview?change=limit&slot=1", {
      amps: "10",
      minutes: "60",
    });
    assertEquals(answer.status, status);
    const html = words(await answer.text());
    assertStringIncludes(html, text);
    assertEquals(html.includes("Apply it"), false);
  });
}

Deno.test("a preview in which nothing changes says so, and one of an empty site too", async () => {
  const fixture = await createFixture();
  const outcome = fixture.forecasts.answer();
  if (outcome.kind !== "preview") throw new Error("Cannot look ahead");
  const { preview } = outcome;
  const client = await openClientAs(fixture, "operator");
  const shown = async (evses: typeof preview.evses) => {
    fixture.forecasts.answer = () => ({ kind: "preview", preview: { ...preview, evses } });
    const answer = await client.post("/load/preview?change=strategy", { strategy: "priority" });
    return words(await answer.text());
  };
  const same = preview.evses.map((evse) => ({ ...evse, changed: evse.unchanged }));
  assertStringIncludes(await shown(same), "every car gets what it gets anyway");
  assertEquals((await shown(preview.evses)).includes("every car gets what it gets anyway"), false);
  assertStringIncludes(await shown([]), "Nobody is charging");
});

Deno.test("the preview speaks Marathi and Hindi", async () => {
  for (const [language, text] of [["mr", "काय बदलेल"], ["hi", "क्या बदलेगा"]] as const) {
    const fixture = await createFixture();
    fixture.state.site = { ...fixture.state.site, language };
    const client = await openClientAs(fixture, "operator");
    const answer = await client.post("/load/preview?change=limit&slot=1", {
      amps: "10",
      minutes: "60",
    });
    assertStringIncludes(words(await answer.text()), text);
  }
});

Deno.test("a viewer sees the curves, and has nothing to preview", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const html = await client.text("/load");
  assertEquals(html.includes("/load/preview"), false);
  assertStringIncludes(html, 'class="chart-plan L1"');
  assertStringIncludes(words(html), "expected");
  const answer = await client.post("/load/preview?change=strategy", { strategy: "priority" });
  assertEquals(answer.status, 403);
  await answer.body?.cancel();
});

Deno.test("the API previews each kind of change, and answers with what would be", async () => {
  for (
    const [body, change] of [
      [{ change: "limit", slot: 1, to: { amps: 10, minutes: 30 } }, {
        kind: "limit",
        slot: 1,
        amps: 10,
        minutes: 30,
      }],
      [{ change: "priority", slot: 1, to: { class: 9 } }, {
        kind: "priority",
        slot: 1,
        class: 9,
        minutes: null,
      }],
      [{ change: "demand", slot: 1, to: { departure: "2026-01-05T17:30:00+05:30" } }, {
        kind: "demand",
        slot: 1,
        departure: "2026-01-05T12:00:00.000Z",
        energyKwh: null,
        urgent: false,
      }],
      [{ change: "circuit-limit", circuit: null, to: { kW: 9, minutes: 30 } }, {
        kind: "circuit-limit",
        circuitId: null,
        limit: { unit: "W", amount: 9_000 },
        minutes: 30,
        until: null,
        reason: "",
        source: "operator",
      }],
      [{ change: "strategy", to: "departure" }, { kind: "strategy", strategy: "departure" }],
    ] as const
  ) {
    const { fixture, answer } = await ask(body);
    assertEquals(answer.status, 200, JSON.stringify(body));
    assertEquals(fixture.forecasts.asked, [change]);
    const { evses, until } = await answer.json();
    assertEquals([evses[0].changed.soonAmps, until], [10, "2026-01-05T11:35:00.000Z"]);
    assertEquals(fixture.commanded, []);
  }
});

Deno.test("the API says which field of a preview is wrong", async () => {
  for (
    const [body, path] of [
      [{ change: "limit", slot: 1, to: { amps: -1, minutes: 30 } }, "to.amps"],
      [{ change: "limit", slot: "1", to: { amps: 1, minutes: 30 } }, "slot"],
      [{ change: "shape" }, "change"],
      [{ change: "strategy", to: "surplus" }, "to"],
    ] as const
  ) {
    const { fixture, answer } = await ask(body);
    assertEquals(answer.status, 422);
    assertStringIncludes((await answer.json()).detail, path);
    assertEquals(fixture.forecasts.asked, []);
  }
});

Deno.test("the API tells what a circuit is expected to carry", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const plan = JSON.parse(await client.text("/api/v1/circuits/grid/plan"));
  assertEquals([plan.length, plan[12].at], [48, "2026-01-05T08:35:00.000Z"]);
  const none = await client.get("/api/v1/circuits/attic/plan");
  assertEquals(none.status, 404);
  await none.body?.cancel();
});
