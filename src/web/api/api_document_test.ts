import { FIXTURE_CAMPAIGN, FIXTURE_IMAGE } from "../_fixture_firmware.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { z } from "zod";
import { isRecord } from "../../lib/json.ts";
import { openClientAs, ORIGIN } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import { listRoutes } from "../routes.ts";
import {
  API_DESCRIPTIONS,
  apiDocument,
  type DescribedRoute,
  describedRoutes,
} from "./api_document.ts";
import { ProblemSchema } from "./schemas/command_schema.ts";

const OPERATIONS = Object.entries(apiDocument("1.2.3").paths ?? {}).flatMap(([path, item]) =>
  Object.keys(item).map((method) =>
    `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`
  )
);

Deno.test("every route of the API stands in the document, and nothing else", () => {
  const routes = listRoutes().map(({ key }) => key)
    .filter((key) => / (\/api\/v1\/|\/healthz|\/readyz|\/metrics)/.test(key));
  assertEquals(OPERATIONS.toSorted(), routes.toSorted());
  assertEquals(Object.keys(API_DESCRIPTIONS).toSorted(), routes.toSorted());
});

Deno.test("an independent linter finds nothing wrong with the document", async () => {
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      // Whose answer to a healthy gateway is "ok" has nothing to refuse.
      "operation-4xx-response": "error",
      // The gateway is where the document is read from.
      "no-server-example.com": "off",
    },
  });
  const problems = await lintFromString({
    source: JSON.stringify(apiDocument("1.2.3")),
    absoluteRef: "openapi.json",
    config,
  });
  assertEquals(
    problems.map(({ ruleId, message, location }) =>
      `${ruleId}: ${message} ${location[0]?.pointer}`
    ),
    [],
  );
});

Deno.test("the linter would find a document that is wrong", async () => {
  const document = apiDocument("1.2.3");
  const source = JSON.stringify(document).replaceAll("#/components/schemas/Evse", "#/nowhere");
  const config = await createConfig({ extends: ["recommended-strict"] });
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  assertEquals(problems.some(({ ruleId }) => ruleId === "no-unresolved-refs"), true);
});

/** Where the fixture has something to show. */
function pathOf({ path }: DescribedRoute): string {
  return path.replace("transactions/:id", "transactions/tx-0").replace(
    "tokens/:id",
    "tokens/VISITOR-07",
  )
    .replace("meters/:id", "meters/main").replace("faults/:id", "faults/3").replace(
      "circuits/:id",
      "circuits/row-a",
    )
    .replace("campaigns/:id", `campaigns/${FIXTURE_CAMPAIGN}`).replace(":name", "energy").replace(
      ":slot",
      "1",
    ).replace(":id", "CP01");
}

Deno.test("what the API answers is what the document says, field by field", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const session = fixture.state.transactions[0]?.id ?? "";
  for (const route of describedRoutes()) {
    const { json } = route.description.answer;
    if (route.method !== "GET" || json === undefined) continue;
    await fixture.clock.advance(1_000);
    const response = await client.get(pathOf(route).replace("tx-0", session));
    const answer: unknown = await response.json();
    assertEquals(response.status, 200, route.key);
    // A schema drops what it does not know: what is left must be all.
    assertEquals(json.parse(answer), answer, route.key);
  }
  client.web.close();
});

