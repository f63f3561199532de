import { openChargerBooks } from "../faults/charger_books.ts";
import { checkOnDisk, lookIntoLedger } from "../faults/ledger_look.ts";
import { type GatewayProcess, startGatewayProcess } from "../sites/gateway_process.ts";
import { steadyPort } from "../support/steady_port.ts";
import { openHttpEdges, openModbusEdge, openMqttEdge, openSpeedwireEdge } from "./device_edges.ts";
import type { EdgeName, FuzzEdge } from "./edge.ts";
import { type FuzzPorts, fuzzSiteYaml, METERS } from "./fuzz_site_yaml.ts";
import { type GoodCharger, openGoodCharger } from "./good_charger.ts";
import { openOcppDraw } from "./ocpp_inputs.ts";
import { openChargerEdge, openCsmsEdge } from "./ocpp_edges.ts";
import { openHardwareEdge, openLedgerEdge, openSiteYamlEdge } from "./text_edges.ts";
import { openDoorEdge, openWebEdge } from "./wire_edges.ts";

/** The real gateway with a fuzzer at every edge, and a charger that behaves. */
export interface FuzzSite {
  readonly edges: readonly FuzzEdge[];
  readonly good: GoodCharger;
  /** Looks at what the gateway said and did since the last look; complaints, none where all is well. */
  look(): Promise<readonly string[]>;
  residentBytes(): Promise<number>;
  /** Events of the gateway's log so far, by their names. */
  readonly events: ReadonlyMap<string, number>;
  /**
   * Ends it all in order and looks at what is left: nobody has stopped listening, the gateway ends
   * with 0, starts again on its ledger, and what the good charger was answered for is in there.
   */
  close(): Promise<readonly string[]>;
}

/** What the gateway said of a meter when it was last asked. */
type Troubles = Map<string, string>;

interface MeterState {
  readonly id: string;
  readonly health: string;
  readonly trouble: string | null;
  readonly lastRefusal: { readonly reason: string } | null;
}

/** Starts the site. */
export async function openFuzzSite(chance: () => number): Promise<FuzzSite> {
  const draw = await openOcppDraw();
  const troubles: Troubles = new Map();
  const troubleOf = (id: string) => () => troubles.get(id) ?? "";
  const csms = await openCsmsEdge(draw, chance);
  const modbusTcp = await openModbusEdge("modbus-tcp", troubleOf(METERS.modbusTcp));
  const modbusRtu = await openModbusEdge("modbus-rtu", troubleOf(METERS.modbusRtu));
  const mqtt = await openMqttEdge(troubleOf(METERS.mqtt));
  const http = await openHttpEdges({
    "http-meter": troubleOf(METERS.http),
    "http-signal": troubleOf("dso"),
    "openadr": troubleOf("flex"),
  });
  const ports: FuzzPorts = {
    chargers: steadyPort(),
    web: steadyPort(),
    csms: csms.port,
    modbusTcp: modbusTcp.port,
    modbusRtu: modbusRtu.port,
    http: http.port,
    mqtt: mqtt.port,
  };
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(`${path}/site.yaml`, fuzzSiteYaml(ports));
  const folder = { path, webPort: ports.web };
  const gateway = await startGatewayProcess(folder);
  const books = openChargerBooks();
  const good = await openGoodCharger(ports.chargers, books);
  const events = new Map<string, number>();
  const edges = [
    openChargerEdge(ports.chargers, draw, chance),
    openDoorEdge(ports.chargers, chance),
    csms,
    modbusTcp,
    modbusRtu,
    ...http.edges,
    mqtt,
    openSpeedwireEdge(troubleOf(METERS.speedwire)),
    openWebEdge(ports.web, gateway.token),
    openSiteYamlEdge(),
    await openHardwareEdge(),
    await openLedgerEdge(),
  ];
  let told = 0;

  async function look(): Promise<readonly string[]> {
    const complaints = good.complaints.slice(told);
    told = good.complaints.length;
    // Nobody keeps hours of lines.
    complaints.push(...gateway.said.splice(0).flatMap((line) => complaintIn(line, events)));
    if (gateway.hasEnded()) return [...complaints, "the gateway has ended by itself"];
    try {
      await noteTroubles(gateway, troubles);
    } catch (error) {
      complaints.push(`the API does not answer a look at meters and signals: ${error}`);
    }
    return complaints;
  }

  return {
    edges,
    good,
    look,
    events,
    residentBytes: gateway.residentBytes,
    async close() {
      const complaints: string[] = [];
      await good.leave();
      complaints.push(...await look());
      for (const [name, port] of [["chargers", ports.chargers], ["web", ports.web]] as const) {
        if (!await listens(port)) complaints.push(`nobody listens for ${name} any more`);
      }
      for (const edge of edges) await edge.close();
      const code = await gateway.stop();
      if (code !== 0) complaints.push(`the gateway ended with ${code}`);
      complaints.push(...checkOnDisk(books.sessions(), await lookIntoLedger(`${path}/data`)));
      complaints.push(...await startAgain(folder));
      await Deno.remove(path, { recursive: true });
      return complaints;
    },
  };
}

/** A line of the gateway's that should never be; events are counted. */
function complaintIn(line: string, events: Map<string, number>): readonly string[] {
  const event = /"(?:message|event)":"([a-z_]+)"/.exec(line)?.[1] ?? "";
  if (event !== "") events.set(event, (events.get(event) ?? 0) + 1);
  const isWrong = line.includes('"level":"ERROR"') || line.includes('"level":"FATAL"') ||
    /^\s+at |Uncaught|panicked|NotCapable|PermissionDenied/.test(line);
  return isWrong ? [line.slice(0, 2_000)] : [];
}

async function noteTroubles(gateway: GatewayProcess, troubles: Troubles): Promise<void> {
  const meters = await gateway.get("/meters") as readonly MeterState[];
  for (const { id, health, trouble, lastRefusal } of meters) {
    const said = `${health} ${trouble ?? ""} ${lastRefusal?.reason ?? ""}`;
    troubles.set(id, said.replaceAll(/[\d.]+|"[^"]*"/g, "#").slice(0, 120));
  }
  const signals = await gateway.get("/signals") as readonly { readonly id: string }[];
  for (const signal of signals) {
    const { trouble = "", state = "" } = signal as Record<string, unknown>;
    troubles.set(signal.id, `${state} ${trouble}`.replaceAll(/[\d.]+|"[^"]*"/g, "#").slice(0, 120));
  }
}

async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

async function startAgain(folder: { path: string; webPort: number }): Promise<readonly string[]> {
  const again = await startGatewayProcess(folder);
  await again.get("/site");
  const code = await again.stop();
  const events = new Map<string, number>();
  const complaints = again.said.flatMap((line) => complaintIn(line, events));
  return code === 0 ? complaints : [...complaints, `started again, it ended with ${code}`];
}

/** Names of edges that a person may choose. */
export function edgesNamed(edges: readonly FuzzEdge[], names: readonly EdgeName[]) {
  return names.length === 0 ? edges : edges.filter(({ name }) => names.includes(name));
}
