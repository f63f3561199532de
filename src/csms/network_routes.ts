import { securityProfileOf } from "./device_model.ts";
import type { Route } from "./route.ts";

/**
 * SetNetworkProfile: where the gateway finds its CSMS is for whoever installs it, in site.yaml. A lower
 * security profile is refused for that reason before any other (B09.FR.04).
 */
export const setNetworkProfile: Route<"SetNetworkProfile"> = {
  handling: ["refuse"],
  run({ message: { connectionData } }, { options }) {
    const isDowngrade = connectionData.securityProfile < securityProfileOf(options);
    const reasonCode = isDowngrade ? "NoSecurityDowngrade" : "NotEnabled";
    return Promise.resolve({ message: { status: "Rejected", statusInfo: { reasonCode } } });
  },
};
