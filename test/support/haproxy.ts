import { Buffer } from "node:buffer";
import type { PemFolder } from "./openssl.ts";
import { type RequiredServer, succeeds } from "./required_server.ts";

/** Debian's HAProxy, which stands before Sangam for chargers with old suites. */
export const HAPROXY: RequiredServer = {
  name: "haproxy",
  isInstalled: succeeds("haproxy", ["-v"]),
};

/** A running HAProxy on 127.0.0.1, with the configuration that is shipped. */
export interface Haproxy extends AsyncDisposable {
  readonly ports: { readonly profile2: number; readonly profile3: number };
}

/** What is put in the place of what a machine has. */
export interface HaproxyFacts {
  readonly key: string;
  /** Ports of Sangam. */
  readonly behind: { readonly profile2: number; readonly profile3: number };
  /** PEM texts: certificate and key of the front. */
  readonly rsa: string;
  readonly ecdsa: string;
  readonly roots: string;
}

const SHIPPED = new URL("../../systemd/haproxy-chargers.cfg", import.meta.url);

/** Starts it, and resolves when both ports are open. */
export async function startHaproxy(folder: PemFolder, facts: HaproxyFacts): Promise<Haproxy> {
  const ports = { profile2: freePort(), profile3: freePort() };
  folder.write("gateway-rsa.pem", facts.rsa);
  folder.write("gateway-ecdsa.pem", facts.ecdsa);
  folder.write("roots.pem", facts.roots);
  const places: readonly [before: string, after: string][] = [
    ["/etc/haproxy/sangam", folder.path],
    [":9231", `127.0.0.1:${ports.profile2}`],
    [":9232", `127.0.0.1:${ports.profile3}`],
    ["127.0.0.1:9221", `127.0.0.1:${facts.behind.profile2}`],
    ["127.0.0.1:9222", `127.0.0.1:${facts.behind.profile3}`],
  ];
  const text = places.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`There is no ${from} in ${SHIPPED.pathname}`);
    return before.replaceAll(from, to);
  }, await Deno.readTextFile(SHIPPED));
  const child = new Deno.Command("haproxy", {
    args: ["-f", folder.write("haproxy.cfg", text), "-db"],
    env: { SANGAM_FRONT_KEY: facts.key },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said: Uint8Array[] = [];
  const reading = (async () => {
    for await (const bytes of child.stderr) said.push(bytes);
  })();
  await Promise.race([
    Promise.all(Object.values(ports).map(opened)),
    child.status.then(({ code }) => {
      throw new Error(`haproxy ended with ${code}: ${Buffer.concat(said)}`);
    }),
  ]);
  return {
    ports,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await reading;
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function opened(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`Nobody listens on port ${port}`);
}
