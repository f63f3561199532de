/** A day of a real month through the real OCPP stack; the whole of it is `deno task acn`. */
import { assert } from "@std/assert";
import { gatewayDelivery } from "./gateway_month.ts";
import { pureDelivery } from "./pure_month.ts";
import { readAcnSessions, sessionsOfDays } from "./sessions.ts";

const CAPACITY_KW = 20;
const SPEED = 5;
/** In points of the energy asked for. */
const TOLERANCE = 0.005;

const month = readAcnSessions();

Deno.test({
  name:
    "a working day of a real site: the gateway delivers what the allocator alone would, within half a point",
  ignore: month === null,
  async fn() {
    const sessions = sessionsOfDays(month ?? [], 11, 11);
    const pure = pureDelivery(sessions, CAPACITY_KW);
    const { delivered, peak } = await gatewayDelivery(sessions, {
      capacityKw: CAPACITY_KW,
      speed: SPEED,
    });
    assert(pure > 0.5 && pure < 0.99, `${pure} is a day on which there is something to decide`);
    assert(peak <= 1.0001, `${peak} of the capacity flowed`);
    assert(
      delivered >= pure - TOLERANCE,
      `${(100 * delivered).toFixed(2)} % through the gateway, ${(100 * pure).toFixed(2)} % without`,
    );
  },
});
