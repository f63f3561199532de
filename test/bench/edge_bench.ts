/**
 * The charger edge beside an `ocpp-rpc` server and a bare `ws` server: what one answered call costs.
 * All three run in this process, and the same plain client asks them, so that only the servers differ.
 */
import { createServer } from "node:http";
import { RPCServer } from "ocpp-rpc";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { type BenchGateway, startBenchGateway } from "./gateway.ts";

const CALLS_AT_ONCE = 50;

interface Caller {
  /** Sends one call and resolves with the answer's text. */
  call(action: string, payload: unknown): Promise<string>;
  close(): void;
}

async function connect(url: string, password: string): Promise<Caller> {
  const socket = new WebSocket(url, ["ocpp1.6"], {
    headers: { authorization: `Basic ${btoa(`CP1:${password}`)}` },
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  let id = 0;
  let answered = (_text: string) => {};
  socket.on("message", (data) => {
    const text = data.toString();
    // Only answers are waited for; what the server asks is left to its time-out.
    if (text.startsWith("[3,") || text.startsWith("[4,")) answered(text);
  });
  return {
    call(action, payload) {
      return new Promise((resolve) => {
        answered = resolve;
        socket.send(JSON.stringify([2, String(++id), action, payload]));
      });
    },
    close: () => socket.terminate(),
  };
}

async function startBareServer(): Promise<number> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => "ocpp1.6" });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const [, id] = JSON.parse(data.toString());
      socket.send(JSON.stringify([3, id, { currentTime: new Date().toISOString() }]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function startRpcServer(): Promise<number> {
  const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
  server.on("client", (client) => {
    client.handle(() => ({ currentTime: new Date().toISOString() }));
  });
  const http = await server.listen(0, "127.0.0.1");
  const address = http.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const gateway: BenchGateway = await startBenchGateway();
const bare = await connect(`ws://127.0.0.1:${await startBareServer()}/CP1`, "x");
const rpc = await connect(`ws://127.0.0.1:${await startRpcServer()}/CP1`, "x");
const ours = await connect(gateway.url("CP1"), gateway.password);
await ours.call("BootNotification", { chargePointVendor: "Bench", chargePointModel: "Bench" });

const METER_VALUES = {
  connectorId: 1,
  meterValue: [{
    timestamp: "2026-01-01T00:00:00Z",
    sampledValue: [
      { value: "1234.5", measurand: "Energy.Active.Import.Register", unit: "Wh" },
      { value: "15.9", measurand: "Current.Import", phase: "L1", unit: "A" },
      { value: "15.8", measurand: "Current.Import", phase: "L2", unit: "A" },
      { value: "16.0", measurand: "Current.Import", phase: "L3", unit: "A" },
    ],
  }],
};

for (const [action, payload] of [["Heartbeat", {}], ["MeterValues", METER_VALUES]] as const) {
  Deno.bench(`${action}: bare ws`, { group: action, baseline: true }, async () => {
    for (let n = 0; n < CALLS_AT_ONCE; n++) await bare.call(action, payload);
  });
  Deno.bench(`${action}: ocpp-rpc, strict`, { group: action }, async () => {
    for (let n = 0; n < CALLS_AT_ONCE; n++) await rpc.call(action, payload);
  });
  Deno.bench(`${action}: Sangam`, { group: action }, async () => {
    for (let n = 0; n < CALLS_AT_ONCE; n++) await ours.call(action, payload);
  });
}