Deno.test("every command answers as the document says, to its own example", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const session = fixture.state.transactions[0]?.id ?? "";
  const places: Readonly<Record<string, string>> = {
    "transactions/:id": `transactions/${session}`,
    "tokens/:id": "tokens/VISITOR-07",
    "signals/:id": "signals/box",
    "circuits/:id": "circuits/row-a",
    "meters/:id": "meters/main",
    "faults/:id": "faults/3",
    "outbox/:id": "outbox/871",
    "orphan-stops/:id": "orphan-stops/b7714e02c5d8a913",
    "campaigns/:id": `campaigns/${FIXTURE_CAMPAIGN}`,
    "firmware/:sha256": `firmware/${FIXTURE_IMAGE}`,
    "firmware-orders/:number": "firmware-orders/400000003",
  };
  // An upload is no JSON; it has tests of its own.
  const commands = describedRoutes().filter(({ method, description: { body } }) =>
    method !== "GET" && body !== undefined
  );
  for (const route of commands) {
    const { body, answer } = route.description;
    const place = Object.keys(places).find((each) => route.path.includes(each)) ?? "";
    const path = route.path.replace(place, places[place] ?? "").replace(":slot", "1")
      .replace(":id", route.path.endsWith("adopt") ? "CP11" : "CP01");
    const response = await client.send(path, {
      method: route.method,
      headers: { "content-type": "application/json", origin: ORIGIN },
      ...(route.method === "DELETE" ? {} : { body: JSON.stringify(body?.example ?? {}) }),
    });
    assertEquals(response.status, 200, route.key);
    assertEquals(answer.json?.safeParse(await response.json()).success, true, route.key);
  }
  client.web.close();
});

Deno.test("errors are the problems that the document knows", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const { paths = {} } = apiDocument("1.2.3");
  for (
    const [path, described] of [
      ["/api/v1/evses/99", "/api/v1/evses/{slot}"],
      ["/api/v1/audit", "/api/v1/audit"],
      ["/api/v1/transactions?limit=0", "/api/v1/transactions"],
    ] as const
  ) {
    const response = await client.get(path);
    const answer: unknown = await response.json();
    assertEquals(ProblemSchema.parse(answer), answer, path);
    const known = Object.keys(paths[described]?.get?.responses ?? {});
    assertEquals(known.includes(String(response.status)), true, path);
  }
  client.web.close();
});

Deno.test("each route says who may use it", () => {
  const { paths = {} } = apiDocument("1.2.3");
  assertMatch(paths["/api/v1/audit"]?.get?.description ?? "", /role admin/);
  assertMatch(paths["/api/v1/chargers/{id}/adopt"]?.post?.description ?? "", /role installer/);
  assertEquals(paths["/healthz"]?.get?.security, []);
});

Deno.test("a named schema that may be null lets null through", () => {
  const schemas = apiDocument("1.2.3").components?.schemas ?? {};
  const text = JSON.stringify(schemas);
  assertEquals(text.includes('{"type":["object","null"]}'), false);
  const evse = schemas["Evse"];
  assertEquals(isRecord(evse) && isRecord(evse.properties) && evse.properties.transaction, {
    anyOf: [{ $ref: "#/components/schemas/Transaction" }, { type: "null" }],
  });
});

Deno.test("the document comes over the air, and a page shows it to people", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const answer = await client.json("/api/v1/openapi.json");
  assertEquals(z.object({ openapi: z.literal("3.1.0") }).safeParse(answer).success, true);
  const page = await client.text("/api/reference");
  for (const key of OPERATIONS) {
    const [method = "", path = ""] = key.split(" ");
    assertMatch(page, new RegExp(`${method}</span><code>${path.replaceAll(/:(\w+)/g, "{$1}")}<`));
  }
  assertEquals(/<script(?! src="\/assets\/)|style=|https?:\/\/(?!www\.apache)/.test(page), false);
  client.web.close();
});

Deno.test("the document calls nothing required that may be absent", () => {
  const { components, paths } = Object(apiDocument("1"));
  assertEquals(components.schemas.Problem.required, [
    "type",
    "title",
    "status",
    "detail",
    "instance",
  ]);
  assertEquals(components.schemas.CommandAccepted.required, ["outcome", "detail"]);
  const { anyOf } = paths["/api/v1/chargers/{id}/configuration"].post.requestBody
    .content["application/json"].schema;
  assertEquals(anyOf[1].properties.component.required, ["name"]);
});
