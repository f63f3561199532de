const LOWEST = 18_000;
const HIGHEST = 31_999;

/**
 * A port on the loopback interface that nobody uses now, and that stays free while the program that
 * listens there is down: the kernel gives ports from 32768 on to whoever dials, also to a charger that
 * dials this very port.
 */
export function steadyPort(): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("Cannot find a free port");
}
