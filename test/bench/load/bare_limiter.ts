/**
 * The least that can turn a meter's message into limits: MQTT in, one frame to each charger out, nothing
 * thought in between. The baseline of latency.ts.
 */
import { createServer } from "node:http";
import mqtt from "mqtt";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";

const [port, brokerUrl, topic] = Deno.args;
const server = createServer();
const sockets = new WebSocketServer({ server, handleProtocols: () => "ocpp1.6" });
let lastId = 0;

function answerTo(action: string): unknown {
  const currentTime = new Date().toISOString();
  if (action === "BootNotification") return { status: "Accepted", currentTime, interval: 300 };
  if (action === "StartTransaction") return { transactionId: 1, idTagInfo: { status: "Accepted" } };
  return {};
}

sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    const [kind, id, action] = JSON.parse(data.toString());
    if (kind === 2) socket.send(JSON.stringify([3, id, answerTo(action)]));
  });
});

function limitAll(buildingAmps: number): void {
  const limit = 32 - Math.ceil(buildingAmps / sockets.clients.size);
  const now = new Date().toISOString();
  for (const socket of sockets.clients) {
    if (socket.readyState !== WebSocket.OPEN) continue;
    const schedule = {
      duration: 120,
      startSchedule: now,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    };
    const csChargingProfiles = {
      chargingProfileId: 1,
      stackLevel: 1,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: schedule,
    };
    const payload = { connectorId: 1, csChargingProfiles };
    socket.send(JSON.stringify([2, String(++lastId), "SetChargingProfile", payload]));
  }
}

const client = mqtt.connect(brokerUrl ?? "");
client.on("message", (_topic, payload) => limitAll(JSON.parse(payload.toString()).building));
await client.subscribeAsync(topic ?? "");
server.listen(Number(port), "127.0.0.1", () => {
  Deno.stdout.writeSync(new TextEncoder().encode("listening\n"));
});
