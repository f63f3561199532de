import { Aedes } from "aedes";
import { createServer } from "node:net";
import { listen, stopListening } from "./_listening_io.ts";

/** An MQTT 3.1.1 broker in this process. */
export interface MqttBroker {
  readonly port: number;
  /** Publishes a text, retained, so that whoever comes later finds it. */
  publish(topic: string, text: string): void;
  /** Stops listening and drops all connections. */
  stop(): Promise<void>;
}

/** Where a broker listens. */
export interface MqttBrokerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

const CONNECTIONS_MAX = 16;

/** Starts a broker for everybody who can reach it. Throws where the port is taken. */
export async function startMqttBroker({ host, port }: MqttBrokerOptions): Promise<MqttBroker> {
  const broker = await Aedes.createBroker({ heartbeatInterval: 60_000 });
  const server = createServer((socket) => broker.handle(socket));
  server.maxConnections = CONNECTIONS_MAX;
  const close = () => new Promise<void>((resolve) => broker.close(() => resolve()));
  const usedPort = await listen(server, host, port).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    port: usedPort,
    publish(topic, payload) {
      broker.publish(
        { cmd: "publish", qos: 0, dup: false, retain: true, topic, payload },
        () => {},
      );
    },
    async stop() {
      // The broker first: it ends the clients' sockets, for which the server waits.
      await close();
      await stopListening(server);
    },
  };
}
