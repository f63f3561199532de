import { assertEquals } from "@std/assert";
import { createFixture, FIXTURE_TOKEN } from "../_fixture.ts";
import { openClient } from "../_client.ts";

const AS_ADMIN = { authorization: `Bearer ${FIXTURE_TOKEN}` };

async function bench() {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const post = async (body: unknown) => {
    const response = await client.send("/api/v1/configuration", {
      method: "POST",
      headers: { ...AS_ADMIN, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const done = async () => {
    await fixture.spawn.drain();
    client.web.close();
  };
  return { fixture, client, post, done };
}

Deno.test("one setting goes to many chargers, and the answer says what each of them said", async () => {
  const { fixture, post, done } = await bench();
  let calls = 0;
  fixture.answer = () =>
    Promise.resolve(
      calls++ === 0
        ? { kind: "accepted", detail: "set", needsRestart: true }
        : { kind: "refused", reason: "The charger answered Rejected", advice: "" },
    );
  const [first, second] = fixture.state.chargers.filter(({ protocol }) => protocol === "ocpp1.6");
  const chargers = [first?.id ?? "", second?.id ?? ""];
  const answer = await post({ chargers, name: "HeartbeatInterval", value: "60" });
  assertEquals(answer.status, 200);
  assertEquals(answer.body, {
    results: [
      { chargerId: chargers[0], outcome: "accepted", detail: "set", needsRestart: true },
      { chargerId: chargers[1], outcome: "refused", detail: "The charger answered Rejected" },
    ],
  });
  assertEquals(
    fixture.commanded.map(([name, id]) => [name, id]),
    chargers.map((id) => ["configure", id]),
  );
  await done();
});

Deno.test("with one charger that is not there nobody is told anything", async () => {
  const { fixture, post, done } = await bench();
  const given = { name: "HeartbeatInterval", value: "60" };
  assertEquals((await post({ ...given, chargers: ["CP01", "NO"] })).status, 404);
  assertEquals((await post({ ...given, chargers: [] })).status, 422);
  assertEquals((await post({ ...given, chargers: ["CP01", "CP01"] })).status, 422);
  assertEquals((await post({ ...given, chargers: ["CP01"], valeu: "1" })).status, 422);
  assertEquals(fixture.commanded, []);
  await done();
});

Deno.test("what site.yaml wants and what chargers are can be asked for", async () => {
  const { client, done } = await bench();
  const response = await client.send("/api/v1/configuration", { headers: AS_ADMIN });
  const [drift] = await response.json();
  assertEquals([drift.chargerId, drift.settings[0].state], ["CP01", "left"]);
  await done();
});
