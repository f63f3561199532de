/** The metrics of a real gateway, as Prometheus' own tool judges them. */
import { assert, assertEquals } from "@std/assert";
import { startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";
import { serverTest, succeeds } from "../support/required_server.ts";

const PROMTOOL = { name: "prometheus", isInstalled: succeeds("promtool", ["--version"]) };

async function judged(text: string): Promise<string> {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

serverTest(PROMTOOL, "promtool finds nothing to say about the metrics of a gateway", async () => {
  const path = await Deno.makeTempDir();
  const ports = { chargers: freePort(), web: freePort() };
  await Deno.writeTextFile(
    `${path}/site.yaml`,
    `
site: { name: Test depot }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
chargers:
  known: [{ id: CP1, password: password-of-cp1, evses: [{ slot: 3, failSafe: 6 }] }]
circuits: [{ id: grid, limit: 63 }]
`,
  );
  const gateway = await startGatewayProcess({ path, webPort: ports.web });
  try {
    const answer = await fetch(`http://127.0.0.1:${ports.web}/metrics`);
    const text = await answer.text();
    assertEquals(answer.status, 200);
    assert(text.includes('sangam_charger_connected{slot="3"} 0'), text);
    assert(/^sangam_bytes_written_total \d+$/m.test(text), text);
    assertEquals(await judged(text), "");
    // It does judge.
    assert((await judged("# TYPE sangam_told counter\nsangam_told 1\n")).includes("_total"));
  } finally {
    await gateway.stop();
    await Deno.remove(path, { recursive: true });
  }
});
