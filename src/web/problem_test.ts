import { assertEquals } from "@std/assert";
import { createFixture } from "./_fixture.ts";
import { openClient, openClientAs } from "./_client.ts";
import { isForProgram } from "./problem.ts";

Deno.test("every problem of the API is a document with the members of RFC 9457", async () => {
  const fixture = await createFixture();
  const stranger = openClient(fixture);
  const viewer = await openClientAs(fixture, "viewer");
  for (
    const [client, method, path, status, title] of [
      [stranger, "GET", "/api/v1/site", 401, "Unauthorized"],
      [viewer, "GET", "/api/v1/tokens", 403, "Forbidden"],
      [viewer, "GET", "/api/v1/chargers/CP99", 404, "Not Found"],
      [viewer, "GET", "/api", 404, "Not Found"],
      [viewer, "PATCH", "/api/v1/site", 405, "Method Not Allowed"],
      [viewer, "GET", "/api/v1/transactions?limit=x", 422, "Unprocessable Content"],
    ] as const
  ) {
    const response = await client.send(path, {
      method,
      headers: { origin: "http://127.0.0.1:8080" },
    });
    const document = await response.json();
    assertEquals(response.status, status, path);
    assertEquals(response.headers.get("content-type"), "application/problem+json", path);
    assertEquals([document.status, document.title], [status, title], path);
    assertEquals(typeof document.detail, "string");
    assertEquals(typeof document.type, "string");
    assertEquals(document.instance, `urn:uuid:${response.headers.get("x-request-id")}`);
  }
});

Deno.test("isForProgram() tells programs' addresses from people's", () => {
  const program = ["/api", "/api/v1/site", "/metrics", "/healthz", "/readyz"];
  const people = ["/", "/apiary", "/chargers/api", "/sign-in", "/metrics/x"];
  assertEquals(program.map(isForProgram), program.map(() => true));
  assertEquals(people.map(isForProgram), people.map(() => false));
});
