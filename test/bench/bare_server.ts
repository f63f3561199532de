/** The least that can answer OCPP: `ws` and a table of canned answers. The baseline of footprint.ts. */
import { createServer } from "node:http";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";

const server = createServer();
const sockets = new WebSocketServer({ server, handleProtocols: () => "ocpp1.6" });
let lastNumber = 0;

function answerTo(action: string): unknown {
  const currentTime = new Date().toISOString();
  if (action === "BootNotification") return { status: "Accepted", currentTime, interval: 300 };
  if (action === "StartTransaction") {
    return { transactionId: ++lastNumber, idTagInfo: { status: "Accepted" } };
  }
  return action === "Heartbeat" ? { currentTime } : {};
}

sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    const [kind, id, action] = JSON.parse(data.toString());
    if (kind === 2) socket.send(JSON.stringify([3, id, answerTo(action)]));
  });
});
server.listen(Number(Deno.args[0]), "127.0.0.1", () => {
  Deno.stdout.writeSync(new TextEncoder().encode("listening\n"));
});
